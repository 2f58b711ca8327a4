// SPDX-License-Identifier: Apache-2.0
// The supervisor's live wall in a browser: windows that should be online, a call with its duration, only the own areas.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Clerk } from '../support/clerk.mjs';
import { eventually, openPage, startChromium } from './support/browsers.mjs';
import { Clerk as Person } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const HOME = '441523-01-1';
const shots = process.env.FW_SHOTS; // a folder for pictures, to look at by eye

let office, browser, city, county, applicant, home;

async function look(page, name) {
  const inside = await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth && document.scrollingElement.scrollHeight <= innerHeight);
  assert.ok(inside, `${name} scrolls`);
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

async function openWall(account, viewport) {
  const page = await openPage(browser, office.url, viewport ? { viewport } : {});
  await new Person(page).signIn(account, `demo-${account}`);
  await page.waitForURL('**/supervision/ledger');
  await page.getByRole('link', { name: '实时督导' }).click();
  await page.locator('.tree').waitFor();
  return page;
}

const alarm = (page, words, where) => page.locator('aside .alarms li').filter({ hasText: words }).filter({ hasText: where });
const tile = (page, name) => page.locator('.tiles li').filter({ hasText: name });

before(async () => {
  office = await Office.open();
  [applicant, home] = await Promise.all([Clerk.signIn(office, 'clerk1'), Clerk.signIn(office, 'home1')]);
  await Promise.all([applicant.connect(), home.connect()]);
  await applicant.take_window('441521-01-3');
  await home.take_window(HOME);
  browser = await startChromium();
  [city, county] = [await openWall('supervisor1', { width: 1920, height: 1080 }), await openWall('supervisor2')];
});

after(async () => {
  await browser?.close();
  await office?.close();
});

test('each sees the own areas and what lies below them', async () => {
  await city.getByText('海丰县政务服务大厅').first().waitFor();
  await look(city, 'wall-city');
  assert.equal(await county.getByText('海丰县').count(), 0);
  await county.locator('.tree').getByText('陆河县政务服务大厅').click();
  await tile(county, '1号属地窗口').getByText('空闲').waitFor();
  await look(county, 'wall-county');
});

test('a window that signs out in office hours is an alarm within 15 s', async () => {
  await home.call('window.release');
  const left = Date.now();
  await alarm(county, '应在线而未在线', '1号属地窗口').waitFor();
  await tile(county, '1号属地窗口').getByText('应在未在').waitFor();
  assert.ok(Date.now() - left < 15000);
  await look(county, 'wall-missing');
  await home.take_window(HOME);
  await alarm(county, '应在线而未在线', '1号属地窗口').waitFor({ state: 'detached' });
});

test('so is one whose line is cut, and one that stays away too long', async () => {
  await home.call('presence.set', { state: 'away', reason: 'lunch', until_us: Date.now() * 1000 + 2e6 });
  await tile(county, '1号属地窗口').getByText('用餐').waitFor();
  await alarm(county, '离开超过预计时间', '1号属地窗口').waitFor();
  await home.call('presence.set', { state: 'ready' });
  home.leave();
  await alarm(county, '应在线而未在线', '1号属地窗口').waitFor();
  await home.connect();
  await home.take_window(HOME);
  await tile(county, '1号属地窗口').getByText('空闲').waitFor();
});

test('a call appears with its duration and its parties, and goes when it ends', async () => {
  const { call } = await applicant.call('call.request', { item: 'fanglei-jungong', area: '441523', window: HOME, citizen_informed: true });
  const row = county.locator(`[data-call="${call.id}"]`);
  await row.getByText('振铃').waitFor();
  await home.event('call.incoming', (data) => data.call.id === call.id);
  await alarm(county, '上次响铃没有声音', '1号属地窗口').waitFor({ state: 'detached' });
  await home.call('call.ring_ack', { call: call.id, stage: 'displayed' });
  await alarm(county, '上次响铃没有声音', '1号属地窗口').waitFor();
  await home.call('call.answer', { call: call.id });
  await row.getByText('通话中').waitFor();
  assert.match(await row.innerText(), /海丰县政务服务大厅·3号通办窗口·演示·通办窗口一/);
  const long = () => row.locator('.long').innerText();
  const first = await long();
  await eventually(long, (now) => now > first, { what: 'the duration to go on' });
  await look(county, 'wall-call');
  await look(city, 'wall-city-call');
  await home.call('call.hangup', { call: call.id });
  await row.waitFor({ state: 'detached' });
});

test('it can be used with keys, and fills a screen on the wall', async () => {
  await city.locator('.el-tree-node').first().focus();
  for (let i = 0; i < 2; i++) await city.keyboard.press('ArrowDown');
  await city.keyboard.press('Enter');
  await city.waitForURL((url) => url.searchParams.has('at'));
  await city.getByRole('button', { name: '全屏' }).click();
  await eventually(() => city.evaluate(() => document.fullscreenElement !== null), (yes) => yes, { what: 'the full screen' });
  await look(city, 'wall-full');
  assert.deepEqual([...city.faults, ...county.faults], []);
});
