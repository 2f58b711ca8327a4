// SPDX-License-Identifier: Apache-2.0
// A ring proves itself: in a tab nobody looks at, without sound, and when it goes on to the next window.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Clerk } from '../support/clerk.mjs';
import { cover, openSleepyPage, silence, startSleepyChromium } from './support/background.mjs';
import { eventually } from './support/browsers.mjs';
import { Clerk as Person } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const FIRST = '441523-01-1';
const shots = process.env.FW_SHOTS; // a folder for pictures, to look at by eye

let office, browser, page, first, applicant, county, auditor;

async function request(more = {}) {
  const { call } = await applicant.call('call.request', { item: 'fanglei-jungong', area: '441523', citizen_informed: true, ...more });
  return call.id;
}

const over = (id, state) => applicant.event('call.state', ({ call }) => call.id === id && call.state === state, 60000);
const list = async (path) => (await county.http('GET', path)).json.rows;
const markers = async (id) => (await auditor.http('GET', `/api/v1/calls/${id}`)).json.markers;
const gone = (person) => eventually(() => person.page.evaluate(() => document.querySelector('[role=dialog] .answer') === null), (yes) => yes, { what: 'the end of the ring' });

async function person(account, window) {
  const opened = await openSleepyPage(browser, office.url);
  const one = new Person(opened);
  await one.signIn(account, `demo-${account}`);
  await one.takeWindow(window);
  return one;
}

before(async () => {
  office = await Office.open({ config: '[calls]\nring_time_s = 6\noverflow_s = 4\nring_group = 1\n[sms]\ngateway = file\nquiet_from = 00:00\nquiet_to = 00:00\n' });
  browser = await startSleepyChromium();
  [applicant, county, auditor] = await Promise.all(['clerk1', 'supervisor2', 'auditor1'].map((account) => Clerk.signIn(office, account)));
  await applicant.connect();
  await applicant.take_window('441521-01-3');
  first = await person('home1', '1号属地窗口');
  page = first.page;
});

after(async () => {
  await browser?.close();
  await office?.close();
});

test('a ring in a tab in the background sounds in time, and is there when somebody looks', async () => {
  const back = await cover(page);
  const slowed = () => page.evaluate(() => new Promise((done) => {
    const from = performance.now();
    setTimeout(() => setTimeout(() => done(performance.now() - from), 50), 50);
  }));
  await eventually(slowed, (ms) => ms > 900, { what: 'the timers of the page slowed by the browser' });
  const id = await request({ window: FIRST });
  const at = (await eventually(() => markers(id), (all) => all.some((each) => each.kind === 'ring_tone'), { what: 'the proof of the tone' }))
    .reduce((found, each) => ({ ...found, [each.kind]: each.at_us }), {});
  assert.ok(at.ring_tone - at.ring < 2e6, `the tone was proven after ${(at.ring_tone - at.ring) / 1e6} s`);
  assert.match(await page.title(), /来电/);
  await back();
  await first.shows('接听 F2');
  await applicant.call('call.cancel', { call: id });
  await gone(first);
});

test('a ring without sound: red banner, its own short message at once, and neither a second one nor a row', async () => {
  const wake = await silence(page);
  const id = await request({ window: FIRST });
  await first.shows('铃声没有响起，已提醒窗口责任人');
  if (shots) await page.screenshot({ path: `${shots}/ring-silent.png` });
  const [told] = await eventually(() => list('/api/v1/sms'), (rows) => rows.length > 0, { what: 'the short message' });
  assert.equal(told.kind, 'silent_ring');
  await over(id, 'unanswered');
  assert.deepEqual((await list('/api/v1/sms')).map((row) => row.kind), ['silent_ring']);
  assert.deepEqual(await list('/api/v1/ledger'), []);
  await wake();
  await gone(first);
  await page.keyboard.press('F2');
});

test('nobody answers at the first window: the second one rings, and the first has its row', async () => {
  const second = await person('home2', '2号综合窗口');
  const id = await request();
  await first.shows('接听 F2');
  await second.answer();
  await over(id, 'answered');
  await gone(first);
  await first.shows('来电已转到下一窗口');
  await first.shows('如有原因');
  await applicant.call('call.hangup', { call: id });
  const rows = await eventually(() => list('/api/v1/ledger'), (found) => found.length > 0, { what: 'the row' });
  assert.deepEqual(rows.map((row) => [row.call, row.window.id, row.cause]), [[id, FIRST, 'not_answered']]);
  assert.deepEqual([...page.faults, ...second.page.faults], []);
});
