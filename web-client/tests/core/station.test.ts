// SPDX-License-Identifier: Apache-2.0
// The parts together: a window goes on duty, calls, is called, loses its line, with only the outside world faked.
import { beforeEach, describe, expect, test } from 'vitest';

import { Devices } from '../../src/core/devices';
import { Notifications } from '../../src/core/notifications';
import { parseMessage, type Call, type EventData, type EventName, type OwnWindow } from '../../src/core/protocol';
import { Ring } from '../../src/core/ring';
import { Station } from '../../src/core/station';
import { connectFake, FakeAudioContext, FakeBridge, FakeMedia, FakePeerConnection, FakeSocket, FakeStorage, FakeTimers, golden, HALL, settled } from './fakes';

function eventOf<N extends EventName>(name: string, kind: N): EventData<N> {
  const parsed = parseMessage(JSON.stringify(golden(name)));
  if (parsed.type !== 'event' || parsed.event !== kind) throw new Error(name);
  return parsed.data as EventData<N>;
}

const taken = (golden('reply.window.take')['result'] as { window: OwnWindow; presence: string; call: null });
const ringing: Call = eventOf('event.call.state.ringing', 'call.state').call;
const answered: Call = eventOf('event.call.state', 'call.state').call;
const incoming = eventOf('event.call.incoming', 'call.incoming');
const offer = eventOf('event.rtc.offer', 'rtc.offer');

let timers: FakeTimers;
let sockets: FakeSocket[];
let media: FakeMedia;
let sound: FakeAudioContext;
let station: Station;
let devices: Devices;
let title: string;
let hidden: boolean;
let shown: number;
const socket = (): FakeSocket => sockets[sockets.length - 1] as FakeSocket;
const pc = (): FakePeerConnection => FakePeerConnection.all[FakePeerConnection.all.length - 1] as FakePeerConnection;
const phase = () => station.calling.calls.phase;

beforeEach(() => {
  FakePeerConnection.all = [];
  timers = new FakeTimers();
  sockets = [];
  media = new FakeMedia(HALL.map((each) => ({ ...each })));
  sound = new FakeAudioContext();
  sound.allowed = true;
  title = '工作台';
  hidden = false;
  shown = 0;
  devices = new Devices({ media: media.asMedia(), anew: () => undefined, bridge: new FakeBridge().asBridge(), storage: new FakeStorage(), timers });
  station = new Station({
    openSocket: () => {
      sockets.push(new FakeSocket());
      return socket();
    },
    connect: connectFake,
    codecs: () => ['VP8'],
    devices,
    ring: new Ring(() => sound.asContext()),
    notifications: new Notifications({
      title: { get: () => title, set: (now) => (title = now) },
      desktop: {
        permission: () => 'granted',
        ask: () => Promise.resolve('granted'),
        show: () => {
          shown++;
          return { close: () => undefined, onclick: null };
        },
      },
      focus: () => undefined,
      timers,
    }),
    timers,
    random: () => 0.5,
    wallClockUs: () => timers.now() * 1000,
    ringWords: (call, silent) => ({ title: silent ? '没有铃声' : '来电', body: call.item.name }),
    hidden: () => hidden,
  });
});

async function onDuty(): Promise<void> {
  const begun = station.duty.begin(taken.window, false);
  socket().say(golden('event.hello'));
  await settled();
  await socket().reply('window.take', taken);
  await begun;
}

async function say(event: string, data: unknown): Promise<void> {
  socket().event(event, data);
  await settled();
}

async function calling(): Promise<void> {
  await onDuty();
  const asked = station.calling.request({ item: 'i', area: 'a', citizen_informed: true });
  await settled();
  await socket().reply('call.request', { call: ringing });
  await asked;
  await say('rtc.offer', offer);
  pc().become('connected');
  await settled();
}

async function talking(): Promise<void> {
  await calling();
  await say('call.state', { call: answered });
}

