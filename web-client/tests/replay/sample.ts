// SPDX-License-Identifier: Apache-2.0
// A manifest of a 65 s call as the finaliser writes it: the document camera half a second late, one participant muted for 10 s.

interface Sample {
  sources: Record<string, unknown>[];
  [field: string]: unknown;
}

function source(participant: number, kind: string, startUs: number, durationUs: number, tracks: unknown[]): Record<string, unknown> {
  const id = `${participant}-${kind}-1`;
  return { id, participant, kind, part: 1, file: `${id}.webm`, mime: 'video/webm', start_us: startUs, duration_us: durationUs, bytes: 1000, sha256: 'ab', tracks };
}

export function sampleManifest(): Sample {
  const start = 1_000_000_000;
  const audio = (gaps: unknown[]): unknown => ({ track: 'audio', codec: 'opus', gaps, fills: [] });
  return {
    format: 'farwindow-recording/1', recording: 'r', call: 'c', state: 'complete', started_us: start, ended_us: start + 65_000_000,
    sources: [
      source(2, 'person', start, 65_000_000, [audio([{ from_us: start + 20_000_000, to_us: start + 30_000_000, cause: 'muted', packets: 0 }])]),
      source(1, 'document', start + 500_000, 60_000_000, [{ track: 'document', codec: 'vp8', gaps: [] }]),
      source(1, 'person', start, 64_000_000, [audio([])]),
    ],
    unwritten: [],
  };
}
