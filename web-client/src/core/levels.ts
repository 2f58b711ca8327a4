// SPDX-License-Identifier: Apache-2.0
// How loud a track is, 0 to 1, for the microphone test and for "you are muted but speaking".
import type { Timers } from './timers';

const SAMPLES = 1024; // 21 ms at 48 kHz
const EVERY_MS = 100;
const QUIETEST_DB = -60;

/** RMS of samples in -1 ... 1 as 0 ... 1 on a decibel scale, which is how ears see it. */
export function loudness(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  if (rms <= 0) return 0;
  return Math.min(1, Math.max(0, 1 - (20 * Math.log10(rms)) / QUIETEST_DB));
}

/** Returns the function that ends the measuring. `stream` holds the track. */
export function watchLevel(context: AudioContext, stream: MediaStream, timers: Timers, onLevel: (level: number) => void): () => void {
  const source = context.createMediaStreamSource(stream);
  const analyser = context.createAnalyser();
  analyser.fftSize = SAMPLES;
  source.connect(analyser);
  const samples = new Float32Array(SAMPLES);
  const cancel = timers.every(EVERY_MS, () => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(loudness(samples));
  });
  return () => {
    cancel();
    source.disconnect();
  };
}