describe('duty', () => {
  test('takes the window with what the devices are, and follows presence', async () => {
    await onDuty();
    expect(socket().last('window.take').params).toEqual({
      window: taken.window.id, codecs: ['VP8'], devices: { face: 'unchecked', document: 'unchecked', microphone: 'unchecked', speaker: 'unchecked' },
    });
    await say('presence.changed', { presence: 'away', since_us: 5 });
    expect(station.duty.state).toMatchObject({ kind: 'on', presence: 'away', sinceUs: 5 });
  });

  test('an occupied window asks, and takeover is passed on', async () => {
    const begun = station.duty.begin(taken.window, false).catch((error: { code: string }) => error.code);
    socket().say(golden('event.hello'));
    await settled();
    await socket().refuse('window.take', 'window_occupied');
    expect(await begun).toBe('window_occupied');
    expect(station.duty.state.kind).toBe('off');
    void station.duty.begin(taken.window, true);
    socket().say(golden('event.hello'));
    await settled();
    expect(socket().last('window.take').params).toMatchObject({ takeover: true });
  });

  test('no server: says so after twelve seconds and stops trying', async () => {
    const begun = station.duty.begin(taken.window, false).catch((error: { code: string }) => error.code);
    await timers.advance(13000);
    expect(await begun).toBe('not_connected');
    const tries = sockets.length;
    await timers.advance(60000);
    expect(sockets.length).toBe(tries);
  });

  test('taken elsewhere: off, with the reason', async () => {
    await onDuty();
    socket().die(4009);
    expect(station.duty.state).toEqual({ kind: 'off', because: 'window_taken' });
  });

  test('a device that comes or goes is reported once things have settled', async () => {
    await onDuty();
    await station.beginCheck();
    station.endCheck();
    await timers.advance(1500);
    expect(socket().last('devices.report').params).toEqual({ devices: { face: 'ok', document: 'ok', microphone: 'ok', speaker: 'ok' } });
    await socket().reply('devices.report');
    await media.plug(HALL);
    await timers.advance(1500);
    expect(socket().all('devices.report').length).toBe(1);
  });
});

describe('calling', () => {
  test('cameras open and ICE is up while it rings; nothing is sent before the answer', async () => {
    await calling();
    expect(phase().kind).toBe('outgoing');
    expect(socket().last('rtc.answer').params).toMatchObject({ connection: 'c17', revision: 1, call: offer.call });
    expect(media.opened.filter((track) => track.readyState === 'live').length).toBe(3);
    expect(pc().on('ua').sender.track).toBeNull();
    expect(socket().last('media.set').params).toEqual({
      call: ringing.id, audio: 'on', face: 'on', document: 'on', face_label: 'HD Webcam', document_label: 'DocCam S1000',
    });
    await say('call.state', { call: answered });
    expect(phase().kind).toBe('talking');
    for (const mid of ['ua', 'uf', 'ud']) expect(pc().on(mid).sender.track).not.toBeNull();
    expect(sound.oscillators.every((each) => each.stopped >= 1)).toBe(true);
  });

  test('an offer that comes before the reply is not lost', async () => {
    await onDuty();
    void station.calling.request({ item: 'i', area: 'a', citizen_informed: true });
    await say('rtc.offer', offer);
    await socket().reply('call.request', { call: ringing });
    expect(FakePeerConnection.all.length).toBe(1);
    expect(pc().closed).toBe(false);
  });

  test('nobody ready: the request fails with the number of windows, and all is as before', async () => {
    await onDuty();
    const asked = station.calling.request({ item: 'i', area: 'a', citizen_informed: true }).catch((error: { windows: number }) => error.windows);
    await socket().refuse('call.request', 'no_window_ready', { windows: 3 });
    expect(await asked).toBe(3);
    expect(phase().kind).toBe('none');
  });

  test('a queue: the place is shown and follows; leaving it is cancelling', async () => {
    await onDuty();
    const queued = (golden('reply.call.request.queued')['result'] as { call: Call }).call;
    const asked = station.calling.request({ item: 'i', area: 'a', citizen_informed: true });
    await socket().reply('call.request', { call: queued });
    await asked;
    expect(phase()).toMatchObject({ kind: 'outgoing', call: { state: 'requested', queue: { position: 2, wait_s: 240 } } });
    await say('call.queue', eventOf('event.call.queue', 'call.queue'));
    expect(phase()).toMatchObject({ kind: 'outgoing', call: { queue: { position: 1, wait_s: 120 } } });
    await say('call.state', { call: ringing });
    expect(phase()).toMatchObject({ kind: 'outgoing', call: { state: 'ringing' } });
    void station.calling.cancel();
    expect(socket().last('call.cancel').params).toEqual({ call: queued.id });
  });

  test('nobody is there: over at once, and said', async () => {
    await onDuty();
    const nobody = (golden('reply.call.request.nobody_there')['result'] as { call: Call }).call;
    const asked = station.calling.request({ item: 'i', area: 'a', citizen_informed: true });
    await say('call.state', { call: nobody }); // the event comes before the reply
    await socket().reply('call.request', { call: nobody });
    await asked;
    expect(phase()).toMatchObject({ kind: 'over', call: { end: { reason: 'nobody_there' } } });
  });

  test('the end closes the connection and puts every lamp out', async () => {
    await talking();
    await say('call.state', { call: eventOf('event.call.state.ended', 'call.state').call });
    expect(phase().kind).toBe('over');
    expect(pc().closed).toBe(true);
    expect(media.opened.every((track) => track.readyState === 'ended')).toBe(true);
    station.calling.dismiss();
    expect(phase().kind).toBe('none');
  });

  test('without any camera or sound the call goes on, and says what is missing', async () => {
    await media.plug([]);
    await talking();
    expect(phase().kind).toBe('talking');
    expect(socket().last('media.set').params).toEqual({ call: ringing.id, audio: 'missing', face: 'missing', document: 'missing' });
  });
});

