// SPDX-License-Identifier: Apache-2.0
// A case without a call, on two pages: opened and filled in, its papers captured over a line that is cut, sent, ruled on, supplemented once, refused its second supplement,
// accepted, decided, issued; the list and both pages follow. Its business form is filled in from the keyboard, read, printed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { cutMidUpload, eventually, openPage, startChromium } from './support/browsers.mjs';
import { documentCamera } from './support/cameras.mjs';
import { Clerk } from './support/clerk.mjs';
import { Office } from './support/office.mjs';
import { Clerk as Person } from '../support/clerk.mjs';
import { printed as page1 } from '../support/pictures.mjs';

const SHOTS = process.env.FW_SHOTS;
let office;
let camera;
let browser;

before(async () => {
  office = await Office.open();
  camera = await documentCamera();
  browser = await startChromium({ camera: camera.file });
});
after(async () => {
  await browser?.close();
  camera?.remove();
  await office?.close();
});

const shot = async (page, name) => SHOTS && page.screenshot({ path: `${SHOTS}/${name}.png` });
const button = (page, name) => page.getByRole('button', { name, exact: false });

async function finish(page, action, fill = async () => undefined) {
  await button(page, action).first().click();
  const dialog = page.getByRole('dialog');
  await fill(dialog);
  await shot(page, `action-${action}`);
  await dialog.getByRole('button', { name: '完成' }).click();
  await dialog.waitFor({ state: 'detached' });
}

const state = (page, text) => page.locator('.head .el-tag', { hasText: text }).first().waitFor();

/** Nothing lies beyond the screen of 1366x768: what is long scrolls inside. */
async function fits(page) {
  const beyond = await page.evaluate(() => [document.scrollingElement.scrollWidth - innerWidth, document.scrollingElement.scrollHeight - innerHeight]);
  assert.ok(beyond.every((by) => by <= 0), `${page.url()} ${beyond}`);
}

/** A page from this computer, filed with the sheet that is open. */
async function fileFrom(page, name) {
  const sheet = page.getByTestId('capture-sheet');
  await sheet.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/png', buffer: page1(false) });
  await sheet.getByTestId('file-pages').click();
  await sheet.waitFor({ state: 'detached' });
}

/** Somebody copies the case to the supervisor, on a page that shows something else meanwhile. */
const copied = (page, id) => page.evaluate(async (where) => {
  const { revision } = await (await fetch(where)).json();
  return (await fetch(`${where}/actions`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ action: 'copy', revision, accounts: ['supervisor1'] }) })).status;
}, `/api/v1/cases/${id}`);

/** The page of a new case, its item found by initials and its home location chosen. */
async function begin(page) {
  await page.goto(`${office.url}/cases/new`);
  await page.locator('.head .el-select').first().click();
  await page.keyboard.type('flzz');
  await page.getByRole('option', { name: /防雷装置竣工验收/ }).click();
  await page.locator('.head .el-select').nth(1).click();
  await page.getByRole('option', { name: '陆河县' }).click();
}

/** Two pages of a material at the document camera; the line is cut while the first is on its way. */
async function capture(page, material) {
  const row = page.locator('.materials > li').nth(material - 1);
  await row.getByTestId('capture').click();
  const sheet = page.getByTestId('capture-sheet');
  await sheet.locator('.size').waitFor();
  for (const n of [0, 1]) {
    await page.keyboard.press('F9');
    await sheet.locator('ol.strip > li').nth(n).waitFor();
  }
  const line = await cutMidUpload(page);
  await sheet.getByTestId('file-pages').click();
  await line.cut;
  await page.getByText('网络中断，2 个文件已存在本机').waitFor();
  await shot(page, 'cut');
  assert.equal(await row.getByTestId('thumbnail').count(), 0, 'half of it is no page');
  await line.mend();
  await row.getByTestId('thumbnail').nth(1).waitFor();
  await page.getByTestId('uploads').waitFor({ state: 'detached' });
  assert.equal(await row.locator('[data-file]').count(), 2, 'each filed once');
}

