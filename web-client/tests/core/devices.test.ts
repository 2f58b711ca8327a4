// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test } from 'vitest';

import { pick, type Choices } from '../../src/core/device-choice';
import { Devices } from '../../src/core/devices';
import { FakeBridge, FakeMedia, FakeStorage, FakeTimers, HALL, type FakeDevice } from './fakes';

let media: FakeMedia;
let anew: FakeMedia | undefined; // what a new frame of the page asks
let bridge: FakeBridge;
let storage: FakeStorage;
let timers: FakeTimers;
let devices: Devices;
const kinds = () => Object.fromEntries(Object.entries(devices.state.sources).map(([source, state]) => [source, state.kind]));
const fresh = (list: FakeDevice[] = HALL): void => {
  bridge = new FakeBridge();
  media = new FakeMedia(list.map((each) => ({ ...each })));
  timers = new FakeTimers();
  devices = new Devices({ media: media.asMedia(), anew: () => anew?.asMedia(), bridge: bridge.asBridge(), storage, timers });
  devices.useWindow('w1');
};

beforeEach(() => {
  storage = new FakeStorage();
  anew = undefined;
  fresh();
});

describe('which camera is which', () => {
  const infos = (list: FakeDevice[]) => list as unknown as MediaDeviceInfo[];
  const camera = (deviceId: string, label: string): FakeDevice => ({ kind: 'videoinput', deviceId, label });
  const choose = (list: FakeDevice[], choices: Choices = {}) =>
    (['face', 'document'] as const).map((kind) => pick(infos(list), kind, choices)?.deviceId ?? null);

  test.each([
    ['named document cameras are documents, wherever they stand', [camera('1', '良田高拍仪'), camera('2', 'USB Camera')], ['2', '1']],
    ['two cameras without a hint: the second is the document', [camera('1', 'A'), camera('2', 'B')], ['1', '2']],
    ['one camera is the face', [camera('1', 'A')], ['1', null]],
    ['one document camera is not a face', [camera('1', 'CZUR Lens')], [null, '1']],
    ['none', [], [null, null]],
  ])('%s', (_name, list, expected) => expect(choose(list)).toEqual(expected));

  test('remembered by label when the ids have changed', () => {
    const choices = { face: { deviceId: 'old', label: 'B' }, document: { deviceId: 'older', label: 'A' } };
    expect(choose([camera('1', 'A'), camera('2', 'B')], choices)).toEqual(['2', '1']);
  });

  test('two of the same make are told apart by id', () => {
    const choices = { face: { deviceId: '2', label: 'X' }, document: { deviceId: '1', label: 'X' } };
    expect(choose([camera('1', 'X'), camera('2', 'X')], choices)).toEqual(['2', '1']);
  });

  test('a remembered camera that is not there is replaced, but not by the other purpose', () => {
    const choices = { face: { deviceId: '9', label: 'gone' }, document: { deviceId: '1', label: 'A' } };
    expect(choose([camera('1', 'A')], choices)).toEqual([null, '1']);
    expect(choose([camera('1', 'A'), camera('2', 'B')], choices)).toEqual(['2', '1']);
  });
});

