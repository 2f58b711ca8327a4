// SPDX-License-Identifier: Apache-2.0
// Cameras behind a maker's program, as devices: their heads, their pictures, and their end.
import { beforeEach, describe, expect, test } from 'vitest';

import { BridgeCameras, sameCamera, type Screen } from '../../src/core/capture/bridge-cameras';
import { asTrack, FakeTimers, FakeTrack } from '../core/fakes';

const DEVICES = { devices: [{ id: 'a:1', name: '良田 S1380', heads: 2, width: 4160, height: 3120 }, { id: 'b', name: '哲林 X', heads: 1, width: 2592, height: 1944 }] };
const ID = 'bridge:1:a:1';

let timers: FakeTimers;
let cameras: BridgeCameras;
let drawn: number;
let tracks: FakeTrack[];
let answers: (path: string, method: string) => Response | Promise<Response>;

const picture = (text = 'picture') => new Response(text, { headers: { 'Content-Type': 'image/jpeg' } });
const screen = (): Screen => ({
  draw: () => Promise.resolve(void drawn++),
  track: () => asTrack(tracks[tracks.push(new FakeTrack('video', '')) - 1] as FakeTrack),
  end: (track) => (track as unknown as FakeTrack).unplug(),
});
/** A round of the feed, with all the steps of an answer. */
const rounds = async (n: number) => {
  for (let i = 0; i < n; i++) {
    await timers.advance(200);
    await new Promise((done) => setImmediate(done));
    await new Promise((done) => setImmediate(done));
  }
};

beforeEach(async () => {
  timers = new FakeTimers();
  drawn = 0;
  tracks = [];
  answers = (path) => (path.endsWith('/devices') ? new Response(JSON.stringify(DEVICES)) : picture());
  cameras = new BridgeCameras({ fetch: async (url, init) => answers(url, init.method ?? ''), makeScreen: screen, timers });
  cameras.use('http://127.0.0.1:8765');
  await cameras.list();
});

describe('cameras behind a program', () => {
  test('are devices, a head each', async () => {
    expect((await cameras.list()).map(({ deviceId, label }) => [deviceId, label])).toEqual([
      ['bridge:0:a:1', '良田 S1380 · 1'], [ID, '良田 S1380 · 2'], ['bridge:0:b', '哲林 X'],
    ]);
    expect([sameCamera('bridge:0:a:1', ID), sameCamera('bridge:0:b', ID), sameCamera('v1', 'v1')]).toEqual([true, false, false]);
    cameras.use('');
    expect(await cameras.list()).toEqual([]);
  });

  test('are looked through by several at once, one question at a time, until nobody does', async () => {
    const [one, other] = [await cameras.open(ID), await cameras.open(ID)];
    expect(drawn).toBe(2);
    await rounds(3);
    expect(drawn).toBe(5);
    one.stop();
    await rounds(1);
    expect(drawn).toBe(6);
    other.stop();
    await rounds(3);
    expect(drawn).toBe(6);
  });

  test('give their stills as they come, and are asked nothing else meanwhile', async () => {
    const source = await cameras.source(ID);
    expect(source.size).toEqual({ width: 4160, height: 3120 });
    let finish: (answer: Response) => void = () => undefined;
    answers = (_path, method) => (method === 'POST' ? new Promise((resolve) => (finish = resolve)) : picture());
    const still = source.take();
    await rounds(2);
    expect(drawn).toBe(1);
    finish(picture('the still'));
    expect(await (await (await still).picture).text()).toBe('the still');
    await rounds(1);
    expect(drawn).toBe(2);
  });

  test('end when their program does, and are back with it', async () => {
    let ended = false;
    (await cameras.open(ID) as unknown as FakeTrack).onended = () => (ended = true);
    answers = () => Promise.reject(new TypeError('Failed to fetch'));
    await rounds(2);
    expect(ended).toBe(false); // it may have been busy for a moment
    await rounds(1);
    expect([ended, cameras.trouble, await cameras.list()]).toEqual([true, 'bridgeAbsent', []]);
    answers = (path) => (path.endsWith('/devices') ? new Response(JSON.stringify(DEVICES)) : picture());
    await cameras.list();
    expect([(await cameras.open(ID)).readyState, cameras.trouble]).toEqual(['live', null]);
  });

  test('that cannot be opened say why', async () => {
    answers = () => new Response('', { status: 503 });
    await expect(cameras.open(ID)).rejects.toMatchObject({ trouble: 'bridgeBusy' });
    await expect(cameras.source('bridge:0:none')).rejects.toMatchObject({ trouble: 'bridgeBusy' });
  });
});
