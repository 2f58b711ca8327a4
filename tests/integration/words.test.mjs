// SPDX-License-Identifier: Apache-2.0
// What is printed on filed papers is read by a real word reader: searched for by who may read the case, found in the joined
// PDF, nowhere in clear; which way up a page lies; pages that look alike told apart; readers that die or are not there.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
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

const PIECE = 1024 * 1024;
const PATIENCE = 600_000; // a reader has what time others leave: beside a full test run one or two in a hundred
const top = fileURLToPath(new URL('../..', import.meta.url));
const built = process.env.FW_BUILD ?? path.join(top, 'build');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fw-words-'));
let office;
let clerk;

/** A sheet of these lines as an office prints it, 200 dpi; turned: half round; paler: as another exposure has it. */
function sheet(lines, turned = false, paler = false) {
  const [text, picture] = [path.join(folder, 'text'), path.join(folder, 'sheet.jpg')];
  fs.writeFileSync(text, lines.join('\n'));
  const drawn = `drawtext=font='Noto Sans CJK SC':textfile=${text}:fontsize=44:line_spacing=30:x=170:y=240`;
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', `color=${paler ? '0xe8e8e8' : 'white'}:s=1654x2339`, '-vf', turned ? `${drawn},hflip,vflip` : drawn,
    '-frames:v', '1', '-q:v', '3', picture]);
  return fs.readFileSync(picture);
}

const letter = (name) => [
  '防雷装置竣工验收申请书', `申请单位：${name}`, '本单位承诺所提交的材料真实有效，如有虚假，愿意承担相应责任。',
  '经办人员应当对申请材料进行审查，材料齐全的，当场受理并出具通知书。', '联系电话及通讯地址如有变更，请及时办理变更手续。',
  '本申请书一式两份，申请单位和受理机关各执一份。',
];

async function openCase(of = clerk) {
  const applicant = { kind: 'person', name: '张三', document: 'id_card', number: '11010519491231002X', phone: '13800000000' };
  const opened = await of.http('POST', '/api/v1/cases', { json: { item: 'fanglei-jungong', area: '441523', applicant } });
  return opened.json.case;
}

async function file(theCase, bytes, of = clerk) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const promise = { key: randomUUID(), material: 1, kind: 'original', name: '纸.jpg', rotation: 0, bytes: bytes.length, sha256 };
  let answer = await of.http('POST', `/api/v1/cases/${theCase}/uploads`, { json: promise });
  for (let offset = 0; answer.status < 300 && answer.json.state === 'open'; offset = answer.json.offset) {
    answer = await of.http('POST', `/api/v1/uploads/${answer.json.upload}/pieces?offset=${offset}`, {
      body: bytes.subarray(offset, offset + PIECE), headers: { 'Content-Type': 'application/octet-stream' },
    });
  }
  assert.equal(answer.json.state, 'filed', JSON.stringify(answer.json));
  return answer.json.file;
}

const search = async (papers, more = {}, of = clerk) =>
  check('POST', '/api/v1/cases/search', await of.http('POST', '/api/v1/cases/search', { json: { list: 'all', papers, ...more } }));
const found = async (papers, of = clerk) => (await search(papers, {}, of)).json.rows.map((row) => row.id);
const read = (papers, theCase, of) => eventually(() => found(papers, of), (ids) => ids.includes(theCase), { what: `"${papers}" read`, timeout: PATIENCE });
const log = () => fs.readFileSync(path.join(office.folder, 'server.log'), 'utf8');

before(async () => {
  office = await Office.open({ words: true });
  clerk = await Clerk.signIn(office, 'clerk1');
  await (await clerk.connect()).take_window('441521-01-3');
});
after(async () => {
  clerk?.leave();
  await office?.close();
  fs.rmSync(folder, { recursive: true });
});

test('words on a paper find its case, for who may read it, and stand in the joined file', { timeout: 2 * PATIENCE }, async () => {
  const far = await Clerk.signIn(office, 'clerk2');
  await (await far.connect()).take_window('441581-01-2');
  const [one, two] = [await openCase(), await openCase(far)];
  await file(one, sheet(letter('海丰县晨光机械厂')));
  await file(two, sheet(letter('陆河县远山茶叶社')), far);
  await read('晨光机械', one);
  await read('远山茶叶', two, far);
  assert.deepEqual(await found('晨光 机械厂'), [one]);
  assert.deepEqual(await found('承诺所提交的材料'), [one], 'the other is another county\'s');
  assert.deepEqual(await found('没有印过的字'), []);
  const narrowed = await search('承诺所提交的材料', { state: 'accepted' });
  assert.deepEqual([narrowed.json.total, narrowed.json.papers_cut, narrowed.json.papers_unread], [0, false, 0]);
  assert.equal((await search('字'.repeat(101))).status, 400);

  const above = await Clerk.signIn(office, 'supervisor1');
  assert.deepEqual((await found('承诺所提交的材料', above)).sort(), [one, two].sort());
  assert.equal((await search('晨光机械', { figure: 'opened', month: 202611 }, above)).status, 400, 'what is counted is not read');

  const made = await clerk.http('POST', `/api/v1/cases/${one}/materials/1/bundles`, { json: {} });
  const joined = path.join(folder, 'joined.pdf');
  fs.writeFileSync(joined, (await clerk.http('GET', `/api/v1/cases/${one}/bundles/${made.json.bundle}`)).body);
  assert.match(execFileSync('pdftotext', [joined, '-'], { encoding: 'utf8' }), /晨光机械/);
  assert.match(execFileSync('qpdf', ['--check', joined], { encoding: 'utf8' }), /No syntax or stream encoding errors/);
  assert.match(execFileSync('pdffonts', [joined], { encoding: 'utf8' }), /CID TrueType +Identity-H +yes no +yes/);

  far.leave();
  await office.kill('SIGTERM');
  for (const secret of ['晨光机械', '远山茶叶', '承诺所提交']) {
    const clear = spawnSync('grep', ['-rlaF', secret, office.folder], { encoding: 'utf8' });
    assert.deepEqual([clear.status, clear.stdout], [1, ''], secret);
  }
  await office.start();
});

