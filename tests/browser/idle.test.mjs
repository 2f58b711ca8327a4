// SPDX-License-Identifier: Apache-2.0
// The first call after hours in which nobody looked at the page. What ends on the server in that time: tests/unit/desk/test_sessions.c.
//
// Chromium (156, chrome://discards) neither freezes nor discards this page by itself, because it holds a Web Lock (bridge/awake.ts)
// and may notify. It does take away the page's timers but for one wake-up a minute: a WebSocket does not spare a page that.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Clerk } from '../support/clerk.mjs';
import { cover, LONG_IDLE, openSleepyPage, startSleepyChromium } from './support/background.mjs';
import { eventually } from './support/browsers.mjs';
import { Clerk as Person } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const HOME = '441523-01-1';

let office, browser, page, person, applicant, auditor;

const request = async () =>
  (await applicant.call('call.request', { item: 'fanglei-jungong', area: '441523', window: HOME, citizen_informed: true })).call.id;
const markers = async (id) => (await auditor.http('GET', `/api/v1/calls/${id}`)).json.markers;
const over = (id) => applicant.event('call.state', ({ call }) => call.id === id && call.state === 'answered');

/** How far apart a timer of 100 ms came, the longest gap so far. */
const longestGap = () => page.evaluate(() => Math.max(...window.testGaps));

before(async () => {
  office = await Office.open({ config: '[calls]\nring_time_s = 60\n' });
  browser = await startSleepyChromium(LONG_IDLE);
  [applicant, auditor] = await Promise.all(['clerk1', 'auditor1'].map((account) => Clerk.signIn(office, account)));
  await applicant.connect();
  await applicant.take_window('441521-01-3');
  page = await openSleepyPage(browser, office.url);
  person = new Person(page);
  await person.signIn('home1', 'demo-home1');
  await person.takeWindow('1号属地窗口');
});

after(async () => {
  await browser?.close();
  await office?.close();
});

test('timers once a minute: the ring is shown, sounds and notifies within two seconds, and is answered', { timeout: 600000 }, async () => {
  await page.evaluate(() => {
    window.testGaps = [0];
    window.testFrozen = 0;
    document.addEventListener('freeze', () => window.testFrozen++);
    let last = performance.now();
    const tick = () => {
      const now = performance.now();
      window.testGaps.push(now - last);
      last = now;
      setTimeout(tick, 100);
    };
    tick();
  });
  const back = await cover(page);
  await eventually(longestGap, (ms) => ms > 50000, { what: 'the timers of the page slowed to one wake-up a minute', timeout: 400000 });
  assert.equal(await page.evaluate(() => window.testFrozen), 0);
  assert.deepEqual(await page.evaluate(() => window.testNotices), []);

  const id = await request();
  const at = (await eventually(() => markers(id), (all) => all.some((each) => each.kind === 'ring_tone'), { what: 'the proof of the tone' }))
    .reduce((found, each) => ({ ...found, [each.kind]: each.at_us }), {});
  for (const proof of ['ring_displayed', 'ring_tone']) {
    assert.ok(at[proof] - at.ring < 2e6, `${proof} was proven after ${(at[proof] - at.ring) / 1e6} s`);
  }
  assert.match((await page.evaluate(() => window.testNotices)).join(), /来电/);
  assert.match(await page.title(), /来电/);

  await back();
  await person.answer();
  await over(id);
  await person.inCall();
  await applicant.call('call.hangup', { call: id });
  await person.shows('通话已结束');
  assert.deepEqual(page.faults, []);
});

test('a page frozen all the same keeps its window; it rings as soon as it thaws', { timeout: 240000 }, async () => {
  await page.keyboard.press('F2');
  const devtools = await page.createCDPSession();
  const back = await cover(page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  const id = await request();
  await eventually(() => markers(id), (all) => all.some((each) => each.kind === 'ring'), { what: 'the ring on the server' });
  assert.ok(!(await markers(id)).some((each) => each.kind === 'ring_displayed'));
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await back();
  await person.answer();
  await over(id);
  await person.inCall();
  assert.deepEqual(page.faults, []);
});
