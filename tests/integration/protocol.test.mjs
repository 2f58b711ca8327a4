// SPDX-License-Identifier: Apache-2.0
// docs/PROTOCOL.md from signing in to hanging up, with real media between test peers.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Office } from '../browser/support/office.mjs';
import { Clerk, TestPeer, devices } from '../support/clerk.mjs';
import { PATIENCE_MS } from '../support/patience.mjs';

const item = 'fanglei-jungong';
const area = '441523';
const ask = { item, area, citizen_informed: true };

let office;
let requester;
let responder;
let other; // the second home window of the area

before(async () => {
  office = await Office.open({ config: '[calls]\nring_time_s = 10\nrejoin_s = 6\n' });
});
after(() => office?.close());

async function sit(account, window) {
  const clerk = await (await Clerk.signIn(office, account)).connect();
  await clerk.take_window(window);
  return clerk;
}

beforeEach(async () => {
  requester = await sit('clerk1', '441521-01-3');
  responder = await sit('home1', '441523-01-1');
});

afterEach(async () => {
  for (const clerk of [requester, responder, other]) {
    if (!clerk) continue;
    await clerk.http('DELETE', '/api/v1/session');
    clerk.leave();
  }
  other = undefined;
});

const ended = (clerk, call) => clerk.event('call.state', (data) => data.call.id === call && !['requested', 'ringing', 'answered'].includes(data.call.state));

async function answered() {
  const { call } = await requester.call('call.request', ask);
  await responder.event('call.incoming', (data) => data.call.id === call.id);
  await Promise.all([requester.joinMedia(call.id), responder.joinMedia(call.id)]);
  await Promise.all([requester.peer.up(), responder.peer.up()]);
  await responder.call('call.answer', { call: call.id });
  requester.peer.play();
  responder.peer.play();
  return call.id;
}

test('hello, a window, presence, devices, targets', async () => {
  assert.equal(requester.hello.protocol, 'farwindow.v1');
  assert.deepEqual([requester.hello.ring_time_s, requester.hello.rejoin_s], [10, 6]);
  assert.deepEqual(requester.hello.limits, { message_bytes: 65536, chat_chars: 2000, sdp_bytes: 65536 });
  const away = { reason: 'other', text: '领取印章', until_us: Date.now() * 1000 + 600e6 };
  assert.equal(await requester.code('presence.set', { state: 'away', reason: 'meeting' }), 'malformed');
  assert.deepEqual(await requester.call('presence.set', { state: 'away', ...away }), { presence: 'away', away });
  assert.equal((await requester.event('presence.changed', (data) => data.presence === 'away')).presence, 'away');
  assert.equal((await requester.code('call.request', ask)), 'wrong_state');
  await requester.call('presence.set', { state: 'ready' });
  await requester.call('devices.report', { devices: { ...devices, document: 'missing' } });
  const targets = await requester.call('directory.targets', { item, area });
  assert.equal(targets.ready, 1);
  await requester.call('window.release');
  assert.equal(await requester.code('call.request', ask), 'not_at_window');
});

test('a closure is told to who looks at its hall, when it is entered and when it is over', async () => {
  const supervisor = await Clerk.signIn(office, 'supervisor2');
  // Signing in is told of too, a moment later.
  const told = async (fits) => {
    for (;;) {
      await requester.event('directory.changed');
      const targets = await requester.call('directory.targets', { item, area });
      if (fits(targets)) return targets;
    }
  };
  const seconds = Math.floor(Date.now() / 1000);
  const closure = { hall: '441523-01', from_us: (seconds - 60) * 1e6, until_us: (seconds + 4) * 1e6, reason: '停电' };
  assert.equal((await requester.call('directory.targets', { item, area })).on_duty, 2);
  assert.equal((await supervisor.http('POST', '/api/v1/closures', { json: closure })).status, 201);
  const now = await told(({ on_duty: onDuty }) => onDuty === 0);
  assert.equal(now.closed_until_us, closure.until_us);
  const then = await told(({ on_duty: onDuty }) => onDuty === 2);
  assert.equal(then.closed_until_us, null);
  assert.ok(Date.now() * 1000 - closure.until_us < 2e6, 'told at the end of the closure');
});

