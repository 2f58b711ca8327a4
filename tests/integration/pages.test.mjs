// SPDX-License-Identifier: Apache-2.0
// Files on their way into a case, looked at by real page workers: what is no paper is refused in words, whatever it says it
// is; what is one has a page; a worker that dies is noticed.
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
import { check } from '../support/contract.mjs';
import * as pictures from '../support/pictures.mjs';

const PIECE = 1024 * 1024;
const top = fileURLToPath(new URL('../..', import.meta.url));
let office;
let clerk;
let other;
let theCase;

const ask = async (method, path, options) => check(method, path, await clerk.http(method, path, options));
const wholeCase = async () => (await ask('GET', `/api/v1/cases/${theCase}`)).json;
/** A file is filed once its page is seen; the page follows. */
const fileOf = (id) => eventually(async () => (await wholeCase()).files.find((one) => one.id === id), (one) => one?.page?.state !== 'making',
  { what: 'the page', timeout: 60000 });

/** Files these bytes under this name; the last answer. */
async function file(name, bytes, rotation = 0, more = {}) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const promise = { key: randomUUID(), material: 1, kind: 'original', name, rotation, bytes: bytes.length, sha256, ...more };
  let answer = await ask('POST', `/api/v1/cases/${theCase}/uploads`, { json: promise });
  for (let offset = 0; answer.status < 300 && answer.json.state === 'open'; offset = answer.json.offset) {
    answer = await ask('POST', `/api/v1/uploads/${answer.json.upload}/pieces?offset=${offset}`, {
      body: bytes.subarray(offset, offset + PIECE), headers: { 'Content-Type': 'application/octet-stream' },
    });
  }
  return answer;
}

before(async () => {
  office = await Office.open();
  clerk = await Clerk.signIn(office, 'clerk1');
  other = await Clerk.signIn(office, 'home1');
  await (await clerk.connect()).take_window('441521-01-3');
  const applicant = { kind: 'person', name: '张三', document: 'id_card', number: '11010519491231002X', phone: '13800000000' };
  const opened = await clerk.http('POST', '/api/v1/cases', { json: { item: 'fanglei-jungong', area: '441523', applicant } });
  theCase = opened.json.case;
  await other.connect();
  await other.call('case.watch', { case: theCase });
});
after(async () => {
  clerk?.leave();
  other?.leave();
  await office?.close();
});

test('what is no paper is refused in words, and the case is as it was', async () => {
  const before = await wholeCase();
  const bad = {
    '空文件.jpg': [Buffer.alloc(0), 'empty', /空的/],
    '半张.jpg': [pictures.sample('truncated.jpg'), 'truncated', /不完整/],
    '炸弹.png': [pictures.bomb(), 'too_large', /像素过多/],
    '动图.png': [pictures.sample('animated.png'), 'animated', /动画/],
    '脚本.pdf': [pictures.scriptedPdf(), 'pdf_active', /脚本/],
    '加密.pdf': [pictures.lockedPdf(), 'pdf_encrypted', /密码/],
    '坏图.png': [Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(500, 7)]), null, /没有归档|不能/],
    '坏图.jpg': [Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(500, 7)]), null, /没有归档|不能/],
  };
  for (const [name, [bytes, fault, words]] of Object.entries(bad)) {
    const { status, json } = await file(name, bytes);
    assert.deepEqual([status, json.error?.code], [422, 'unusable_file'], `${name}: ${JSON.stringify(json)}`);
    if (fault) assert.equal(json.error.fault, fault, name);
    assert.match(json.error.text, words, name);
  }
  for (const [name, bytes] of [['程序.jpg', Buffer.from('MZ\x90\x00')], ['动图.jpg', pictures.sample('gif')], ['图.jpg', pictures.sample('webp')]]) {
    assert.deepEqual([(await file(name, bytes)).status, (await wholeCase()).files.length], [415, 0], name);
  }
  const huge = { key: randomUUID(), material: 1, kind: 'original', name: '大.jpg', rotation: 0, bytes: 64 * PIECE + 1, sha256: '0'.repeat(64) };
  const refused = await ask('POST', `/api/v1/cases/${theCase}/uploads`, { json: huge });
  assert.equal(refused.status, 413);
  assert.match(refused.json.error.text, /64 MB/);
  assert.deepEqual(await wholeCase(), before);
});

