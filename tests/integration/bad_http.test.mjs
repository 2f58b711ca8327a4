// SPDX-License-Identifier: Apache-2.0
// HTTP that is wrong, hostile or half there: a stable refusal, and nobody else notices.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import https from 'node:https';
import tls from 'node:tls';
import { after, before, test } from 'node:test';
import { Office } from '../browser/support/office.mjs';
import { check } from '../support/contract.mjs';
import { raw, request } from '../support/http.mjs';

// libwebsockets 4.3 closes a connection on which bytes of a next request came in one piece with a request; 4.1 answers both.
const library = execFileSync('pkg-config', ['--modversion', 'libwebsockets'], { encoding: 'utf8' }).split('.').map(Number);
const takesPipelines = library[0] === 4 && library[1] < 3;

let office;
before(async () => {
  office = await Office.open();
});
after(() => office?.close());

async function refused(method, path, status, code, options = {}) {
  const answer = check(method, path, await request(office, method, path, options));
  assert.equal(answer.status, status, String(answer.body));
  assert.equal(answer.json.error.code, code);
  return answer;
}

const post = (head, body = '') => `POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${head}\r\n\r\n${body}`;

async function rawCode(bytes) {
  const { text } = await raw(office, bytes, { until: /\r\n\r\n[^]*\}/ });
  return `${text.split(' ')[1]} ${/"code":"(\w+)"/.exec(text)?.[1]}`;
}

/** How long other people wait, measured while something bad goes on. */
async function othersFare(during) {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
  let slowest = 0;
  let going = true;
  const others = (async () => {
    while (going) {
      const began = performance.now();
      const { status } = await request(office, 'GET', '/api/v1/health', { agent });
      assert.equal(status, 200);
      slowest = Math.max(slowest, performance.now() - began);
      await new Promise((done) => setTimeout(done, 20));
    }
  })();
  try {
    await during();
  } finally {
    going = false;
    await others;
    agent.destroy();
  }
  return slowest;
}

