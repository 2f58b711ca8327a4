// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { decodeManifest } from '../../src/core/replay/manifest';
import { buildTimeline, formatTime, markerFrom, partAt } from '../../src/core/replay/timeline';
import { sampleManifest } from './sample';

describe('decodeManifest', () => {
  it('takes a whole manifest and ignores fields it does not know', () => {
    expect(decodeManifest(sampleManifest()).sources).toHaveLength(3);
  });

  it.each([
    ['sources', 'sources: expected list'],
    ['state', 'state: expected complete | interrupted'],
    ['started_us', 'started_us: expected whole number'],
  ])('names the missing field %s', (field, message) => {
    const broken: Record<string, unknown> = { ...sampleManifest() };
    delete broken[field];
    expect(() => decodeManifest(broken)).toThrow(message);
  });

  it('refuses a kind of source it does not know', () => {
    const broken = sampleManifest();
    broken.sources[0] = { ...broken.sources[0], kind: 'hologram' };
    expect(() => decodeManifest(broken)).toThrow('sources[0].kind: expected person | document');
  });
});

describe('buildTimeline', () => {
  const markers = [
    { at_us: 1_000_000_000 + 65_000_000, kind: 'ended', participant: 1, track: null, text: null },
    { at_us: 1_000_000_000 - 4_000_000, kind: 'ring', participant: 2, track: null, text: null },
    { at_us: 1_000_000_000 + 12_000_000, kind: 'chat', participant: 1, track: null, text: '请看印章' },
  ];
  const timeline = buildTimeline(decodeManifest(sampleManifest()), markers);

  it('puts every source on the wall clock of the recording', () => {
    expect(timeline.lanes.map((lane) => lane.key)).toEqual(['1-person', '1-document', '2-person']);
    expect(timeline.lanes[1]?.parts.map((part) => [part.from, part.to])).toEqual([[0.5, 60.5]]);
    expect(timeline.lanes[2]?.gaps).toEqual([{ from: 20, to: 30, cause: 'muted', track: 'audio' }]);
    expect(timeline.duration).toBe(65);
  });

  it('names a source of which no file could be made, and none that never had a picture', () => {
    const unwritten = ['not_writable', 'no_key_frame'].map((cause, place) => ({
      participant: place + 1, kind: 'document', tracks: [{ track: 'document', codec: 'vp8', gaps: [{ from_us: 0, to_us: 1, cause, packets: 1 }] }],
    }));
    expect(timeline.leftOut).toEqual([]);
    expect(buildTimeline(decodeManifest({ ...sampleManifest(), unwritten }), []).leftOut).toMatchObject([{ participant: 1, kind: 'document' }]);
  });

  it('keeps markers from before the recording at its beginning, in order of time', () => {
    expect(timeline.markers.map((marker) => [marker.kind, marker.at])).toEqual([['ring', 0], ['chat', 12], ['ended', 65]]);
  });

  it('finds the part that plays, and none outside', () => {
    const lane = timeline.lanes[1];
    if (!lane) throw new Error('no lane');
    expect(partAt(lane, 0.2)).toBeUndefined();
    expect(partAt(lane, 0.5)?.source.id).toBe('1-document-1');
    expect(partAt(lane, 60.5)).toBeUndefined();
  });

  it('steps between markers', () => {
    expect(markerFrom(timeline, 0, 1)).toBe(12);
    expect(markerFrom(timeline, 12, 1)).toBe(65);
    expect(markerFrom(timeline, 65, -1)).toBe(12);
    expect(markerFrom(timeline, 65, 1)).toBeUndefined();
  });
});

describe('formatTime', () => {
  it.each([[0, '00:00'], [83.9, '01:23'], [3683, '1:01:23'], [-1, '00:00']])('%s seconds', (seconds, text) => {
    expect(formatTime(seconds)).toBe(text);
  });
});
