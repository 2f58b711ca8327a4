// SPDX-License-Identifier: Apache-2.0
// Draws the sample pictures of the demo office's materials (demo/office/pictures.json) in Chromium: what a good paper looks like,
// invented and marked so. Run by hand after a change here: node tools/sample_pictures.mjs; then set `picture` in items.json.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { startChromium } from '../tests/browser/support/browsers.mjs';

const WIDTH = 600;
const HEIGHT = 848;
const LINE = 120; // characters of base64 in a line of the file
const rows = (pairs) => `<table>${pairs.map(([name, value]) => `<tr><th>${name}</th><td>${value}</td></tr>`).join('')}</table>`;
const seal = (text, style) => `<svg class="seal" style="${style}" viewBox="0 0 120 120"><circle cx="60" cy="60" r="56" fill="none" stroke="#c11" stroke-width="4"/>
<text x="60" y="68" font-size="34" text-anchor="middle" fill="#c11">★</text><text x="60" y="34" font-size="13" text-anchor="middle" fill="#c11">${text}</text>
<text x="60" y="98" font-size="13" text-anchor="middle" fill="#c11">演示印章</text></svg>`;
const box = (text) => `<div class="stamp">${text}<small>编制 张某　校核 李某　审核 王某<br>日期 2026-10-31</small></div>`;
const PAPERS = [
  `<h1>防雷装置竣工验收申请书</h1>${rows([['工程名称', '演示学校教学楼'], ['建设单位', '演示建设单位'], ['施工单位', '演示施工单位'], ['建筑面积', '3200.5 平方米'], ['防雷类别', '第二类'],
    ['开工日期', '2026年1月3日'], ['竣工日期', '2026年10月31日']])}<p>本工程防雷装置已按核准的设计施工完毕，经检测合格，现申请竣工验收。</p><p class="right">申请单位（盖章）　　2026年11月2日</p>${seal('演示建设单位', 'right:70px;bottom:120px')}`,
  `<h1>屋面防雷平面图（竣工图）</h1><svg class="plan" viewBox="0 0 500 480"><g fill="none" stroke="#333" stroke-width="2"><rect x="40" y="40" width="420" height="300"/><rect x="60" y="60" width="380" height="260" stroke="#06c"/>
    <path d="M186 60V320M313 60V320M60 147H440M60 233H440" stroke="#06c"/></g><g fill="#06c"><circle cx="60" cy="60" r="7"/><circle cx="440" cy="60" r="7"/><circle cx="60" cy="320" r="7"/><circle cx="440" cy="320" r="7"/></g>
    <text x="40" y="372" font-size="16">—— 接闪带　● 引下线　网格不大于 10m×10m</text></svg>${box('竣 工 图')}${seal('演示施工单位', 'left:60px;bottom:70px')}`,
  `<h1>建筑业企业资质证书</h1>${rows([['企业名称', '演示施工单位'], ['资质类别及等级', '建筑工程施工总承包贰级'], ['证书编号', 'D200000000（演示）'], ['有效期', '至 2028年12月31日'], ['发证机关', '演示发证机关']])}
    <p class="copy">复印件与原件一致</p>${seal('演示施工单位', 'right:70px;bottom:150px')}`,
  `<h1>授权委托书</h1><p>兹委托 张某（居民身份证 ××××××××）办理“防雷装置竣工验收”的申请、提交材料、领取结果等事项。</p><p>委托期限：2026年11月1日至2026年12月31日。</p>
    <p>受托人签名：<i>张某</i></p><p class="right">委托单位（盖章）<br>法定代表人签名：<i>李某</i><br>2026年11月1日</p>${seal('演示建设单位', 'right:90px;bottom:200px')}`,
];
const STYLE = `body{margin:0;width:${WIDTH}px;height:${HEIGHT}px;position:relative;box-sizing:border-box;padding:56px 52px;background:#fff;font:18px/1.8 "Noto Sans CJK SC",sans-serif;color:#222}
h1{font-size:28px;text-align:center;margin:0 0 24px}table{width:100%;border-collapse:collapse}th,td{border:1px solid #555;padding:8px 12px;text-align:left}th{width:34%;font-weight:400;background:#f5f5f5}
.right{text-align:right}.seal{position:absolute;width:130px;opacity:.85}.stamp{position:absolute;right:52px;bottom:70px;border:3px solid #c11;color:#c11;padding:6px 14px;font-size:24px;text-align:center;width:230px}
.stamp small{display:block;font-size:14px}.plan{width:100%}.copy{color:#c11;border:2px solid #c11;display:inline-block;padding:2px 12px}
body::after{content:"样本　演示数据";position:absolute;left:0;right:0;top:400px;text-align:center;font-size:66px;color:rgb(0 0 0 / 12%);transform:rotate(-32deg)}
body::before{content:"样本（演示数据）";position:absolute;left:52px;top:16px;font-size:15px;color:#888}`;

const browser = await startChromium();
const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT } });
const pictures = [];
for (const paper of PAPERS) {
  await page.setContent(`<!doctype html><meta charset="utf-8"><style>${STYLE}</style><body>${paper}</body>`);
  const bytes = await page.screenshot({ type: 'jpeg', quality: 55 });
  pictures.push({ media_type: 'image/jpeg', base64: bytes.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) });
  console.log(createHash('sha256').update(bytes).digest('hex'), bytes.length);
  if (process.argv[2]) fs.writeFileSync(`${process.argv[2]}/sample${pictures.length}.jpg`, bytes);
}
await browser.close();
fs.writeFileSync(new URL('../demo/office/pictures.json', import.meta.url), `${JSON.stringify({ stored_by: 'admin1', pictures }, null, '\t')}\n`);
