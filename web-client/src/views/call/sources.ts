// SPDX-License-Identifier: Apache-2.0
// The pictures of a call and which of them is large: a document, always, unless somebody chose.
import { heldBy, inSlot, others } from '../../core/call';
import type { LinkView } from '../../core/calling';
import type { DevicesState } from '../../core/devices';
import type { Call, TrackState } from '../../core/protocol';

/** "my-face", "my-document", or "2-face", "2-document" of a participant. */
export type SourceId = string;

export interface Picture {
  id: SourceId;
  mine: boolean;
  participant: number;
  kind: 'face' | 'document';
  track: MediaStreamTrack | null;
  state: TrackState;
  /** Not seen now because somebody is on hold: who sends it, or this window. */
  held: boolean;
  slot: number; // 0: not received
}

function ownState(state: DevicesState['sources']['face']): TrackState {
  if (state.kind === 'live' || state.kind === 'opening') return 'on';
  if (state.kind === 'off') return 'muted';
  return state.kind === 'lost' ? 'lost' : 'missing';
}

/** In the order of the screen: of each other the document and the face, then this window's own. */
export function pictures(call: Call, link: LinkView, devices: DevicesState): Picture[] {
  const waiting = heldBy(call) !== null;
  const theirs = others(call).flatMap((part) =>
    (['document', 'face'] as const).map((kind): Picture => {
      const slot = link.slots.find((each) => inSlot(call, each.slot)?.participant === part.participant);
      const held = waiting || part.held_by !== undefined;
      const state = part.media[kind];
      const track = state === 'on' && !held ? (slot?.tracks[kind] ?? null) : null;
      return { id: `${part.participant}-${kind}`, mine: false, participant: part.participant, kind, state, held, track, slot: slot?.slot ?? 0 };
    }),
  );
  const mine = (['document', 'face'] as const).map((kind): Picture => {
    const source = devices.sources[kind];
    const track = source.kind === 'live' ? source.track : null;
    return { id: `my-${kind}`, mine: true, participant: call.you, kind, state: ownState(source), held: false, track, slot: 0 };
  });
  return [...theirs, ...mine];
}

/** What is large when nobody has chosen. */
export function largest(all: readonly Picture[]): Picture | undefined {
  const seen = (wanted: (each: Picture) => boolean) => all.find((each) => wanted(each) && each.state === 'on' && !each.held);
  return (
    seen((each) => !each.mine && each.kind === 'document') ??
    seen((each) => each.mine && each.kind === 'document') ??
    seen((each) => !each.mine && each.kind === 'face') ??
    all[0]
  );
}

/** The small pictures: with many, document cameras that are not there take no place. */
export function tiles(all: readonly Picture[]): Picture[] {
  return all.length <= 4 ? [...all] : all.filter((each) => each.kind === 'face' || each.state !== 'missing');
}
