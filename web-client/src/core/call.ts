// SPDX-License-Identifier: Apache-2.0
// What a window's calls look like from here: a pure function (state, input) -> state. The server decides; this follows.
//
//   none -> requesting -> outgoing -> talking -> over -> none
//   none -> incoming -> talking | over (taken elsewhere, cancelled, unanswered) | none (refused here)
//
// Invariants: `over` always holds a call in a final state or one that this window has left; a second incoming call
// waits in `waiting` and is shown when the first is done with.
import type { Call, ChatMessage, Participant, ParticipantQuality, QualityLevel, QueuePlace } from './protocol';

export interface Ringing {
  call: Call;
  ringUntilUs: number;
}

export type CallPhase =
  | { kind: 'none' }
  | { kind: 'requesting' }
  | { kind: 'outgoing'; call: Call }
  | ({ kind: 'incoming' } & Ringing)
  | { kind: 'talking'; call: Call; quality: ReadonlyMap<number, ParticipantQuality> }
  | { kind: 'over'; call: Call };

export interface CallsState {
  phase: CallPhase;
  waiting: readonly Ringing[];
}

export type CallInput =
  | { kind: 'requesting' }
  | { kind: 'request_failed' }
  | { kind: 'placed'; call: Call } // the reply to a request: it may be over already
  | { kind: 'call'; call: Call } // from a reply or call.state
  | { kind: 'queue'; call: string; place: QueuePlace }
  | { kind: 'incoming'; call: Call; ringUntilUs: number }
  | { kind: 'chat'; call: string; message: ChatMessage }
  | { kind: 'quality'; call: string; participants: readonly ParticipantQuality[] }
  | { kind: 'taken'; call: Call | null; ringUntilUs: number } // the window was (re)taken: what the server knows
  | { kind: 'dismissed' }; // the person has read how the call ended

export const noCalls: CallsState = { phase: { kind: 'none' }, waiting: [] };

const FINAL = new Set(['ended', 'cancelled', 'refused', 'unanswered', 'interrupted']);

export function isOver(call: Call): boolean {
  return FINAL.has(call.state) || call.own_part === 'left' || call.own_part === 'withdrawn' || call.own_part === 'refused';
}

export function callOf(phase: CallPhase): Call | null {
  return 'call' in phase ? phase.call : null;
}

export function own(call: Call): Participant | undefined {
  return call.participants.find((each) => each.participant === call.you);
}

/** The other side, as far as there is one to talk to (or, while it rings, to wait for). */
export function others(call: Call): Participant[] {
  const all = call.participants.filter((each) => each.participant !== call.you);
  const inside = all.filter((each) => each.part === 'in');
  return inside.length > 0 ? inside : all.filter((each) => each.invited_by === undefined);
}

/** Whom a slot of the connection carries, from slot 1. */
export function inSlot(call: Call, slot: number): Participant | undefined {
  const number = call.slots[slot - 1] ?? null;
  return number === null ? undefined : call.participants.find((each) => each.participant === number);
}

/** Windows being rung to join the running call. */
export function invited(call: Call): Participant[] {
  return call.participants.filter((each) => each.part === 'rung' && each.invited_by !== undefined);
}

/** Who holds this window; null: nobody. */
export function heldBy(call: Call): Participant | null {
  const by = own(call)?.held_by;
  return by === undefined ? null : (call.participants.find((each) => each.participant === by) ?? null);
}

/** This window waits while the call it hands on rings elsewhere. */
export function isHandingOn(call: Call): boolean {
  return own(call)?.held_by === call.you;
}

/** The worst of what the server measured for us, and `lost` when the line of this window is. */
export function ownQuality(phase: CallPhase): QualityLevel | null {
  return phase.kind === 'talking' ? (phase.quality.get(phase.call.you)?.level ?? null) : null;
}