test('the story of a case from item to issue', { timeout: 480000 }, async () => {
  const clerk = await openPage(browser, office.url);
  const home = await openPage(browser, office.url);
  const at = { clerk: new Clerk(clerk), home: new Clerk(home) };
  const addresses = [];
  for (const page of [clerk, home]) page.on('request', (request) => addresses.push(decodeURIComponent(request.url())));
  await at.clerk.signIn('clerk1', 'demo-clerk1');
  await at.clerk.takeWindow('3号');
  await at.home.signIn('home1', 'demo-home1');
  await at.home.takeWindow('1号');

  await home.addInitScript(() => (window.print = () => (window.top.fwPrinted = document.body.innerText)));
  await begin(clerk);
  await clerk.getByLabel('姓名或名称').fill('张三丰');
  await clerk.getByLabel('证件号码').fill('110105194912310021');
  await clerk.getByLabel('联系电话').fill('13812345678');
  await clerk.locator('.el-checkbox.all').first().click();
  await clerk.locator('.el-checkbox.all').nth(1).click();
  const fields = clerk.getByTestId('form-fields');
  const { keyboard } = clerk;
  const typed = async (text) => {
    await keyboard.type(text);
    await keyboard.press('Tab');
  };
  await fields.getByLabel('工程名称').focus();
  await typed('演示学校教学楼');
  await typed('演示建设单位');
  await typed('');
  await keyboard.press('Enter');
  await clerk.getByRole('option', { name: '第二类' }).waitFor();
  for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await keyboard.press(key);
  await keyboard.press('Tab');
  await keyboard.type('约三千');
  assert.equal(await fields.getByText('只能填数字').count(), 0, 'nobody is told while still typing');
  await keyboard.press('Tab');
  await fields.getByText('只能填数字').waitFor();
  await typed('2026-02-30');
  await fields.getByText('没有这一天').waitFor();
  await typed('20261031');
  assert.equal(await fields.getByLabel('竣工日期').inputValue(), '2026-10-31');
  await keyboard.type('接闪器');
  await keyboard.press('Enter');
  await keyboard.type('引下线');
  await shot(clerk, 'new');
  await button(clerk, '保存').focus();
  await keyboard.press('Enter');
  await clerk.getByText('业务表格“建筑面积（平方米）”填得不对').waitFor();
  assert.equal(await fields.getByLabel('建筑面积').evaluate((input) => input === document.activeElement && input.getAttribute('aria-invalid')), 'true', 'the clerk is where it is wrong');
  await keyboard.press('Control+a');
  await typed('３,２００。５');
  await keyboard.press('Control+a');
  await typed('2026年1月3日');
  assert.deepEqual(await Promise.all(['建筑面积', '开工日期'].map((name) => fields.getByLabel(name).inputValue())), ['3,200.5', '2026-01-03'].map((text) => text.replace(',', '')));
  assert.equal(await fields.getByRole('alert').count(), 0);
  await keyboard.press('Enter');
  await clerk.getByText('证件号码的校验位不对').waitFor();
  await clerk.getByLabel('证件号码').fill('11010519491231002X');
  await clerk.locator('.el-checkbox', { hasText: '需要速递' }).click();
  await clerk.getByLabel('领取人或收件人').fill('李收件');
  await clerk.getByLabel('联系电话').nth(1).fill('13755556666');
  await clerk.getByLabel('联系地址').nth(1).fill('某路二号');
  await button(clerk, '保存').click();
  await state(clerk, '收件登记');
  await clerk.locator('.head dd', { hasText: '李收件 某路二号' }).waitFor();
  const id = clerk.url().split('/').pop();
  const [first, second] = [0, 1].map((n) => clerk.locator('.materials > li').nth(n));
  await first.getByTestId('capture').click();
  await fileFrom(clerk, '申请书.png');
  await first.getByRole('button', { name: '用于其他材料' }).click();
  await clerk.getByRole('menuitem', { name: '2. 防雷装置竣工图纸' }).click();
  await second.getByTestId('thumbnail').waitFor();
  await second.getByRole('button', { name: '全屏查看' }).click();
  await clerk.getByTestId('lay-sample').waitFor();
  await keyboard.press('v');
  const beside = clerk.getByTestId('page-view').nth(1).locator('img');
  await beside.waitFor();
  assert.match(await beside.getAttribute('src'), /^data:image\/jpeg/, 'the sample lies beside the capture');
  await shot(clerk, 'beside-sample');
  await keyboard.press('v');
  await beside.waitFor({ state: 'detached' });
  await keyboard.press('Escape');
  await clerk.getByTestId('page-dialog').waitFor({ state: 'detached' });
  assert.equal(await clerk.getByText('110105********002X').count(), 1);
  await capture(clerk, 3);
  await finish(clerk, '收件完成');
  await state(clerk, '待受理');
  await shot(clerk, 'sent');
  await fits(clerk);
  await home.goto(clerk.url());
  const form = home.getByTestId('case-form');
  await form.getByText('2026-10-31').waitFor();
  await home.locator('.materials > li').nth(2).getByTestId('thumbnail').nth(1).waitFor();
  await shot(home, 'form-read');
  await form.getByRole('button', { name: '打印表格' }).click();
  const printed = await home.evaluate(() => window.fwPrinted);
  for (const text of ['防雷装置竣工验收 业务表格', '演示学校教学楼', '演示建设单位', '3200.5', '第二类', '2026-01-03', '2026-10-31', '接闪器\n引下线', '陆河县', '申请人（签名）']) assert.ok(printed.includes(text), `${text} in ${printed}`);

  await button(clerk, '更正申请人').click();
  const correction = clerk.getByRole('dialog');
  await correction.getByLabel('姓名或名称').and(clerk.locator(':enabled')).waitFor();
  assert.equal(await correction.getByLabel('证件号码').inputValue(), '11010519491231002X', 'to be corrected it is seen in full');
  assert.ok(await correction.locator('footer button').last().isDisabled(), 'nothing is changed yet');
  await correction.getByLabel('联系电话').fill('13987654321');
  await correction.getByLabel('更正原因').fill('申请人当场说明电话有误');
  await shot(clerk, 'correction');
  await correction.locator('footer button').last().click();
  await correction.waitFor({ state: 'detached' });
  await clerk.locator('.steps').getByText('申请人当场说明电话有误').waitFor();
  await clerk.locator('.steps').getByText('更正前：张三丰 居民身份证 110105********002X 138****5678').waitFor();
  await shot(clerk, 'corrected');

  await home.goto(`${office.url}/cases`);
  await shot(home, 'list');
  await fits(home);
  await home.locator('.el-table__row .link').first().click();
  await button(clerk, '制作文书').click();
  await clerk.getByRole('menuitem', { name: '一次性告知书' }).click();
  await clerk.getByText('没有需要补正的内容').waitFor();
  await home.locator('.materials > li').nth(1).getByRole('button', { name: '✘ 不符合' }).click();
  await home.getByRole('radio', { name: '加盖施工单位竣工图章' }).click({ force: true });
  await shot(home, 'verdict');
  await button(home.getByRole('dialog'), '确定').click();
  await clerk.locator('.materials > li').nth(1).locator('.el-tag', { hasText: '✘ 不符合' }).waitFor(); // told over the live line
  for (const [n, verdict] of [[2, '◷ 容缺'], [3, '✉ 需纸质']]) {
    await home.locator('.materials > li').nth(n).getByRole('button', { name: verdict }).click();
    await clerk.locator('.materials > li').nth(n).locator('.el-tag', { hasText: verdict }).waitFor();
  }
  await state(clerk, '寄送期限');
  await button(clerk, '制作文书').click();
  await clerk.getByRole('menuitem', { name: '一次性告知书' }).click();
  const sheet = await clerk.getByRole('link', { name: '一次性告知书' }).getAttribute('href');
  const pdf = await clerk.request.get(`${office.url}${sheet}`);
  assert.equal(pdf.headers()['content-type'], 'application/pdf');
  assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-');
  await finish(home, '补正材料', (dialog) => dialog.getByLabel('办理意见').fill('请补正'));
  await state(clerk, '待补正告知');
  assert.equal(await clerk.getByText('需补正：加盖施工单位竣工图章').count(), 1);
  await finish(clerk, '补正告知');
  await state(clerk, '待补正');
  await button(clerk, '修改').click();
  assert.equal(await clerk.locator('.el-drawer').getByLabel('联系电话').nth(1).inputValue(), '137****6666', 'the courier is masked');
  assert.equal(await copied(home, id), 200);
  await clerk.locator('.el-drawer').getByRole('button', { name: '保存' }).click();
  await clerk.getByText('这份办件已被修改（演示·属地窗口一 抄送）').waitFor();
  await shot(clerk, 'changed');
  await clerk.locator('.el-drawer').getByRole('button', { name: '取消' }).click();
  await clerk.locator('.el-drawer').waitFor({ state: 'hidden' });
  await button(clerk, '修改').click();
  await clerk.locator('.el-drawer .material').nth(1).locator('.el-checkbox').click();
  await shot(clerk, 'edit');
  await clerk.locator('.el-drawer').getByRole('button', { name: '保存' }).click();
  await clerk.locator('.el-drawer').waitFor({ state: 'hidden' });
  await finish(clerk, '补正受理');
  await state(home, '待受理');
  assert.equal(await button(home, '补正材料').count(), 0); // once
  const only = (account) => eventually(() => home.locator('[role=option]:visible').allInnerTexts(), (found) => found.length === 1 && found[0].includes(account), { what: `${account} alone is offered` });
  await finish(home, '指定经办人', async (dialog) => { // by name, from the keyboard
    assert.ok(await dialog.getByRole('button', { name: '完成' }).isDisabled(), 'nobody is chosen yet');
    await dialog.getByLabel('指定经办人').focus();
    await home.keyboard.type('home1');
    await only('home1');
    await shot(home, 'handlers');
    for (const key of ['ArrowDown', 'Enter']) await home.keyboard.press(key);
  });
  await home.locator('.head dd', { hasText: '演示·属地窗口一' }).waitFor();
  await finish(home, '抄送', async (dialog) => {
    await dialog.getByLabel('抄送给').focus();
    await home.keyboard.type('supervisor1');
    await only('supervisor1');
    for (const key of ['ArrowDown', 'Enter', 'Tab']) await home.keyboard.press(key); // on to the next: the list closes
    await dialog.locator('.el-tag', { hasText: '演示·督导' }).waitFor();
    await shot(home, 'copied');
  });
  await finish(home, '受理');
  await finish(home, '办结');
  await state(clerk, '待发放');
  const result = clerk.getByTestId('case-result');
  await result.getByText('没有上传结果文件').waitFor();
  await home.getByTestId('file-result').click();
  await fileFrom(home, '验收意见书.png');
  await result.getByText('准予').waitFor();
  assert.equal(await clerk.getByTestId('file-result').count(), 0, 'the home side files it');
  await result.getByRole('button', { name: '全屏查看' }).click();
  await clerk.getByTestId('page-dialog').getByText('验收意见书.png').first().waitFor();
  await keyboard.press('Escape');
  await shot(clerk, 'result');
  const original = await clerk.request.get(`${office.url}${await result.getByRole('link').getAttribute('href')}`);
  assert.deepEqual([original.status(), (await original.body()).equals(page1(false))], [200, true], 'to be printed as it was filed');
  const { courier } = await home.evaluate(async (where) => (await fetch(where, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })).json(), `/api/v1/cases/${id}/unmask`);
  assert.deepEqual(courier, { name: '李收件', phone: '13755556666', address: '某路二号' }, 'edited with the courier masked, it is what it was');
  await finish(clerk, '发放登记', async (dialog) => {
    await dialog.getByLabel('领取人或收件人').fill('张三丰');
    await dialog.getByLabel('证件号码').fill('11010519491231002X');
  });
  await state(home, '已发放');
  await shot(home, 'issued');
  assert.deepEqual(addresses.filter((each) => /张三丰|李收件|110105194912310|13812345678|13987654321|13755556666/.test(each)), [], 'no address names anybody');
  assert.ok(addresses.some((each) => each.endsWith(`${id}/unmask`)));
  assert.deepEqual([clerk.faults.filter((fault) => !/ 40[09] /.test(fault)), home.faults], [[], []]);
});