test('what is a paper has a page, whatever its kind and its name', async () => {
  const good = {
    '印刷.jpg': pictures.sample('cmyk.jpg'), '十六位.png': pictures.sample('grey16.png'), '渐进.jpg': pictures.sample('progressive.jpg'),
    '其实是图.pdf': pictures.sample('rgb8.png'), '索引.jpg': pictures.sample('palette.png'), '灰度.jpg': pictures.sample('grey.jpg'),
  };
  for (const [name, bytes] of Object.entries(good)) {
    const { status, json } = await file(name, bytes);
    assert.deepEqual([status, json.state], [200, 'filed'], `${name}: ${JSON.stringify(json)}`);
    const found = await fileOf(json.file);
    assert.deepEqual([found.name, found.page.state, found.page.pictures], [name, 'made', true]);
    assert.ok(Array.isArray(found.page.facts.warnings), name);
    for (const what of ['page', 'thumbnail']) {
      const picture = await ask('GET', `/api/v1/cases/${theCase}/files/${json.file}/${what}`);
      assert.deepEqual([picture.status, picture.body[0], picture.body[1]], [200, 0xff, 0xd8], `${name} ${what}`);
    }
    const part = await ask('GET', `/api/v1/cases/${theCase}/files/${json.file}/page`, { headers: { Range: 'bytes=0-1' } });
    assert.deepEqual([part.status, part.body.length], [206, 2]);
    await other.event('case.changed', (data) => data.case === theCase && data.action === 'file');
  }
  const paper = await file('说明.pdf', pictures.plainPdf());
  const { page } = await fileOf(paper.json.file);
  assert.deepEqual([page.state, page.pictures, page.facts.still.kind], ['made', false, 'pdf']);
  assert.equal((await ask('GET', `/api/v1/cases/${theCase}/files/${paper.json.file}/page`)).status, 404);
});

test('a place stays in the original and in nothing made of it', async () => {
  const bytes = pictures.withPlace(pictures.sample('rgb.jpg'));
  const { json } = await file('手机.jpg', bytes);
  assert.equal(json.state, 'filed', JSON.stringify(json));
  const { page } = await fileOf(json.file);
  assert.deepEqual([page.facts.still.has_place, page.facts.still.exif_orientation], [true, 6]);
  const at = `/api/v1/cases/${theCase}/files/${json.file}`;
  assert.ok((await ask('GET', at)).body.equals(bytes));
  for (const what of ['page', 'thumbnail']) assert.equal((await ask('GET', `${at}/${what}`)).body.includes('Exif'), false);
});

test('print that lies sideways is told with the turn that mends it, and nothing is turned', async () => {
  const made = [];
  for (const sideways of [false, true]) made.push(await fileOf((await file('横.png', pictures.printed(sideways))).json.file));
  assert.deepEqual(made.map(({ page: { facts } }) => [facts.warnings.includes('sideways'), facts.suggested_turn, facts.turned]),
    [[false, undefined, 0], [true, 270, 0]], JSON.stringify(made));
});

test('a page that looks like another of the case is said to', async () => {
  const marks = pictures.png(400, 560, (x, y) => (x > 40 && x < 360 && y > 40 && y < 520 && (y >> 3) % 3 === 0 && (x * 7 + (y >> 3) * 13) % 11 < 6 ? 0 : 255));
  const first = await file('第一次.png', marks);
  const again = await file('第二次.png', marks);
  const made = [await fileOf(first.json.file), await fileOf(again.json.file)]; // side by side: either may be the later
  const [other, later] = made.sort((one, two) => one.page.facts.duplicate_of.length - two.page.facts.duplicate_of.length);
  assert.deepEqual([other.page.facts.duplicate_of, later.page.facts.duplicate_of], [[], [other.id]], JSON.stringify(made));
  assert.ok(later.page.facts.warnings.includes('duplicate'));
});

