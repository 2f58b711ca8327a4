// SPDX-License-Identifier: Apache-2.0
// Every operation of supervision on the real server, held to docs/openapi.json: from the call that rings out to the superior body.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../browser/support/browsers.mjs';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';
import { check, neverDoneWell } from '../support/contract.mjs';
import { receipts } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';

const HOME = '441523-01-1';
const MONTH = new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 7).replace('-', '');
let folder, office, applicant, home, county, city;

async function ask(who, method, where, json) {
  return check(method, where, await (who ? who.http(method, where, { json }) : request(office, method, where, { json })));
}

async function done(who, where, json) {
  const answer = await ask(who, 'POST', where, json);
  assert.equal(answer.status, 204, String(answer.body));
}

async function refused(who, method, where, status, code, json) {
  const answer = await ask(who, method, where, json);
  assert.equal(answer.status, status, String(answer.body));
  assert.equal(answer.json.error.code, code);
}

async function call() {
  const asked = await applicant.call('call.request', { item: 'fanglei-jungong', area: '441523', window: HOME, citizen_informed: true });
  await home.event('call.incoming', (data) => data.call.id === asked.call.id);
  return asked.call.id;
}

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fw-ledger-'));
  fs.writeFileSync(path.join(folder, 'receipts'), 'receipt secret\n');
  office = await Office.open({ config: `[calls]\nring_time_s = 5\n[sms]\nreceipt_secret_file = ${folder}/receipts\n` });
  [applicant, home, county, city] = await Promise.all(['clerk1', 'home1', 'supervisor2', 'supervisor1'].map((name) => Clerk.signIn(office, name)));
  await Promise.all([applicant.connect(), home.connect()]);
  await applicant.take_window('441521-01-3');
  await home.take_window(HOME);
  for (let i = 0; i < 4; i++) {
    const id = await call();
    for (const stage of ['displayed', 'tone']) await home.call('call.ring_ack', { call: id, stage });
    await applicant.event('call.state', (data) => data.call.id === id && data.call.state === 'unanswered');
  }
});

