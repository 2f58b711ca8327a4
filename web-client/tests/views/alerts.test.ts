// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import type { CallPhase } from '../../src/core/call';
import type { LinkView } from '../../src/core/calling';
import type { DevicesState, SourceState } from '../../src/core/devices';
import { parseMessage, type Call, type Participant } from '../../src/core/protocol';
import type { LineState } from '../../src/core/signalling';
import { alertsOf } from '../../src/views/call/alerts';
import { largest, pictures } from '../../src/views/call/sources';
import { golden } from '../core/fakes';

const parsed = parseMessage(JSON.stringify(golden('event.call.state')));
if (parsed.type !== 'event' || parsed.event !== 'call.state') throw new Error('golden call.state');
const call: Call = parsed.data.call;

const live: SourceState = { kind: 'live', track: {} as MediaStreamTrack, label: 'x', deviceId: 'x' };
const devices = (change: Partial<DevicesState['sources']> = {}, muted = false): DevicesState => ({
  sources: { face: live, document: live, microphone: live, ...change }, muted, speaker: null, rotation: 0,
  bridge: '',
  lists: { face: [], document: [], microphone: [], speaker: [] },
});
const link = (change: Partial<LinkView> = {}): LinkView => ({ state: 'connected', slots: [], stalled: new Set(), reading: null, ...change });
const open: LineState = { kind: 'open', hello: {} as never };
const their = (change: Partial<Participant>): Call => ({
  ...call, participants: call.participants.map((each) => (each.participant === 2 ? { ...each, ...change } : each)),
});
const media = { audio: 'on', face: 'on', document: 'on' } as const;

function keys(change: { call?: Call; line?: LineState; link?: LinkView; devices?: DevicesState; notices?: { level: 'info'; code: string; text: string; call?: string }[] }): string[] {
  const phase: CallPhase = { kind: 'talking', call: change.call ?? call, quality: new Map() };
  const seen = { phase, line: open, link: link(), devices: devices(), notices: [], nowUs: 0, ...change };
  return alertsOf((key, named) => `${key}${named?.['n'] === undefined ? '' : ` ${String(named['n'])}`}`, seen).map((each) => each.words);
}

test('nothing is said when all is well, or when there is no call', () => {
  expect(keys({})).toEqual([]);
  expect(alertsOf((key) => key, { phase: { kind: 'none' }, line: { kind: 'idle' }, link: link({ state: 'lost' }), devices: devices(), notices: [], nowUs: 0 })).toEqual([]);
});

test('our line: worst first', () => {
  expect(keys({ line: { kind: 'waiting', attempt: 1, retryInMs: 1 }, link: link({ state: 'lost' }), devices: devices({}, true) })).toEqual([
    'call.alert.lineLost', 'call.alert.linkLost', 'call.alert.ownMuted',
  ]);
});

test('a recording that a slow disk holds up is paused, not lost; the notices say nothing beside it', () => {
  const recording = (reason: 'disk_slow' | 'error'): Call => ({ ...call, recording: { state: 'failed', reason } });
  const notices = [{ level: 'info' as const, code: 'disk_slow', text: 'x' }];
  expect(keys({ call: recording('disk_slow'), notices })).toEqual(['call.alert.paused']);
  expect(keys({ call: recording('error') })).toEqual(['call.alert.notRecorded']);
});

test('their line, with the seconds left; then nothing else of theirs', () => {
  const lost = their({ connection: 'lost', lost_until_us: 41_500_000, media: { ...media, face: 'lost' } });
  expect(keys({ call: lost })).toEqual(['call.alert.theirLine 42']);
  expect(keys({ call: their({ connection: 'lost' }) })).toEqual(['call.alert.theirLineLeft']);
});

test('their cameras and sound', () => {
  expect(keys({ call: their({ media: { audio: 'muted', face: 'lost', document: 'lost' } }) })).toEqual([
    'call.alert.theirLost.face', 'call.alert.theirLost.document', 'call.alert.theirMuted',
  ]);
  expect(keys({ call: their({ media: { ...media, audio: 'missing', face: 'missing' } }) })).toEqual(['call.alert.theirMissing.audio']);
});

test('a picture that stands still is said only when it should move', () => {
  const none = { audio: null, face: null, document: null };
  const stalled = link({ slots: [{ slot: 1, participant: 2, tracks: none }], stalled: new Set(['1-document', '1-face']) });
  expect(keys({ link: stalled })).toEqual(['call.alert.stalled.face', 'call.alert.stalled.document']);
  expect(keys({ link: stalled, call: their({ media: { ...media, face: 'muted', document: 'missing' } }) })).toEqual([]);
  expect(keys({ link: { ...stalled, state: 'lost' } })).toEqual(['call.alert.linkLost']);
});

test('our devices, each with what to do; the recording; notices of this call only', () => {
  expect(keys({ devices: devices({ microphone: { kind: 'lost', label: '' } }) })).toEqual(['duty.device.lost.microphone']);
  expect(keys({ devices: devices({ face: { kind: 'busy' }, document: { kind: 'missing' } }) })).toEqual(['call.alert.ownDevices']);
  expect(keys({ devices: devices({ face: { kind: 'insecure' }, document: { kind: 'insecure' } }) })).toEqual(['duty.device.insecure']);
  expect(keys({ call: { ...call, recording: { state: 'failed', reason: 'disk_full' } } })).toEqual(['call.alert.notRecorded']);
  const notice = (code: string, of?: string) => ({ level: 'info' as const, code, text: code, ...(of ? { call: of } : {}) });
  expect(keys({ notices: [notice('maintenance'), notice('other', 'another'), notice('mine', call.id), notice('disk_full', call.id)] })).toEqual(['maintenance', 'mine']);
});

test('the document is large: theirs, then ours; a face only when there is no paper', () => {
  const large = (of: Call, own = devices()) => largest(pictures(of, link(), own))?.id;
  expect(large(call)).toBe('2-document');
  const none = their({ media: { ...media, document: 'missing' } });
  expect(large(none)).toBe('my-document');
  expect(large(none, devices({ document: { kind: 'missing' } }))).toBe('2-face');
  expect(large(their({ media: { audio: 'on', face: 'missing', document: 'missing' } }), devices({ document: { kind: 'missing' } }))).toBe('2-document');
});
