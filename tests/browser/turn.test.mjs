// SPDX-License-Identifier: Apache-2.0
// A window behind a firewall that lets nothing through but TCP to Debian's coturn, with the credentials that our server makes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Clerk as Peer } from '../support/clerk.mjs';
import { eventually, GENERATED_DOCUMENT, openPage, startChromium } from './support/browsers.mjs';
import { Clerk } from './support/clerk.mjs';
import { ownAddress } from './support/firefox.mjs';
import { freePort, Office } from './support/office.mjs';

const SECRET = 'a-secret-of-coturn-and-the-server';
const address = ownAddress();
let folder, turn, office, responder, chromium;

const listens = (port) =>
  new Promise((done) => {
    const socket = net.connect(port, address, () => done(socket.destroy() !== null));
    socket.once('error', () => done(false));
  });

/** As docs/OPERATIONS.md says, only that its addresses are this machine's own. */
async function startTurn(port) {
  const log = fs.openSync(path.join(folder, 'turn.log'), 'a');
  const settings = ['-n', '--no-cli', '--no-tls', '--no-dtls', '--no-udp', '--simple-log', '--log-file=stdout', `--pidfile=${folder}/turn.pid`, `--userdb=${folder}/turn.db`,
    `--listening-ip=${address}`, `--relay-ip=${address}`, `--listening-port=${port}`, '--use-auth-secret', `--static-auth-secret=${SECRET}`, '--realm=farwindow'];
  turn = spawn('turnserver', settings, { cwd: folder, stdio: ['ignore', log, log] });
  turn.ended = new Promise((done) => turn.once('exit', done));
  turn.once('error', (error) => assert.fail(`no coturn: ${error.message}`));
  await eventually(() => listens(port), (is) => is, { what: 'coturn that listens' });
}

before(async () => {
  const port = await freePort();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fw-turn-'));
  fs.writeFileSync(path.join(folder, 'secret'), `${SECRET}\n`, { mode: 0o600 });
  await startTurn(port);
  office = await Office.open({ listen: address, config: `[turn]\nurls = turn:${address}:${port}?transport=tcp\nsecret_file = ${folder}/secret\n` });
  responder = await (await Peer.signIn(office, 'home1')).connect();
  await responder.take_window('441523-01-1');
  chromium = await startChromium();
});

after(async () => {
  responder?.leave();
  await chromium?.close();
  await office?.close();
  turn?.kill();
  await turn?.ended;
  fs.rmSync(folder, { recursive: true });
});

test('both sides see and hear each other through coturn', async () => {
  const clerk = new Clerk(await openPage(chromium, office.url, { relayed: true }));
  await clerk.signIn('clerk1', 'demo-clerk1');
  await clerk.takeWindow('窗口', { document: GENERATED_DOCUMENT });
  await clerk.request('防雷装置竣工验收', '陆河县', '只通中继');
  const { call } = await responder.event('call.incoming');
  await responder.joinMedia(call.id, { arguments: ['--face', '320x180x15x200', '--document', '320x180x5x80'] });
  await responder.peer.up();
  responder.peer.play();
  await responder.call('call.answer', { call: call.id });
  await clerk.inCall();
  await Promise.all([responder.peer.first(1, 'face'), responder.peer.first(1, 'document')]);
  await eventually(() => clerk.stats(), ({ inbound }) => inbound['1f']?.frames > 10 && inbound['1a']?.audioEnergy > 0, { what: "the other side's picture and sound" });
  assert.deepEqual(await clerk.page.evaluate(() => window.testRoute()), { type: 'relay', protocol: 'tcp' });
  await clerk.hangUp();
});
