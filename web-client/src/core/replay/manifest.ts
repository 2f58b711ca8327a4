// SPDX-License-Identifier: Apache-2.0
// The recording's manifest (docs/RECORDING.md) as the replay needs it, with a guard: what does not fit is refused, not guessed.

export type GapCause = string;

export interface ManifestGap {
  from_us: number;
  to_us: number;
  cause: GapCause;
  packets: number;
}

export interface ManifestTrack {
  track: 'audio' | 'face' | 'document';
  codec: string;
  gaps: ManifestGap[];
}

export interface ManifestSource {
  id: string;
  participant: number;
  kind: 'person' | 'document';
  part: number;
  file: string;
  start_us: number;
  duration_us: number;
  bytes: number;
  sha256: string;
  tracks: ManifestTrack[];
}

export interface Manifest {
  recording: string;
  call: string;
  state: 'complete' | 'interrupted';
  started_us: number;
  ended_us: number;
  sources: ManifestSource[];
}

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fields(value: unknown, where: string): Fields {
  if (!isFields(value)) throw new Error(`${where}: not an object`);
  return value;
}

function list<T>(value: unknown, where: string, each: (item: unknown, where: string) => T): T[] {
  if (!Array.isArray(value)) throw new Error(`${where}: not a list`);
  return value.map((item, index) => each(item, `${where}[${index}]`));
}

function number(from: Fields, name: string, where: string): number {
  const value = from[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`${where}.${name}: not a number`);
  return value;
}

function text(from: Fields, name: string, where: string): string {
  const value = from[name];
  if (typeof value !== 'string') throw new Error(`${where}.${name}: not a text`);
  return value;
}

function oneOf<T extends string>(from: Fields, name: string, where: string, allowed: readonly T[]): T {
  const value = text(from, name, where);
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new Error(`${where}.${name}: ${value} is not known`);
  return found;
}

function gap(value: unknown, where: string): ManifestGap {
  const from = fields(value, where);
  return {
    from_us: number(from, 'from_us', where),
    to_us: number(from, 'to_us', where),
    cause: text(from, 'cause', where),
    packets: number(from, 'packets', where),
  };
}

function track(value: unknown, where: string): ManifestTrack {
  const from = fields(value, where);
  return {
    track: oneOf(from, 'track', where, ['audio', 'face', 'document'] as const),
    codec: text(from, 'codec', where),
    gaps: list(from['gaps'], `${where}.gaps`, gap),
  };
}

function source(value: unknown, where: string): ManifestSource {
  const from = fields(value, where);
  return {
    id: text(from, 'id', where),
    participant: number(from, 'participant', where),
    kind: oneOf(from, 'kind', where, ['person', 'document'] as const),
    part: number(from, 'part', where),
    file: text(from, 'file', where),
    start_us: number(from, 'start_us', where),
    duration_us: number(from, 'duration_us', where),
    bytes: number(from, 'bytes', where),
    sha256: text(from, 'sha256', where),
    tracks: list(from['tracks'], `${where}.tracks`, track),
  };
}

/** Throws an Error that names the first field that is wrong. */
export function parseManifest(value: unknown): Manifest {
  const from = fields(value, 'manifest');
  return {
    recording: text(from, 'recording', 'manifest'),
    call: text(from, 'call', 'manifest'),
    state: oneOf(from, 'state', 'manifest', ['complete', 'interrupted'] as const),
    started_us: number(from, 'started_us', 'manifest'),
    ended_us: number(from, 'ended_us', 'manifest'),
    sources: list(from['sources'], 'manifest.sources', source),
  };
}
