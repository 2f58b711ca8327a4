// SPDX-License-Identifier: Apache-2.0
// The empty desk, learnt once per window and camera: white paper on a pale desk is found by it, through real page workers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../browser/support/browsers.mjs';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';
import { check, neverDoneWell } from '../support/contract.mjs';
import * as pictures from '../support/pictures.mjs';

const WINDOW = '441521-01-3';
const CAMERA = '良田高拍仪 (演示)';
let office;
let clerk;
let admin;
let theCase;
let wood;

const ask = async (method, path, options) => check(method, path, await clerk.http(method, path, options));
const bytesOf = (body) => ({ body, headers: { 'Content-Type': 'application/octet-stream' } });
const learn = (body, camera = CAMERA, { width, height } = pictures.paleSize) => ask('POST',
  `/api/v1/empty-desks?camera=${encodeURIComponent(camera)}&width=${width}&height=${height}`, bytesOf(body));
const learnt = async () => (await ask('GET', '/api/v1/empty-desks')).json.desks;
/** What lies in the data folder for learnt desks: their keys. */
const keys = () => fs.readdirSync(office.inData('keys/desk')).sort();
const hasBlob = (id) => fs.existsSync(office.inData(`blobs/${id.slice(-2)}/${id}.blob`));

async function promise(bytes, more) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return ask('POST', `/api/v1/cases/${theCase}/uploads`, {
    json: { key: randomUUID(), material: 1, kind: 'capture', name: '第1页.png', rotation: 0, bytes: bytes.length, sha256, ...more },
  });
}

/** Files it as a capture; the facts of its page. */
async function capture(bytes, desk) {
  const { json } = await promise(bytes, desk === undefined ? {} : { desk });
  const filed = await ask('POST', `/api/v1/uploads/${json.upload}/pieces?offset=0`, bytesOf(bytes));
  assert.equal(filed.json.state, 'filed', JSON.stringify(filed.json));
  const file = await eventually(async () => (await ask('GET', `/api/v1/cases/${theCase}`)).json.files.find((one) => one.id === filed.json.file),
    (one) => one?.page?.state === 'made', { what: 'the page', timeout: 60000 });
  return file.page.facts;
}

/** White paper on pale wood, whose grain is stronger than the paper's edge, as tests/pages makes it: the still, and the desk alone. */
function paleWood() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fw-pages-'));
  const bench = path.join(process.env.FW_BUILD ?? fileURLToPath(new URL('../../build', import.meta.url)), 'tests/bench/pages-bench');
  execFileSync(bench, ['--class', 'white-wood', '--seed', '90008', '--variants', '1', '--threads', '1'], { env: { ...process.env, PAGES_BENCH_KEEP: folder }, stdio: 'ignore' });
  const read = (name) => fs.readFileSync(path.join(folder, `white-wood-90014${name}.jpg`));
  const made = { still: read(''), desk: read('-desk') };
  fs.rmSync(folder, { recursive: true });
  return made;
}
const WOOD = { width: 2448, height: 3264 };
const WOOD_PAPER = [[2054, 911], [2113, 2197], [275, 2339], [204, 1005]]; // where its paper lies, clockwise from its own upper left

/** Every corner within 1 % of the diagonal, from whichever the worker begins. */
function isThePaper({ page_found: found, corners }) {
  const near = ([x, y]) => WOOD_PAPER.some(([u, v]) => Math.hypot(x - u, y - v) < 0.01 * Math.hypot(WOOD.width, WOOD.height));
  return found && corners.every(near);
}

before(async () => {
  wood = paleWood();
  office = await Office.open();
  [clerk, admin] = [await Clerk.signIn(office, 'clerk1'), await Clerk.signIn(office, 'admin1')];
  assert.equal((await ask('GET', '/api/v1/empty-desks')).json.error.code, 'not_at_window');
  await (await clerk.connect()).take_window(WINDOW);
  const applicant = { kind: 'person', name: '张三', document: 'id_card', number: '11010519491231002X', phone: '13800000000' };
  theCase = (await ask('POST', '/api/v1/cases', { json: { item: 'fanglei-jungong', area: '441523', applicant } })).json.case;
});
after(async () => {
  clerk?.leave();
  await office?.close();
});

test('white paper on a pale desk is found once the desk is learnt, and not before', async () => {
  const before = await capture(wood.still);
  assert.deepEqual([isThePaper(before), before.desk], [false, 'none'], JSON.stringify(before));
  const { status, json } = await learn(wood.desk, CAMERA, WOOD);
  assert.equal(status, 201, JSON.stringify(json));
  assert.deepEqual([json.camera, json.width_px, json.height_px, json.found], [CAMERA, WOOD.width, WOOD.height, null]);
  const after = await capture(wood.still, json.desk);
  assert.deepEqual([isThePaper(after), after.desk], [true, 'subtracted'], JSON.stringify(after));
  assert.deepEqual((await learnt()).map((one) => [one.desk, one.found]), [[json.desk, 'subtracted']]);
});

