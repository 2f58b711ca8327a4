// SPDX-License-Identifier: Apache-2.0
// Starting and ending: what is refused, with which words, and that nothing is left behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort, Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';
import { request } from '../support/http.mjs';
import { PATIENCE_MS } from '../support/patience.mjs';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const program = path.join(process.env.FW_BUILD ?? path.join(top, 'build'), 'signaling/farwindow');
let folder;

before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fw-start-'));
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs the program until it ends by itself. */
function run(...args) {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (bytes) => (out += bytes));
    child.stderr.on('data', (bytes) => (err += bytes));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      failed(new Error(`still running: ${args.join(' ')}\n${out}${err}`));
    }, PATIENCE_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      done({ code, out, err });
    });
  });
}

async function config(text) {
  const file = path.join(folder, 'test.conf');
  fs.writeFileSync(file, text ?? `[server]
port = ${await freePort()}
data_dir = ${folder}/data
[media]
workers = 1
addresses = 127.0.0.1
udp_base_port = ${await freePort()}
tcp_base_port = 0
`);
  return file;
}

test('arguments', async () => {
  assert.match((await run('--version')).out, /^farwindow \d+\.\d+\.\d+\n$/);
  assert.match((await run('--help')).out, /--config FILE/);
  for (const args of [[], ['--nonsense'], ['--config'], ['--demo', '--config', 'x'], ['--config', 'x', '--data', 'y'], ['--demo', 'more']]) {
    const { code, err } = await run(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, /Usage: farwindow/);
  }
});

test('a wrong configuration is refused with file and line', async () => {
  for (const [text, line, word] of [
    ['[server]\nport = 99999\n', 2, 'port'],
    ['[server]\n\nlisten = everywhere\n', 3, 'listen'],
    ['[server]\nlisten = 127.0.0.1\ncolour = red\n', 3, 'colour'],
    ['[sever]\n', 1, 'sever'],
    ['[recorder]\nfinalisers = 0\n', 2, 'finalisers'],
    ['[calls]\nring_time_s = 30\nring_time_s = 40\n', 3, 'ring_time_s'],
    ['nonsense\n', 1, ''],
  ]) {
    const { code, err } = await run('--config', await config(text));
    assert.equal(code, 2, text);
    assert.match(err, new RegExp(`test\\.conf:${line}: .*${word}`), text);
  }
  const missing = await run('--config', path.join(folder, 'missing.conf'));
  assert.equal(missing.code, 2);
  assert.match(missing.err, /missing\.conf/);
  assert.equal((await run('--check', '--config', await config())).code, 0);
});

test('a port that is taken is named', async () => {
  const taken = net.createServer().listen(0, '127.0.0.1');
  await new Promise((done) => taken.once('listening', done));
  const { port } = taken.address();
  const { code, err } = await run('--config', await config(`[server]\nport = ${port}\ndata_dir = ${folder}/port\n`));
  taken.close();
  assert.equal(code, 1);
  assert.match(err, new RegExp(`port ${port} of 127\\.0\\.0\\.1 is in use`));
});

test('a certificate that is not there is named', async () => {
  const { code, err } = await run('--config', await config(`[server]\nport = ${await freePort()}\ndata_dir = ${folder}/cert\ncertificate_file = none.pem\nprivate_key_file = none.key\n`));
  assert.equal(code, 1);
  assert.match(err, /none\.pem/);
});

test('one server per data folder; a clean end; the same certificate again', { timeout: 240000 }, async () => {
  const office = await Office.open();
  const file = path.join(office.folder, 'second.conf');
  fs.writeFileSync(file, fs.readFileSync(path.join(office.folder, 'farwindow.conf'), 'utf8').replace(/^port = .*$/m, `port = ${await freePort()}`));
  const { code, err } = await run('--config', file);
  assert.equal(code, 1);
  assert.match(err, new RegExp(`another server \\(process ${office.server.pid}\\) uses the data folder`));

  const clerk = await (await Clerk.signIn(office, 'clerk1')).connect();
  const closing = clerk.socket.closed();
  const certificate = fs.readFileSync(path.join(office.folder, 'data/certificate.pem'), 'utf8');
  const began = Date.now();
  assert.deepEqual(await office.kill('SIGTERM'), { code: 0, signal: null });
  assert.ok(Date.now() - began < 3000, 'ending takes long');
  assert.equal(await closing, 1012);
  assert.match(office.logTail(), /ended/);
  for (const secret of ['master.key', 'certificate.key', 'farwindow.db']) {
    assert.equal(fs.statSync(path.join(office.folder, 'data', secret)).mode & 0o077, 0, `${secret} is readable by others`);
  }

  await office.start();
  assert.equal(fs.readFileSync(path.join(office.folder, 'data/certificate.pem'), 'utf8'), certificate);
  assert.equal((await clerk.http('GET', '/api/v1/session')).status, 200, 'sessions survive');
  assert.deepEqual(await office.kill('SIGINT'), { code: 0, signal: null });
  fs.rmSync(office.folder, { recursive: true, force: true });
});

/** A demo office as ./dev serve starts it, once it has said all; its media ports are the usual ones. */
async function demo(name) {
  const port = await freePort();
  const child = spawn(program, ['--demo', '--data', path.join(folder, name), '--web', path.join(folder, 'none'), '--port', String(port)], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((done) => child.once('exit', done));
  let out = '';
  let err = '';
  child.stderr.on('data', (bytes) => (err += bytes));
  const said = new Promise((done) => child.stdout.on('data', (bytes) => /Ctrl-C/.test((out += bytes)) && done()));
  await Promise.race([said, ended]);
  return { port, out, err, stop: () => child.kill('SIGTERM') && ended };
}

test('a demo office says what a newcomer needs, also beside another one', { timeout: 240000 }, async () => {
  const offices = [await demo('demo'), await demo('beside')];
  try {
    for (const { port, out, err } of offices) {
      assert.match(out, new RegExp(`https://127\\.0\\.0\\.1:${port}/`), err);
      for (const account of ['clerk1', 'home1', 'auditor1', 'supervisor1', 'admin1']) assert.match(out, new RegExp(`${account} +demo-${account}`));
      assert.match(out, /([0-9A-F]{2}:){15}[0-9A-F]{2}:\n +([0-9A-F]{2}:){15}[0-9A-F]{2}\n/);
      const answer = await request({ host: '127.0.0.1', port }, 'GET', '/api/v1/health');
      assert.equal(answer.json.status, 'ok');
    }
  } finally {
    for (const office of offices) await office.stop();
  }
});
