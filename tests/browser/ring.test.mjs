// SPDX-License-Identifier: Apache-2.0
// A call rings wherever the window's clerk is: over a list of cases as over the workbench, and what was open there stays.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Clerk } from '../support/clerk.mjs';
import { eventually, openPage, startChromium } from './support/browsers.mjs';
import { Clerk as Person } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const HOME = '441523-01-1';
const shots = process.env.FW_SHOTS; // a folder for pictures, to look at by eye

let office, browser, page, person, applicant;

const look = async (name) => shots && page.screenshot({ path: `${shots}/${name}.png` });
const path = () => page.evaluate(() => location.pathname);

async function request() {
  const { call } = await applicant.call('call.request', { item: 'fanglei-jungong', area: '441523', window: HOME, citizen_informed: true });
  return call.id;
}

before(async () => {
  office = await Office.open();
  applicant = await Clerk.signIn(office, 'clerk1');
  await applicant.connect();
  await applicant.take_window('441521-01-3');
  browser = await startChromium();
  page = await openPage(browser, office.url);
  person = new Person(page);
  await person.signIn('home1', 'demo-home1');
  await page.waitForURL('**/windows');
  await person.takeWindow('1号属地窗口');
});

after(async () => {
  await browser?.close();
  await office?.close();
});

test('away: a reason and an end, which the header shows and callers are told', async () => {
  await page.locator('.presence').click();
  await page.getByRole('menuitem', { name: '离开…' }).click();
  await page.getByText('用餐').click();
  await page.getByText('30 分钟').click();
  await look('away-dialog');
  await page.getByRole('button', { name: '离开', exact: true }).click();
  await person.shows('预计');
  await look('away');
  const targets = await applicant.call('directory.targets', { item: 'fanglei-jungong', area: '441523' });
  assert.equal(targets.away, 1);
  assert.ok(targets.back_us > Date.now() * 1000);
  await page.getByRole('button', { name: '恢复空闲' }).click();
  await person.shows('在线·空闲');
});

test('the ring comes over another page, with its title', async () => {
  await page.locator('.who').first().click();
  await page.getByRole('menuitem', { name: '办件' }).click();
  await page.waitForURL('**/cases*');
  await request();
  await person.ringing();
  await look('ring-cases');
  assert.match(await path(), /^\/cases/);
  await eventually(() => page.title(), (title) => title.includes('来电'), { what: 'the title to tell of the call' });
  await person.answer();
  await person.inCall();
  await look('call-over-cases');
  assert.match(await path(), /^\/cases/);
});

test('hung up, the page below is as it was', async () => {
  await person.hangUp();
  await look('over-cases');
  await page.keyboard.press('F2');
  await page.locator('.sheet').waitFor({ state: 'detached' });
  assert.match(await path(), /^\/cases/);
  assert.equal(await page.evaluate(() => document.querySelector('.page').inert), false);
  assert.deepEqual(page.faults, []);
});
