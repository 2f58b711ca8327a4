// SPDX-License-Identifier: Apache-2.0
// From four calls that nobody took to the superior body, on the screens of those who decide; the messages that were sent, and what
// becomes of all of it in the figures, whose numbers open to their calls.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';

import { Clerk } from '../support/clerk.mjs';
import { openPage, startChromium } from './support/browsers.mjs';
import { Clerk as Person } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const HOME = '441523-01-1';
const WINDOW = '陆河县政务服务大厅 · 1号属地窗口';
const CALLER = '海丰县政务服务大厅 · 3号通办窗口';
const RED = [0xc6, 0x28, 0x28]; // the chart's unanswered calls
const shots = process.env.FW_SHOTS; // a folder for pictures, to look at by eye

let office, browser, county, city, applicant, home;

/** The window is rung with sound and nobody takes the call. */
async function unanswered(applicant, home) {
  const { call } = await applicant.call('call.request', { item: 'fanglei-jungong', area: '441523', window: HOME, citizen_informed: true });
  await home.event('call.incoming', (data) => data.call.id === call.id);
  for (const stage of ['displayed', 'tone']) await home.call('call.ring_ack', { call: call.id, stage });
  await applicant.event('call.state', (data) => data.call.id === call.id && data.call.state === 'unanswered');
}

