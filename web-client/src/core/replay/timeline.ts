// SPDX-License-Identifier: Apache-2.0
// The one time line of a replay: lanes of sources with their gaps, and markers, all in seconds from the recording's start.
// Pure: manifest and markers in, values to draw out.

import type { Manifest, ManifestSource } from './manifest';

/** One event of the call, as `GET /api/v1/calls/{call}` lists them. */
export interface CallMarker {
  at_us: number;
  kind: string;
  participant: number | null;
  track: string | null;
  text: string | null;
}

export interface Span {
  from: number;
  to: number;
}

export interface LaneGap extends Span {
  cause: string;
  track: string;
}

/** One source of the recording; its codec parts lie one after another on the same lane. */
export interface Lane {
  key: string;
  participant: number;
  kind: 'person' | 'document';
  parts: LanePart[];
  gaps: LaneGap[];
}

export interface LanePart extends Span {
  source: ManifestSource;
}

export interface TimelineMarker {
  at: number;
  kind: string;
  participant: number | null;
  track: string | null;
  text: string;
}

export interface Timeline {
  duration: number;
  startedUs: number;
  lanes: Lane[];
  /** Sources that were there and came into no file, because no file would take them. */
  leftOut: Pick<Lane, 'participant' | 'kind'>[];
  markers: TimelineMarker[];
}

const SECOND_US = 1_000_000;

/** Kinds that are evidence for the auditor but not places one wants to step to with the marker keys. */
const QUIET_KINDS = new Set(['ring_displayed', 'ring_tone']);

export function buildTimeline(manifest: Manifest, markers: readonly CallMarker[]): Timeline {
  const origin = manifest.started_us;
  const seconds = (at_us: number): number => (at_us - origin) / SECOND_US;
  const lanes = new Map<string, Lane>();
  let end = seconds(manifest.ended_us);
  for (const source of manifest.sources) {
    const key = `${source.participant}-${source.kind}`;
    const lane = lanes.get(key) ?? { key, participant: source.participant, kind: source.kind, parts: [], gaps: [] };
    lanes.set(key, lane);
    const from = seconds(source.start_us);
    const to = from + source.duration_us / SECOND_US;
    lane.parts.push({ source, from, to });
    end = Math.max(end, to);
    for (const track of source.tracks) {
      for (const gap of track.gaps) {
        lane.gaps.push({ from: seconds(gap.from_us), to: seconds(gap.to_us), cause: gap.cause, track: track.track });
      }
    }
  }
  for (const lane of lanes.values()) lane.parts.sort((a, b) => a.from - b.from);
  return {
    duration: Math.max(end, 0),
    startedUs: origin,
    lanes: [...lanes.values()].sort(byPersonThenKind),
    leftOut: manifest.unwritten.filter((source) => source.tracks.some((track) => track.gaps.some((gap) => gap.cause === 'not_writable'))),
    markers: buildMarkers(markers, origin).map((marker) => ({ ...marker, at: clamp(marker.at, 0, Math.max(end, 0)) })),
  };
}

/** The events of a call in order, in seconds from `origin_us`; also for a call that has no recording. */
export function buildMarkers(markers: readonly CallMarker[], origin_us: number): TimelineMarker[] {
  return markers
    .map((marker) => ({
      at: (marker.at_us - origin_us) / SECOND_US,
      kind: marker.kind,
      participant: marker.participant,
      track: marker.track,
      text: marker.text ?? '',
    }))
    .sort((a, b) => a.at - b.at);
}

function byPersonThenKind(a: Lane, b: Lane): number {
  return a.participant - b.participant || (a.kind === b.kind ? 0 : a.kind === 'person' ? -1 : 1);
}

/** The part of a lane that plays at `time`, if one does. */
export function partAt(lane: Lane, time: number): LanePart | undefined {
  return lane.parts.find((part) => time >= part.from && time < part.to);
}

/** The part of a lane that plays at `time`, or the next one to come. */
export function partFrom(lane: Lane, time: number): LanePart | undefined {
  return lane.parts.find((part) => time < part.to);
}

/** Where the marker keys go from `time`: the next or the previous loud marker, if there is one. */
export function markerFrom(timeline: Timeline, time: number, direction: 1 | -1): number | undefined {
  const loud = timeline.markers.filter((marker) => !QUIET_KINDS.has(marker.kind));
  const nudge = 0.05; // so that a second press does not find the marker just reached
  if (direction > 0) return loud.find((marker) => marker.at > time + nudge)?.at;
  return [...loud].reverse().find((marker) => marker.at < time - nudge * 10)?.at;
}

/** 83.4 -> "01:23", 3683 -> "1:01:23". */
export function formatTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