test('a page that lies upside down is told, and read all the same', { timeout: 2 * PATIENCE }, async () => {
  const theCase = await openCase();
  const id = await file(theCase, sheet(letter('陆丰市南塘建材行'), true));
  await read('南塘建材行', theCase);
  const { page } = (await clerk.http('GET', `/api/v1/cases/${theCase}`)).json.files.find((one) => one.id === id);
  assert.ok(page.facts.warnings.includes('upside_down'), JSON.stringify(page));
  assert.deepEqual([page.facts.suggested_turn, page.facts.turned], [180, 0]);
});

test('pages that look alike are no duplicates once their words were read, prints of one are', { timeout: 3 * PATIENCE }, async () => {
  const theCase = await openCase();
  const ids = [];
  for (const [name, paler] of [['汕尾市城区滨海小学'], ['陆丰市碣石镇中医院'], ['陆丰市碣石镇中医院', true]]) ids.push(await file(theCase, sheet(letter(name), false, paler)));
  const facts = async () => {
    const { files } = (await clerk.http('GET', `/api/v1/cases/${theCase}`)).json;
    return ids.map((id) => files.find((one) => one.id === id).page.facts);
  };
  const [, second, third] = await eventually(facts, (all) => all.every((each) => each !== null), { what: 'the pages', timeout: PATIENCE });
  const [one, two] = ids;
  if (second.warnings.includes('duplicate')) assert.deepEqual(second.duplicate_of, [one], 'until they were read');
  assert.ok(third.duplicate_of.includes(two), JSON.stringify(third));
  const apart = await eventually(facts, (all) => !all[1].warnings.includes('duplicate') && all[2].duplicate_of.length === 1, { what: 'the pages told apart', timeout: 2 * PATIENCE });
  assert.deepEqual(apart.map((each) => [each.duplicate_of, each.warnings.includes('duplicate')]), [[[], false], [[], false], [[two], true]]);
  assert.equal(log().includes('碣石'), false);
});

/** A build whose word reader is this script. */
function buildWith(script) {
  const programs = fs.mkdtempSync(path.join(folder, 'programs-'));
  for (const part of ['signaling', 'capture']) fs.mkdirSync(path.join(programs, part));
  fs.symlinkSync(path.join(built, 'recorder'), path.join(programs, 'recorder'));
  fs.copyFileSync(path.join(built, 'signaling/farwindow'), path.join(programs, 'signaling/farwindow'));
  for (const each of ['farwindow-pages', 'farwindow-pdf']) fs.symlinkSync(path.join(built, 'capture', each), path.join(programs, 'capture', each));
  fs.writeFileSync(path.join(programs, 'capture/farwindow-words'), script, { mode: 0o755 });
  return programs;
}

test('a reader that dies parks its page; without models nothing is read until they are there, and no page is lost', { timeout: 3 * PATIENCE }, async () => {
  const theCase = await openCase();
  const restart = async (build) => {
    await office.kill('SIGTERM');
    office.build = build;
    fs.truncateSync(path.join(office.folder, 'server.log'));
    await office.start();
  };
  const told = (words) => eventually(async () => log(), (text) => words.test(text), { what: String(words), timeout: PATIENCE });

  await restart(buildWith('#!/bin/sh\nkill -SEGV $$\n'));
  await file(theCase, sheet(letter('不会读到的单位')));
  await told(/words parked/);
  assert.deepEqual(await found('不会读到的单位'), []);

  // The real reader, on a machine without models: of a folder that is not there Tesseract 5.5 takes its own instead.
  const empty = fs.mkdtempSync(path.join(folder, 'models-'));
  await restart(buildWith(`#!/bin/sh\nTESSDATA_PREFIX=${empty} exec ${path.join(built, 'capture/farwindow-words')} "$@"\n`));
  const id = await file(theCase, sheet(letter('河口镇海味批发部')));
  await told(/pages are not read/);
  await eventually(async () => (await clerk.http('GET', `/api/v1/cases/${theCase}`)).json.files.find((one) => one.id === id),
    (one) => one?.page?.state === 'made', { what: 'the page', timeout: PATIENCE });
  assert.equal(log().match(/job failed/g).length, 1, 'tried once, not for each page');
  const nothing = (await search('河口镇海味')).json;
  assert.deepEqual([nothing.rows.length, nothing.papers_unread], [0, 2], 'the page that waits and the parked one');

  await restart(built);
  await read('河口镇海味', theCase);
});