describe('opening', () => {
  test('all there', async () => {
    await devices.open();
    expect(kinds()).toEqual({ face: 'live', document: 'live', microphone: 'live' });
    expect(devices.report()).toEqual({ face: 'ok', document: 'ok', microphone: 'ok', speaker: 'ok' });
    expect(devices.labelOf('document')).toBe('DocCam S1000');
  });

  test.each([
    ['NotReadableError', 'busy'], ['AbortError', 'busy'], ['TrackStartError', 'busy'], ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'], ['NotFoundError', 'missing'], ['OverconstrainedError', 'missing'],
  ])('%s of one source is %s; the others work', async (fails, expected) => {
    fresh(HALL.map((each) => (each.deviceId === 'v2' ? { ...each, fails } : each)));
    await devices.open();
    expect(kinds()).toEqual({ face: 'live', document: expected, microphone: 'live' });
    expect(devices.trackState('document')).toBe('missing');
  });

  test('permission refused', async () => {
    media.denied = true;
    await devices.open();
    expect(kinds()).toEqual({ face: 'denied', document: 'denied', microphone: 'denied' });
  });

  test('refused by a browser that then shows no devices at all', async () => {
    fresh([]);
    media.denied = true;
    await devices.open();
    expect(kinds()).toEqual({ face: 'denied', document: 'denied', microphone: 'denied' });
  });

  test('nothing plugged in', async () => {
    fresh([]);
    await devices.open();
    expect(kinds()).toEqual({ face: 'missing', document: 'missing', microphone: 'missing' });
    expect(devices.report()).toMatchObject({ face: 'missing', speaker: 'unchecked' });
  });

  test('a page without https says so and nothing breaks', async () => {
    devices = new Devices({ media: undefined, anew: () => undefined, bridge: bridge.asBridge(), storage, timers });
    await devices.open();
    devices.close();
    expect(kinds()).toEqual({ face: 'insecure', document: 'insecure', microphone: 'insecure' });
    expect(devices.report()).toMatchObject({ face: 'missing' });
  });

  test('closing turns every lamp out, also of a camera that is still being opened', async () => {
    const opening = devices.open();
    devices.close();
    await opening;
    expect(media.opened.every((track) => track.readyState === 'ended')).toBe(true);
    expect(kinds()).toEqual({ face: 'closed', document: 'closed', microphone: 'closed' });
  });

  test('closed devices are reported as last found', async () => {
    expect(devices.report().face).toBe('unchecked');
    await devices.open();
    devices.close();
    expect(devices.report()).toMatchObject({ face: 'ok', microphone: 'ok' });
  });
});

describe('during a call', () => {
  beforeEach(() => devices.open());

  test('mute keeps the track and silences it; it survives a change of microphone', async () => {
    devices.setMuted(true);
    expect(devices.trackOf('microphone')?.enabled).toBe(false);
    expect(devices.trackState('audio')).toBe('muted');
    media.devices.push({ kind: 'audioinput', deviceId: 'a2', label: 'Desk mic' });
    await devices.refresh();
    await devices.choose('microphone', 'a2');
    expect(devices.trackOf('microphone')).toMatchObject({ label: 'Desk mic', enabled: false });
  });

  test('off puts the lamp out, on opens it again', async () => {
    const track = devices.trackOf('face');
    await devices.setOff('face', true);
    expect(track?.readyState).toBe('ended');
    expect(devices.trackState('face')).toBe('muted');
    await devices.setOff('face', false);
    expect(devices.trackState('face')).toBe('on');
  });

  test('a camera pulled out is lost, plugged in again it is back', async () => {
    const track = media.opened.find((each) => each.label === 'DocCam S1000' && each.readyState === 'live');
    const without = HALL.filter((each) => each.deviceId !== 'v2');
    media.devices = without;
    track?.unplug();
    await media.plug(without);
    expect(kinds()['document']).toBe('lost');
    await media.plug(HALL);
    expect(kinds()['document']).toBe('live');
  });

  test('a camera whose driver is not ready when it is plugged in again is tried until it opens', async () => {
    const track = media.opened.find((each) => each.label === 'DocCam S1000' && each.readyState === 'live');
    const states: string[] = [];
    devices.on('change', () => states.push(devices.trackState('document')));
    media.devices = HALL.map((each) => (each.deviceId === 'v2' ? { ...each, fails: 'NotReadableError' } : each));
    track?.unplug();
    await timers.advance(10_000);
    expect(kinds()['document']).toBe('lost');
    expect(new Set(states)).toEqual(new Set(['lost']));
    media.devices = HALL;
    await timers.advance(2000);
    expect(kinds()['document']).toBe('live');
    const opened = media.opened.length;
    await timers.advance(10_000);
    expect(media.opened).toHaveLength(opened);
  });

  test('where no opening is answered any more, a new frame of the page asks', async () => {
    const track = media.opened.find((each) => each.label === 'DocCam S1000' && each.readyState === 'live');
    media.hangs = true;
    anew = new FakeMedia(HALL);
    track?.unplug();
    await timers.advance(9_000);
    expect(anew.opened).toHaveLength(0);
    await timers.advance(4_000);
    expect(kinds()).toEqual({ face: 'live', document: 'live', microphone: 'live' });
    expect(anew.opened.map((each) => each.label)).toEqual(['DocCam S1000']);
    await timers.advance(20_000);
    expect(anew.opened).toHaveLength(1);
  });

  test('what was lost is not looked for after the call', async () => {
    const lost = media.opened.find((each) => each.label === 'DocCam S1000' && each.readyState === 'live');
    media.devices = [];
    lost?.unplug();
    devices.close();
    media.devices = HALL;
    const opened = media.opened.length;
    await timers.advance(10_000);
    expect(media.opened).toHaveLength(opened);
    expect(kinds()['document']).toBe('closed');
  });

  test('the other side hears of a lost track', () => {
    const seen: unknown[] = [];
    devices.on('track', (change) => seen.push(change));
    media.devices = [];
    media.opened.find((each) => each.label === 'HD Webcam' && each.readyState === 'live')?.unplug();
    expect(seen[0]).toEqual({ source: 'face', track: null });
    expect(devices.trackState('face')).toBe('lost');
  });

  test('choosing the camera of the other purpose swaps what is left', async () => {
    await devices.choose('document', 'v1');
    expect([devices.labelOf('document'), devices.labelOf('face')]).toEqual(['HD Webcam', '']);
    expect(devices.trackState('face')).toBe('missing');
    await devices.choose('face', 'v2');
    expect([devices.labelOf('document'), devices.labelOf('face')]).toEqual(['HD Webcam', 'DocCam S1000']);
  });

  test('choices and rotation are remembered per window', async () => {
    await devices.choose('document', 'v1');
    await devices.choose('face', 'v2');
    devices.rotate();
    fresh();
    await devices.open();
    expect(devices.labelOf('document')).toBe('HD Webcam');
    expect(devices.state.rotation).toBe(90);
    devices.useWindow('w2');
    expect(devices.state.rotation).toBe(0);
  });

  test('a damaged memory is no memory', () => {
    storage.setItem('farwindow.devices.w3', '{"face":7,"document":{"deviceId":1},"rotation":"x"');
    devices.useWindow('w3');
    storage.setItem('farwindow.devices.w3', '{"face":7,"document":{"deviceId":1},"rotation":"x"}');
    devices.useWindow('w3');
    expect(devices.state.rotation).toBe(0);
  });
});

