// SPDX-License-Identifier: Apache-2.0
// What people write lies nowhere on the disk in clear, is read and found through the server all the same, and is gone with its key.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../browser/support/browsers.mjs';
import { Office } from '../browser/support/office.mjs';
import { codeOn } from '../browser/support/sheets.mjs';
import { Clerk } from '../support/clerk.mjs';
import { check } from '../support/contract.mjs';
import { FaultyGateway } from '../support/gateway.mjs';
import { png } from '../support/pictures.mjs';

const HOME = '441523-01-1';
const MARK = 'ZQX7K'; // begins every text
const PHONE = '13977665544';
const NAME = '欧阳试验人';
const NUMBER = '11010519491231002X';
const said = (what) => `${MARK}-${what} 资质证`;
let gateway, office, applicant, home, supervisor, auditor, refused, talked, row, theCase;

async function ask(who, method, where, json) {
  return check(method, where, await who.http(method, where, { json }));
}

async function well(who, method, where, json) {
  const answer = await ask(who, method, where, json);
  assert.ok(answer.status < 300, `${method} ${where}: ${answer.status} ${answer.body}`);
  return answer.json;
}

async function call(note) {
  const asked = await applicant.call('call.request', { item: 'fanglei-jungong', area: '441523', window: HOME, citizen_informed: true, note });
  const { call: incoming } = await home.event('call.incoming', (data) => data.call.id === asked.call.id);
  assert.equal(incoming.note, note);
  return asked.call.id;
}

async function talk() {
  const id = await call(said('note'));
  const joined = [applicant.joinMedia(id), home.joinMedia(id)];
  await home.call('call.answer', { call: id });
  await Promise.all(joined);
  for (const who of [applicant, home]) who.peer.play();
  await applicant.peer.first(1, 'face');
  await home.call('chat.send', { call: id, text: said('chat'), key: 'k1' });
  await applicant.event('chat.message', (data) => data.message.text === said('chat'));
  await home.call('call.hangup', { call: id });
  await eventually(() => well(auditor, 'GET', `/api/v1/calls/${id}`), (one) => one.recording.state === 'ready', { what: 'the recording is ready' });
  return id;
}

async function refuse() {
  const id = await call(said('note of a refused call'));
  await home.call('call.refuse', { call: id, reason: 'other', text: said('refusal') });
  await applicant.event('call.state', (data) => data.call.id === id && data.call.state === 'refused');
  return id;
}

async function message() {
  const { case: id } = await well(applicant, 'POST', '/api/v1/cases', {
    item: 'fanglei-jungong', area: '441523', applicant: { kind: 'person', name: NAME, document: 'id_card', number: NUMBER, phone: PHONE },
    form: { 工程名称: said('form') },
  });
  await well(applicant, 'POST', `/api/v1/cases/${id}/messages`, { phone: PHONE, text: said('sms'), key: '017f22e2-79b0-7000-98c4-dc0c0c07398f' });
  await eventually(() => [...gateway.sent.values()], (sent) => sent.some((one) => one.text === said('sms') && one.phone === PHONE), { what: 'the phone gets it in clear' });
  return id;
}

/** A paper filed under the applicant's name, a sheet to them, their number in full. */
async function papers(id) {
  const bytes = png(64, 64, (x, y) => (x * y) % 256);
  const promise = { key: randomUUID(), material: 1, kind: 'original', name: `${NAME} ${NUMBER}.png`, rotation: 0, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  const { upload } = await well(applicant, 'POST', `/api/v1/cases/${id}/uploads`, promise);
  const piece = `/api/v1/uploads/${upload}/pieces?offset=0`;
  check('POST', piece, await applicant.http('POST', piece, { body: bytes, headers: { 'Content-Type': 'application/octet-stream' } }));
  await eventually(() => well(applicant, 'GET', `/api/v1/uploads/${upload}`), (one) => one.state === 'filed', { what: 'the paper is filed' });
  const { notice, number } = await well(applicant, 'POST', `/api/v1/cases/${id}/notices`, { kind: 'one_time' });
  const sheet = await applicant.http('GET', `/api/v1/cases/${id}/notices/${notice}`);
  const { applicant: shown } = await well(home, 'POST', `/api/v1/cases/${id}/unmask`, {});
  const { serial, files } = await well(home, 'GET', `/api/v1/cases/${id}`);
  assert.deepEqual([shown.name, shown.number, files[0].name], [NAME, NUMBER, promise.name], 'it is all there, for who may see it');
  assert.equal(codeOn(sheet.body), `${serial} ${number}`, 'a telephone reads the case and the sheet off it');
}

/** Files below the folder in which the words stand, and how many were looked through. */
function filesWith(words, folder = office.folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesWith(words, file);
    return entry.isFile() && fs.readFileSync(file).includes(words) ? [path.relative(office.folder, file)] : [];
  });
}