describe('being called', () => {
  test('rings, tells that the tone runs, stops at the answer', async () => {
    await onDuty();
    await say('call.incoming', incoming);
    expect(title).toBe('来电');
    expect(socket().all('call.ring_ack').map((each) => each.params['stage'])).toEqual(['delivered', 'tone']);
    const answer = station.calling.answer();
    void station.calling.answer(); // pressed twice
    expect(title).toBe('工作台');
    expect(station.calling.isAnswering).toBe(true);
    expect(socket().all('call.answer').length).toBe(1);
    await socket().reply('call.answer', { call: { ...answered, you: 2 } });
    await answer;
    expect(phase().kind).toBe('talking');
  });

  test('a silent browser does not claim a tone; a click later does', async () => {
    sound.allowed = false;
    await onDuty();
    await say('call.incoming', incoming);
    expect(socket().all('call.ring_ack').map((each) => each.params['stage'])).toEqual(['delivered']);
    sound.allowed = true;
    await sound.resume();
    await settled();
    expect(socket().last('call.ring_ack').params).toEqual({ call: incoming.call.id, stage: 'tone' });
  });

  test('a ring nobody hears is shown, until the tone is there', async () => {
    sound.allowed = false;
    await onDuty();
    const views: boolean[] = [];
    station.on('sound', (view) => views.push(view.silent));
    await say('call.incoming', incoming);
    await say('ring.silent', { call: 'another' });
    expect(views).not.toContain(true);
    await say('ring.silent', { call: incoming.call.id });
    expect(title).toBe('没有铃声');
    expect(shown).toBe(2);
    expect(views.at(-1)).toBe(true);
    sound.allowed = true;
    await sound.resume();
    await settled();
    expect(views.at(-1)).toBe(false);
    expect(socket().last('call.ring_ack').params).toEqual({ call: incoming.call.id, stage: 'tone' });
  });

  test('in a tab in the background the desktop shows the ring', async () => {
    hidden = true;
    await onDuty();
    await say('call.incoming', incoming);
    expect(socket().all('call.ring_ack').map((each) => each.params['stage'])).toEqual(['delivered', 'displayed', 'tone']);
  });

  test('refusing ends the ring and closes the cameras', async () => {
    await onDuty();
    await say('call.incoming', incoming);
    const refused = station.calling.refuse('other', '系统维护');
    await socket().reply('call.refuse');
    await refused;
    expect(socket().last('call.refuse').params).toEqual({ call: incoming.call.id, reason: 'other', text: '系统维护' });
    expect(phase().kind).toBe('none');
    expect(media.opened.every((track) => track.readyState === 'ended')).toBe(true);
    expect(title).toBe('工作台');
  });

  test('another window was faster', async () => {
    await onDuty();
    await say('call.incoming', incoming);
    const answer = station.calling.answer().catch((error: { code: string }) => error.code);
    await socket().refuse('call.answer', 'wrong_state');
    expect(await answer).toBe('wrong_state');
    await say('call.state', eventOf('event.call.state.withdrawn', 'call.state'));
    expect(phase().kind).toBe('over');
  });
});

