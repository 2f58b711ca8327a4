// SPDX-License-Identifier: Apache-2.0
// The WebSocket under bad input: a stable refusal, the connection stays, nothing changes; abuse ends it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';
import { opcodes, WebSocketClient } from '../support/websocket.mjs';
import { PATIENCE_MS } from '../support/patience.mjs';

let office;
let clerk;

before(async () => {
  office = await Office.open();
  clerk = await (await Clerk.signIn(office, 'clerk1')).connect();
});
after(async () => {
  clerk?.leave();
  await office?.close();
});

const open = (options = {}) => WebSocketClient.open({ host: office.host, port: office.port, ...options });

/** What comes back for a text that is no good request. */
function say(text) {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error(`no reply to ${text.slice(0, 80)}`)), PATIENCE_MS);
    const look = (reply) => {
      const message = JSON.parse(reply);
      if (message.type !== 'reply') return;
      clearTimeout(timer);
      clerk.socket.off('text', look);
      done(message);
    };
    clerk.socket.on('text', look);
    clerk.socket.send(text);
  });
}

async function stillThere() {
  assert.equal(clerk.socket.closeCode, undefined);
  assert.equal((await clerk.ask('ping')).ok, true);
}

test('upgrades that are refused', async () => {
  const refusal = async (options) => {
    const error = await open(options).then((socket) => (socket.cut(), assert.fail('was let in')), (failure) => failure);
    return `${error.status} ${error.body && JSON.parse(error.body).error.code}`;
  };
  const headers = { Cookie: clerk.cookie };
  assert.equal(await refusal({ headers, protocol: null }), '400 malformed');
  assert.equal(await refusal({ headers, protocol: 'farwindow.v2' }), '400 malformed');
  assert.equal(await refusal({ headers, path: '/api/v1/other' }), '404 not_found');
  assert.equal(await refusal({ headers, path: '/' }), '404 not_found');
  assert.equal(await refusal({ headers: { ...headers, Origin: 'https://elsewhere.example' } }), '403 forbidden');
  const own = await open({ headers: { ...headers, Origin: office.url } });
  assert.match(own.head, /sec-websocket-protocol: farwindow\.v1/i);
  own.cut();
});

test('without a good cookie it is closed with 4003', async () => {
  for (const headers of [{}, { Cookie: 'fw_session=' }, { Cookie: `fw_session=${'A'.repeat(43)}` }, { Cookie: 'fw_session=a; fw_session=b' }]) {
    assert.equal(await (await open({ headers })).closed(), 4003);
  }
});

test('what is no request', async () => {
  for (const text of ['', ' ', '{', 'null', '[]', '5', '"x"', '{}', '{"type":"event"}', '{"type":"request"}', '{"type":"request","id":1}',
    '{"type":"request","id":1,"id":2,"method":"ping","params":{}}', `{"type":"request","id":3,"method":"ping","params":${'['.repeat(40)}${']'.repeat(40)}}`,
    '{"type":"request","id":"1","method":"ping","params":{}}', '{"type":"request","id":0,"method":"ping","params":{}}',
    '{"type":"request","id":9007199254740992,"method":"ping","params":{}}', '{"type":"request","id":1.5,"method":"ping","params":{}}',
    '{"type":"request","id":4,"method":5,"params":{}}', '{"type":"request","id":5,"method":"window.take","params":[]}', '{"type":"request","id":5,"method":"window.take"}']) {
    const reply = await say(text);
    assert.deepEqual([reply.ok, reply.error.code], [false, 'malformed'], text);
    assert.ok(reply.error.text.length > 0);
  }
  assert.equal((await say('{"type":"request","id":77,"method":"window.take","params":{}}')).id, 77);
  const unknown = await say('{"type":"request","id":78,"method":"call.teleport","params":{}}');
  assert.deepEqual([unknown.id, unknown.error.code], [78, 'unknown_method']);
  const beforeWindow = await say('{"type":"request","id":79,"method":"presence.set","params":{"state":"away"}}');
  assert.deepEqual([beforeWindow.id, beforeWindow.error.code], [79, 'not_at_window']);
  await stillThere();
});

test('too large, and in pieces', async () => {
  const reply = await say(JSON.stringify({ type: 'request', id: 5, method: 'ping', params: { x: 'y'.repeat(70000) } }));
  assert.deepEqual([reply.id, reply.error.code], [0, 'too_large']);
  const text = Buffer.from(JSON.stringify({ type: 'request', id: 901, method: 'ping', params: { filler: '远窗'.repeat(10) } }));
  const whole = new Promise((done) => clerk.replies.set(901, { done, failed: done }));
  for (let i = 0; i < text.length; i += 7) {
    clerk.socket.sendFrame(i ? opcodes.continuation : opcodes.text, text.subarray(i, i + 7), { final: i + 7 >= text.length });
    if (i === 21) clerk.socket.sendFrame(opcodes.ping, Buffer.from('between'));
  }
  assert.equal((await whole).ok, true);
  await stillThere();
});

test('abuse ends the connection, each with its code', async () => {
  const connect = async () => (await (await Clerk.signIn(office, 'home3')).connect()).socket;
  let socket = await connect();
  socket.sendFrame(opcodes.binary, Buffer.from([1, 2, 3]));
  assert.equal(await socket.closed(), 4000);

  socket = await connect();
  for (let i = 0; i < 1000; i++) socket.send('{"type":"request","id":1,"method":"ping","params":{}}');
  assert.equal(await socket.closed(), 4000);

  socket = await connect();
  socket.send('x'.repeat(300 * 1024));
  assert.equal(await socket.closed(), 1009);

  socket = await connect();
  socket.sendFrame(opcodes.text, Buffer.from([0xc3, 0x28]));
  assert.equal(await socket.closed(), 1007);
  await stillThere();
});

test('a dead line is noticed, a quiet one is kept', { timeout: 240000 }, async () => {
  const quiet = await (await Clerk.signIn(office, 'home1')).connect();
  const dead = await (await Clerk.signIn(office, 'home2')).connect();
  dead.socket.autoPong = false;
  const pings = [];
  quiet.socket.on('ping', () => pings.push(Date.now()));
  const began = Date.now();
  await dead.socket.closed(40000);
  const after_s = (Date.now() - began) / 1000;
  assert.ok(after_s > 10 && after_s < 15, `closed after ${after_s} s`); // PROTOCOL.md 2, and in time for the wall
  assert.ok(pings.length >= 2, `${pings.length} pings`);
  assert.equal(quiet.socket.closeCode, undefined);
  quiet.leave();
});
