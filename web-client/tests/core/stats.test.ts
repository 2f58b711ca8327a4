// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { readStats, summarise } from '../../src/core/stats';

const kindOf = (mid: string) =>
  mid === 'ud' ? ({ way: 'up', kind: 'document' } as const) : mid === '1a' ? ({ way: 'down', kind: 'audio' } as const) : null;

const report = (seconds: number): Map<string, unknown> =>
  new Map<string, unknown>([
    ['T', { type: 'transport', bytesReceived: 1000 * seconds }],
    ['P', { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.004, availableOutgoingBitrate: 5.4e6 }],
    ['P2', { type: 'candidate-pair', nominated: false, state: 'failed', currentRoundTripTime: 9 }],
    ['O', { type: 'outbound-rtp', mid: 'ud', bytesSent: 125000 * seconds, packetsSent: 100 * seconds, remoteId: 'R', frameWidth: 1920, frameHeight: 1080, framesPerSecond: 9.9, qualityLimitationReason: 'bandwidth' }],
    ['R', { id: 'R', type: 'remote-inbound-rtp', packetsLost: 25 * seconds }],
    ['I', { type: 'inbound-rtp', mid: '1a', bytesReceived: 4000 * seconds, packetsReceived: 50 * seconds, packetsLost: 0, jitter: 0.003 }],
    ['X', { type: 'inbound-rtp', mid: 'zz' }],
  ]);

test('figures between two readings', () => {
  const { up, down } = summarise(readStats(report(10), 10000, kindOf), readStats(report(5), 5000, kindOf));
  expect(up).toEqual({
    available_kbps: 5400, rtt_ms: 4,
    document: { kbps: 1000, loss_pct: 20, width: 1920, height: 1080, fps: 10, limited: 'bandwidth' },
  });
  expect(down).toEqual({ audio: { kbps: 32, loss_pct: 0, jitter_ms: 3 } });
});

test('a counter that went back, a missing field and no time between do no harm', () => {
  const reading = readStats(report(5), 5000, kindOf);
  const later = summarise(readStats(report(1), 6000, kindOf), reading);
  expect(later.up.document).toMatchObject({ kbps: 0, loss_pct: 0 });
  expect(summarise(reading, reading).down.audio).toMatchObject({ kbps: 0 });
  expect(readStats([null, 7, {}, { type: 'transport' }], 0, kindOf)).toMatchObject({ bytesReceived: 0, rttMs: null });
});
