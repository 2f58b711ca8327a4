// SPDX-License-Identifier: Apache-2.0
// One browser against a test peer of another hand, which costs the machine little: what one clerk's computer reaches, and a clerk
// who has no devices at all.
import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, test } from 'node:test';

import { Clerk as Peer } from '../support/clerk.mjs';
import { eventually, GENERATED_DOCUMENT, openPage, startChromium } from './support/browsers.mjs';
import { Clerk } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const small = ['--face', '320x180x15x200', '--document', '320x180x5x80'];
let office, responder, chromium;

before(async () => {
  office = await Office.open();
});

after(() => office?.close());

beforeEach(async () => {
  responder = await (await Peer.signIn(office, 'home1')).connect();
  await responder.take_window('441523-01-1');
});

afterEach(async () => {
  responder.leave();
  await chromium?.close();
});

/** The browser calls, the peer answers and plays. */
async function talk(clerk, note) {
  await clerk.request('防雷装置竣工验收', '陆河县', note);
  const { call } = await responder.event('call.incoming');
  await responder.joinMedia(call.id, { arguments: small });
  await responder.peer.up();
  responder.peer.play();
  await responder.call('call.answer', { call: call.id });
  await clerk.inCall();
  return call.id;
}

test('face and document reach their full size on a good line', async (t) => {
  chromium = await startChromium();
  const clerk = new Clerk(await openPage(chromium, office.url));
  await clerk.signIn('clerk1', 'demo-clerk1');
  await clerk.takeWindow('窗口', { document: GENERATED_DOCUMENT });
  await talk(clerk, '清晰度');
  const begun = Date.now();
  const { outbound } = await eventually(() => clerk.stats(), ({ outbound: { uf, ud } }) => uf?.width >= 1280 && ud?.width >= 1920,
    { what: '1280 wide face and 1920 wide document', timeout: 90000 }); // a busy machine's encoder begins small
  t.diagnostic(`reached after ${Date.now() - begun} ms`);
  assert.deepEqual([outbound.uf.height, outbound.ud.height], [720, 1080]);
  assert.notEqual(outbound.ud.limit, 'bandwidth');
  await clerk.hangUp();
});

test('without camera and microphone the page says what is missing, and the call goes on', async () => {
  chromium = await startChromium({ noCamera: true });
  const clerk = new Clerk(await openPage(chromium, office.url));
  await clerk.signIn('clerk1', 'demo-clerk1');
  await clerk.clickText('ul button', '窗口');
  for (const sentence of ['没有找到摄像头', '没有找到高拍仪', '没有找到麦克风']) await clerk.shows(sentence);
  await clerk.beginDuty();
  await talk(clerk, '没有设备');
  await eventually(() => clerk.stats(), ({ inbound }) => inbound['1f']?.frames > 10 && inbound['1d']?.frames > 3 && inbound['1a']?.audioEnergy > 0,
    { what: "the other side's pictures and sound" });
  await clerk.shows('没有就绪');
  await clerk.say('我这边没有摄像头，请看文字');
  await responder.event('chat.message');
  await clerk.hangUp();
});