test('each figure opens to the cases behind it', { timeout: 240000 }, async () => {
  const supervisor = await openPage(browser, office.url);
  await new Clerk(supervisor).signIn('supervisor1', 'demo-supervisor1');
  await supervisor.waitForURL('**/supervision**');
  await supervisor.goto(`${office.url}/cases/figures`);
  const row = supervisor.locator('.figures .el-table__row').first();
  await row.getByText('防雷装置竣工验收').waitFor();
  await shot(supervisor, 'figures');
  const [saved] = await Promise.all([supervisor.waitForEvent('download'), button(supervisor, '导出 CSV').click()]);
  const csv = fs.readFileSync(await saved.path(), 'utf8').replace('\ufeff', '').trim().split('\r\n').map((line) => line.slice(1, -1).split('","'));
  assert.deepEqual(csv[0], ['月份', '申请地大厅', '事项', '收件', '转属地', '办结', '平均收件（小时）', '平均办理（小时）', '退回补正', '退回补正率', '收件差错', '收件差错率',
    '不予受理', '不予受理率']);
  assert.deepEqual([csv.length, ...csv[1].slice(2, 6), ...csv[1].slice(8)], [2, '防雷装置竣工验收', '1', '1', '1', '1', '100.0%', '1', '100.0%', '0', '0.0%']);
  await supervisor.getByText('按大厅').click();
  await supervisor.getByRole('columnheader', { name: '事项' }).waitFor({ state: 'detached' });
  await row.getByRole('button', { name: '1（100.0%）' }).first().click();
  const drawer = supervisor.getByRole('dialog');
  await drawer.getByText('已发放').waitFor();
  await shot(supervisor, 'behind');
  await drawer.getByRole('link').first().click();
  await state(supervisor, '已发放');
  await supervisor.goto(`${office.url}/catalogue`);
  await supervisor.getByText('防雷装置竣工验收').first().waitFor();
  await fits(supervisor);
  assert.deepEqual(supervisor.faults, []);
});

