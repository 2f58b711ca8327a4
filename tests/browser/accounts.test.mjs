// SPDX-License-Identifier: Apache-2.0
// An account from its making to its last session: role, first password, reset, taken over; and a hall that is closed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Clerk } from '../support/clerk.mjs';
import { openPage, startChromium } from './support/browsers.mjs';
import { Clerk as Person } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const ACCOUNT = 'zhao4';
const OWN = 'own-password-1';
const shots = process.env.FW_SHOTS; // a folder for pictures, to look at by eye

let office, browser, admin, clerk, first;

async function look(page, name) {
  await page.waitForFunction(() => document.scrollingElement.scrollWidth <= innerWidth && document.scrollingElement.scrollHeight <= innerHeight, undefined, { timeout: 5000 })
    .catch(() => assert.fail(`${name} scrolls at 1366 x 768`));
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

const dialog = (page) => page.locator('.el-dialog:visible');
const row = (page, text) => page.locator('.el-table__body .el-table__row', { hasText: text });
const sessions = async () => {
  const auditor = await Clerk.signIn(office, 'auditor1');
  return (await auditor.http('GET', `/api/v1/audit?account=${ACCOUNT}`)).json.rows.map((each) => each.action);
};

/** Chooses the option of a select in the dialog, as a hand does: click, type, click. */
async function choose(page, label, typed, option) {
  await dialog(page).locator('.el-select', { has: page.getByLabel(label, { exact: true }) }).first().click();
  if (typed) await page.keyboard.type(typed);
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item', { hasText: option }).first().click();
}

async function signIn(page, password) {
  await page.locator('input[name=account]').fill(ACCOUNT);
  await page.locator('input[name=password]').fill(password);
  await page.keyboard.press('Enter');
}

async function setPassword(page, old, next) {
  await page.waitForURL('**/password*');
  await page.locator('input[name=old]').fill(old);
  for (const field of ['next', 'again']) await page.locator(`input[name=${field}]`).fill(next);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/windows');
}

/** The first password that the administrator is shown, once. */
async function shownPassword() {
  await dialog(admin).getByText('初始密码').first().waitFor();
  const password = await dialog(admin).locator('code').innerText();
  await look(admin, 'administration-first-password');
  await dialog(admin).locator('.el-dialog__footer .el-button--primary').click();
  await dialog(admin).waitFor({ state: 'hidden' });
  return password;
}

before(async () => {
  office = await Office.open();
  browser = await startChromium();
  [admin, clerk] = [await openPage(browser, office.url), await openPage(browser, office.url)];
  await new Person(admin).signIn('admin1', 'demo-admin1');
  await admin.waitForURL('**/administration');
});

after(async () => {
  await browser?.close();
  await office?.close();
});

test('an account is made, its role and area chosen', async () => {
  await admin.locator('.el-radio-button', { hasText: '账号' }).click();
  await admin.getByRole('button', { name: '新建' }).click();
  await dialog(admin).locator('input[name=id]').fill(ACCOUNT);
  await dialog(admin).locator('input[name=name]').fill('赵四');
  await choose(admin, '角色', '', '属地通办窗口人员');
  await choose(admin, '区划', '陆河', '陆河县');
  await look(admin, 'administration-account');
  await dialog(admin).getByRole('button', { name: '保存' }).click();
  first = await shownPassword();
  await row(admin, '属地通办窗口人员（441523）').filter({ hasText: ACCOUNT }).waitFor();
});

test('the first password opens nothing but the way to an own one', async () => {
  await signIn(clerk, first);
  await setPassword(clerk, first, OWN);
  await clerk.getByText('1号属地窗口').waitFor();
});

test('who signs in elsewhere takes the session over, and both are told', async () => {
  const elsewhere = await openPage(browser, office.url);
  await new Person(clerk).takeWindow('1号属地窗口');
  await signIn(elsewhere, OWN);
  await elsewhere.getByText('本账号原先在 127.0.0.1 的登录').waitFor();
  await clerk.getByText('在 127.0.0.1 登录，这里的登录已结束').waitFor();
  await look(clerk, 'taken-over');
  assert.ok((await sessions()).includes('session.taken_over'));
  await elsewhere.context().close();
});

test('a password that was reset ends the session, and the new first one has to be changed again', async () => {
  await signIn(clerk, OWN);
  await clerk.waitForURL('**/windows');
  await new Person(clerk).takeWindow('1号属地窗口');
  await row(admin, ACCOUNT).getByRole('button', { name: '重置密码' }).click();
  await admin.locator('.el-message-box .el-button--primary').click();
  first = await shownPassword();
  await clerk.getByText('管理员已重置本账号的密码').waitFor();
  await signIn(clerk, OWN);
  await clerk.getByText('账号或密码不正确').waitFor();
  await signIn(clerk, first);
  await setPassword(clerk, first, `${OWN}2`);
  await clerk.context().close();
});

test('a hall that is closed owes no answer: a call is refused, and makes no row', async () => {
  const county = await openPage(browser, office.url);
  await new Person(county).signIn('supervisor2', 'demo-supervisor2');
  await county.waitForURL('**/supervision**');
  await county.goto(`${office.url}/administration/closures`);
  await county.getByRole('button', { name: '登记关闭' }).click();
  await choose(county, '大厅', '陆河', '陆河县政务服务大厅');
  const until = new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 16).replace('T', ' ');
  await dialog(county).locator('input[name=until]').fill(until);
  await county.keyboard.press('Enter');
  await dialog(county).locator('input[name=reason]').fill('停电检修');
  await look(county, 'closure');
  await dialog(county).getByRole('button', { name: '登记关闭' }).click();
  await row(county, '停电检修').waitFor();

  const applicant = await Clerk.signIn(office, 'clerk1');
  await applicant.connect();
  await applicant.take_window('441521-01-3');
  const asked = { item: 'fanglei-jungong', area: '441523', citizen_informed: true };
  assert.equal(await applicant.code('call.request', asked), 'no_window_ready');
  const supervisor = await Clerk.signIn(office, 'supervisor1');
  assert.deepEqual((await supervisor.http('GET', '/api/v1/ledger')).json.rows, []);
  assert.deepEqual([...admin.faults, ...county.faults], []);
});
