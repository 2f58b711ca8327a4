// SPDX-License-Identifier: Apache-2.0
// Reads an RTCStatsReport into what people and the server are told. Pure: two readings in, figures out.
import type { DownStats, TrackKind, UpStats } from './protocol';

export interface TrackReading {
  bytes: number;
  packets: number;
  lost: number;
  frames: number;
  width: number;
  height: number;
  fps: number;
  limited: string;
  jitterMs: number;
  freezes: number;
}

export interface Reading {
  atMs: number;
  bytesReceived: number;
  rttMs: number | null;
  availableKbps: number | null;
  up: Partial<Record<TrackKind, TrackReading>>;
  /** Of slot 1, the other side of a two-party call. */
  down: Partial<Record<TrackKind, TrackReading>>;
  /** Of every slot. */
  slots: Map<number, Partial<Record<TrackKind, TrackReading>>>;
}

/** Whose a mid is: `slot` counts from 1 for what is received. */
export interface MidName {
  way: 'up' | 'down';
  kind: TrackKind;
  slot?: number;
}

/** `kindOf` names the track of a mid, or null for a mid that is not ours. */
export function readStats(report: Iterable<unknown>, atMs: number, kindOf: (mid: string) => MidName | null): Reading {
  const reading: Reading = { atMs, bytesReceived: 0, rttMs: null, availableKbps: null, up: {}, down: {}, slots: new Map() };
  const remote = new Map<string, Stat>();
  const outbound: { kind: TrackKind; id: string }[] = [];
  for (const entry of report) {
    const stat = asStat(entry);
    switch (stat['type']) {
      case 'transport':
        reading.bytesReceived += num(stat['bytesReceived']);
        break;
      case 'candidate-pair':
        if (stat['nominated'] === true && stat['state'] === 'succeeded') {
          reading.rttMs = scaled(stat['currentRoundTripTime'], 1000);
          reading.availableKbps = scaled(stat['availableOutgoingBitrate'], 0.001);
        }
        break;
      case 'outbound-rtp':
      case 'inbound-rtp': {
        const what = typeof stat['mid'] === 'string' ? kindOf(stat['mid']) : null;
        if (what === null) break;
        note(reading, what, trackReading(stat));
        if (what.way === 'up' && typeof stat['remoteId'] === 'string') outbound.push({ kind: what.kind, id: stat['remoteId'] });
        break;
      }
      case 'remote-inbound-rtp':
        if (typeof stat['id'] === 'string') remote.set(stat['id'], stat);
        break;
    }
  }
  for (const { kind, id } of outbound) {
    const track = reading.up[kind];
    if (track !== undefined) track.lost = num(remote.get(id)?.['packetsLost']);
  }
  return reading;
}

function note(reading: Reading, { way, kind, slot = 1 }: MidName, track: TrackReading): void {
  if (way === 'up' || slot === 1) reading[way][kind] = track;
  if (way === 'down') reading.slots.set(slot, { ...reading.slots.get(slot), [kind]: track });
}

type Stat = Record<string, unknown>;

function asStat(entry: unknown): Stat {
  const value: unknown = Array.isArray(entry) ? entry[1] : entry; // a Map gives [id, stat]
  return typeof value === 'object' && value !== null ? (value as Stat) : {};
}

function num(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function scaled(value: unknown, factor: number): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(value * factor) : null;
}

function trackReading(stat: Stat): TrackReading {
  const up = stat['type'] === 'outbound-rtp';
  return {
    bytes: num(up ? stat['bytesSent'] : stat['bytesReceived']),
    packets: num(up ? stat['packetsSent'] : stat['packetsReceived']),
    lost: num(stat['packetsLost']),
    frames: num(up ? stat['framesEncoded'] : stat['framesDecoded']),
    width: num(stat['frameWidth']),
    height: num(stat['frameHeight']),
    fps: num(stat['framesPerSecond']),
    limited: typeof stat['qualityLimitationReason'] === 'string' ? stat['qualityLimitationReason'] : 'none',
    jitterMs: Math.round(num(stat['jitter']) * 1000),
    freezes: num(stat['freezeCount']),
  };
}

function rates(now: TrackReading | undefined, before: TrackReading | undefined, ms: number): { kbps: number; loss_pct: number } {
  if (now === undefined || ms <= 0) return { kbps: 0, loss_pct: 0 };
  const lost = Math.max(0, now.lost - (before?.lost ?? 0));
  const packets = Math.max(0, now.packets - (before?.packets ?? 0));
  const kbps = Math.max(0, Math.round(((now.bytes - (before?.bytes ?? 0)) * 8) / ms));
  const loss = lost + packets > 0 ? (100 * lost) / (lost + packets) : 0;
  return { kbps, loss_pct: Math.round(loss * 10) / 10 };
}

/** What `stats.report` carries, from two readings some seconds apart. */
export function summarise(now: Reading, before: Reading): { up: UpStats; down: DownStats } {
  const ms = now.atMs - before.atMs;
  const up: UpStats = { available_kbps: now.availableKbps, rtt_ms: now.rttMs };
  const down: DownStats = {};
  const picture = (track: TrackReading) => ({ width: track.width, height: track.height, fps: Math.round(track.fps) });
  if (now.up.audio) up.audio = rates(now.up.audio, before.up.audio, ms);
  if (now.down.audio) down.audio = { ...rates(now.down.audio, before.down.audio, ms), jitter_ms: now.down.audio.jitterMs };
  for (const kind of ['face', 'document'] as const) {
    const sent = now.up[kind];
    if (sent) up[kind] = { ...rates(sent, before.up[kind], ms), ...picture(sent), limited: sent.limited };
    const got = now.down[kind];
    if (got) down[kind] = { ...rates(got, before.down[kind], ms), ...picture(got), freezes: got.freezes };
  }
  return { up, down };
}