test('an item published anew while a clerk writes loses nothing of the form', { timeout: 120000 }, async () => {
  const clerk = await openPage(browser, office.url);
  const at = new Clerk(clerk);
  await at.signIn('clerk1', 'demo-clerk1');
  await at.takeWindow('3号');
  await begin(clerk);
  await clerk.getByLabel('姓名或名称').fill('李四');
  await clerk.getByLabel('证件号码').fill('11010519491231002X');
  await clerk.locator('.el-checkbox.all').first().click();
  await clerk.locator('.el-checkbox.all').nth(1).click();
  await clerk.getByLabel('工程名称').fill('演示医院门诊楼');

  const admin = await Person.signIn(office, 'admin1');
  const item = '/api/v1/catalogue/items/fanglei-jungong';
  const { document } = (await admin.http('GET', `${item}/versions/1`)).json;
  const form = [{ name: '检测报告编号', kind: 'text', required: true, choices: [], hint: '见检测报告首页右上角' }, ...document.form];
  await admin.http('PUT', `${item}/draft`, { json: { revision: 0, document: { ...document, form } } });
  assert.equal((await admin.http('POST', `${item}/publish`, { json: { revision: 1 } })).json.version, 2);

  await button(clerk, '保存').click();
  await clerk.getByText('这个事项刚刚发布了新版本').waitFor();
  assert.equal(await clerk.getByLabel('工程名称').inputValue(), '演示医院门诊楼');
  assert.equal(await clerk.getByLabel('姓名或名称').inputValue(), '李四');
  assert.equal(await clerk.locator('.el-checkbox.all.is-checked').count(), 0, 'what was ticked was of the old version');
  await clerk.getByText('见检测报告首页右上角').waitFor();
  await shot(clerk, 'republished');
  await clerk.locator('.el-checkbox.all').first().click();
  await clerk.locator('.el-checkbox.all').nth(1).click();
  await button(clerk, '保存').click();
  await state(clerk, '收件登记');
  await clerk.getByTestId('case-form').getByText('必填项还有 1 项没填').waitFor();
  await button(clerk, '收件完成').first().click();
  await button(clerk.getByRole('dialog'), '完成').click();
  await clerk.getByText('业务表格的必填项没有填写').waitFor();
  await shot(clerk, 'incomplete');
  await clerk.getByRole('dialog').getByRole('button', { name: '取消' }).click();
  await button(clerk, '修改').click();
  await clerk.getByLabel('检测报告编号').fill('GD-2026-1');
  await shot(clerk, 'edit-form');
  await clerk.locator('.el-drawer').getByRole('button', { name: '保存' }).click();
  await clerk.locator('.el-drawer').waitFor({ state: 'hidden' });
  await finish(clerk, '收件完成');
  await state(clerk, '待受理');
});
