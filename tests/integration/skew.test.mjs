// SPDX-License-Identifier: Apache-2.0
// A recorded call between two test peers whose flash and beep are stamped from one clock: sound and picture stay together in the
// recording, also after a hole in the audio and after a mute, with a slow camera and a lossy line.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';
import { beeps, flashes, largestAudioStep, skews } from '../support/skew.mjs';

const limitMs = 80;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
// The peers flash and beep when the clock is a whole multiple of 2 s: what is done to them begins and ends between two of those.
const betweenBeeps = () => sleep((3000 - (Date.now() % 2000)) % 2000);
const media = ['--face', '320x180x30x300', '--document', '320x180x10x100'];

let office;

before(async () => {
  office = await Office.open();
});

after(() => office?.close());

/** The recording's files, downloaded as an auditor does. */
async function download(call) {
  const auditor = await Clerk.signIn(office, 'auditor1');
  let manifest;
  for (let i = 0; i < 60; i++) {
    manifest = await auditor.http('GET', `/api/v1/recordings/${call}/manifest`);
    if (manifest.status === 200) break;
    await sleep(500);
  }
  assert.equal(manifest.status, 200, String(manifest.body));
  const { json } = await auditor.http('POST', `/api/v1/recordings/${call}/downloads`, { json: { reason: '检查音画同步' } });
  const files = {};
  for (const { name, href } of json.files) {
    const file = path.join(office.folder, name.replace(/\//g, '_'));
    fs.writeFileSync(file, (await auditor.http('GET', href)).body);
    files[name] = file;
  }
  return { manifest: manifest.json, files };
}

function hasSound(file) {
  return fs.readFileSync(file).includes('A_OPUS');
}

test('sound and picture stay within 80 ms of each other', { timeout: 180000 }, async (t) => {
  const requester = await (await Clerk.signIn(office, 'clerk1')).connect();
  const responder = await (await Clerk.signIn(office, 'home1')).connect();
  await requester.take_window('441521-01-3');
  await responder.take_window('441523-01-1');
  const { call } = await requester.call('call.request', { item: 'fanglei-jungong', area: '441523', citizen_informed: true });
  await responder.event('call.incoming');
  await Promise.all([requester.joinMedia(call.id, { arguments: [...media, '--seed', '1'] }),
    responder.joinMedia(call.id, { arguments: [...media, '--seed', '2', '--video-delay-ms', '150'] })]);
  await Promise.all([requester.peer.up(), responder.peer.up()]);
  requester.peer.play();
  responder.peer.play();
  await responder.call('call.answer', { call: call.id });

  await sleep(6000);
  await betweenBeeps();
  requester.peer.say({ op: 'hole', track: 'audio', ms: 10000 });
  responder.peer.say({ op: 'loss', up_permille: 20, down_permille: 20 });
  await sleep(17000);
  await betweenBeeps();
  for (const track of ['audio', 'face']) requester.peer.say({ op: 'mute', track, on: true });
  await sleep(4000);
  for (const track of ['audio', 'face']) requester.peer.say({ op: 'mute', track, on: false });
  await sleep(6000);
  await requester.call('call.hangup', { call: call.id });
  requester.leave();
  responder.leave();

  const { files } = await download(call.id);
  const persons = Object.entries(files).filter(([name, file]) => name.endsWith('.webm') && hasSound(file));
  assert.equal(persons.length, 2, Object.keys(files).join(' '));
  for (const [name, file] of persons) {
    const flashTimes = flashes(file);
    const beepTimes = beeps(file);
    const found = skews(flashTimes, beepTimes);
    const worst = Math.max(...found.map(([, ms]) => Math.abs(ms)));
    t.diagnostic(`${name}: ${flashTimes.length} flashes, ${beepTimes.length} beeps, largest skew ${worst} ms: ${found.map(([, ms]) => ms).join(' ')}`);
    assert.equal(found.length, beepTimes.length, `${name}: a beep where nobody beeped`);
    assert.ok(worst <= limitMs, `${name}: ${JSON.stringify(found)}`);
    assert.ok(largestAudioStep(file) < 0.07, `${name}: holes of the audio are filled`);
    assert.ok(found.length >= 8, `${name}: ${found.length} pairs`);
    assert.ok(found.some(([time]) => time > 25), `${name}: a pair after hole and mute`);
  }
});