/** The pages of material 1 as the server joins them. */
async function joined(at, of) {
  const made = await of('POST', `${at}/materials/1/bundles`, { json: {} });
  assert.ok([200, 201].includes(made.status), JSON.stringify(made.json));
  return { ...made.json, status: made.status, body: (await of('GET', `${at}/bundles/${made.json.bundle}`)).body };
}

test('the pages of a material are one PDF for archives, which other programs read', async () => {
  const at = `/api/v1/cases/${theCase}`;
  const pages = (await wholeCase()).files.filter((one) => one.page.pictures).length;
  const first = await joined(at, ask);
  assert.deepEqual([first.status, first.pages], [201, pages]);
  const file = path.join(office.folder, 'joined.pdf');
  fs.writeFileSync(file, first.body);
  const by = (program, ...args) => execFileSync(program, [...args, file], { encoding: 'utf8' });
  assert.match(by('qpdf', '--check'), /PDF Version: 1\.7[^]*No syntax or stream encoding errors/);
  assert.match(by('pdfinfo'), new RegExp(`Metadata Stream: +yes[^]*Pages: +${pages}\\b[^]*Encrypted: +no`));
  assert.match(by('pdfinfo', '-meta'), /<pdfaid:part>2<[^]*<pdfaid:conformance>B</);
  assert.equal(by('pdffonts').trim().split('\n').length, 2); // its head alone
  const pictures = by('pdfimages', '-list').trim().split('\n').slice(2).map((line) => line.trim().split(/\s+/));
  assert.deepEqual(pictures.map((one) => [one[8], one[2]]), pictures.map(() => ['jpeg', 'image']));
  assert.equal(pictures.length, pages);
  const root = JSON.parse(by('qpdf', '--json', '--json-key=qpdf')).qpdf[1];
  const catalog = root[`obj:${root.trailer.value['/Root']}`].value;
  const [intent] = catalog['/OutputIntents'];
  assert.deepEqual([intent['/S'], catalog['/Metadata'] !== undefined], ['/GTS_PDFA1', true]);
  assert.equal(root[`obj:${intent['/DestOutputProfile']}`].stream.dict['/N'], 3);
  assert.ok(!/Transparency|Interpolate|Encrypt/.test(first.body.toString('latin1')));
  const again = await joined(at, ask);
  assert.deepEqual([again.status, again.bundle], [200, first.bundle]);
});

test('a drawing that is said to be A3 has its true resolution, its warning and its sheet', async () => {
  const at = `/api/v1/cases/${theCase}`;
  const drawing = pictures.drawing();
  const facts = [];
  for (const format of [undefined, 'a3', 'a5', null]) {
    const { json } = await file('竣工图纸.png', drawing, 0, { material: 3, ...(format === undefined ? {} : { format }) });
    facts.push((await fileOf(json.file)).page.facts);
  }
  assert.deepEqual(facts.map((one) => [one.format, one.warnings.includes('low_resolution')]), [['a4', false], ['a3', true], ['a5', false], ['a4', false]]);
  const [a4, a3, a5] = facts.map(({ dpi }) => dpi);
  assert.ok(Math.abs(a4 / a3 - 420 / 297) < 0.02 && Math.abs(a5 / a4 - 297 / 210) < 0.02, JSON.stringify(facts));
  const { json: { bundle } } = await ask('POST', `${at}/materials/3/bundles`, { json: {} });
  const name = path.join(office.folder, 'drawings.pdf');
  fs.writeFileSync(name, (await ask('GET', `${at}/bundles/${bundle}`)).body);
  const sizes = [...execFileSync('pdfinfo', ['-l', '4', name], { encoding: 'utf8' }).matchAll(/Page +\d+ size: +([\d.]+) x ([\d.]+)/g)];
  const longer = sizes.map(([, width, height]) => Math.max(width, height) / 72 * 25.4);
  assert.ok([297, 420, 210, 297].every((wanted, i) => Math.abs(longer[i] - wanted) < 0.04 * wanted), longer.join(' '));
  assert.equal((await file('图.png', drawing, 0, { format: 'a2' })).status, 400);
});

test('a page in too little light is told to be dark, and none in enough', async () => {
  const made = [];
  for (const paper of [60, 120]) made.push((await fileOf((await file('暗.png', pictures.drawing(paper), 0, { material: 4 })).json.file)).page.facts);
  assert.deepEqual(made.map(({ warnings, measures }) => [warnings.includes('dark'), measures.paper < 85]), [[true, true], [false, false]], JSON.stringify(made));
});