test('a call with media both ways, chat, mute, hang-up', { timeout: 5 * PATIENCE_MS }, async () => {
  const { call } = await requester.call('call.request', { ...ask, material: 3, note: '资质证看不清' });
  assert.equal(call.state, 'ringing');
  assert.equal(call.you, 1);
  const incoming = await responder.event('call.incoming');
  assert.deepEqual([incoming.call.id, incoming.call.note, incoming.call.material], [call.id, '资质证看不清', 3]);
  await responder.call('call.ring_ack', { call: call.id, stage: 'displayed' });
  await responder.call('call.ring_ack', { call: call.id, stage: 'tone' });

  const [offer] = await Promise.all([requester.joinMedia(call.id), responder.joinMedia(call.id)]);
  assert.equal(offer.revision, 1);
  assert.deepEqual(Object.keys(offer.up), ['audio', 'face', 'document']);
  for (const line of ['a=ice-lite', 'a=setup:actpass', 'm=audio', 'm=video', 'a=fingerprint:sha-256']) assert.ok(offer.sdp.includes(line), line);
  await Promise.all([requester.peer.up(), responder.peer.up()]);

  requester.peer.play();
  responder.peer.play();
  await new Promise((done) => setTimeout(done, 500));
  assert.deepEqual((await requester.peer.stats()).down, [], 'media before the answer');

  const { call: mine } = await responder.call('call.answer', { call: call.id });
  assert.deepEqual([mine.state, mine.you, mine.own_part], ['answered', 2, 'in']);
  await Promise.all([requester, responder].flatMap(({ peer }) => ['audio', 'face', 'document'].map((track) => peer.first(1, track))));
  const state = await requester.event('call.state', (data) => data.call.recording.state === 'recording');
  assert.ok(state.call.recording.since_us > 0);

  const text = '请翻到第二页 🙂';
  const { message } = await requester.call('chat.send', { call: call.id, text, key: 'a' });
  assert.deepEqual((await requester.call('chat.send', { call: call.id, text, key: 'a' })).message, message, 'a repeat is stored once');
  assert.equal((await responder.event('chat.message')).message.text, text);
  assert.equal(await requester.code('chat.send', { call: call.id, text: '字'.repeat(2001), key: 'b' }), 'malformed');

  await requester.call('media.set', { call: call.id, audio: 'muted', face: 'on', document: 'lost' });
  const seen = await responder.event('call.state', (data) => data.call.participants[0].media.document === 'lost');
  assert.equal(seen.call.participants[0].media.audio, 'muted');
  const quality = await responder.event('call.quality');
  assert.deepEqual(quality.participants.map((one) => one.participant), [1, 2]);

  assert.equal(await responder.code('call.answer', { call: call.id }), 'wrong_state');
  assert.equal(await requester.code('call.request', ask), 'own_window_busy');
  assert.equal(await responder.code('rtc.answer', { call: call.id, connection: 'c999', revision: 1, sdp: 'v=0' }), 'stale');

  await responder.call('call.hangup', { call: call.id });
  const end = await ended(requester, call.id);
  assert.deepEqual([end.call.state, end.call.end.by, end.call.end.reason], ['ended', 2, 'hangup']);
  await requester.event('rtc.closed');
  await requester.event('presence.changed', (data) => data.presence === 'ready');
});

test('refused, cancelled, unanswered, taken by another', { timeout: 5 * PATIENCE_MS }, async () => {
  other = await sit('home2', '441523-01-2');
  const { call: first } = await requester.call('call.request', ask);
  await Promise.all([responder.event('call.incoming'), other.event('call.incoming')]);
  assert.equal(await responder.code('call.refuse', { call: first.id, reason: 'other' }), 'malformed');
  await responder.call('call.refuse', { call: first.id, reason: 'not_our_matter' });
  await other.call('call.refuse', { call: first.id, reason: 'other', text: '系统维护' });
  assert.equal((await ended(requester, first.id)).call.state, 'refused');

  const { call: second } = await requester.call('call.request', ask);
  await responder.event('call.incoming');
  await requester.call('call.cancel', { call: second.id });
  assert.equal((await ended(responder, second.id)).call.state, 'cancelled');

  const { call: third } = await requester.call('call.request', ask);
  await Promise.all([responder.event('call.incoming'), other.event('call.incoming')]);
  await other.call('call.answer', { call: third.id });
  assert.equal(await responder.code('call.answer', { call: third.id }), 'wrong_state');
  const withdrawn = await responder.event('call.state', (data) => data.call.id === third.id && data.call.own_part === 'withdrawn');
  assert.equal(withdrawn.call.state, 'answered');
  await requester.call('call.hangup', { call: third.id });
  await ended(other, third.id);

  await other.call('window.release');
  const { call: fourth } = await requester.call('call.request', { ...ask, window: '441523-01-1' });
  const end = await ended(requester, fourth.id);
  assert.deepEqual([end.call.state, end.call.end.reason], ['unanswered', 'unanswered']);
});