describe('during the call', () => {
  beforeEach(talking);

  test('mute and camera switches are told once each', async () => {
    await socket().reply('media.set');
    const before = socket().all('media.set').length;
    devices.setMuted(true);
    devices.setMuted(true);
    await devices.setOff('face', true);
    await settled();
    const told = socket().all('media.set').slice(before).map((each) => [each.params['audio'], each.params['face']]);
    expect(told).toEqual([['muted', 'on'], ['muted', 'muted']]);
    expect(pc().on('uf').sender.track).toBeNull();
    expect(pc().on('ua').sender.track).not.toBeNull();
  });

  test('a camera pulled out is told at once', async () => {
    media.devices = media.devices.filter((each) => each.deviceId !== 'v2');
    media.opened.filter((track) => track.label === 'DocCam S1000').forEach((track) => track.readyState === 'live' && track.unplug());
    await settled();
    expect(socket().last('media.set').params).toMatchObject({ document: 'lost' });
    expect(pc().on('ud').sender.track).toBeNull();
  });

  test('a lost line comes back with the living connection and the chat goes out once', async () => {
    station.calling.outbox.send(answered.id, '您好');
    const key = socket().last('chat.send').params['key'];
    socket().die();
    await settled();
    expect(station.calling.outbox.unsent).toMatchObject([{ state: 'waiting' }]);
    await timers.advance(1000);
    socket().say(golden('event.hello'));
    await settled();
    expect(socket().last('window.take').params).toMatchObject({ connection: 'c17' });
    await socket().reply('window.take', { ...taken, presence: 'busy', call: answered });
    expect(phase().kind).toBe('talking');
    expect(FakePeerConnection.all.length).toBe(1);
    expect(socket().last('chat.send').params).toMatchObject({ key, text: '您好' });
    await socket().reply('chat.send', { message: { number: 9, participant: 1, text: '您好', at_us: 1, key } });
    expect(station.calling.outbox.unsent).toEqual([]);
    expect(socket().last('media.set').params).toMatchObject({ audio: 'on' });
  });

  test('hanging up while the line is away is over here at once and said later', async () => {
    socket().die();
    await station.calling.hangUp();
    expect(phase().kind).toBe('over');
    await timers.advance(1000);
    socket().say(golden('event.hello'));
    await settled();
    await socket().reply('window.take', { ...taken, presence: 'busy', call: answered });
    expect(socket().last('call.hangup').params).toEqual({ call: answered.id });
    expect(phase().kind).toBe('over');
  });

  test('hanging up', async () => {
    const done = station.calling.hangUp();
    await socket().reply('call.hangup');
    await done;
    expect(phase()).toMatchObject({ kind: 'over', call: { end: { reason: 'hangup', by: 1 } } });
    expect(pc().closed).toBe(true);
  });

  test('a bad answer and a dead line ask for another connection', async () => {
    await socket().refuse('rtc.answer', 'bad_sdp');
    expect(socket().last('rtc.reopen').params).toEqual({ call: answered.id });
    pc().become('failed');
    await timers.advance(3500);
    expect(socket().last('rtc.restart').params).toEqual({ call: answered.id, connection: 'c17' });
  });
});
