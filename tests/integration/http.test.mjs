// SPDX-License-Identifier: Apache-2.0
// Every HTTP operation, held to docs/openapi.json.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';
import { check, document, neverDoneWell } from '../support/contract.mjs';
import { request } from '../support/http.mjs';

let office;
let clerk;
let auditor;

/** Asks and holds the answer to the description. */
async function ask(who, method, path, options = {}) {
  return check(method, path, await (who ? who.http(method, path, options) : request(office, method, path, options)));
}

async function refused(who, method, path, status, code, options) {
  const answer = await ask(who, method, path, options);
  assert.equal(answer.status, status, String(answer.body));
  assert.equal(answer.json.error.code, code);
  return answer;
}

before(async () => {
  office = await Office.open();
  clerk = await Clerk.signIn(office, 'clerk1');
  auditor = await Clerk.signIn(office, 'auditor1');
});

after(() => office?.close());

test('health and the description are for anybody', async () => {
  const health = await ask(null, 'GET', '/api/v1/health');
  assert.equal(health.json.status, 'ok');
  assert.equal(health.headers['x-content-type-options'], 'nosniff');
  assert.equal(health.headers['strict-transport-security'], undefined, 'HSTS with a self-signed certificate');
  const served = await ask(null, 'GET', '/api/v1/openapi.json');
  assert.deepEqual(served.json, document);
});

test('signing in: cookie, session, wrong password, lock-out', async () => {
  const answer = await ask(null, 'POST', '/api/v1/session', { json: { account: 'clerk2', password: 'demo-clerk2' } });
  assert.equal(answer.status, 200);
  const [cookie] = answer.headers['set-cookie'];
  for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) assert.ok(cookie.includes(attribute), cookie);
  const mine = { http: (method, path, options) => request(office, method, path, { cookie: cookie.split(';')[0], ...options }) };
  const again = (await ask(mine, 'GET', '/api/v1/session')).json;
  assert.ok(again.expires_us >= answer.json.expires_us, 'a session in use lives on');
  assert.deepEqual({ ...again, expires_us: 0 }, { ...answer.json, expires_us: 0 });
  assert.equal((await ask(mine, 'DELETE', '/api/v1/session')).status, 204);
  await refused(mine, 'GET', '/api/v1/session', 401, 'not_signed_in');

  await refused(null, 'POST', '/api/v1/session', 401, 'bad_credentials', { json: { account: 'nobody', password: 'x' } });
  for (let i = 0; i < 4; i++) await refused(null, 'POST', '/api/v1/session', 401, 'bad_credentials', { json: { account: 'expert1', password: `wrong${i}` } });
  const last = await ask(null, 'POST', '/api/v1/session', { json: { account: 'expert1', password: 'wrong5' } });
  assert.ok([401, 423].includes(last.status));
  const locked = await refused(null, 'POST', '/api/v1/session', 423, 'account_locked', { json: { account: 'expert1', password: 'demo-expert1' } });
  assert.ok(locked.json.error.retry_after_s > 800 && locked.json.error.retry_after_s <= 900);
});

test('a new sign-in ends the earlier one', async () => {
  const first = await Clerk.signIn(office, 'home2');
  const second = await Clerk.signIn(office, 'home2');
  await refused(first, 'GET', '/api/v1/session', 401, 'not_signed_in');
  assert.equal((await ask(second, 'GET', '/api/v1/session')).status, 200);
});

test('a password is changed by who knows it', async () => {
  const path = '/api/v1/session/password';
  const home = await Clerk.signIn(office, 'home2');
  const change = (password, new_password) => ask(home, 'PUT', path, { json: { password, new_password } });
  assert.notEqual((await change('wrong', 'Lufeng-2026')).status, 204);
  assert.equal((await change('demo-home2', 'short')).status, 400);
  assert.equal((await change('demo-home2', 'Lufeng-2026')).status, 204);
  assert.equal((await ask(home, 'GET', '/api/v1/session')).status, 200, 'the session goes on');
  await refused(null, 'POST', '/api/v1/session', 401, 'bad_credentials', { json: { account: 'home2', password: 'demo-home2' } });
  assert.equal((await ask(null, 'POST', '/api/v1/session', { json: { account: 'home2', password: 'Lufeng-2026' } })).status, 200);
});

test('the catalogue', async () => {
  const areas = await ask(clerk, 'GET', '/api/v1/areas');
  assert.ok(areas.json.rows.some((area) => area.kind === 'city' && area.parent === null));
  const windows = await ask(clerk, 'GET', '/api/v1/windows?area=441523');
  assert.ok(windows.json.rows.length > 0 && windows.json.rows.every((window) => window.area.code === '441523'));
  const byPinyin = await ask(clerk, 'GET', '/api/v1/items?q=flzz');
  assert.deepEqual(byPinyin.json.rows.map((item) => item.id), ['fanglei-jungong']);
  const byName = await ask(clerk, 'GET', `/api/v1/items?q=${encodeURIComponent('竣工验收')}`);
  assert.ok(byName.json.rows.some((item) => item.id === 'fanglei-jungong'));
  const demo = JSON.parse(readFileSync(new URL('../../demo/office/items.json', import.meta.url), 'utf8'));
  assert.equal((await ask(clerk, 'GET', '/api/v1/items')).json.rows.length, demo.items.length);
  const item = await ask(clerk, 'GET', '/api/v1/items/fanglei-jungong');
  assert.ok(item.json.materials.length > 3 && item.json.materials.some((material) => material.review_points.length));
  await refused(clerk, 'GET', '/api/v1/items/nothing', 404, 'not_found');
});

