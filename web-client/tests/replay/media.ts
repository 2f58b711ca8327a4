// SPDX-License-Identifier: Apache-2.0
import type { LaneOutput, MediaClock } from '../../src/core/replay/player';
import type { LanePart } from '../../src/core/replay/timeline';

/** How an element differs from one that does at once what it is told. */
export interface Habits {
  /** Its clock runs wrong by this share. */
  skew?: number;
  /** Seconds from play() to the first step: a sound device that has to be opened. */
  start?: number;
  /** Seconds until a new rate is felt: what lies in the sound buffer already. */
  answer?: number;
  /** The most it can play of the recording in a second: a computer too slow for it. */
  most?: number;
  /** Where its file has the first picture: once it plays it is there. */
  first?: number;
}

/** A media element that plays on the test's clock. */
export class FakeMedia implements MediaClock, LaneOutput {
  playbackRate = 1;
  paused = true;
  seeking = false;
  ended = false;
  error: unknown = null;
  readyState = 4;
  part: LanePart | null = null;
  readonly media = this;
  private at = 0;
  private now = 0;
  private goesAt = 0;
  private readonly rates: { from: number; rate: number }[] = [];

  constructor(private readonly habits: Habits = {}) {}

  get currentTime(): number { return this.at; }
  set currentTime(to: number) {
    this.at = to;
    this.ended = false;
  }

  run(seconds: number): void {
    this.now += seconds;
    this.rates.push({ from: this.now + (this.habits.answer ?? 0), rate: this.playbackRate });
    while ((this.rates[1]?.from ?? Infinity) <= this.now) this.rates.shift();
    if (this.paused || this.now < this.goesAt || this.readyState < 3) return;
    this.at = Math.max(this.at, this.habits.first ?? 0) + seconds * Math.min((this.rates[0]?.rate ?? 1) * (1 + (this.habits.skew ?? 0)), this.habits.most ?? Infinity);
    const length = this.part ? this.part.to - this.part.from : Infinity;
    if (this.at >= length) {
      this.at = length;
      this.ended = this.paused = true;
    }
  }

  load(part: LanePart | null): void {
    this.part = part;
    this.at = 0;
    this.ended = false;
  }

  play(): Promise<void> {
    this.paused = false;
    this.goesAt = this.now + (this.habits.start ?? 0);
    return Promise.resolve();
  }

  pause(): void { this.paused = true; }
}
