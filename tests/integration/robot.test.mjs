// SPDX-License-Identifier: Apache-2.0
// The robot window as the newcomer meets it: it answers, shows and sounds, chats, hangs up, and comes back after a restart of the server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';

const build = process.env.FW_BUILD ?? path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../build');
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

let office;
let robot;
let clerk;

before(async () => {
  office = await Office.open();
  const log = fs.openSync(path.join(office.folder, 'robot.log'), 'a');
  robot = spawn(path.join(build, 'demo/farwindow-robot'), ['--data', path.join(office.folder, 'data'), '--port', String(office.port), '--ring-ms', '300'], { stdio: ['ignore', log, log] });
  fs.closeSync(log);
  clerk = await signIn();
});

after(async () => {
  clerk?.leave();
  robot?.kill('SIGTERM');
  await office?.close();
});

async function signIn() {
  const someone = await (await Clerk.signIn(office, 'clerk1')).connect();
  await someone.take_window('441521-01-3', { takeover: true });
  return someone;
}

/** Rings the robot as soon as it is at its window. */
async function callRobot() {
  const target = { item: 'fanglei-jungong', area: '441581' };
  for (let i = 0; i < 40; i++) {
    const { ready } = await clerk.call('directory.targets', target);
    if (ready > 0) return (await clerk.call('call.request', { ...target, citizen_informed: true })).call;
    await sleep(250);
  }
  throw new Error(`the robot is not at its window:\n${fs.readFileSync(path.join(office.folder, 'robot.log'))}`);
}

test('it answers, is seen and heard, chats, and ends when the other hangs up', { timeout: 240000 }, async (t) => {
  const call = await callRobot();
  await clerk.joinMedia(call.id);
  await clerk.peer.up();
  clerk.peer.play();
  await clerk.event('call.state', ({ call: now }) => now.state === 'answered');
  const answered = Date.now();
  await Promise.all(['audio', 'face', 'document'].map((track) => clerk.peer.first(1, track)));
  t.diagnostic(`all three tracks ${Date.now() - answered} ms after the answer`);
  const greeting = await clerk.event('chat.message', ({ message }) => message.participant === 2);
  assert.match(greeting.message.text, /机器人/);
  await clerk.call('chat.send', { call: call.id, text: '请看第二页', key: 'robot-test' });
  await clerk.event('chat.message', ({ message }) => message.participant === 2);
  await clerk.event('call.state', ({ call: now }) => now.participants[1].media?.document === 'on');
  await sleep(2500);
  const { down } = await clerk.peer.stats();
  for (const { track, packets, lost } of down) {
    assert.ok(packets > 10, `${track}: ${packets} packets`);
    assert.equal(lost, 0);
  }
  await clerk.call('call.hangup', { call: call.id });
  await clerk.event('call.state', ({ call: now }) => now.state === 'ended');
  clerk.peer.end();
});

test('it is back at its window after a restart of the server, and a call goes on', { timeout: 240000 }, async () => {
  const call = await callRobot();
  await clerk.joinMedia(call.id);
  await clerk.event('call.state', ({ call: now }) => now.id === call.id && now.state === 'answered');
  clerk.leave();
  await office.kill('SIGKILL');
  await office.start();
  clerk = await signIn();
  await clerk.joinMedia(call.id);
  await clerk.peer.up();
  clerk.peer.play();
  await Promise.all(['audio', 'face', 'document'].map((track) => clerk.peer.event((event) => event.event === 'first' && event.track === track)));
  await clerk.call('call.hangup', { call: call.id });
  await clerk.event('call.state', ({ call: now }) => now.id === call.id && now.state === 'ended');
});