function nothingInClear() {
  for (const words of [MARK, PHONE, NAME, NUMBER]) assert.deepEqual(filesWith(words), []);
}

function erase(kind) {
  const folder = path.join(office.folder, 'data/keys', kind);
  const keys = fs.readdirSync(folder);
  assert.ok(keys.length > 0, kind);
  for (const key of keys) fs.unlinkSync(path.join(folder, key));
}

before(async () => {
  gateway = await FaultyGateway.open();
  office = await Office.open({ config: `[sms]\ngateway = http\nurl = ${gateway.url}\nidempotent = true\nquiet_from = 00:00\nquiet_to = 00:00\n` });
  [applicant, home, supervisor, auditor] = await Promise.all(['clerk1', 'home1', 'supervisor2', 'auditor1'].map((name) => Clerk.signIn(office, name)));
  await Promise.all([applicant.connect(), home.connect()]);
  await applicant.take_window('441521-01-3');
  await home.take_window(HOME);
  refused = await refuse();
  talked = await talk();
  await well(auditor, 'POST', `/api/v1/recordings/${talked}/downloads`, { reason: said('download') });
  [row] = (await well(supervisor, 'GET', `/api/v1/ledger?window=${HOME}`)).rows;
  await well(home, 'POST', `/api/v1/ledger/${row.id}/statements`, { text: said('statement') });
  await well(supervisor, 'POST', `/api/v1/ledger/${row.id}/verdict`, { verdict: 'excused', reason: 'other', text: said('verdict') });
  theCase = await message();
  await papers(theCase);
});

after(async () => {
  applicant?.leave();
  home?.leave();
  await office?.close();
  await gateway?.close();
});

test('no file has a word of it, before the database took its log over and after', async () => {
  assert.ok(filesWith(talked).includes('data/farwindow.db-wal'), 'it looks where things are kept');
  nothingInClear();
  execFileSync('sqlite3', [path.join(office.folder, 'data/farwindow.db'), 'PRAGMA wal_checkpoint']);
  assert.ok(filesWith(talked).includes('data/farwindow.db'));
  nothingInClear();
});

test('it is read and found through the server', async () => {
  const one = await well(auditor, 'GET', `/api/v1/calls/${talked}`);
  assert.deepEqual([one.note, one.messages[0].text, one.purged], [said('note'), said('chat'), undefined]);
  assert.equal((await well(auditor, 'GET', `/api/v1/calls/${refused}`)).participants[1].refuse_text, said('refusal'));
  assert.deepEqual((await well(auditor, 'GET', `/api/v1/calls?q=${MARK.toLowerCase()}-note`)).rows.map((each) => each.id), [talked, refused]);
  assert.deepEqual((await well(auditor, 'GET', `/api/v1/calls?q=${MARK}-nothing`)).rows, []);
  assert.deepEqual((await well(supervisor, 'GET', `/api/v1/ledger/${row.id}`)).entries.map((each) => each.text), [said('statement'), said('verdict')]);
});

test('after a kill -9 the same, and once the keys are erased it is purged everywhere', async () => {
  await office.kill();
  await office.start();
  [supervisor, auditor] = await Promise.all(['supervisor2', 'auditor1'].map((name) => Clerk.signIn(office, name)));
  assert.equal((await well(auditor, 'GET', `/api/v1/calls/${talked}`)).note, said('note'));
  for (const kind of ['recording', 'ledger', 'sms']) erase(kind);
  const one = await well(auditor, 'GET', `/api/v1/calls/${talked}`);
  assert.deepEqual([one.note, one.purged, one.messages[0].text, one.messages[0].purged], [null, true, null, true]);
  const other = (await well(auditor, 'GET', `/api/v1/calls/${refused}`)).participants[1];
  assert.deepEqual([other.refuse_reason, other.refuse_text, other.purged], ['other', null, true]);
  assert.deepEqual((await well(auditor, 'GET', `/api/v1/calls?q=${MARK}`)).rows, []);
  assert.deepEqual((await well(supervisor, 'GET', `/api/v1/ledger/${row.id}`)).entries.map((each) => [each.text, each.purged]), [[null, true], [null, true]]);
  assert.ok((await well(supervisor, 'GET', '/api/v1/sms')).rows.every((each) => each.text === null && each.phone === null));
  assert.equal((await ask(auditor, 'GET', `/api/v1/recordings/${talked}/manifest`)).status, 404);
  assert.equal((await ask(auditor, 'POST', `/api/v1/recordings/${talked}/downloads`, { reason: said('too late') })).status, 404);
  nothingInClear();
});
