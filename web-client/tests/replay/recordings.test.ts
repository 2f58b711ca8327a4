// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { markersOf, type CallDetail } from '../../src/core/replay/recordings';

describe('markersOf', () => {
  it('puts each chat message beside its marker, also two of the same moment', () => {
    const chat = (at_us: number, participant: number) => ({ at_us, kind: 'chat', participant, track: null, text: null });
    const call = {
      markers: [{ at_us: 1, kind: 'answered', participant: 2, track: null, text: null }, chat(5, 1), chat(5, 1), chat(7, 2), chat(9, 2)],
      messages: [
        { participant: 1, text: '第一句', at_us: 5 },
        { participant: 1, text: '第二句', at_us: 5 },
        { participant: 2, text: '看到了', at_us: 7 },
      ],
    } as unknown as CallDetail;
    expect(markersOf(call).map((marker) => marker.text)).toEqual([null, '第一句', '第二句', '看到了', null]);
  });

  it('says of a message whose key is erased that it is purged', () => {
    const call = {
      markers: [{ at_us: 5, kind: 'chat', participant: 1, track: null, text: null }, { at_us: 6, kind: 'ended', participant: 1, track: null, text: null }],
      messages: [{ participant: 1, text: null, purged: true, at_us: 5 }],
    } as unknown as CallDetail;
    expect(markersOf(call).map((marker) => marker.kind)).toEqual(['chat_purged', 'ended']);
  });
});
