// SPDX-License-Identifier: Apache-2.0
// The catalogue in three people's hands: an item edited, published and compared while a case keeps the version it began with; a
// fault in its guide reported from that case, answered and closed; a file with faults kept out, a good one taken in and published.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPage, startChromium } from './support/browsers.mjs';
import { Clerk } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const SHOTS = process.env.FW_SHOTS;
const ITEM = '/catalogue/items/fanglei-jungong';
let office;
let browser;
let clerk;
let admin;

before(async () => {
  office = await Office.open();
  browser = await startChromium();
  clerk = await openPage(browser, office.url);
  admin = await openPage(browser, office.url);
  await new Clerk(clerk).signIn('clerk1', 'demo-clerk1');
  await new Clerk(clerk).takeWindow('3号');
  await new Clerk(admin).signIn('admin1', 'demo-admin1');
  await admin.waitForURL('**/administration');
});
after(async () => {
  await browser?.close();
  await office?.close();
});

const shot = async (page, name) => SHOTS && page.screenshot({ path: `${SHOTS}/${name}.png` });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const select = (part, label) => part.locator('.el-select', { has: part.page().getByRole('combobox', { name: label, exact: true }) });
const confirm = (page) => page.locator('.el-message-box').getByRole('button', { name: '确定' }).click();

/** A case opened with the page's own session; its address. */
function openCase(page) {
  return page.evaluate(async () => {
    const applicant = { kind: 'person', name: '张三丰', document: 'id_card', number: '11010519491231002X' };
    const response = await fetch('/api/v1/cases', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ item: 'fanglei-jungong', area: '441523', applicant }),
    });
    return `/cases/${(await response.json()).case}`;
  });
}

test('a fault is reported from a running call, which is its evidence', { timeout: 240000 }, async () => {
  const home = await openPage(browser, office.url);
  const at = { clerk: new Clerk(clerk), home: new Clerk(home) };
  await at.home.signIn('home1', 'demo-home1');
  await at.home.takeWindow('1号');
  await at.clerk.request('防雷装置竣工验收', '陆河县');
  await at.home.ringing();
  await at.home.answer();
  await at.clerk.inCall();
  await clerk.getByTestId('report-fault').click();
  await clerk.getByLabel('哪里不对').fill('通话中发现：公章种类没有写明');
  await shot(clerk, 'call-report');
  await button(clerk.getByRole('dialog', { name: '指南纠错' }), '上报').click();
  await clerk.getByText('已上报').first().waitFor();
  await at.clerk.inCall(); // nothing of the call was disturbed
  await at.clerk.hangUp();
  const listed = await clerk.evaluate(async () => (await fetch('/api/v1/guide-faults?list=mine')).json());
  assert.deepEqual(listed.rows.map((row) => [row.text, typeof row.call, row.area.name]), [['通话中发现：公章种类没有写明', 'string', '陆河县']]);
  assert.deepEqual(home.faults, []);
  await home.close();
});

let early;