test('a page is turned for everybody, and where pages are joined; its bytes stay', async () => {
  const at = `/api/v1/cases/${theCase}`;
  const [one] = (await wholeCase()).files.filter((each) => each.page.pictures);
  const turn = (body, of = ask) => of('POST', `${at}/files/${one.id}/turn`, { json: body });
  const bytes = async () => (await ask('GET', `${at}/files/${one.id}/page`)).body;
  const [before, plain] = [await bytes(), await joined(at, ask)];
  assert.equal((await turn({ turn: 45, seen: 0 })).status, 400);
  assert.equal((await turn({ turn: 90 })).status, 400);
  assert.deepEqual((await turn({ turn: 90, seen: 0 })).json, { turn: 90 });
  assert.equal((await turn({ turn: 90, seen: 0 })).status, 200, 'said again');
  assert.equal((await turn({ turn: 180, seen: 0 })).json.error.code, 'changed', 'somebody else turned it');
  assert.equal((await wholeCase()).files.find((each) => each.id === one.id).turn, 90);
  assert.deepEqual(await bytes(), before);
  const turned = await joined(at, ask);
  assert.notEqual(turned.bundle, plain.bundle);
  const file = path.join(office.folder, 'turned.pdf');
  fs.writeFileSync(file, turned.body);
  const rotations = (text) => [...text.matchAll(/Page +\d+ rot: +(\d+)/g)].map((each) => Number(each[1]));
  const count = String(turned.pages);
  assert.deepEqual(rotations(execFileSync('pdfinfo', ['-l', count, file], { encoding: 'utf8' })).filter((each) => each !== 0), [90]);
  assert.match(execFileSync('qpdf', ['--check', file], { encoding: 'utf8' }), /No syntax or stream encoding errors/);
  assert.equal((await turn({ turn: 0, seen: 90 })).status, 200);
  assert.equal((await joined(at, ask)).bundle, plain.bundle, 'turned back');
});