async function look(page, name) {
  // A list that closes may still lie over the edge for a moment.
  await page.waitForFunction(() => document.scrollingElement.scrollWidth <= innerWidth && document.scrollingElement.scrollHeight <= innerHeight)
    .catch(() => assert.fail(`${name} scrolls at 1366 x 768`));
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

async function signIn(account) {
  const page = await openPage(browser, office.url);
  await new Person(page).signIn(account, `demo-${account}`);
  return page;
}

/** Clicks a place of supervision and waits for it: until then the page shows the place before, which has the same names. */
async function go(page, link, place) {
  await page.getByRole('link', { name: link }).click();
  await page.waitForURL(`**/supervision/${place}`);
}

/** The text of the file that the button gives. */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
  return { name: download.suggestedFilename(), lines: fs.readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n') };
}

/** Clicks the number, sees as many calls as it says, and goes back. */
async function opens(page, link) {
  const number = (await link.innerText()).trim();
  assert.notEqual(number, '0');
  await link.click();
  await page.getByText(`共 ${number} 次通话`).waitFor();
  await page.getByText('只列出统计数字中的通话').waitFor();
  assert.equal(await rows(page).count(), Number(number));
  await look(page, 'calls-behind');
  await page.goBack();
}

const rows = (page) => page.locator('.el-table__body .el-table__row');
const confirm = (page) => page.locator('.el-message-box .el-button--primary').click();

before(async () => {
  office = await Office.open({ config: '[calls]\nring_time_s = 5\n[sms]\ngateway = file\nquiet_from = 00:00\nquiet_to = 00:00\n' });
  [applicant, home] = await Promise.all([Clerk.signIn(office, 'clerk1'), Clerk.signIn(office, 'home1')]);
  await Promise.all([applicant.connect(), home.connect()]);
  await applicant.take_window('441521-01-3');
  await home.take_window(HOME);
  for (let i = 0; i < 4; i++) await unanswered(applicant, home);
  browser = await startChromium();
  [county, city] = [await signIn('supervisor2'), await signIn('supervisor1')];
});

after(async () => {
  await browser?.close();
  await office?.close();
});

test('a supervisor begins with the unanswered calls of the area', async () => {
  await county.waitForURL('**/supervision/ledger');
  await county.getByText(WINDOW).first().waitFor();
  assert.equal(await rows(county).count(), 4);
  await look(county, 'ledger');
});

test('four rows are verified as at fault, each with a reason', async () => {
  for (let i = 0; i < 4; i++) {
    await rows(county).nth(i).getByRole('button').click();
    const drawer = county.locator('.el-drawer:visible');
    await drawer.getByText('铃声已响').waitFor();
    if (i === 0) await look(county, 'ledger-drawer');
    await drawer.locator('.reason').click();
    await county.getByRole('option', { name: '在岗没有接听' }).click();
    await drawer.getByRole('button', { name: '核实为窗口责任' }).last().click();
    await confirm(county);
    await drawer.getByText('撤回核实').first().waitFor();
    if (i === 3) await look(county, 'ledger-judged');
    await county.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
  }
  await county.waitForFunction(() => document.querySelectorAll('.rows .el-tag--danger').length === 4);
});

test('the superior sees the escalation, acknowledges and closes it', async () => {
  await go(city, '上报上级', 'escalations');
  await city.getByText(WINDOW).waitFor();
  await look(city, 'escalations');
  await rows(city).first().getByRole('button').click();
  const drawer = city.locator('.el-drawer:visible');
  await drawer.getByRole('button', { name: '签收' }).click();
  await drawer.getByPlaceholder('写明处理结果', { exact: false }).fill('已约谈窗口负责人');
  await look(city, 'escalation-drawer');
  await drawer.getByRole('button', { name: '办结' }).click();
  await confirm(city);
  await drawer.locator('.head').getByText('已办结').waitFor();
  await city.keyboard.press('Escape');
});

test('the county does not see it', async () => {
  await go(county, '上报上级', 'escalations');
  await county.getByText('没有上报到本部门的事项', { exact: false }).waitFor();
  await look(county, 'escalations-empty');
});

test('the messages are in the outbox, readable, with the number hidden', async () => {
  await go(county, '短信', 'sms');
  await county.getByText('139****0003').first().waitFor();
  assert.equal(await rows(county).filter({ hasText: '已提交' }).count(), 4);
  assert.match(await rows(county).first().innerText(), /未及时接听，请查明原因并回应/);
  await look(county, 'sms');
});

test('a decision that is taken back takes the escalation back', async () => {
  await go(county, '未及时回应', 'ledger');
  await rows(county).first().getByRole('button').click();
  const drawer = county.locator('.el-drawer:visible');
  await drawer.getByPlaceholder('请写明理由', { exact: false }).fill('经查当时停电');
  await drawer.getByRole('button', { name: '撤回核实' }).click();
  await confirm(county);
  await drawer.locator('.head').getByText('已撤回').waitFor();
  await city.reload();
  await rows(city).getByText('已撤回').waitFor();
  await look(city, 'escalations-back');
});

test('the clerk of the window finds the calls and says what happened', async () => {
  const clerk = await signIn('home2');
  await clerk.waitForURL('**/windows');
  await clerk.goto(`${office.url}/unanswered`);
  await rows(clerk).first().getByRole('button').click();
  const drawer = clerk.locator('.el-drawer:visible');
  await drawer.getByPlaceholder('写明当时的情况', { exact: false }).fill('当时正在为老年人办理');
  await drawer.getByRole('button', { name: '提交说明' }).click();
  await drawer.locator('.words').getByText('当时正在为老年人办理').waitFor();
  await look(clerk, 'own');
  assert.deepEqual(clerk.faults, []);
});

test('figures: a chart, a file, and numbers that open to their calls', async () => {
  const { call } = await applicant.call('call.request', { item: 'fanglei-jungong', area: '441523', window: HOME, citizen_informed: true });
  await home.event('call.incoming', (data) => data.call.id === call.id);
  await home.call('call.answer', { call: call.id });
  await home.call('call.hangup', { call: call.id });
  assert.equal((await home.http('POST', `/api/v1/calls/${call.id}/mark`, { json: { mark: 'answered_by_points' } })).status, 204);
  await city.getByRole('link', { name: '统计' }).click();
  await city.waitForURL('**/figures');
  const taker = rows(city).filter({ hasText: WINDOW });
  const caller = rows(city).filter({ hasText: CALLER });
  await taker.waitFor();
  await city.waitForFunction((red) => {
    const canvas = document.querySelector('.chart canvas');
    const dots = canvas?.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let found = 0;
    for (let i = 0; i < dots.length; i += 4) found += red.every((value, n) => dots[i + n] === value) ? 1 : 0;
    return found > 100;
  }, RED);
  await look(city, 'figures');
  const { name, lines } = await saved(city, '导出 CSV');
  assert.match(name, /^统计-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
  assert.match(lines[0], /^\uFEFF名称,日期,呼叫,接听,/);
  assert.deepEqual(lines.slice(1).map((line) => line.split(',')[0]).sort(), (await rows(city).locator('td:nth-child(2)').allInnerTexts()).sort());
  await opens(city, taker.locator('a[href*="outcome=countable"]').first());
  await opens(city, taker.locator('a[href*="outcome=answered"]'));
  await opens(city, caller.locator('a[href*="mark=any"]'));
  await caller.waitFor();
  await city.setViewportSize({ width: 1920, height: 1080 });
  await look(city, 'figures-wide');
  await city.setViewportSize({ width: 1366, height: 768 });
});

test('a hall rehearses: its windows are told, its calls are marked, nothing counts', async () => {
  await county.keyboard.press('Escape'); // the drawer of before
  await county.locator('.el-drawer:visible').waitFor({ state: 'hidden' });
  await go(county, '大厅演练', 'drills');
  await county.getByText('还没有演练', { exact: false }).waitFor();
  const bench = await openPage(browser, office.url, { permissions: [] });
  const clerk = new Person(bench);
  await clerk.signIn('clerk1', 'demo-clerk1'); // takes the session of the line over
  await clerk.takeWindow('3号通办窗口');
  await county.getByRole('button', { name: '开始演练' }).click();
  const form = county.locator('.el-dialog:visible');
  await form.locator('.hall').click();
  await county.getByRole('option', { name: '陆河县政务服务大厅' }).click();
  await look(county, 'drill-form');
  await form.getByRole('button', { name: '开始演练' }).click();
  await rows(county).getByText('演练中').waitFor();
  await home.event('drill.changed', (data) => data.drill?.hall.id === '441523-01');
  await clerk.choose(0, '防雷装置竣工验收');
  await clerk.choose(1, '陆河县');
  await bench.getByText('现在只能发起演练呼叫', { exact: false }).waitFor();
  await look(bench, 'drill-caller');
  await bench.locator('.panel .go button:enabled').waitFor();
  await bench.keyboard.press('F2');
  const { call } = await home.event('call.incoming', (data) => data.call.drill);
  await bench.getByText('模拟办件').first().waitFor();
  await home.call('call.refuse', { call: call.id, reason: 'not_our_matter' });
  await county.getByRole('button', { name: '刷新' }).click();
  await rows(county).getByText('拒接 1', { exact: false }).waitFor();
  await look(county, 'drills');
  await rows(county).getByRole('link', { name: '1 次呼叫' }).waitFor();
});

test('the mirror ledger of the month', async () => {
  await go(city, '反向台账', 'mirror');
  const caller = rows(city).filter({ hasText: CALLER });
  await opens(city, caller.locator('a[href*="mark=answered_by_points"]'));
  await caller.waitFor();
  await look(city, 'mirror-callers');
  const { lines } = await saved(city, '导出 CSV');
  assert.ok(lines.includes(`${CALLER},1,1,0,100.0%`), lines.join('\n'));
  await city.getByText('属地方：接听与拒接').click();
  const taker = rows(city).filter({ hasText: WINDOW });
  await taker.waitFor();
  await look(city, 'mirror');
  await opens(city, taker.locator('a[href*="outcome=countable"]'));
  assert.deepEqual([...county.faults, ...city.faults], []);
});
