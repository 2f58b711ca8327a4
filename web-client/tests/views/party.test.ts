// SPDX-License-Identifier: Apache-2.0
// A call of several: what the bar says and lets do, whose pictures are where, what is said in passing.
import { expect, test } from 'vitest';

import { heldBy, inSlot, invited, isHandingOn, others } from '../../src/core/call';
import type { LinkView } from '../../src/core/calling';
import type { DevicesState, SourceState } from '../../src/core/devices';
import { parseMessage, type Call, type Participant } from '../../src/core/protocol';
import { partyAlerts } from '../../src/views/call/partyAlerts';
import { largest, pictures, tiles } from '../../src/views/call/sources';
import { passing } from '../../src/views/call/passing';
import { golden } from '../core/fakes';

function callOf(name: string): Call {
  const parsed = parseMessage(JSON.stringify(golden(name)));
  if (parsed.type !== 'event' || (parsed.event !== 'call.state' && parsed.event !== 'call.incoming')) throw new Error(name);
  return parsed.data.call;
}

/** As participant 1 sees it: held by 2, and 3 is in. */
const party = callOf('event.call.state.party');
/** As the invited participant 3 sees it: 2 hands the call on to it and waits. */
const handing = callOf('event.call.incoming.invited');
const seenBy = (of: Call, you: number): Call => ({ ...of, you, own_part: of.participants[you - 1]?.part ?? 'in' });
const change = (of: Call, participant: number, to: Partial<Participant>): Call => ({
  ...of, participants: of.participants.map((each) => (each.participant === participant ? { ...each, ...to } : each)),
});
const free = change(party, 1, { held_by: undefined });
const alerts = (call: Call) => partyAlerts((key) => key, call).map((each) => [each.words, each.action?.kind]);

test('whom this window sees, where, and by whom it is held', () => {
  expect(others(party).map((each) => each.participant)).toEqual([2, 3]);
  expect([inSlot(party, 1)?.participant, inSlot(party, 2)?.participant, inSlot(party, 3)]).toEqual([2, 3, undefined]);
  expect(heldBy(party)?.participant).toBe(2);
  expect(isHandingOn(party)).toBe(false);
  expect(isHandingOn(seenBy(handing, 2))).toBe(true);
  expect(invited(handing).map((each) => each.participant)).toEqual([3]);
});

test('a hold is said to all, and only who holds can take it off', () => {
  expect(alerts(party)).toEqual([['call.party.held', undefined]]);
  expect(alerts(seenBy(party, 2))).toEqual([['call.party.holding', 'resume']]);
  expect(alerts(seenBy(party, 3))).toEqual([['call.party.otherHeld', undefined]]);
  expect(alerts(free)).toEqual([]);
});

test('a transfer under way is said to who waits, and can be taken back', () => {
  expect(alerts(seenBy(handing, 1))).toEqual([['call.party.ring.transfer', undefined]]);
  expect(alerts(seenBy(handing, 2))).toEqual([['call.party.ring.transferMine', 'take_back']]);
});

test('windows of a department that ring together are one line', () => {
  const ringing = change(handing, 3, { transfer: false });
  const third = ringing.participants[2] as Participant;
  const two = { ...ringing, participants: [...ringing.participants, { ...third, participant: 4 }] };
  expect(alerts(change(seenBy(two, 2), 2, { held_by: undefined }))).toEqual([['call.party.ring.inviteMine', 'take_back']]);
});

const live: SourceState = { kind: 'live', track: {} as MediaStreamTrack, label: 'x', deviceId: 'x' };
const devices: DevicesState = {
  sources: { face: live, document: live, microphone: live }, muted: false, speaker: null, rotation: 0,
  bridge: '',
  lists: { face: [], document: [], microphone: [], speaker: [] },
};
const track = (label: string) => ({ label }) as MediaStreamTrack;
const slot = (number: number) => ({ slot: number, participant: null, tracks: { audio: null, face: track(`${number}f`), document: track(`${number}d`) } });
const link: LinkView = { state: 'connected', slots: [slot(1), slot(2)], stalled: new Set(), reading: null };

test('pictures come from the slot that carries their participant', () => {
  const all = pictures(free, link, devices);
  expect(all.map((each) => each.id)).toEqual(['2-document', '2-face', '3-document', '3-face', 'my-document', 'my-face']);
  expect(all.slice(0, 4).map((each) => each.track?.label)).toEqual(['1d', '1f', '2d', '2f']);
  const moved = pictures({ ...free, slots: [3, 2] }, link, devices);
  expect(moved.slice(0, 4).map((each) => each.track?.label)).toEqual(['2d', '2f', '1d', '1f']);
  expect(largest(all)?.id).toBe('2-document');
});

test('on hold nothing of the others is shown; one who is held gives the stage to the next', () => {
  expect(pictures(party, link, devices).filter((each) => !each.mine).every((each) => each.held && each.track === null)).toBe(true);
  expect(largest(pictures(change(free, 2, { held_by: 3 }), link, devices))?.id).toBe('3-document');
});

test('with many, a document camera that is not there takes no place', () => {
  const without = change(free, 3, { media: { audio: 'on', face: 'on', document: 'missing' } });
  expect(tiles(pictures(without, link, devices)).map((each) => each.id)).toEqual(['2-document', '2-face', '3-face', 'my-document', 'my-face']);
});

test('joined, left, refused and not come are said once, not of oneself', () => {
  const said = (before: Call, now: Call) => passing(before, now).map((each) => each.key);
  const rung = change(free, 3, { part: 'rung' });
  expect(said(rung, free)).toEqual(['joined']);
  expect(said(free, change(free, 3, { part: 'left' }))).toEqual(['left']);
  expect(said(rung, change(free, 3, { part: 'refused', refused: { reason: 'busy_with_citizen' } }))).toEqual(['refused']);
  expect(said(seenBy(rung, 2), seenBy(change(free, 3, { part: 'withdrawn' }), 2))).toEqual(['notCome']);
  expect(said(rung, change(free, 3, { part: 'withdrawn' }))).toEqual([]);
  expect(said(seenBy(rung, 3), seenBy(free, 3))).toEqual([]);
  expect(said(rung, { ...free, id: 'another' })).toEqual([]);
});