test('an office that wants plain files has them', async () => {
  const plain = await Office.open({ config: '[papers]\npdf_a = false\n' });
  try {
    const one = await Clerk.signIn(plain, 'clerk1');
    await (await one.connect()).take_window('441521-01-3');
    const applicant = { kind: 'person', name: '张三', document: 'id_card', number: '11010519491231002X', phone: '13800000000' };
    const { json } = await one.http('POST', '/api/v1/cases', { json: { item: 'fanglei-jungong', area: '441523', applicant } });
    const at = `/api/v1/cases/${json.case}`;
    const bytes = pictures.sample('rgb.jpg');
    const promise = { key: randomUUID(), material: 1, kind: 'original', name: '纸.jpg', rotation: 0, bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex') };
    const { json: { upload } } = await one.http('POST', `${at}/uploads`, { json: promise });
    await one.http('POST', `/api/v1/uploads/${upload}/pieces?offset=0`, { body: bytes, headers: { 'Content-Type': 'application/octet-stream' } });
    await eventually(async () => (await one.http('GET', at)).json.files[0], (file) => file?.page?.state === 'made', { what: 'the page', timeout: 60000 });
    const { body } = await joined(at, (...asked) => one.http(...asked));
    assert.deepEqual([body.subarray(0, 5).toString(), body.includes('pdfaid'), body.includes('OutputIntent')], ['%PDF-', false, false]);
    one.leave();
  } finally {
    await plain.close();
  }
});

/** A build whose page worker, or another of the page programs, is this script. */
function buildWith(script, name = 'farwindow-pages') {
  const built = process.env.FW_BUILD ?? path.join(top, 'build');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fw-programs-'));
  for (const part of ['signaling', 'capture']) fs.mkdirSync(path.join(folder, part));
  fs.symlinkSync(path.join(built, 'recorder'), path.join(folder, 'recorder'));
  fs.copyFileSync(path.join(built, 'signaling/farwindow'), path.join(folder, 'signaling/farwindow'));
  for (const each of ['farwindow-pages', 'farwindow-pdf', 'farwindow-words']) {
    if (each !== name) fs.symlinkSync(path.join(built, 'capture', each), path.join(folder, 'capture', each));
  }
  fs.writeFileSync(path.join(folder, 'capture', name), script, { mode: 0o755 });
  return { folder, real: path.join(built, 'capture', name), worker: path.join(folder, 'capture', name) };
}

test('a worker that dies is noticed: the paper is filed without a page, and a person has it made', async () => {
  const programs = buildWith('#!/bin/sh\nkill -SEGV $$\n');
  await office.kill('SIGTERM');
  const before = office.build;
  office.build = programs.folder;
  await office.start();
  const { status, json } = await file('第9页.png', pictures.sample('rgb8.png'));
  assert.deepEqual([status, json.state], [200, 'filed']);
  assert.deepEqual((await fileOf(json.file)).page, { state: 'parked', error: 'signal 11', pictures: false, seen: false, facts: null });
  fs.rmSync(programs.worker);
  fs.symlinkSync(programs.real, programs.worker);
  await other.connect();
  await other.call('case.watch', { case: theCase });
  const again = await ask('POST', `/api/v1/cases/${theCase}/files/${json.file}/page`, { json: {} });
  assert.equal(again.status, 202);
  await other.event('case.changed', (data) => data.action === 'page');
  await other.event('case.changed', (data) => data.action === 'page');
  assert.equal((await fileOf(json.file)).page.state, 'made');
  assert.equal((await ask('POST', `/api/v1/cases/${theCase}/files/${json.file}/page`, { json: {} })).status, 409);
  office.build = before;
  await office.kill('SIGTERM');
  await office.start();
  fs.rmSync(programs.folder, { recursive: true });
});

test('marks stand beside the picture; a file is withdrawn with a reason, and used once more for another material', async () => {
  const bytes = pictures.sample('rgb.jpg');
  const { json } = await file('标注.jpg', bytes);
  const at = `/api/v1/cases/${theCase}/files/${json.file}`;
  const mark = (body) => ask('POST', `${at}/marks`, { json: body });
  assert.equal((await mark({ shape: 'box', points: [[100, 200], [5000, 6000]] })).json.number, 1);
  assert.equal((await mark({ shape: 'line', points: [[1, 2], [3, 4], [5, 6]] })).status, 201);
  for (const bad of [{ shape: 'star', points: [[0, 0], [1, 1]] }, { shape: 'box', points: [[0, 0]] }, { shape: 'box', points: [[0, 0], [1, 10001]] }]) {
    assert.equal((await mark(bad)).status, 400);
  }
  assert.deepEqual((await fileOf(json.file)).marks.map(({ number, shape, points }) => [number, shape, points]),
    [[1, 'box', [[100, 200], [5000, 6000]]], [2, 'line', [[1, 2], [3, 4], [5, 6]]]]);
  assert.equal((await other.http('POST', `${at}/marks/1/erase`, { json: {} })).status, 404, 'not its own');
  assert.equal((await ask('POST', `${at}/marks/1/erase`, { json: {} })).status, 200);
  assert.deepEqual((await fileOf(json.file)).marks.map(({ number }) => number), [2]);
  assert.ok((await ask('GET', at)).body.equals(bytes), 'the picture is as it came');

  const used = await ask('POST', `${at}/uses`, { json: { material: 2 } });
  assert.equal(used.status, 201);
  const again = await fileOf(used.json.file);
  assert.deepEqual([again.material, again.name, again.page.state], [2, '标注.jpg', 'made']);
  assert.ok((await ask('GET', `/api/v1/cases/${theCase}/files/${again.id}`)).body.equals(bytes));

  assert.equal((await ask('POST', `${at}/withdraw`, { json: {} })).status, 400);
  assert.equal((await ask('POST', `${at}/withdraw`, { json: { reason: '拍错了材料' } })).status, 200);
  const gone = await fileOf(json.file);
  assert.deepEqual([gone.state, gone.reason], ['withdrawn', '拍错了材料']);
  assert.equal((await ask('POST', `${at}/withdraw`, { json: { reason: '再一次' } })).status, 404);
});