test('draft, publish, compare; an open case keeps its version', { timeout: 180000 }, async () => {
  early = await openCase(clerk);
  await admin.goto(`${office.url}/catalogue`);
  await admin.getByLabel('事项名称、编码或拼音首字母').fill('flzz');
  await admin.keyboard.press('Enter');
  await admin.locator('.el-table__row').first().waitFor();
  await admin.getByRole('button', { name: '防雷装置竣工验收' }).click();
  await admin.waitForURL(`**${ITEM}`);
  await admin.getByText('防雷装置设计已通过市').waitFor();
  await shot(admin, 'item');
  await button(admin, '编辑（建立草稿）').click();
  await admin.getByRole('button', { name: '2. 防雷装置竣工图纸' }).click();
  await admin.getByLabel('材料名称').fill('防雷装置竣工图');
  await admin.getByLabel('审查要点 3').press('Enter');
  await admin.keyboard.type('图纸目录与图纸一致');
  await admin.locator('.picker input[type=file]').setInputFiles({ name: 'sample.png', mimeType: 'image/png', buffer: await admin.screenshot() });
  await admin.locator('.picker img').waitFor();
  await shot(admin, 'editor');
  await admin.getByRole('button', { name: '3. 施工单位的资质证' }).click();
  await admin.getByLabel('容缺工作日').fill('10');
  await admin.getByLabel('示范文本').fill('资质证须在有效期内');
  await admin.keyboard.press('Control+ArrowUp');
  await admin.keyboard.press('Control+ArrowUp');
  await admin.keyboard.press('Control+ArrowUp');
  const fields = admin.getByTestId('form-editor');
  await fields.getByLabel('字段名称 8').press('Enter');
  await fields.getByLabel('字段名称 9').fill('检测报告编号');
  await fields.locator('.el-checkbox').nth(8).click();
  await fields.getByLabel('字段名称 9').press('Enter');
  await admin.keyboard.type('检测结论');
  await fields.locator('.el-select').nth(9).click();
  await admin.getByRole('option', { name: '选择' }).last().click();
  await fields.getByLabel('选项 10').pressSequentially('合格; 不合格；');
  await admin.keyboard.press('Tab');
  assert.equal(await fields.getByLabel('选项 10').inputValue(), '合格；不合格');
  await shot(admin, 'form-editor');
  await admin.keyboard.press('Control+ArrowUp');
  await admin.getByLabel('受理条件 1').waitFor();
  await shot(admin, 'conditions');
  await admin.keyboard.press('Control+ArrowUp');
  await admin.getByLabel('承诺期限（工作日）').fill('两');
  await admin.keyboard.press('Control+s');
  await admin.getByText('还有 1 处要完善才能发布').waitFor();
  await admin.getByText('应为不超过三位的整数').waitFor();
  await shot(admin, 'faulty');
  await admin.getByLabel('承诺期限（工作日）').fill('2');
  await button(admin, '完成').click();
  await admin.waitForURL(`**${ITEM}`);
  await button(admin, '发布').click();
  await confirm(admin);
  await admin.getByText('第 2 版 ✔ 现行').waitFor();
  await select(admin.locator('aside'), '与哪一版比较').click();
  await admin.getByRole('option', { name: '第 1 版' }).click();
  const rows = admin.getByTestId('compare').locator('.el-table__row');
  await rows.nth(3).waitFor();
  await shot(admin, 'compare');
  assert.deepEqual((await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()), [
    '≠ 修改 承诺期限（工作日） 1 2', '＋ 新增 业务表格 检测报告编号', '＋ 新增 业务表格 检测结论', '≠ 修改 《防雷装置竣工图》材料名称 防雷装置竣工图纸 防雷装置竣工图', '≠ 修改 《防雷装置竣工图》示范图片', '＋ 新增 《防雷装置竣工图》审查要点 图纸目录与图纸一致',
    '＋ 新增 《施工单位的资质证》容缺工作日 10', '＋ 新增 《施工单位的资质证》示范文本 资质证须在有效期内',
  ]);
  await clerk.goto(office.url + early);
  await clerk.getByText('2. 防雷装置竣工图纸').waitFor();
  assert.equal(await clerk.getByText('图纸目录与图纸一致').count(), 0);
  await clerk.goto(office.url + (await openCase(clerk)));
  await clerk.getByText('2. 防雷装置竣工图', { exact: true }).waitFor();
  await clerk.getByTestId('case-form').getByText('必填项还有 1 项没填').waitFor();
  const [drawing, licence] = [2, 3].map((n) => clerk.locator('.materials > li').nth(n - 1));
  await licence.getByText('容缺 10 个工作日').waitFor();
  await licence.getByText('示范文本').click();
  await licence.getByText('资质证须在有效期内').waitFor();
  await drawing.getByText('示范文本').click();
  await drawing.getByRole('img', { name: '示范图片' }).waitFor();
  await shot(clerk, 'samples');
});