test('requests that cannot be', async () => {
  assert.equal(await requester.code('call.request', { item, area }), 'citizen_not_informed');
  assert.equal(await requester.code('call.request', { ...ask, citizen_informed: 'true' }), 'malformed');
  assert.equal(await requester.code('call.request', { ...ask, item: 'nothing' }), 'not_found');
  const { call: nobody } = await requester.call('call.request', { ...ask, area: '441581' });
  assert.deepEqual([nobody.state, nobody.end.reason], ['unanswered', 'nobody_there']);
  assert.equal(await responder.code('call.request', ask), 'forbidden');
  assert.equal(await requester.code('call.hangup', { call: '01930b5e-7c00-7a1b-8c2d-3e4f50617283' }), 'not_found');
  assert.equal(await requester.code('window.take', { window: 'nothing', devices, codecs: ['VP8'] }), 'not_found');
  assert.equal(await requester.code('window.take', { window: '441523-01-1', devices, codecs: ['VP8'] }), 'forbidden');
  const { call } = await requester.call('call.request', ask);
  await responder.event('call.incoming');
  for (const refusal of [await requester.code('call.answer', { call: call.id }), await responder.code('call.cancel', { call: call.id })]) {
    assert.ok(['forbidden', 'wrong_state'].includes(refusal), refusal);
  }
  assert.equal(await responder.code('call.hangup', { call: call.id }), 'wrong_state');
  assert.equal(await responder.code('chat.send', { call: call.id, text: 'x', key: 'x' }), 'wrong_state');
  const offer = await responder.event('rtc.offer');
  for (const sdp of ['', 'nonsense', 'v=0\r\n', offer.sdp, 'x'.repeat(60000)]) {
    const code = await responder.code('rtc.answer', { call: call.id, connection: offer.connection, revision: offer.revision, sdp });
    assert.ok(['bad_sdp', 'malformed'].includes(code), code);
  }
  // The connection and the offer are as they were: a good answer is still taken.
  responder.peer = new TestPeer();
  const sdp = await responder.peer.answer(offer.sdp);
  await responder.call('rtc.answer', { call: call.id, connection: offer.connection, revision: offer.revision, sdp });
  await responder.peer.up();
  await requester.call('call.cancel', { call: call.id });
});

test('a window taken over, a session taken over, signed out', async () => {
  other = await (await Clerk.signIn(office, 'home2')).connect();
  assert.equal(await other.code('window.take', { window: '441523-01-1', devices, codecs: ['VP8'] }), 'window_occupied');
  await other.take_window('441523-01-1', { takeover: true });
  await responder.event('window.taken');
  assert.equal(await responder.socket.closed(), 4009);

  const again = await Clerk.signIn(office, 'home2');
  assert.equal((await other.event('session.ended')).reason, 'taken_over');
  assert.equal(await other.socket.closed(), 4001);
  other = await again.connect();
  await other.http('DELETE', '/api/v1/session');
  assert.equal((await other.event('session.ended')).reason, 'signed_out');
  assert.equal(await other.socket.closed(), 4001);
});

test('a line that is lost and comes back within the time', { timeout: 5 * PATIENCE_MS }, async () => {
  const call = await answered();
  await requester.peer.first(1, 'face');
  responder.peer.end();
  responder.socket.cut();
  const lost = await requester.event('call.state', (data) => data.call.participants[1]?.connection === 'lost');
  assert.ok(lost.call.participants[1].lost_until_us > 0);

  await responder.connect();
  const back = await responder.take_window('441523-01-1');
  assert.equal(back.call.id, call);
  assert.equal(back.call.own_part, 'in');
  await responder.joinMedia(call);
  await responder.peer.up();
  responder.peer.play();
  await responder.peer.first(1, 'face');
  await requester.event('call.state', (data) => data.call.participants[1]?.connection === 'up');
  await requester.call('call.hangup', { call });
  await ended(responder, call);
});

test('a line that does not come back ends the call', { timeout: 5 * PATIENCE_MS }, async () => {
  const call = await answered();
  responder.peer.end();
  responder.socket.cut();
  const end = await requester.event('call.state', (data) => data.call.id === call && data.call.state === 'interrupted');
  assert.equal(end.call.end.reason, 'rejoin_timeout');
});

test('ICE restart and a new connection in a running call', { timeout: 5 * PATIENCE_MS }, async () => {
  const call = await answered();
  await requester.peer.first(1, 'face');
  await requester.call('rtc.restart', { call, connection: requester.connection });
  assert.equal(await requester.code('rtc.restart', { call, connection: requester.connection }), 'too_many');
  const restart = await requester.event('rtc.offer');
  assert.deepEqual([restart.connection, restart.revision], [requester.connection, 2]);
  const sdp = await requester.peer.answer(restart.sdp);
  await requester.call('rtc.answer', { call, connection: restart.connection, revision: 2, sdp });

  requester.peer.end();
  await requester.call('rtc.reopen', { call });
  await requester.joinMedia(call);
  await requester.peer.up();
  requester.peer.play();
  await requester.peer.first(1, 'document');

  const old = requester.connection;
  requester.peer.say({ op: 'good_bye' });
  await requester.event('rtc.closed', (data) => data.connection === old, 10000);
  requester.peer.end();
  await requester.joinMedia(call);
  await requester.peer.up();
  await requester.call('call.hangup', { call });
});
