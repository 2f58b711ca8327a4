// SPDX-License-Identifier: Apache-2.0
// Calls of three: a window is invited and everybody sees everybody, one is on hold, the call is handed on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Auditor } from './support/auditor.mjs';
import { eventually, GENERATED_DOCUMENT, openPage, startChromium } from './support/browsers.mjs';
import { Clerk } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const NAMES = { applicant: '演示·通办窗口一', home: '演示·属地窗口一', third: '演示·属地窗口二' };

let office, browser, applicant, home, third;

before(async () => {
  office = await Office.open();
  browser = await startChromium();
  [applicant, home, third] = await Promise.all([1, 2, 3].map(async () => new Clerk(await openPage(browser, office.url))));
  await applicant.signIn('clerk1', 'demo-clerk1');
  await home.signIn('home1', 'demo-home1');
  await third.signIn('home2', 'demo-home2');
  await applicant.takeWindow('3号', { document: GENERATED_DOCUMENT });
  await home.takeWindow('1号属地窗口', { document: GENERATED_DOCUMENT });
});

after(async () => {
  await browser?.close();
  await office?.close();
});

const counts = (stats, mids) => mids.map((mid) => stats.inbound[mid]?.frames ?? 0);

/** New pictures come on all these mids. */
async function flows(clerk, mids) {
  const first = counts(await clerk.stats(), mids);
  await eventually(async () => counts(await clerk.stats(), mids), (now) => now.every((frames, i) => frames >= first[i] + 5),
    { what: `pictures on ${mids.join()} above ${first.join()}` });
}

/** No picture and no sound has come on these mids from one look to one at least a second of the page's time later. */
async function stands(clerk, mids) {
  const look = async () => {
    const { inbound } = await clerk.stats();
    return { atMs: await clerk.page.evaluate(() => performance.now()), packets: mids.map((mid) => inbound[mid]?.packets ?? 0) };
  };
  let since = await look();
  await eventually(look, (now) => {
    if (now.packets.some((count, i) => count !== since.packets[i])) since = now;
    return now.atMs - since.atMs >= 1000;
  }, { what: `silence on ${mids.join()}` });
}

async function talk() {
  await applicant.request('防雷装置竣工验收', '陆河县');
  await home.answer();
  await Promise.all([applicant.inCall(), home.inCall()]);
  await Promise.all([applicant, home].map((clerk) => flows(clerk, ['1f', '1d'])));
}

async function endForAll() {
  await applicant.hangUp();
  await home.over();
  await Promise.all([applicant, home].map((clerk) => clerk.page.keyboard.press('F2')));
}

/** In the dialog, the button of the window's row, once the window is ready. */
const pick = (clerk, name, action) => eventually(
  () => clerk.page.evaluate(([window, words]) => {
    const row = [...document.querySelectorAll('.fw-party .row')].find((each) => each.textContent.includes(window));
    const button = [...(row?.querySelectorAll('button:not([disabled])') ?? [])].find((each) => each.textContent.includes(words));
    button?.click();
    return button !== undefined;
  }, [name, action]),
  (clicked) => clicked,
  { what: `${action} of ${name}` },
);

async function invite() {
  await home.page.keyboard.press('F6');
  await pick(home, '2号综合窗口', '邀请');
  await third.shows('邀请您加入通话');
  await third.answer();
  await third.inCall();
}

test('three see, hear and name each other, and the window does not scroll', async () => {
  await talk();
  await third.takeWindow('2号综合窗口', { document: GENERATED_DOCUMENT });
  await invite();
  await Promise.all([applicant, home, third].map((clerk) => flows(clerk, ['1f', '1d', '2f', '2d'])));
  for (const [clerk, others] of [[applicant, [NAMES.home, NAMES.third]], [home, [NAMES.applicant, NAMES.third]], [third, [NAMES.applicant, NAMES.home]]]) {
    for (const name of others) await clerk.shows(name);
    await eventually(() => clerk.page.evaluate(() => [document.scrollingElement.scrollHeight <= innerHeight, document.scrollingElement.scrollWidth <= innerWidth]),
      (fits) => fits.every(Boolean), { what: 'a page that does not scroll' });
  }
  const seen = await applicant.page.evaluate(() => [...document.querySelectorAll('audio')].filter((each) => !each.paused).length);
  assert.equal(seen, 2);
  await third.hangUp();
  await third.shows('其他人继续通话');
  await third.page.keyboard.press('F2');
  await Promise.all([applicant, home].map((clerk) => flows(clerk, ['1f', '1d'])));
  await endForAll();
});

