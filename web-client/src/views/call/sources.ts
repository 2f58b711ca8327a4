// SPDX-License-Identifier: Apache-2.0
// The four pictures of a two-party call and which of them is large: the document, always, unless somebody chose.
import { others } from '../../core/call';
import type { LinkView } from '../../core/calling';
import type { DevicesState } from '../../core/devices';
import type { Call, TrackState } from '../../core/protocol';

export type SourceId = 'their-document' | 'their-face' | 'my-document' | 'my-face';
export const SOURCE_IDS: readonly SourceId[] = ['their-document', 'their-face', 'my-document', 'my-face'];

export interface Picture {
  id: SourceId;
  mine: boolean;
  kind: 'face' | 'document';
  track: MediaStreamTrack | null;
  state: TrackState;
}

function ownState(state: DevicesState['sources']['face']): TrackState {
  if (state.kind === 'live' || state.kind === 'opening') return 'on';
  if (state.kind === 'off') return 'muted';
  return state.kind === 'lost' ? 'lost' : 'missing';
}

export function pictures(call: Call, link: LinkView, devices: DevicesState): Record<SourceId, Picture> {
  const theirs = others(call)[0]?.media;
  const tracks = link.slots[0]?.tracks;
  const their = (id: SourceId, kind: 'face' | 'document'): Picture => {
    const state = theirs?.[kind] ?? 'missing';
    return { id, mine: false, kind, state, track: state === 'on' ? (tracks?.[kind] ?? null) : null };
  };
  const mine = (id: SourceId, kind: 'face' | 'document'): Picture => {
    const source = devices.sources[kind];
    return { id, mine: true, kind, state: ownState(source), track: source.kind === 'live' ? source.track : null };
  };
  return {
    'their-document': their('their-document', 'document'),
    'their-face': their('their-face', 'face'),
    'my-document': mine('my-document', 'document'),
    'my-face': mine('my-face', 'face'),
  };
}

/** What is large when nobody has chosen. */
export function largest(all: Record<SourceId, Picture>): SourceId {
  const order: SourceId[] = ['their-document', 'my-document', 'their-face'];
  return order.find((id) => all[id].state === 'on') ?? 'their-document';
}
