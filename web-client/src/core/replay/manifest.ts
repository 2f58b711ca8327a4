// SPDX-License-Identifier: Apache-2.0
// The recording's manifest (docs/RECORDING.md) as far as the replay needs it. What does not fit is refused, not guessed.
import { integer, listOf, object, oneOf, text, type Infer } from '../decode';

const gap = object({ from_us: integer, to_us: integer, cause: text, packets: integer });

const track = object({
  track: oneOf('audio', 'face', 'document'),
  codec: text,
  gaps: listOf(gap),
});

/** A source of which nothing could be written; its gaps say why. */
const unwritten = object({ participant: integer, kind: oneOf('person', 'document'), tracks: listOf(track) });

const source = object({
  id: text,
  participant: integer,
  kind: oneOf('person', 'document'),
  part: integer,
  file: text,
  start_us: integer,
  duration_us: integer,
  bytes: integer,
  sha256: text,
  tracks: listOf(track),
});

export const decodeManifest = object({
  recording: text,
  call: text,
  state: oneOf('complete', 'interrupted'),
  started_us: integer,
  ended_us: integer,
  sources: listOf(source),
  unwritten: listOf(unwritten),
});

export type Manifest = Infer<typeof decodeManifest>;
export type ManifestSource = Infer<typeof source>;