test('who is on hold sees and hears nothing, is not seen or heard, and the recording has the gap', async () => {
  await applicant.request('防雷装置竣工验收', '陆河县');
  await home.answer();
  await Promise.all([applicant.inCall(), home.inCall()]);
  await third.over();
  await third.page.keyboard.press('F2');
  await Promise.all([applicant, home].map((clerk) => flows(clerk, ['1f', '1d'])));
  await home.page.keyboard.press('F7');
  await applicant.shows('将您置于保持');
  await home.shows('在保持中');
  await Promise.all([applicant, home].map((clerk) => stands(clerk, ['1a', '1f', '1d'])));
  await home.page.keyboard.press('F7');
  await Promise.all([applicant, home].map((clerk) => flows(clerk, ['1f', '1d'])));
  await endForAll();

  const auditor = new Auditor(await openPage(browser, office.url));
  await auditor.signIn('auditor1', 'demo-auditor1');
  const callId = await auditor.openNewest();
  const manifest = await auditor.get(`/api/v1/recordings/${callId}/manifest`);
  const tracks = (participant) => manifest.sources.filter((each) => each.participant === participant).flatMap((each) => each.tracks);
  const held = (track) => track.gaps.filter((gap) => gap.cause === 'hold');
  assert.equal(manifest.accounted, true);
  for (const track of tracks(1)) {
    const gaps = held(track);
    assert.equal(gaps.length, 1, `${track.track}: ${JSON.stringify(track.gaps)}`);
    assert.ok(gaps[0].to_us - gaps[0].from_us > 900_000, JSON.stringify(gaps));
    if (track.track === 'audio') {
      assert.ok(track.fills.some((fill) => fill.from_us <= gaps[0].to_us && fill.to_us >= gaps[0].from_us && fill.to_us - fill.from_us > 900_000), JSON.stringify(track.fills));
    }
  }
  assert.ok(tracks(2).every((track) => held(track).length === 0));
  const call = await auditor.get(`/api/v1/calls/${callId}`);
  assert.deepEqual(call.markers.filter((each) => ['hold', 'resume'].includes(each.kind)).map((each) => [each.kind, each.participant]), [['hold', 1], ['resume', 1]]);
  await auditor.page.context().close();
});

test('a transfer that nobody takes comes back', async () => {
  await applicant.request('防雷装置竣工验收', '陆河县');
  await home.answer();
  await Promise.all([applicant.inCall(), home.inCall()]);
  await third.over();
  await third.page.keyboard.press('F2');
  await home.clickText('footer button', '转接');
  await pick(home, '2号综合窗口', '转接');
  await third.shows('转接给您的通话');
  await applicant.shows('正在把通话转接给');
  await Promise.all([applicant, home].map((clerk) => stands(clerk, ['1a', '1f', '1d'])));
  await third.clickText('[role=dialog] button', '拒接');
  await third.clickText('[role=dialog] .el-radio', '正在接待群众');
  await third.clickText('[role=dialog] button', '确认拒接');
  await home.shows('没有接受邀请');
  await Promise.all([applicant, home].map((clerk) => flows(clerk, ['1f', '1d'])));
});

test('a call is handed on after talking together, and stays the same call', async () => {
  await applicant.say('转接前说的话');
  await invite();
  await Promise.all([applicant, home, third].map((clerk) => flows(clerk, ['1f', '2f'])));
  await home.clickText('footer button', '转接');
  await home.clickText('.fw-party button', '转交');
  await home.shows('您已离开通话');
  await home.page.keyboard.press('F2');
  await eventually(() => applicant.page.evaluate(() => document.querySelector('.call h1')?.textContent ?? ''),
    (title) => title.includes(NAMES.third) && !title.includes(NAMES.home), { what: 'only the third in the title' });
  await flows(applicant, ['2f', '2d']);
  await flows(third, ['1f', '1d']);
  await third.clickText('.el-tabs__item', '聊天');
  await third.shows('转接前说的话');
  await third.hangUp();
  await applicant.over();
  for (const { page } of [applicant, home, third]) assert.deepEqual(page.faults, []);

  const auditor = new Auditor(await openPage(browser, office.url));
  await auditor.signIn('auditor1', 'demo-auditor1');
  const callId = await auditor.openNewest();
  const manifest = await auditor.get(`/api/v1/recordings/${callId}/manifest`);
  assert.deepEqual(manifest.participants.map((each) => each.label).sort(), ['441521-01-3', '441523-01-1', '441523-01-2']);
  assert.equal(manifest.state, 'complete');
  assert.equal(manifest.accounted, true);
  assert.deepEqual(await auditor.verify(), true);
});
