// SPDX-License-Identifier: Apache-2.0
// kill -9 in the middle of things: what was acknowledged is there afterwards, and people can go on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';

const item = 'fanglei-jungong';
const ask = { item, area: '441523', citizen_informed: true };
let office;
let requester;
let responder;
let auditor;

before(async () => {
  office = await Office.open({ config: '[calls]\nring_time_s = 20\nrejoin_s = 8\n' });
  requester = await Clerk.signIn(office, 'clerk1');
  responder = await Clerk.signIn(office, 'home1');
  auditor = await Clerk.signIn(office, 'auditor1');
});
after(async () => {
  requester?.leave();
  responder?.leave();
  await office?.close();
});

async function sitDown() {
  const windows = [[requester, '441521-01-3'], [responder, '441523-01-1']];
  return Promise.all(windows.map(async ([clerk, window]) => (await clerk.connect()).take_window(window)));
}

async function crash() {
  requester.peer?.end();
  responder.peer?.end();
  requester.peer = responder.peer = undefined;
  await office.kill('SIGKILL');
  await office.start();
}

async function join(call) {
  await Promise.all([requester.joinMedia(call), responder.joinMedia(call)]);
  await Promise.all([requester.peer.up(), responder.peer.up()]);
  requester.peer.play();
  responder.peer.play();
}

async function recordingOf(call) {
  for (let i = 0; i < 150; i++) {
    const { json } = await auditor.http('GET', `/api/v1/calls/${call}`);
    if (['ready', 'interrupted', 'failed'].includes(json.recording.state)) return json;
    await new Promise((done) => setTimeout(done, 100));
  }
  return assert.fail('the recording does not become ready');
}

async function holds(call) {
  const { json } = await auditor.http('POST', `/api/v1/recordings/${call}/verify`, { json: {} });
  assert.equal(json.ok, true, JSON.stringify(json));
}

test('a ringing call is closed, sessions go on', { timeout: 240000 }, async () => {
  await sitDown();
  const { call } = await requester.call('call.request', ask);
  await responder.event('call.incoming');
  await crash();
  const [mine] = await sitDown();
  assert.equal(mine.call, null);
  const { json } = await auditor.http('GET', `/api/v1/calls/${call.id}`);
  assert.equal(json.state, 'interrupted');
  assert.equal(json.end.reason, 'server_restart');
});

test('an answered call goes on when both come back', { timeout: 240000 }, async () => {
  const { call } = await requester.call('call.request', ask);
  await responder.event('call.incoming');
  await Promise.all([requester.joinMedia(call.id), responder.joinMedia(call.id)]);
  await responder.call('call.answer', { call: call.id });
  await Promise.all([requester.peer.up(), responder.peer.up()]);
  requester.peer.play();
  responder.peer.play();
  await requester.call('chat.send', { call: call.id, text: '第一句', key: 'first' });
  await new Promise((done) => setTimeout(done, 3000));
  await crash();

  const [mine, theirs] = await sitDown();
  assert.deepEqual([mine.call.id, mine.call.state, theirs.call.own_part], [call.id, 'answered', 'in']);
  assert.equal(mine.call.messages[0].text, '第一句');
  await join(call.id);
  await requester.peer.first(1, 'face');
  await responder.peer.first(1, 'document');
  const repeated = await requester.call('chat.send', { call: call.id, text: '第一句', key: 'first' });
  assert.equal(repeated.message.number, 1, 'a repeat after the crash is stored once');
  await new Promise((done) => setTimeout(done, 2500));
  await requester.call('call.hangup', { call: call.id });

  const detail = await recordingOf(call.id);
  assert.ok(detail.markers.some((marker) => marker.kind === 'server_restart'));
  const manifest = await auditor.http('GET', `/api/v1/recordings/${call.id}/manifest`);
  assert.equal(manifest.status, 200);
  assert.match(String(manifest.body), /server_restart/);
  await holds(call.id);
});

const kills = process.env.FW_FULL ? 20 : 3;

test(`${kills} kills at random moments of recorded calls`, { timeout: 240000 * kills }, async () => {
  for (let i = 0; i < kills; i++) {
    requester.leave();
    responder.leave();
    await sitDown();
    const { call } = await requester.call('call.request', ask);
    await responder.event('call.incoming', (data) => data.call.id === call.id);
    await Promise.all([requester.joinMedia(call.id), responder.joinMedia(call.id)]);
    await responder.call('call.answer', { call: call.id });
    await Promise.all([requester.peer.up(), responder.peer.up()]);
    requester.peer.play();
    responder.peer.play();
    await requester.peer.first(1, 'face');
    const began = Date.now();
    await new Promise((done) => setTimeout(done, 2500 + Math.random() * 3000));
    const lived_us = (Date.now() - began) * 1000;
    await crash();
    const detail = await recordingOf(call.id);
    assert.equal(detail.state, 'interrupted');
    assert.equal(detail.recording.state, 'interrupted', JSON.stringify(detail.recording));
    const lost_us = lived_us - detail.recording.duration_us;
    assert.ok(lost_us < 1000000, `kill ${i + 1}: of ${lived_us} us the last ${lost_us} us are missing`);
    await holds(call.id);
  }
});
