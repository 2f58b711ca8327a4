// SPDX-License-Identifier: Apache-2.0
// Files into a case over a line that breaks and a server that dies: filed exactly once, and the same bytes come back.
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';
import { check, neverDoneWell } from '../support/contract.mjs';
import { png } from '../support/pictures.mjs';

const PIECE = 1024 * 1024;
let office;
let clerk;
let theCase;

/** Asks and holds the answer to the description. */
const ask = async (method, path, options) => check(method, path, await clerk.http(method, path, options));
const file = async () => (await ask('GET', `/api/v1/cases/${theCase}`)).json.files;

/** A picture of noise, of about so many bytes. */
function picture(size) {
  const side = Math.max(64, Math.ceil(Math.sqrt(size)));
  const noise = randomBytes(side * side);
  return png(side, side, (x, y) => noise[y * side + x]);
}

function promiseOf(bytes, key = randomUUID()) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { key, material: 1, kind: 'capture', name: '第1页.jpg', rotation: 0, bytes: bytes.length, sha256 };
}

const promise = (json) => ask('POST', `/api/v1/cases/${theCase}/uploads`, { json });
const send = (upload, offset, bytes) => ask('POST', `/api/v1/uploads/${upload}/pieces?offset=${offset}`, {
  body: bytes.subarray(offset, offset + PIECE), headers: { 'Content-Type': 'application/octet-stream' },
});

before(async () => {
  office = await Office.open();
  clerk = await Clerk.signIn(office, 'clerk1');
  await (await clerk.connect()).take_window('441521-01-3');
  const applicant = { kind: 'person', name: '张三', document: 'id_card', number: '11010519491231002X', phone: '13800000000' };
  const opened = await clerk.http('POST', '/api/v1/cases', { json: { item: 'fanglei-jungong', area: '441523', applicant } });
  assert.equal(opened.status, 201, String(opened.body));
  theCase = opened.json.case;
});
after(async () => {
  clerk?.leave();
  await office?.close();
});

test('a file is filed once, though the server dies in the middle, and comes back byte for byte', async () => {
  const bytes = picture(2 * PIECE + 4321);
  assert.ok(bytes.length > 2 * PIECE && bytes.length < 3 * PIECE);
  const promised = promiseOf(bytes);
  const first = await promise(promised);
  assert.equal(first.status, 201);
  const { upload } = first.json;
  assert.equal((await send(upload, 0, bytes)).json.offset, PIECE);
  await office.kill('SIGKILL');
  await office.start();
  const again = await promise(promised);
  assert.equal(again.status, 200);
  assert.deepEqual([again.json.upload, again.json.offset], [upload, PIECE], 'what was acknowledged is there');
  const early = await send(upload, 2 * PIECE, bytes);
  assert.deepEqual([early.status, early.json.error.code, early.json.error.offset], [409, 'wrong_offset', PIECE]);
  await send(upload, PIECE, bytes);
  const last = await send(upload, 2 * PIECE, bytes);
  assert.equal(last.json.state, 'filed');
  assert.equal((await promise(promised)).json.file, last.json.file, 'the client did not hear of it and asks again');
  assert.equal((await ask('GET', `/api/v1/uploads/${upload}`)).json.state, 'filed');
  const files = await file();
  assert.deepEqual(files.map((one) => [one.id, one.material, one.bytes, one.media_type]), [[last.json.file, 1, bytes.length, 'image/png']]);
  const back = await ask('GET', `/api/v1/cases/${theCase}/files/${last.json.file}`);
  assert.ok(back.body.equals(bytes));
});

test('other bytes than promised are not filed', async () => {
  const bytes = picture(1000);
  const { json } = await promise({ ...promiseOf(bytes), sha256: '0'.repeat(64) });
  assert.deepEqual([(await send(json.upload, 0, bytes)).json.error.code, (await file()).length], ['digest_mismatch', 1]);
});

test('what is no paper is refused at its first bytes, and the case is as it was', async () => {
  for (const bytes of [Buffer.from('<html>'), Buffer.from('MZ\x90\x00'), Buffer.from('GIF89a')]) {
    const { json } = await promise(promiseOf(bytes));
    assert.equal((await send(json.upload, 0, bytes)).json.error.code, 'unsupported_media');
  }
  const bytes = picture(10);
  const malformed = { bytes: -1, sha256: 'x', kind: 'film', rotation: 45, name: '' };
  for (const [name, value] of Object.entries(malformed)) {
    assert.equal((await promise({ ...promiseOf(bytes), [name]: value })).status, 400, name);
  }
  assert.equal((await promise({ ...promiseOf(bytes), bytes: 64 * PIECE + 1 })).status, 413);
  assert.equal((await promise({ ...promiseOf(bytes), material: 99 })).status, 404);
  const { json } = await promise(promiseOf(bytes));
  const asJson = await ask('POST', `/api/v1/uploads/${json.upload}/pieces?offset=0`, { json: {} });
  assert.equal(asJson.status, 400);
  assert.equal((await file()).length, 1);
});

test('every operation of uploads was answered well at least once', () => assert.deepEqual(neverDoneWell('uploads'), []));
