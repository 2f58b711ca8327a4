// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test } from 'vitest';

import type { DecodeError } from '../../src/core/decode';
import type { ServerEvent } from '../../src/core/protocol';
import { Signalling } from '../../src/core/signalling';
import { FakeSocket, FakeTimers, golden, settled } from './fakes';

let timers: FakeTimers;
let sockets: FakeSocket[];
let line: Signalling;
const socket = (): FakeSocket => {
  const last = sockets[sockets.length - 1];
  if (last === undefined) throw new Error('no socket was opened');
  return last;
};

beforeEach(() => {
  timers = new FakeTimers();
  sockets = [];
  const open = (): FakeSocket => {
    sockets.push(new FakeSocket());
    return socket();
  };
  line = new Signalling({ open, timers, random: () => 0.5 });
});

async function opened(): Promise<void> {
  line.connect();
  socket().say(golden('event.hello'));
  await settled();
}

describe('requests', () => {
  test('a reply settles its request with the decoded result', async () => {
    await opened();
    const asked = line.request('directory.targets', { item: 'i', area: 'a' });
    expect(socket().last('directory.targets')).toEqual({ type: 'request', id: 1, method: 'directory.targets', params: { item: 'i', area: 'a' } });
    await socket().reply('directory.targets', { windows: 3, ready: 2, busy: 1, away: 0, on_duty: 3, back_us: null, closed_until_us: null, queued: 0, wait_s: 60, drill: null, more: true });
    expect(await asked).toEqual({ windows: 3, ready: 2, busy: 1, away: 0, on_duty: 3, back_us: null, closed_until_us: null, queued: 0, wait_s: 60, drill: null });
  });

  test('an error reply carries code, text and what belongs to it', async () => {
    await opened();
    const asked = line.request('call.cancel', { call: 'c' });
    await socket().refuse('call.cancel', 'no_window_ready', { windows: 3 });
    await expect(asked).rejects.toMatchObject({ code: 'no_window_ready', windows: 3 });
  });

  test('no reply in time is a time-out, and a late one is ignored', async () => {
    await opened();
    const asked = expect(line.request('call.cancel', { call: 'c' })).rejects.toMatchObject({ code: 'timeout' });
    await timers.advance(10000);
    await asked;
    await socket().reply('call.cancel');
  });

  test('without a line nothing is asked', async () => {
    await expect(line.request('call.cancel', { call: 'c' })).rejects.toMatchObject({ code: 'not_connected' });
  });

  test('what was asked on a line that breaks fails at once', async () => {
    await opened();
    const asked = expect(line.request('call.cancel', { call: 'c' })).rejects.toMatchObject({ code: 'not_connected' });
    socket().die();
    await asked;
  });

  test('a result of the wrong shape fails the request alone', async () => {
    await opened();
    const asked = expect(line.request('directory.targets', { item: 'i', area: 'a' })).rejects.toThrow('windows');
    await socket().reply('directory.targets', { windows: 'three' });
    await asked;
    expect(line.state.kind).toBe('open');
  });
});

describe('coming back', () => {
  test('waits longer each time, up to a limit, and starts over after a hello', async () => {
    line.connect();
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      socket().die();
      const { state } = line;
      if (state.kind !== 'waiting') throw new Error(state.kind);
      waits.push(state.retryInMs);
      await timers.advance(state.retryInMs);
    }
    expect(waits).toEqual([300, 1000, 2000, 4000, 8000, 8000, 8000]);
    socket().say(golden('event.hello'));
    socket().die();
    expect(line.state).toMatchObject({ kind: 'waiting' });
  });

  test('a server that takes the connection and says nothing is given up', async () => {
    line.connect();
    await timers.advance(8000);
    expect(sockets[0]?.closed).toBe(true);
    expect(line.state.kind).toBe('waiting');
  });

  test.each([[4001, 'session_ended'], [4003, 'not_signed_in'], [4009, 'window_taken'], [4000, 'abuse']])('close code %i ends it', async (code, because) => {
    await opened();
    socket().die(code);
    expect(line.state).toEqual({ kind: 'closed', because });
    await timers.advance(60000);
    expect(sockets.length).toBe(1);
  });

  test('a restart of the server does not', async () => {
    await opened();
    socket().die(1012);
    await timers.advance(1000);
    expect(sockets.length).toBe(2);
  });

  test('retryNow() skips the wait, stop() ends it', async () => {
    line.connect();
    socket().die();
    line.retryNow();
    expect(sockets.length).toBe(2);
    line.stop();
    socket().die();
    await timers.advance(60000);
    expect(sockets.length).toBe(2);
  });

  test('an old socket is not listened to any more', async () => {
    await opened();
    const old = socket();
    old.die();
    await timers.advance(1000);
    old.say(golden('event.hello'));
    expect(line.state.kind).toBe('connecting');
  });
});

describe('a line that died silently', () => {
  test('is found by asking, in a call within five seconds', async () => {
    await opened();
    line.watchClosely(true);
    await timers.advance(5000);
    expect(socket().all('ping').length).toBe(1);
    await timers.advance(1000);
    expect(line.state.kind).not.toBe('open');
  });

  test('any answer, even a refusal, shows that it lives', async () => {
    await opened();
    for (let i = 0; i < 4; i++) {
      await timers.advance(11000);
      await socket().refuse('ping', 'unknown_method');
    }
    expect(line.state.kind).toBe('open');
    expect(sockets.length).toBe(1);
  });
});

test('events go out, broken messages are reported, neither stops the line', async () => {
  await opened();
  const events: ServerEvent[] = [];
  const bad: DecodeError[] = [];
  line.on('event', (event) => events.push(event));
  line.on('bad', (error) => bad.push(error));
  socket().say('no JSON');
  socket().event('presence.changed', { presence: 'asleep' });
  socket().event('something.new', {});
  socket().say(golden('event.directory.changed'));
  expect(events.map((each) => each.event)).toEqual(['directory.changed']);
  expect(bad.length).toBe(2);
});
