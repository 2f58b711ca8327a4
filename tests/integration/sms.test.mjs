// SPDX-License-Identifier: Apache-2.0
// Short messages through the real server to a gateway that fails: each goes out once, or is kept as uncertain.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../browser/support/browsers.mjs';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';
import { check } from '../support/contract.mjs';
import { FaultyGateway, receipts } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';

const HOME = '441523-01-1';
let folder, gateway, office, supervisor, applicant, home;

async function ask(who, method, where, options) {
  return check(method, where, await (who ? who.http(method, where, options) : request(office, method, where, options)));
}

async function people() {
  supervisor = await Clerk.signIn(office, 'supervisor2');
  [applicant, home] = await Promise.all([Clerk.signIn(office, 'clerk1'), Clerk.signIn(office, 'home1')]);
  await Promise.all([applicant.connect(), home.connect()]);
  await applicant.take_window('441521-01-3');
  await home.take_window(HOME);
}

/** A ring that is displayed and makes no sound: its message goes at once. Returns the message's key. */
async function silentRing() {
  const { call } = await applicant.call('call.request', { item: 'fanglei-jungong', area: '441523', window: HOME, citizen_informed: true });
  await home.event('call.incoming', (data) => data.call.id === call.id);
  await home.call('call.ring_ack', { call: call.id, stage: 'displayed' });
  await home.event('ring.silent', (data) => data.call === call.id);
  await applicant.call('call.cancel', { call: call.id });
  await home.event('call.state', (data) => data.call.id === call.id && data.call.state === 'cancelled');
  return { key: `silent/${call.id}/${HOME}`, call: call.id };
}

async function messageOf(call) {
  const answer = await ask(supervisor, 'GET', '/api/v1/sms?page_size=100');
  return answer.json.rows.find((row) => row.subject.id === call);
}

const becomes = (call, state) =>
  eventually(() => messageOf(call), (row) => row?.state === state, { what: `the message is ${state}` });

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fw-sms-'));
  fs.writeFileSync(path.join(folder, 'secret'), 'gateway secret\n');
  fs.writeFileSync(path.join(folder, 'receipts'), 'receipt secret\n');
  gateway = await FaultyGateway.open({ secret: 'gateway secret' });
  office = await Office.open({ config: `[sms]
gateway = http
url = ${gateway.url}
headers = X-At: {at}
signature = hmac-sha256
secret_file = ${folder}/secret
receipt_secret_file = ${folder}/receipts
idempotent = true
answer_s = 1
` });
  await people();
});

after(async () => {
  await office?.close();
  await gateway?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('a message is handed over within 5 s, signed, and its receipts count once', async () => {
  const began = Date.now();
  const { key, call } = await silentRing();
  await becomes(call, 'handed');
  assert.ok(Date.now() - began < 5000 + 2000 + 1000, 'two seconds without a tone, then five at most');
  assert.equal(gateway.asked.length, 1);
  assert.equal(gateway.asked[0].key, key);
  assert.equal(gateway.asked[0].phone, '13900000003');
  assert.match(gateway.asked[0].text, /没有响铃声/);
  assert.equal(gateway.asked[0].signed, true);
  const body = receipts('receipt secret', [{ key, state: 'delivered', at_us: 1 }]);
  for (let i = 0; i < 3; i++) {
    const taken = await ask(null, 'POST', '/api/v1/sms/receipts', { json: body });
    assert.deepEqual(taken.json, { taken: 1, known: 1 });
  }
  assert.equal((await messageOf(call)).state, 'delivered');
  const forged = await ask(null, 'POST', '/api/v1/sms/receipts', { json: { ...body, signature: '0'.repeat(64) } });
  assert.equal(forged.status, 403);
  assert.equal((await ask(null, 'POST', '/api/v1/sms/receipts', { json: { receipts: [] } })).status, 400);
});

test('a gateway that accepts and does not answer, or answers 500, gets the same key again', async () => {
  for (const fault of ['hang', 500]) {
    const asked = gateway.asked.length;
    gateway.next.push(fault);
    const { key, call } = await silentRing();
    await becomes(call, 'handed');
    assert.deepEqual(gateway.asked.slice(asked).map((each) => each.key), [key, key]);
  }
  assert.equal(gateway.sent.size, 3);
});

test('a refusal is final, a slow answer is an answer', async () => {
  gateway.next.push('refuse');
  const refused = await silentRing();
  assert.equal((await becomes(refused.call, 'failed')).error, 'http 400');
  gateway.next.push(1500); // half a second
  const slow = await silentRing();
  await becomes(slow.call, 'handed');
  assert.equal(gateway.asked.filter((each) => each.key === slow.key).length, 1);
});

test('a server killed between hand-over and answer finds its way', async () => {
  gateway.next.push('hang');
  const asked = gateway.asked.length;
  const { key, call } = await silentRing();
  await eventually(() => gateway.asked.length, (count) => count > asked, { what: 'the gateway has it' });
  await office.kill();
  await office.start();
  supervisor = await Clerk.signIn(office, 'supervisor2');
  await becomes(call, 'handed');
  assert.deepEqual([...gateway.sent.keys()].filter((each) => each === key), [key]);
  assert.ok(gateway.asked.slice(asked).every((each) => each.key === key));
  await people();
});

test('no number and no word of a message is in the log or the audit log', async () => {
  const auditor = await Clerk.signIn(office, 'auditor1');
  const deeds = await ask(auditor, 'GET', '/api/v1/audit?page_size=100');
  for (const text of [fs.readFileSync(path.join(office.folder, 'server.log'), 'utf8'), JSON.stringify(deeds.json)]) {
    assert.ok(!text.includes('13900000003') && !text.includes('没有响铃声'));
  }
});

test('without keys and questions an unclear result is uncertain, and only a person sends again', async () => {
  await office.close();
  office = await Office.open({ config: `[sms]\ngateway = http\nurl = ${gateway.url}\nanswer_s = 1\n` });
  await people();
  const asked = gateway.asked.length;
  gateway.next.push('hang');
  const { key, call } = await silentRing();
  const row = await becomes(call, 'uncertain');
  assert.equal(row.error, 'time_out');
  assert.equal(gateway.asked.length, asked + 1);
  assert.equal((await ask(home, 'POST', `/api/v1/sms/${row.id}/resend`, { json: {} })).status, 403);
  assert.equal((await ask(supervisor, 'POST', `/api/v1/sms/${row.id}/resend`, { json: {} })).status, 204);
  await becomes(call, 'handed');
  assert.deepEqual(gateway.asked.slice(asked).map((each) => each.key), [key, `${key}#2`]);
  assert.equal((await ask(supervisor, 'POST', `/api/v1/sms/${row.id}/resend`, { json: {} })).status, 409);
});