describe('a document camera behind its maker\'s program', () => {
  const lens = { deviceId: 'bridge:0:x', label: '良田 S1380' };

  beforeEach(async () => {
    bridge.cameras = [lens];
    await devices.open();
    await devices.useBridge('http://127.0.0.1:8765');
  });

  test('is chosen and opened once its program\'s address is given, and remembered', async () => {
    expect(devices.state.sources.document).toMatchObject({ kind: 'live', ...lens });
    expect(devices.state.lists.document.map((each) => each.deviceId)).toEqual(['v1', 'v2', lens.deviceId]);
    expect(devices.state.lists.face.map((each) => each.deviceId)).toEqual(['v1', 'v2']);
    const cameras = bridge;
    fresh();
    expect([devices.state.bridge, devices.needsBridge]).toEqual(['http://127.0.0.1:8765', true]);
    Object.assign(bridge, { cameras: cameras.cameras });
    await devices.open();
    expect(devices.state.sources.document).toMatchObject({ kind: 'live', ...lens });
  });

  test('is said to be gone with its program, not stood in for, and comes back by itself', async () => {
    bridge.trouble = 'bridgeAbsent';
    bridge.opened[0]?.unplug();
    await timers.advance(0);
    expect(devices.state.sources.document).toEqual({ kind: 'lost', label: lens.label, why: 'bridgeAbsent' });
    bridge.trouble = null;
    await timers.advance(2000);
    expect(devices.state.sources.document.kind).toBe('live');
  });

  test('is missing with the reason when its program does not answer at the beginning of a call', async () => {
    devices.close();
    bridge.trouble = 'bridgeSlow';
    await devices.open();
    expect(devices.state.sources.document).toEqual({ kind: 'missing', why: 'bridgeSlow' });
    expect([devices.report().document, kinds()['face']]).toEqual(['missing', 'live']);
  });

  test('gives its place back when the program is used no more', async () => {
    await devices.useBridge('');
    expect(devices.state.sources.document).toMatchObject({ kind: 'live', deviceId: 'v2' });
    expect(devices.needsBridge).toBe(false);
  });
});
