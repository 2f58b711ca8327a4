// SPDX-License-Identifier: Apache-2.0
// A disk that fills up: calls go on, both windows and the log say so, nothing is promised; with space again it is recorded again.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';

const DISK_MIB = 96; // 16 of them are to stay free (min_free_mib of Office)
const DATABASE_LOG_BYTES = 4 * 1024 * 1024; // FW_DB_CHECKPOINT_MIN_BYTES
const ask = { item: 'fanglei-jungong', area: '441523', citizen_informed: true };
let office, requester, responder, auditor;

before(async () => {
  office = await Office.open({ diskMib: DISK_MIB });
  requester = await Clerk.signIn(office, 'clerk1');
  responder = await Clerk.signIn(office, 'home1');
  auditor = await Clerk.signIn(office, 'auditor1');
  await (await requester.connect()).take_window('441521-01-3');
  await (await responder.connect()).take_window('441523-01-1');
  await workAWhile();
});
after(async () => {
  requester?.leave();
  responder?.leave();
  await office?.close();
});

/** Fills the disk up to so many MiB that stay free; what the server has written counts. */
function fill(freeMib) {
  const { bavail, bsize } = fs.statfsSync(office.inData(''));
  fs.writeFileSync(office.inData('ballast'), Buffer.alloc(bavail * bsize - freeMib * 1024 * 1024));
}

/** Lets the database's log reach the size it is used over again at, as after some minutes of work: a full disk finds no new server. */
async function workAWhile() {
  const away = { state: 'away', reason: 'other', text: '领取印章', until_us: Date.now() * 1000 + 600e6 };
  while (fs.statSync(office.inData('farwindow.db-wal')).size < DATABASE_LOG_BYTES) {
    await requester.call('presence.set', away);
    await requester.call('presence.set', { state: 'ready' });
  }
}

async function logged(text) {
  for (let i = 0; i < 100; i++) {
    if (office.logTail().includes(text)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(`the log does not say "${text}":\n${office.logTail()}`);
}

async function talk() {
  const { call } = await requester.call('call.request', ask);
  await responder.event('call.incoming', (data) => data.call.id === call.id);
  await Promise.all([requester.joinMedia(call.id), responder.joinMedia(call.id)]);
  await responder.call('call.answer', { call: call.id });
  await Promise.all([requester.peer.up(), responder.peer.up()]);
  requester.peer.play();
  responder.peer.play();
  await Promise.all([requester.peer.first(1, 'face'), responder.peer.first(1, 'document')]);
  return call.id;
}

const recordingIs = (clerk, call, state) => clerk.event('call.state', (data) => data.call.id === call && data.call.recording.state === state);

async function hangUp(call) {
  await requester.call('call.hangup', { call });
  requester.peer.end();
  responder.peer.end();
  const { json } = await auditor.http('GET', `/api/v1/calls/${call}`);
  assert.equal(json.state, 'ended');
  return json;
}

/** The recording of the call in that state; what else is said of it. */
async function settled(call, state, more = () => true) {
  let recording;
  for (let i = 0; i < 600; i++) {
    const answer = await auditor.http('GET', `/api/v1/calls/${call}`);
    assert.equal(answer.status, 200, answer.body.toString());
    ({ recording } = answer.json);
    if (recording.state === state && more(recording)) return recording;
    await new Promise((done) => setTimeout(done, 100));
  }
  return assert.fail(`the recording is ${JSON.stringify(recording)}`);
}

test('with a full disk a call goes on without a promise, and both are told', { timeout: 240000 }, async () => {
  fill(8);
  await logged('disk nearly full');
  const call = await talk();
  for (const clerk of [requester, responder]) {
    const notice = await clerk.event('notice', (data) => data.code === 'disk_full');
    assert.equal(notice.call, call);
    const { call: shown } = await recordingIs(clerk, call, 'failed');
    assert.equal(shown.recording.reason, 'disk_full');
  }
  const detail = await hangUp(call);
  assert.ok(detail.markers.some((marker) => marker.kind === 'recording_failed'));
  await settled(call, 'failed');
  const { recording } = (await auditor.http('GET', `/api/v1/calls/${call}`)).json;
  assert.deepEqual([recording.reason, recording.work.state, recording.work.error], ['disk_full', 'parked', 'nothing']);
});

test('a disk that fills up in a call does not end it', { timeout: 240000 }, async () => {
  fs.rmSync(office.inData('ballast'));
  await logged('disk space is back');
  const call = await talk();
  await Promise.all([requester, responder].map((clerk) => recordingIs(clerk, call, 'recording')));
  fill(0.25);
  for (const clerk of [requester, responder]) {
    await clerk.event('notice', (data) => data.code === 'disk_full' && data.call === call);
  }
  await requester.call('chat.send', { call, text: '还在通话', key: 'still' });
  await responder.event('chat.message', (data) => data.message.text === '还在通话');
  await hangUp(call);

  // There is no room for its files either: it says so and waits, and a person may have it tried when there is.
  const { work } = await settled(call, 'finalising', (recording) => recording.work?.state === 'waiting');
  assert.equal(work.error, 'disk_full');
  assert.ok(work.next_us > Date.now() * 1000 - 60e6);
  fs.rmSync(office.inData('ballast'));
  assert.equal((await requester.http('POST', `/api/v1/recordings/${call}/finalise`, { json: {} })).status, 403);
  const again = await auditor.http('POST', `/api/v1/recordings/${call}/finalise`, { json: {} });
  if (again.status !== 200) assert.equal(again.json.error.code, 'wrong_state'); // it was just tried by itself
  const kept = await settled(call, 'interrupted');
  assert.deepEqual([kept.reason, kept.work], ['disk_full', null]);
  const log = await auditor.http('GET', `/api/v1/audit?from_us=${(Date.now() - 600000) * 1000}&to_us=${(Date.now() + 60000) * 1000}`);
  if (again.status === 200) assert.ok(log.json.rows.some((row) => row.action === 'recording.retried' && row.account !== null));
});
