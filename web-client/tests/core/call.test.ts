// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { isOver, nextCalls, noCalls, ownQuality, type CallInput, type CallsState } from '../../src/core/call';
import { parseMessage, type Call } from '../../src/core/protocol';
import { golden } from './fakes';

function callOf(name: string): Call {
  const parsed = parseMessage(JSON.stringify(golden(name)));
  if (parsed.type !== 'event' || (parsed.event !== 'call.state' && parsed.event !== 'call.incoming')) throw new Error(name);
  return parsed.data.call;
}

const ringing = callOf('event.call.state.ringing'); // as the requester sees it
const answered = callOf('event.call.state');
const incoming = callOf('event.call.incoming'); // as the responder sees it
const ended = callOf('event.call.state.ended');
const withdrawn = callOf('event.call.state.withdrawn');
const run = (...inputs: CallInput[]): CallsState => inputs.reduce(nextCalls, noCalls);
const is = (call: Call): CallInput => ({ kind: 'call', call });
const rings = (call: Call): CallInput => ({ kind: 'incoming', call, ringUntilUs: 30 });
const second: Call = { ...incoming, id: 'second' };

describe('a running call', () => {
  const invitation = callOf('event.call.incoming.invited');

  test('an invitation rings, and is found again after a reload', () => {
    expect(run(rings(invitation)).phase.kind).toBe('incoming');
    expect(run({ kind: 'taken', call: invitation, ringUntilUs: 30 }).phase.kind).toBe('incoming');
    const joined: Call = { ...invitation, own_part: 'in' };
    expect(run(rings(invitation), is(joined)).phase.kind).toBe('talking');
  });

  test('who leaves is out while the others go on', () => {
    expect(run(is(ringing), is(answered), is({ ...answered, own_part: 'left' })).phase.kind).toBe('over');
  });
});

describe('calling out', () => {
  test('requested, ringing, answered, ended, dismissed', () => {
    const phases = [{ kind: 'requesting' } as const, is({ ...ringing, state: 'requested' }), is(ringing), is(answered), is(ended), { kind: 'dismissed' } as const];
    const seen = phases.map((_, i) => run(...phases.slice(0, i + 1)).phase.kind);
    expect(seen).toEqual(['requesting', 'outgoing', 'outgoing', 'talking', 'over', 'none']);
  });

  test('refused before it began', () => {
    expect(run({ kind: 'requesting' }, { kind: 'request_failed' }).phase.kind).toBe('none');
  });

  test('a request whose reply was lost still shows up by its state', () => {
    expect(run({ kind: 'requesting' }, { kind: 'request_failed' }, is(ringing)).phase.kind).toBe('outgoing');
  });

  test('who cancels is not told that it was cancelled; who was rung is', () => {
    expect(run(is(ringing), is({ ...ringing, state: 'cancelled' })).phase.kind).toBe('none');
    expect(run(rings(incoming), is({ ...incoming, state: 'cancelled' })).phase.kind).toBe('over');
  });

  test.each(['refused', 'unanswered'] as const)('%s is shown', (state) => {
    expect(run(is(ringing), is({ ...ringing, state })).phase.kind).toBe('over');
  });
});

