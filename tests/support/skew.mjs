// SPDX-License-Identifier: Apache-2.0
// Finds the test peers' flashes and beeps in a recorded file, with ffmpeg: how far sound and picture have come apart.
import { spawnSync } from 'node:child_process';

const rate = 48000;
const window = 240; // samples: 5 ms
const loud = 2000; // mean of absolute values; the tone has about 10000
const bright = 150; // luma; flash 235, the rest about 45

function run(program, args, encoding) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding, maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Times in seconds at which the picture turns bright. */
export function flashes(file) {
  const text = run('ffprobe', ['-v', 'error', '-f', 'lavfi', '-i', `movie=${file},signalstats`, '-show_entries', 'frame=pts_time:frame_tags=lavfi.signalstats.YAVG', '-of', 'csv=p=0'], 'utf8');
  const times = [];
  let before = bright;
  for (const line of text.split('\n').filter(Boolean)) {
    const [time, luma] = line.split(',').map(Number);
    if (luma > bright && before <= bright) times.push(time);
    before = luma;
  }
  return times;
}

/** Times in seconds at which a tone begins, as a browser plays: one decoded sample after the other, whatever the time stamps say. */
export function beeps(file) {
  const first = Number(run('ffprobe', ['-v', 'error', '-select_streams', 'a', '-read_intervals', '%+#1', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'].concat(file), 'utf8').split('\n')[0]);
  const bytes = run('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:a', '-ac', '1', '-ar', String(rate), '-f', 's16le', '-'], 'buffer');
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const times = [];
  let quiet = 0;
  for (let at = 0; at + window <= samples.length; at += window) {
    let sum = 0;
    for (let i = 0; i < window; i++) sum += Math.abs(samples[at + i]);
    if (sum / window > loud) {
      if (quiet > rate / 2 / window) times.push(first + at / rate);
      quiet = 0;
    } else {
      quiet++;
    }
  }
  return times;
}

/** Largest distance in seconds between two neighbouring audio packets. */
export function largestAudioStep(file) {
  const times = run('ffprobe', ['-v', 'error', '-select_streams', 'a', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file], 'utf8').split('\n').filter(Boolean).map(Number);
  return Math.max(...times.slice(1).map((time, i) => time - times[i]));
}

/** For each beep that has a flash within a second: [time, beep minus flash in ms]. */
export function skews(flashTimes, beepTimes) {
  return beepTimes.flatMap((beep) => {
    const flash = flashTimes.reduce((best, time) => (Math.abs(time - beep) < Math.abs(best - beep) ? time : best), Infinity);
    return Math.abs(flash - beep) < 1 ? [[beep, Math.round((beep - flash) * 1000)]] : [];
  });
}