after(async () => {
  await office?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('the ledger: list, evidence, statement, verdict', async () => {
  const list = await ask(county, 'GET', `/api/v1/ledger?month=${MONTH}&window=${HOME}`);
  assert.equal(list.json.total, 4);
  const [first] = list.json.rows;
  assert.equal(first.cause, 'not_answered');
  assert.equal((await ask(home, 'GET', '/api/v1/ledger')).json.total, 4);
  const one = await ask(county, 'GET', `/api/v1/ledger/${first.id}`);
  assert.ok(one.json.proof[0].tone_us > one.json.proof[0].begun_us);
  assert.equal(one.json.messages.length, 1);
  await done(home, `/api/v1/ledger/${first.id}/statements`, { text: '正在为老人办理' });
  await refused(county, 'POST', `/api/v1/ledger/${first.id}/statements`, 403, 'forbidden', { text: '不是窗口' });
  await refused(home, 'POST', `/api/v1/ledger/${first.id}/verdict`, 403, 'forbidden', { verdict: 'excused', reason: 'other', text: '自己' });
  await refused(county, 'POST', `/api/v1/ledger/${first.id}/verdict`, 400, 'malformed', { verdict: 'at_fault' });
  await refused(county, 'GET', '/api/v1/ledger/999', 404, 'not_found');
  for (const asked of ['ledger?state=nothing', 'ledger?cause=nothing', 'escalations?state=nothing', 'sms?state=nothing', 'sms?kind=nothing']) {
    await refused(county, 'GET', `/api/v1/${asked}`, 400, 'malformed');
  }
  assert.equal((await ask(county, 'GET', '/api/v1/ledger?state=open&cause=not_answered')).json.total, 3);
  for (const row of list.json.rows) await done(county, `/api/v1/ledger/${row.id}/verdict`, { verdict: 'at_fault', reason: 'did_not_answer' });
  await refused(county, 'POST', `/api/v1/ledger/${first.id}/verdict`, 409, 'wrong_state', { verdict: 'excused', reason: 'system_fault' });
});

test('the escalation is the superior body\'s alone', async () => {
  assert.equal((await ask(county, 'GET', '/api/v1/escalations')).json.total, 0);
  const list = await ask(city, 'GET', '/api/v1/escalations');
  assert.deepEqual(list.json.rows.map((row) => [row.state, row.at_fault, row.window.id]), [['raised', 4, HOME]]);
  const where = `/api/v1/escalations/${list.json.rows[0].id}`;
  await refused(county, 'GET', where, 403, 'forbidden');
  assert.equal((await ask(city, 'GET', where)).json.rows.length, 4);
  await refused(city, 'POST', `${where}/close`, 409, 'wrong_state', { text: '已约谈' });
  await done(city, `${where}/acknowledge`, {});
  await done(city, `${where}/close`, { text: '已约谈' });
});

test('the outbox: without a gateway every message is shown as failed', async () => {
  const list = await ask(county, 'GET', '/api/v1/sms?kind=unanswered');
  assert.equal(list.json.total, 4);
  assert.ok(list.json.rows.every((row) => row.state === 'failed' && row.error === 'no_gateway' && row.phone === '139****0003'));
  const { id } = list.json.rows[0];
  await refused(home, 'GET', '/api/v1/sms', 403, 'forbidden');
  await done(county, `/api/v1/sms/${id}/resend`, {});
  await eventually(async () => (await ask(county, 'GET', '/api/v1/sms')).json.rows.find((row) => row.id === id),
    (row) => row.state === 'failed' && row.round === 2, { what: 'the second round has failed too' });
  await done(county, `/api/v1/sms/${id}/cancel`, {});
  await refused(county, 'POST', `/api/v1/sms/${id}/resend`, 409, 'wrong_state', {});
  const taken = await ask(null, 'POST', '/api/v1/sms/receipts', receipts('receipt secret', [{ key: 'nobody/1', state: 'failed', at_us: 1 }]));
  assert.deepEqual(taken.json, { taken: 1, known: 0 });
});

test('the mirror ledger', async () => {
  const id = await call();
  await home.call('call.answer', { call: id });
  await home.call('call.hangup', { call: id });
  await done(home, `/api/v1/calls/${id}/mark`, { mark: 'answered_by_points' });
  await refused(applicant, 'POST', `/api/v1/calls/${id}/mark`, 403, 'forbidden', { mark: null });
  const rates = await ask(city, 'GET', `/api/v1/mirror?month=${MONTH}`);
  assert.deepEqual(rates.json.requesters.map((row) => [row.window.id, row.answered, row.answered_by_points]), [['441521-01-3', 1, 1]]);
  assert.equal(rates.json.responders[0].unanswered, 4);
  await refused(city, 'GET', '/api/v1/mirror', 400, 'malformed');
});

test('the history of an object is for administrators of its area', async () => {
  const admin = await Clerk.signIn(office, 'admin2');
  assert.equal((await ask(admin, 'PATCH', '/api/v1/organisation/halls/441523-01', { fields: { ring_seconds: '25' } })).status, 200);
  const list = await ask(admin, 'GET', '/api/v1/organisation/halls/441523-01/history');
  assert.deepEqual(list.json.rows.map(({ action, detail }) => [action, detail.changed]), [['hall.changed', [{ field: 'ring_seconds', from: '', to: '25' }]]]);
  await refused(admin, 'GET', '/api/v1/organisation/halls/441521-01/history', 403, 'forbidden');
  assert.equal((await ask(admin, 'PATCH', '/api/v1/organisation/halls/441523-01', { fields: { latitude: 23.301601, longitude: 115.66 } })).status, 200);
  const [hall] = (await ask(admin, 'GET', '/api/v1/organisation/halls?q=441523-01')).json.rows;
  assert.deepEqual([hall.latitude, hall.longitude], ['23.301601', '115.660000']);
  await refused(admin, 'PATCH', '/api/v1/organisation/halls/441523-01', 400, 'faulty', { fields: { latitude: 1e300 } });
  await refused(admin, 'PATCH', '/api/v1/organisation/halls/441523-01', 400, 'faulty', { fields: { ring_seconds: 25.5 } });
  await refused(admin, 'GET', '/api/v1/organisation/halls?closed=maybe', 400, 'malformed');
  await refused(county, 'GET', '/api/v1/organisation/halls/441523-01/history', 403, 'forbidden');
});

test('every operation of supervision was answered well at least once', () => assert.deepEqual(neverDoneWell('supervision'), []));
