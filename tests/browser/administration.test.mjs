// SPDX-License-Identifier: Apache-2.0
// The office kept by its administrators on their screens: organisation, files, rosters.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openPage, startChromium } from './support/browsers.mjs';
import { Clerk as Person } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const shots = process.env.FW_SHOTS; // a folder for pictures, to look at by eye
let office, browser, admin;

/** Nothing scrolls but inside; a list that just folded up may still be on its way. */
async function look(page, name) {
  await page.waitForFunction(() => document.scrollingElement.scrollWidth <= innerWidth && document.scrollingElement.scrollHeight <= innerHeight, undefined, { timeout: 5000 })
    .catch(() => assert.fail(`${name} scrolls at 1366 x 768`));
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

const kind = (name) => admin.locator('.el-radio-button', { hasText: name }).click();
const row = (page, text) => page.locator('.el-table__body .el-table__row', { hasText: text });
const dialog = () => admin.locator('.el-dialog:visible');

/** Chooses the option of a select inside the dialog, searching for it by what is typed. */
async function choose(label, typed, option) {
  await dialog().getByLabel(label, { exact: true }).first().click();
  if (typed) await admin.keyboard.type(typed);
  await admin.locator('.el-select-dropdown:visible .el-select-dropdown__item', { hasText: option }).first().click();
}

async function create(name, fields) {
  await kind(name);
  await admin.getByRole('button', { name: '新建' }).click();
  for (const [field, value] of Object.entries(fields)) await dialog().locator(`input[name=${field}]`).fill(value);
}

/** Types into a field and leaves it. */
async function type(field, text) {
  await field.fill(text);
  await field.press('Tab');
}

async function save() {
  await dialog().getByRole('button', { name: '保存' }).click();
}

before(async () => {
  office = await Office.open({});
  browser = await startChromium();
  admin = await openPage(browser, office.url);
  await new Person(admin).signIn('admin1', 'demo-admin1');
  await admin.waitForURL('**/administration');
});

after(async () => {
  await browser?.close();
  await office?.close();
});

test('a hall closed out of turn is seen by who chooses whom to call, at once, and so is its end', async () => {
  const [keeper, caller] = [await openPage(browser, office.url), await openPage(browser, office.url)];
  const clerk = new Person(caller);
  await clerk.signIn('clerk1', 'demo-clerk1');
  await clerk.takeWindow('3号通办窗口');
  await clerk.choose(0, '防雷装置竣工验收');
  await clerk.choose(1, '陆河县');
  await clerk.shows('个窗口都没有在岗');
  await new Person(keeper).signIn('supervisor2', 'demo-supervisor2');
  await keeper.waitForURL('**/supervision**');
  await keeper.goto(`${office.url}/administration/closures`);
  await keeper.getByRole('button', { name: '登记关闭' }).click();
  const form = keeper.locator('.el-dialog:visible');
  await form.getByRole('button', { name: '登记关闭' }).click();
  await form.getByText('请写明原因').waitFor();
  await look(keeper, 'closure-form');
  await form.locator('.el-select').click();
  await keeper.locator('.el-select-dropdown__item:visible', { hasText: '441523-01' }).click();
  await type(form.locator('input[name=until]'), '2099-01-01 10:00');
  await form.locator('input[name=reason]').fill('停电检修');
  await form.getByRole('button', { name: '登记关闭' }).click();
  await form.getByText('最长一年').waitFor();
  const until = new Date(Date.now() + 26 * 3600e3).toLocaleString('sv', { timeZone: 'Asia/Shanghai' }).slice(0, 16);
  await type(form.locator('input[name=until]'), until);
  await form.getByRole('button', { name: '登记关闭' }).click();
  await clerk.shows(`属地窗口临时关闭，至 ${until}`);
  await look(caller, 'closure-seen');
  await row(keeper, '停电检修').getByRole('button', { name: '撤销' }).click();
  await keeper.locator('.el-message-box').getByRole('button', { name: '确定' }).click();
  await clerk.shows('个窗口都没有在岗');
  assert.deepEqual(caller.faults, []);
});

test('a hall and a window are created; nothing is typed that can be chosen', async () => {
  await create('大厅', { id: '441523-02', name: '陆河县第二大厅' });
  await choose('区划', '陆河', '陆河县');
  const monday = dialog().locator('.hours tr').first();
  await type(monday.getByLabel('开始').last(), '11:00');
  await monday.getByText('与同一天的另一段重叠').waitFor();
  await save();
  await dialog().getByText('办公时间有误').waitFor();
  await monday.getByRole('button', { name: '删去这一段' }).last().click();
  await type(monday.getByLabel('开始'), '0');
  await type(monday.getByLabel('结束'), '24');
  await monday.getByRole('button', { name: '复制到' }).click();
  await admin.locator('.el-dropdown-menu__item:visible', { hasText: '每一天' }).click();
  await save();
  await row(admin, '陆河县第二大厅').waitFor();
  await create('窗口', { id: '441523-02-1', name: '1号属地窗口' });
  await choose('大厅', '第二', '陆河县第二大厅');
  await dialog().locator('.el-form-item', { hasText: '属地窗口' }).locator('.el-switch').click();
  await look(admin, 'administration-window');
  await save();
  await row(admin, '441523-02-1').waitFor();
});

test('what was changed, by whom and from what to what, stands in the history of an object', async () => {
  await kind('大厅');
  await row(admin, '陆河县第二大厅').getByRole('button', { name: '修改' }).click();
  await dialog().locator('input[name=ring_seconds]').fill('25');
  await save();
  await dialog().waitFor({ state: 'hidden' });
  await row(admin, '陆河县第二大厅').getByRole('button', { name: '变更记录' }).click();
  const drawer = admin.locator('.el-drawer:visible');
  await drawer.getByText('新建').waitFor();
  assert.match(await drawer.locator('dl').innerText(), /振铃秒数\s+（空） → 25/u);
  assert.match(await drawer.innerText(), /演示·市级管理员/u);
  await look(admin, 'administration-history');
  await admin.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
});

test('a file is checked first, each fault by its line, and nothing of it is taken in', async () => {
  await kind('窗口');
  await admin.getByRole('button', { name: '导入' }).click();
  const csv = '编码,名称,大厅,申请方窗口,属地窗口\nn1,一号,441523-02,0,1\nn2,二号,nowhere,0,1\nn1,又一,441523-02,0,1\n';
  await dialog().locator('input[type=file]').setInputFiles({ name: 'windows.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await dialog().getByText('共 2 处有误').waitFor();
  const lines = await dialog().locator('.el-table__body .el-table__row td:first-child').allInnerTexts();
  assert.deepEqual(lines.map(Number).sort(), [3, 4], lines.join());
  assert.ok(await dialog().getByRole('button', { name: '导入' }).isDisabled());
  await look(admin, 'administration-import');
  await dialog().getByRole('button', { name: '取消' }).click();
  await admin.getByLabel('按编码或名称查找').fill('n1');
  await admin.keyboard.press('Enter');
  await admin.getByText('没有找到').waitFor();
});

test('a week of duty is typed with the keyboard and stays', async () => {
  const page = await openPage(browser, office.url);
  await new Person(page).signIn('supervisor2', 'demo-supervisor2');
  await page.waitForURL('**/supervision**');
  await page.goto(`${office.url}/administration/roster`);
  await page.getByRole('row', { name: /1号属地窗口/u }).waitFor();
  const days = page.locator('thead input[type=checkbox]');
  const thisWeek = await days.first().getAttribute('name');
  await page.getByRole('button', { name: '下一周' }).press('Enter');
  // Not that it can be ticked: on a Monday this week's first day can be as well.
  await page.waitForFunction((name) => {
    const first = document.querySelector('thead input[type=checkbox]');
    return first !== null && first.name !== name && !first.disabled;
  }, thisWeek);
  await days.first().focus();
  await page.keyboard.press('Space');
  const cell = page.locator('[data-cell="0-0"] textarea');
  await cell.focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('8:30-12:00');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('9-10');
  await page.keyboard.press('Control+S');
  await page.getByText('时间应写作 08:30-12:00 的样子').waitFor();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Control+S');
  await page.getByText('已保存，立即生效').waitFor();
  await look(page, 'administration-roster');
  await page.reload();
  await page.getByRole('button', { name: '下一周' }).press('Enter');
  await page.locator('[data-cell="0-0"] textarea').waitFor();
  assert.equal(await page.locator('[data-cell="0-0"] textarea').inputValue(), '08:30-12:00');
  assert.equal(await page.locator('[data-cell="0-1"] textarea').inputValue(), '');
  assert.deepEqual(page.faults.filter((fault) => !fault.includes('400')), []);
});
