// SPDX-License-Identifier: Apache-2.0
// With hundreds of sockets open the net thread goes its short way (net_loop.c): everything must go on as with a few.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';
import { document } from '../support/contract.mjs';
import { request } from '../support/http.mjs';

const CROWD = 600;

let office;
let clerk;
let crowd = [];

before(async () => {
  office = await Office.open();
  clerk = await (await Clerk.signIn(office, 'clerk1')).connect();
  crowd = Array.from({ length: CROWD }, () => net.connect(office.port, office.host).on('error', () => {}));
  await Promise.all(crowd.map((socket) => once(socket, 'connect')));
});
after(async () => {
  for (const socket of crowd) socket.destroy();
  clerk?.leave();
  await office?.close();
});

test('requests, answers of many pieces, messages both ways, a new line', async () => {
  for (let i = 0; i < 50; i++) assert.equal((await clerk.ask('ping')).ok, true);
  const all = await Promise.all(Array.from({ length: 100 }, () => clerk.ask('ping')));
  assert.ok(all.every((reply) => reply.ok), 'messages that come together');
  assert.deepEqual((await request(office, 'GET', '/api/v1/openapi.json')).json, document);
  const other = await (await Clerk.signIn(office, 'clerk2')).connect();
  assert.equal((await other.ask('x'.repeat(60000))).error.code, 'unknown_method', 'a message in many pieces');
  other.leave();
});

test('who says nothing is still closed', { timeout: 120000 }, async () => {
  await Promise.all(crowd.map((socket) => socket.closed || once(socket, 'close')));
  assert.equal((await clerk.ask('ping')).ok, true);
});
