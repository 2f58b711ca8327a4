// SPDX-License-Identifier: Apache-2.0
// How the sources of a replay are held together. Pure: where each stands on the time line -> how fast each shall go.
//
// Nobody is played faster than asked: who is ahead goes slower, and who is far ahead stands, until the one behind has come
// up. So a computer too slow for all the pictures shows them later, and still together.

/** Sources are in step when no two are farther apart than this, in seconds of the recording. */
export const IN_STEP_S = 0.1;

export interface Runner {
  /** Where it is on the time line, in seconds. */
  position: number;
  /** It was told to stand and has not been let go again. */
  standing: boolean;
}

// An order is felt about 0.1 s after the look that gave it: the look's own 40 ms, and the sound that is on its way already.
// What is judged is therefore how much sooner someone is there, in seconds of the clock on the wall.
const LEVEL_S = 0.015; // nearer than this nothing is done
const GAIN_PER_S = 4; // with an answer after 0.1 s a larger one would swing
const SLOWEST = 0.5; // slower than this browsers mute the sound
const STAND_S = 0.12;
const GO_S = 0.04; // going takes a moment too

/** How fast each shall go, as a share of the asked rate: 1 as asked, 0 stand. */
export function paces(runners: readonly Runner[], rate: number): number[] {
  const last = Math.min(...runners.map((each) => each.position));
  return runners.map(({ position, standing }) => {
    const ahead = (position - last) / rate;
    if (ahead > (standing ? GO_S : STAND_S)) return 0;
    return ahead > LEVEL_S ? Math.max(SLOWEST, 1 - GAIN_PER_S * ahead) : 1;
  });
}

/** The distance between the first and the last, in seconds of the recording. */
export function spread(runners: readonly Runner[]): number {
  if (runners.length < 2) return 0;
  const positions = runners.map((each) => each.position);
  return Math.max(...positions) - Math.min(...positions);
}

const STEADY_MS = 500; // one look may be chance

/** Whether the sources go in step, and have for a moment. */
export class StepWatch {
  private since: number | null = null;

  look(distance: number, now: number): void {
    if (distance > IN_STEP_S) this.since = null;
    else this.since ??= now;
  }

  lost(): void {
    this.since = null;
  }

  steady(now: number): boolean {
    return this.since !== null && now - this.since >= STEADY_MS;
  }
}