test('bodies that are not what was asked for', async () => {
  await refused('POST', '/api/v1/session', 400, 'malformed', { json: [] });
  await refused('POST', '/api/v1/session', 400, 'malformed', { json: {} });
  await refused('POST', '/api/v1/session', 400, 'malformed', { json: { account: 5, password: [] } });
  for (const text of ['', '{', 'null', '{"account":"a","account":"b","password":"c"}', "{'account':'a'}", '{"account":"a","password":"\\u0000"}',
    `{"a":${'['.repeat(60000)}`, '{"account":"\xff","password":"x"}']) {
    await refused('POST', '/api/v1/session', 400, 'malformed', { body: Buffer.from(text, 'latin1'), headers: { 'Content-Type': 'application/json' } });
  }
  await refused('POST', '/api/v1/session', 400, 'malformed', { body: Buffer.from('{}') });
  await refused('POST', '/api/v1/session', 400, 'malformed', { body: Buffer.from('a=b'), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  await refused('POST', '/api/v1/session', 413, 'too_large', { json: { account: 'a', password: 'x'.repeat(70000) } });
  await refused('POST', '/api/v1/session', 413, 'too_large', { body: Buffer.alloc(3000000), headers: { 'Content-Type': 'application/json' } });
  await refused('POST', '/api/v1/session', 403, 'forbidden', { json: {}, headers: { Origin: 'https://elsewhere.example' } });
  await refused('POST', '/api/v1/session', 403, 'forbidden', { json: {}, headers: { Origin: 'null' } });
});

test('methods, paths and queries that are not there', async () => {
  const answer = await request(office, 'PUT', '/api/v1/session', { body: Buffer.alloc(0) });
  assert.deepEqual([answer.status, answer.json.error.code, answer.headers.allow], [405, 'method_not_allowed', 'POST, GET, DELETE']);
  for (const method of ['PUT', 'PATCH', 'OPTIONS', 'DELETE', 'HEAD']) assert.equal((await request(office, method, '/api/v1/calls')).status, 405, method);
  for (const path of ['/api', '/api/', '/api/v1', '/api/v2/health', '/api/v1/items/a/b', '/api/v1/nothing', '/assets/gone.js', '/../../etc/passwd.txt', '/%2e%2e/%2e%2e/etc/passwd.txt']) {
    assert.equal((await request(office, 'GET', path)).status, 404, path);
  }
  assert.equal((await request(office, 'POST', '/')).status, 405);
  assert.equal((await request(office, 'GET', `/api/v1/items?${'a=b&'.repeat(40)}`)).status, 400);
  assert.equal((await request(office, 'GET', `/api/v1/items?q=${'x'.repeat(2000)}`)).status, 400);
  assert.equal((await request(office, 'GET', '/api/v1/items?q=%ff')).status, 400);
  assert.equal((await request(office, 'GET', '/api/v1/items/%ff')).status, 400);
  assert.ok((await request(office, 'GET', '/api/v1/items/%zz')).status >= 400);
});

test('bodies of unknown length are refused at once', async () => {
  assert.equal(await rawCode(post('Transfer-Encoding: chunked', '5\r\nabcde\r\n')), '411 length_required');
  assert.equal(await rawCode(post('Transfer-Encoding: chunked\r\nContent-Length: 5', '5\r\nabcde\r\n')), '411 length_required');
  assert.equal(await rawCode(post('Accept: */*')), '411 length_required');
  assert.equal(await rawCode(post('Content-Length: -5')), '400 malformed');
  assert.equal(await rawCode(post('Content-Length: 5\r\nContent-Length: 6', 'abcdef')), '400 malformed');
  assert.equal(await rawCode(post('Content-Length: 99999999999999999999')), '400 malformed');
  assert.equal(await rawCode('PUT /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n'), '405 method_not_allowed');
  assert.equal(await rawCode('GET /api/v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde'), '400 malformed');
  const behind = await raw(office, 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', { until: /length_required/ });
  if (takesPipelines) assert.match(behind.text, /length_required/);
  else assert.deepEqual([behind.text, behind.closed], ['', true]);
});

test('Expect: 100-continue is answered, not waited out', async () => {
  const body = JSON.stringify({ account: 'nobody', password: 'x' });
  const began = performance.now();
  let continued;
  const status = await new Promise((done, failed) => {
    const sent = https.request({ host: office.host, port: office.port, method: 'POST', path: '/api/v1/session', rejectUnauthorized: false,
      headers: { 'Content-Type': 'application/json', 'Content-Length': body.length, Expect: '100-continue' } }, (answer) => done(answer.statusCode));
    sent.on('continue', () => {
      continued = performance.now() - began;
      sent.end(body);
    });
    sent.on('error', failed);
    sent.flushHeaders();
  });
  assert.equal(status, 401);
  assert.ok(continued < 700, `100 Continue came after ${continued} ms`);
});

test('heads that are too large', async () => {
  assert.equal((await request(office, 'GET', '/api/v1/health', { headers: { Cookie: `a=${'x'.repeat(7000)}` } })).status, 200);
  const { status, json } = await request(office, 'GET', '/api/v1/health', { headers: { Cookie: `a=${'x'.repeat(9000)}` } });
  assert.deepEqual([status, json.error.code], [431, 'headers_too_large']);
  // Beyond what the library keeps, it cuts the line; what matters is that it does so at once and to nobody else.
  const slowest = await othersFare(async () => {
    for (let i = 0; i < 10; i++) {
      const { closed } = await raw(office, `GET /api/v1/health HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(60000)}\r\n\r\n`);
      assert.ok(closed);
    }
  });
  assert.ok(slowest < 500, `others waited ${slowest} ms`);
});

test('requests that stall hold up nobody', { timeout: 240000 }, async () => {
  const sockets = [];
  const stall = (bytes) => new Promise((done, failed) => {
    const socket = tls.connect({ host: office.host, port: office.port, rejectUnauthorized: false }, () => socket.write(bytes, done));
    socket.on('error', () => {});
    socket.once('error', failed);
    sockets.push(socket);
  });
  let used;
  const slowest = await othersFare(async () => {
    for (let i = 0; i < 20; i++) {
      await stall('GET /api/v1/hea');
      await stall('GET /api/v1/health HTTP/1.1\r\nHost: x\r\nX-Header: val');
      await stall(post('Content-Length: 500', '{"account":'));
      await stall('PUT /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
      await stall(post('Transfer-Encoding: chunked', '5\r\nab'));
      await stall(post('Content-Length: 5\r\nContent-Length: 6', 'abcdefghij'));
      // A second request behind one whose answer takes a while: the library would turn in circles over it.
      const sign = JSON.stringify({ account: 'nobody', password: 'x' });
      if (i < 3) await stall(post(`Content-Length: ${sign.length}`, sign) + 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n');
    }
    await new Promise((done) => setTimeout(done, 1500)); // the passwords above are being checked
    const before = office.cpu();
    await new Promise((done) => setTimeout(done, 3000));
    used = office.cpu() - before;
  });
  for (const socket of sockets) socket.destroy();
  assert.ok(slowest < 1000, `others waited ${slowest} ms`);
  assert.ok(used < 1, `the server used ${used} s of processor time in 3 s`);
});

test('pipelined requests are answered in order, or the connection is closed and nobody else hurt', async () => {
  const sign = JSON.stringify({ account: 'nobody-else', password: 'x' }); // a name no other test has locked
  const { text, closed } = await raw(office, post(`Content-Length: ${sign.length}`, sign) + 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n' +
    'GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n', { until: /not_found/ });
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => found[1]);
  if (takesPipelines) assert.deepEqual(statuses, ['401', '200', '404']);
  else assert.deepEqual([statuses, closed], [[], true]); // RFC 9112 9.3.2: a client must be ready to ask again
  assert.equal((await request(office, 'GET', '/api/v1/health')).status, 200);
});

test('what is no HTTPS at all', async () => {
  const net = await import('node:net');
  const plain = (bytes) => new Promise((done) => {
    const socket = net.connect(office.port, office.host, () => socket.write(bytes));
    let text = '';
    socket.on('data', (piece) => (text += piece));
    socket.on('error', () => done(text));
    socket.on('close', () => done(text));
    setTimeout(() => socket.destroy(), 3000);
  });
  const redirect = await plain(`GET / HTTP/1.1\r\nHost: ${office.host}:${office.port}\r\n\r\n`);
  assert.match(redirect, /^HTTP\/1\.1 301 /);
  assert.match(redirect, new RegExp(`location: https://${office.host}:${office.port}/`, 'i'));
  await plain(Buffer.from('\x16\x03\x01garbage that is no handshake', 'latin1'));
  await plain(Buffer.alloc(5000, 0xff));
  assert.equal((await request(office, 'GET', '/api/v1/health')).status, 200);
});

test('the server is well after all that', async () => {
  const { json } = await request(office, 'GET', '/api/v1/health');
  assert.equal(json.status, 'ok');
  assert.equal(json.desk.failed_batches, 0);
  assert.ok(json.net.refused > 30);
});