test('lists of calls, figures of the day, audit log', async () => {
  assert.equal((await ask(clerk, 'GET', '/api/v1/today')).json.requested, 0);
  const calls = await ask(auditor, 'GET', '/api/v1/calls?page=1&page_size=5&state=ended');
  assert.deepEqual([calls.json.total, calls.json.page, calls.json.page_size], [0, 1, 5]);
  await refused(auditor, 'GET', '/api/v1/calls?page=0', 400, 'malformed');
  await refused(auditor, 'GET', '/api/v1/calls?page_size=101', 400, 'malformed');
  await refused(auditor, 'GET', '/api/v1/calls?page=1&page=2', 400, 'malformed');
  for (const word of ['state', 'outcome', 'cause', 'drill']) {
    await refused(auditor, 'GET', `/api/v1/calls?${word}=nothing`, 400, 'malformed');
    assert.equal((await ask(auditor, 'GET', `/api/v1/calls?${word}=`)).json.total, 0);
  }
  await refused(auditor, 'GET', '/api/v1/calls/01930b5e-7c00-7a1b-8c2d-3e4f50617283', 404, 'not_found');
  const audit = await ask(auditor, 'GET', '/api/v1/audit?page_size=100');
  assert.ok(audit.json.rows.some((row) => row.action.startsWith('session.')));
});

test('who may not is told so', async () => {
  for (const [method, path, options] of [
    ['GET', '/api/v1/session'], ['DELETE', '/api/v1/session'], ['GET', '/api/v1/areas'], ['GET', '/api/v1/windows'], ['GET', '/api/v1/items'],
    ['GET', '/api/v1/items/x'], ['GET', '/api/v1/today'], ['GET', '/api/v1/calls'], ['GET', '/api/v1/calls/x'], ['GET', '/api/v1/recordings/x/manifest'],
    ['POST', '/api/v1/recordings/x/views', { json: {} }], ['GET', '/api/v1/recordings/x/sources/y?view=z'],
    ['POST', '/api/v1/recordings/x/downloads', { json: { reason: '测试' } }], ['GET', '/api/v1/downloads/x/y'],
    ['POST', '/api/v1/recordings/x/verify', { json: {} }], ['GET', '/api/v1/audit'],
  ]) await refused(null, method, path, 401, 'not_signed_in', options);
  await refused({ http: (method, path, options) => request(office, method, path, { cookie: `fw_session=${'A'.repeat(43)}`, ...options }) }, 'GET', '/api/v1/areas', 401, 'not_signed_in');
  await refused(clerk, 'GET', '/api/v1/audit', 403, 'forbidden');
  await refused(clerk, 'POST', '/api/v1/recordings/x/views', 403, 'forbidden', { json: {} });
});