export function nextCalls(state: CallsState, input: CallInput): CallsState {
  const { phase } = state;
  switch (input.kind) {
    case 'requesting':
      return phase.kind === 'none' || phase.kind === 'over' ? { ...state, phase: { kind: 'requesting' } } : state;
    case 'request_failed':
      return phase.kind === 'requesting' ? showNext({ ...state, phase: { kind: 'none' } }) : state;
    case 'placed':
      return phase.kind === 'requesting' && isOver(input.call)
        ? { ...state, phase: { kind: 'over', call: input.call } }
        : handleCall(state, input.call);
    case 'queue':
      return withCall(state, input.call, (call) => (call.queue === undefined ? call : { ...call, queue: input.place }));
    case 'call':
      return handleCall(state, input.call);
    case 'incoming':
      return handleIncoming(state, { call: input.call, ringUntilUs: input.ringUntilUs });
    case 'chat':
      return withCall(state, input.call, (call) => ({ ...call, messages: merged(call.messages, input.message) }));
    case 'quality':
      if (phase.kind !== 'talking' || phase.call.id !== input.call) return state;
      return {
        ...state,
        phase: { ...phase, quality: new Map(input.participants.map((each) => [each.participant, each])) },
      };
    case 'taken':
      return handleTaken(state, input.call, input.ringUntilUs);
    case 'dismissed':
      return phase.kind === 'over' ? showNext({ ...state, phase: { kind: 'none' } }) : state;
  }
}

function handleIncoming(state: CallsState, ringing: Ringing): CallsState {
  const { phase } = state;
  if (isOver(ringing.call)) return state;
  if (phase.kind === 'none' || phase.kind === 'over' || (phase.kind === 'incoming' && phase.call.id === ringing.call.id)) {
    return { ...state, phase: { kind: 'incoming', ...ringing } };
  }
  return { ...state, waiting: [...state.waiting.filter((each) => each.call.id !== ringing.call.id), ringing] };
}

function handleCall(state: CallsState, call: Call): CallsState {
  const { phase } = state;
  const current = callOf(phase);
  if (current !== null && current.id === call.id) return follow(state, call);
  const waiting = state.waiting.filter((each) => each.call.id !== call.id);
  if (waiting.length !== state.waiting.length) {
    return isOver(call) ? { ...state, waiting } : state;
  }
  if (isOver(call) || (phase.kind !== 'none' && phase.kind !== 'requesting' && phase.kind !== 'over')) return state;
  return follow({ ...state, phase: { kind: 'none' } }, call);
}

/** The same call as before, or the first word of one: which phase does it put us in? */
function follow(state: CallsState, call: Call): CallsState {
  const { phase } = state;
  if (phase.kind === 'over') return { ...state, phase: { kind: 'over', call } };
  if (isOver(call)) {
    // Who refused or cancelled knows it; everybody else is told how it ended.
    const ownDoing = call.own_part === 'refused' || (call.state === 'cancelled' && call.you === 1);
    return ownDoing ? showNext({ ...state, phase: { kind: 'none' } }) : { ...state, phase: { kind: 'over', call } };
  }
  if (call.state === 'answered' && call.own_part === 'in') {
    const quality = phase.kind === 'talking' ? phase.quality : new Map<number, ParticipantQuality>();
    return { ...state, phase: { kind: 'talking', call, quality } };
  }
  if (phase.kind === 'incoming') return { ...state, phase: { ...phase, call } };
  return call.you === 1 ? { ...state, phase: { kind: 'outgoing', call } } : state;
}

/** After a reload or a lost line: the server's word replaces ours. */
function handleTaken(state: CallsState, call: Call | null, ringUntilUs: number): CallsState {
  if (call === null || isOver(call)) {
    const { phase } = state;
    const phaseThen: CallPhase =
      phase.kind === 'over' ? phase : phase.kind === 'talking' ? { kind: 'over', call: endedAway(phase.call, call) } : { kind: 'none' };
    return { phase: phaseThen, waiting: [] };
  }
  const phase: CallPhase =
    call.own_part === 'rung' ? { kind: 'incoming', call, ringUntilUs } : { kind: 'none' };
  const same = callOf(state.phase)?.id === call.id ? state.phase : phase;
  return follow({ phase: same, waiting: [] }, call);
}

/** The call ended while we could not hear it. */
function endedAway(known: Call, told: Call | null): Call {
  return told !== null && told.id === known.id
    ? told
    : { ...known, state: 'interrupted', end: { by: null, reason: 'rejoin_timeout' } };
}

function showNext(state: CallsState): CallsState {
  const [first, ...waiting] = state.waiting;
  return first === undefined ? state : { phase: { kind: 'incoming', ...first }, waiting };
}

function withCall(state: CallsState, id: string, change: (call: Call) => Call): CallsState {
  const { phase } = state;
  if (!('call' in phase) || phase.call.id !== id) return state;
  return { ...state, phase: { ...phase, call: change(phase.call) } };
}

function merged(messages: readonly ChatMessage[], message: ChatMessage): ChatMessage[] {
  return [...messages.filter((each) => each.number !== message.number), message].sort((a, b) => a.number - b.number);
}