describe('being called', () => {
  test('rings, is answered, ends', () => {
    expect(run(rings(incoming)).phase).toMatchObject({ kind: 'incoming', ringUntilUs: 30 });
    expect(run(rings(incoming), is({ ...answered, you: 2 })).phase.kind).toBe('talking');
  });

  test('answered by another window: told, once', () => {
    const state = run(rings(incoming), is(withdrawn));
    expect(state.phase.kind).toBe('over');
    expect(nextCalls(state, { kind: 'dismissed' }).phase.kind).toBe('none');
  });

  test('refused here: back to work without a word', () => {
    expect(run(rings(incoming), is({ ...incoming, own_part: 'refused' })).phase.kind).toBe('none');
  });

  test('a second call waits until the first is done with', () => {
    const both = run(rings(incoming), rings(second));
    expect(both.phase).toMatchObject({ call: { id: incoming.id } });
    expect(both.waiting.length).toBe(1);
    const refused = nextCalls(both, is({ ...incoming, own_part: 'refused' }));
    expect(refused.phase).toMatchObject({ kind: 'incoming', call: { id: 'second' } });
    expect(refused.waiting).toEqual([]);
  });

  test('a waiting call that is over is forgotten, one that changes is kept', () => {
    const both = run(rings(incoming), rings(second));
    expect(nextCalls(both, is({ ...second, state: 'unanswered' })).waiting).toEqual([]);
    expect(nextCalls(both, is({ ...second, note: 'x' })).waiting.length).toBe(1);
  });

  test('the end of an old call does not hide a new one', () => {
    expect(run(is(answered), is(ended), rings(second)).phase.kind).toBe('incoming');
  });

  test('a call that is already over does not ring', () => {
    expect(run(rings({ ...incoming, state: 'cancelled' })).phase.kind).toBe('none');
  });

  test('the same call told twice rings once', () => {
    expect(run(rings(incoming), rings(incoming)).waiting).toEqual([]);
  });
});

describe('during the call', () => {
  test('chat is kept in order and each message once', () => {
    const at = (number: number) => ({ number, participant: 1, text: String(number), at_us: number, key: String(number) });
    const chat = (number: number): CallInput => ({ kind: 'chat', call: answered.id, message: at(number) });
    const state = run(is({ ...answered, messages: [] }), chat(2), chat(1), chat(2), { ...chat(3), call: 'another' } as CallInput);
    expect(state.phase.kind === 'talking' && state.phase.call.messages.map((each) => each.number)).toEqual([1, 2]);
  });

  test('quality belongs to the call that is shown and outlives its changes', () => {
    const bad = { participant: 1, level: 'poor' as const, rtt_ms: 1, loss_up_pct: 0, loss_down_pct: 0, up_kbps: 0, down_kbps: 0 };
    const state = run(is(answered), { kind: 'quality', call: answered.id, participants: [bad] }, is(answered), { kind: 'quality', call: 'x', participants: [] });
    expect(ownQuality(state.phase)).toBe('poor');
  });

  test('hanging up locally is over at once; the server then fills in how', () => {
    const left = run(is(answered), is({ ...answered, own_part: 'left' }));
    expect(left.phase.kind).toBe('over');
    expect(nextCalls(left, is(ended)).phase).toMatchObject({ kind: 'over', call: { end: { reason: 'hangup' } } });
  });

  test("another call's state changes nothing", () => {
    const state = run(is(answered));
    expect(nextCalls(state, is({ ...ringing, id: 'another' }))).toBe(state);
  });
});

describe('coming back', () => {
  const taken = (call: Call | null): CallInput => ({ kind: 'taken', call, ringUntilUs: 9 });
  test('into a running call, a ringing one, an outgoing one', () => {
    expect(run(taken(answered)).phase.kind).toBe('talking');
    expect(run(taken(incoming)).phase).toMatchObject({ kind: 'incoming', ringUntilUs: 9 });
    expect(run(taken(ringing)).phase.kind).toBe('outgoing');
  });

  test('keeps what is known of the same call', () => {
    const bad = { participant: 1, level: 'poor' as const, rtt_ms: 1, loss_up_pct: 0, loss_down_pct: 0, up_kbps: 0, down_kbps: 0 };
    const state = run(is(answered), { kind: 'quality', call: answered.id, participants: [bad] }, taken(answered));
    expect(ownQuality(state.phase)).toBe('poor');
    expect(run(rings(incoming), taken(incoming)).phase).toMatchObject({ ringUntilUs: 30 });
  });

  test('a call that ended meanwhile is said to have been cut off', () => {
    expect(run(is(answered), taken(null)).phase).toMatchObject({ kind: 'over', call: { state: 'interrupted' } });
    expect(run(is(answered), taken(ended)).phase).toMatchObject({ kind: 'over', call: { state: 'ended' } });
    expect(run(rings(incoming), rings(second), taken(null))).toEqual(noCalls);
  });
});

test('isOver knows final states and parts', () => {
  expect([ringing, answered, incoming].some(isOver)).toBe(false);
  expect([ended, withdrawn].every(isOver)).toBe(true);
});