test('a fault is reported from a case, answered, objected to, closed', { timeout: 240000 }, async () => {
  await clerk.goto(office.url + early);
  await clerk.getByTestId('report-fault').click();
  await select(clerk.getByRole('dialog'), '材料').click();
  await clerk.getByRole('option', { name: /防雷装置竣工图纸/ }).click();
  await select(clerk.getByRole('dialog'), '审查要点').click();
  await clerk.getByRole('option', { name: '加盖施工单位竣工图章' }).click();
  await clerk.getByLabel('哪里不对').fill('属地还要求图纸目录，指南没有写');
  await shot(clerk, 'report');
  await button(clerk.getByRole('dialog'), '上报').click();
  await clerk.getByText('已上报').first().waitFor();

  await admin.goto(`${office.url}/catalogue/faults`);
  await admin.locator('.el-table__row').first().click();
  const drawer = admin.getByRole('dialog');
  await drawer.getByText('属地还要求图纸目录').first().waitFor();
  await drawer.getByText('指南有误，已改或将改').click();
  await drawer.getByLabel('说明（答复和退回必填）').fill('新版已经写明');
  await shot(admin, 'answer');
  await clerk.goto(`${office.url}/work`);
  await clerk.locator('.bench').waitFor();
  assert.equal(await clerk.getByTestId('guide-answered').count(), 0);
  await button(drawer, '答复').click();
  await drawer.getByText('见第 2 版').waitFor();

  await clerk.getByTestId('guide-answered').getByText('1 条已答复').waitFor(); // told over the live line
  await shot(clerk, 'answer-told');
  await clerk.getByRole('link', { name: '查看答复' }).click();
  await clerk.getByText('请您认可或退回').waitFor();
  await shot(clerk, 'answers');
  await clerk.locator('.el-table__row').first().click();
  await clerk.getByRole('dialog').getByText('新版已经写明').waitFor();
  await shot(clerk, 'answered');
  assert.equal(await button(clerk.getByRole('dialog'), '仍有问题，退回').isDisabled(), true); // wants words
  await button(clerk.getByRole('dialog'), '认可，办结').click();
  await clerk.getByRole('dialog').locator('.el-tag', { hasText: '已办结' }).waitFor();
});

test('a file with one fault stays out, a good one becomes drafts', { timeout: 240000 }, async () => {
  await admin.goto(`${office.url}/catalogue`);
  const exported = await admin.evaluate(async () => (await (await fetch('/api/v1/catalogue/export?format=csv')).json()).text);
  const choose = async (text) => {
    await button(admin, '导入').click();
    await admin.locator('input[type=file]').setInputFiles({ name: 'items.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  };
  await choose(exported.replace('夫妻双方签名,', '夫妻双方签名,三百'));
  await admin.getByText('1 处错误').waitFor();
  await shot(admin, 'import-faults');
  assert.match(await admin.getByRole('dialog').locator('.el-table__row').first().innerText(), /shengyu-dengji[\s\S]*第 1 份材料：容缺工作日[\s\S]*三百/);
  assert.equal(await button(admin, '导入为草稿').isDisabled(), true);
  await button(admin.getByRole('dialog'), '取消').click();
  await admin.getByRole('dialog').waitFor({ state: 'detached' });
  await choose(exported.replace('生育登记表', '生育登记申请表'));
  await admin.getByText('检查通过：44 个事项，新增 0，修改 1，未变 43').waitFor();
  await button(admin, '导入为草稿').click();
  const row = admin.locator('.el-table__row', { hasText: '生育登记' }).first();
  await row.getByText('修改中').waitFor();
  await row.locator('.el-checkbox').click();
  await shot(admin, 'list');
  await button(admin, '发布所选草稿（1）').click();
  await confirm(admin);
  await row.getByText('已发布').waitFor();
  assert.deepEqual([clerk.faults, admin.faults.filter((fault) => !fault.includes('404'))], [[], []]);
});