test('a recorded call: call, manifest, replay, download, check', { timeout: 240000 }, async () => {
  const home = await (await Clerk.signIn(office, 'home1')).connect();
  await clerk.connect();
  try {
    await clerk.take_window('441521-01-3');
    await home.take_window('441523-01-1');
    const { call } = await clerk.call('call.request', { item: 'fanglei-jungong', area: '441523', citizen_informed: true, material: 3, note: '资质证看不清' });
    await Promise.all([clerk.joinMedia(call.id), home.joinMedia(call.id)]);
    await Promise.all([clerk.peer.up(), home.peer.up()]);
    await home.call('call.answer', { call: call.id });
    clerk.peer.play();
    home.peer.play();
    await clerk.peer.first(1, 'document');
    assert.equal((await ask(auditor, 'GET', `/api/v1/calls/${call.id}`)).json.end, null);
    await clerk.call('chat.send', { call: call.id, text: '请看第二页', key: 'k1' });
    await home.call('capture.ask', { call: call.id, material: 3 });
    await home.call('call.hold', { call: call.id, on: true });
    await home.call('call.hold', { call: call.id, on: false });
    await new Promise((done) => setTimeout(done, 3000));
    await clerk.call('call.hangup', { call: call.id });
    await home.event('call.state', (data) => data.call.state === 'ended');

    let row;
    for (let i = 0; i < 100 && row?.recording.state !== 'ready'; i++) {
      row = (await ask(auditor, 'GET', '/api/v1/calls')).json.rows[0];
      await new Promise((done) => setTimeout(done, 100));
    }
    assert.equal(row.id, call.id);
    assert.equal(row.recording.state, 'ready');
    assert.ok(row.recording.bytes > 0);
    assert.equal((await ask(clerk, 'GET', '/api/v1/calls')).json.total, 1);
    assert.equal((await ask(clerk, 'GET', '/api/v1/today')).json.recent.length, 1);
    const detail = await ask(auditor, 'GET', `/api/v1/calls/${call.id}`);
    assert.equal(detail.json.messages[0].text, '请看第二页');
    for (const kind of ['citizen_informed', 'capture_asked', 'hold', 'resume']) assert.ok(detail.json.markers.some((marker) => marker.kind === kind), kind);

    const at = `/api/v1/recordings/${call.id}`;
    assert.equal((await ask(auditor, 'GET', `${at}/manifest`)).json.recording, call.id);
    const download = await ask(auditor, 'POST', `${at}/downloads`, { json: { reason: '投诉核查' } });
    assert.equal(download.status, 201);
    assert.ok(download.json.files.some((file) => file.name.endsWith('.webm')));
    await refused(auditor, 'POST', `${at}/downloads`, 400, 'malformed', { json: { reason: '' } });

    const { createHash } = await import('node:crypto');
    for (const file of download.json.files) {
      const whole = await ask(auditor, 'GET', file.href);
      assert.equal(whole.status, 200);
      assert.equal(whole.body.length, file.bytes);
      assert.equal(createHash('sha256').update(whole.body).digest('hex'), file.sha256);
      assert.ok(whole.headers['content-disposition'].startsWith('attachment; '));
      assert.equal(whole.headers['cache-control'], 'no-store');
      const part = await ask(auditor, 'GET', file.href, { headers: { Range: 'bytes=10-19' } });
      assert.equal(part.status, 206);
      assert.equal(part.headers['content-range'], `bytes 10-19/${file.bytes}`);
      assert.deepEqual(part.body, whole.body.subarray(10, 20));
    }

    const source = download.json.files.find((file) => file.name.endsWith('.webm'));
    await refused(auditor, 'GET', `${at}/sources/${source.name}?view=nothing`, 403, 'forbidden');
    const { view } = (await ask(auditor, 'POST', `${at}/views`, { json: {} })).json;
    const first = await ask(auditor, 'GET', `${at}/sources/${source.name}?view=${view}`);
    assert.equal(first.status, 206);
    assert.equal(first.body.length, Math.min(source.bytes, 2 * 1024 * 1024));
    const tail = await ask(auditor, 'GET', `${at}/sources/${source.name}?view=${view}`, { headers: { Range: 'bytes=-100' } });
    assert.equal(tail.body.length, 100);
    assert.equal(tail.headers['content-range'], `bytes ${source.bytes - 100}-${source.bytes - 1}/${source.bytes}`);
    const beyond = await refused(auditor, 'GET', `${at}/sources/${source.name}?view=${view}`, 416, 'bad_range', { headers: { Range: `bytes=${source.bytes}-` } });
    assert.equal(beyond.headers['content-range'], `bytes */${source.bytes}`);
    await refused(auditor, 'GET', `${at}/sources/${source.name}?view=${view}`, 416, 'bad_range', { headers: { Range: 'bytes=1-2,4-5' } });
    await refused(auditor, 'GET', `${at}/sources/nothing.webm?view=${view}`, 404, 'not_found');

    const verified = await ask(auditor, 'POST', `${at}/verify`, { json: {} });
    assert.equal(verified.json.ok, true);
    assert.ok(verified.json.checked.length >= 2);

    const supervisor = await Clerk.signIn(office, 'supervisor1');
    await refused(supervisor, 'GET', `${at}/manifest`, 403, 'forbidden');
    assert.equal((await ask(supervisor, 'GET', '/api/v1/calls')).json.total, 1);
    const figures = await ask(supervisor, 'GET', '/api/v1/figures?by=window&period=day');
    assert.equal(figures.json.rows.find((row) => row.answered > 0)?.answered, 1);
    await refused(clerk, 'GET', '/api/v1/figures?by=window&period=day', 403, 'forbidden');
    const audit = await ask(auditor, 'GET', `/api/v1/audit?object=${call.id}&page_size=100`);
    for (const action of ['recording.viewed', 'recording.downloaded', 'recording.verified']) {
      assert.ok(audit.json.rows.some((entry) => entry.action === action), `${action} is not in ${audit.json.rows.map((entry) => entry.action)}`);
    }
  } finally {
    clerk.leave();
    home.leave();
  }
});

// The WebSocket is no HTTP answer; a recording is tried again in disk_full.test.mjs; other tags have tests of their own.
const elsewhere = ['GET /api/v1/live', 'POST /api/v1/recordings/{call}/finalise'];
test('every operation of these parts was answered well at least once', () => {
  const missing = neverDoneWell('server', 'session', 'live', 'catalogue', 'calls', 'recordings', 'audit');
  assert.deepEqual(missing.filter((operation) => !elsewhere.includes(operation)), []);
});