test('its picture is shown to its own window alone, and lies sealed', async () => {
  const [{ desk }] = await learnt();
  const picture = await ask('GET', `/api/v1/empty-desks/${desk}`);
  assert.deepEqual([picture.status, picture.headers['content-type']], [200, 'image/jpeg']);
  assert.ok(picture.body.equals(wood.desk));
  assert.equal(fs.readFileSync(office.inData(`blobs/${desk.slice(-2)}/${desk}.blob`)).includes('JFIF'), false);
  const other = await Clerk.signIn(office, 'home1');
  await (await other.connect()).take_window('441523-01-1');
  assert.deepEqual((await other.http('GET', '/api/v1/empty-desks')).json.desks, []);
  assert.equal((await other.http('GET', `/api/v1/empty-desks/${desk}`)).status, 404);
  assert.equal((await other.http('POST', `/api/v1/empty-desks/${desk}/forget`, { json: {} })).status, 404);
  other.leave();
});

test('what is learnt outlives a restart', async () => {
  const [{ desk }] = await learnt();
  await office.kill();
  await office.start();
  await (await clerk.connect()).take_window(WINDOW);
  assert.equal((await capture(wood.still, desk)).desk, 'subtracted');
});

test('a desk that moved, or is of another size, is told, and pages are made all the same', async () => {
  const { desk } = (await learn(pictures.onPaleDesk({ paper: false }))).json;
  const moved = await capture(pictures.onPaleDesk({ paper: true, moved: true }), desk);
  assert.equal(moved.desk, 'moved', JSON.stringify(moved));
  assert.equal((await learnt())[0].found, 'moved');
  assert.equal((await capture(pictures.printed(false), desk)).desk, 'other_size');
  assert.equal((await learnt())[0].found, 'other_size');
});

test('learnt again, the one before is gone with its key; a forgotten one is passed over', async () => {
  const [{ desk: before }, old] = await learnt();
  const { json: again } = await learn(pictures.onPaleDesk({ paper: false, moved: true }));
  assert.deepEqual((await learnt()).map((one) => one.desk), [again.desk, old.desk], 'another size stays');
  assert.deepEqual(keys(), [`${old.desk}.key`, `${again.desk}.key`]);
  await eventually(() => hasBlob(before), (there) => !there, { what: 'the blob to go' });
  assert.equal((await capture(pictures.onPaleDesk({ paper: true }), before)).desk, 'none');
  for (const { desk } of await learnt()) assert.equal((await ask('POST', `/api/v1/empty-desks/${desk}/forget`, { json: {} })).status, 200);
  assert.deepEqual([await learnt(), keys()], [[], []]);
});

test('a window has at most four, of other cameras and sizes; closing it takes all away', async () => {
  const picture = pictures.sample('rgb.jpg');
  for (const n of [1, 2, 3, 4, 5]) assert.equal((await learn(picture, `镜头 ${n}`, { width: 64, height: 64 })).status, 201);
  assert.equal((await learn(picture, '镜头 5', { width: 64, height: 48 })).status, 201);
  assert.deepEqual((await learnt()).map((one) => [one.camera, one.height_px]), [['镜头 5', 48], ['镜头 5', 64], ['镜头 4', 64], ['镜头 3', 64]]);
  assert.equal(keys().length, 4);
  assert.equal((await admin.http('POST', `/api/v1/organisation/windows/${WINDOW}/close`, { json: {} })).status, 200);
  assert.deepEqual(keys(), []);
});

test('what is no picture of a desk is refused, and nothing is kept of it', async () => {
  assert.equal((await learn(pictures.sample('rgb.jpg'))).json.error.code, 'not_at_window'); // it was closed
  assert.equal((await admin.http('POST', `/api/v1/organisation/windows/${WINDOW}/reopen`, { json: {} })).status, 200);
  await clerk.take_window(WINDOW);
  const refusals = [
    await learn(pictures.plainPdf()), await learn(pictures.sample('rgb.jpg'), ''), await learn(pictures.sample('rgb.jpg'), 'x'.repeat(101)),
    await learn(pictures.sample('rgb.jpg'), CAMERA, { width: 0, height: 64 }), await learn(Buffer.concat([pictures.sample('rgb.jpg'), Buffer.alloc(1024 * 1024)])),
    await promise(pictures.sample('rgb.jpg'), { desk: 'none' }), await promise(pictures.sample('rgb.jpg'), { kind: 'original', desk: randomUUID() }),
  ];
  assert.deepEqual(refusals.map(({ status }) => status), [415, 400, 400, 400, 413, 400, 400]);
  assert.deepEqual([await learnt(), keys()], [[], []]);
});

test('every operation of empty desks was answered well at least once', () => assert.deepEqual(neverDoneWell('empty-desks'), []));
