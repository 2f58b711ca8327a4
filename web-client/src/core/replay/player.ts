// SPDX-License-Identifier: Apache-2.0
// Plays all sources of a recording in step. The front source leads: while it plays, the time line is its clock; where it has
// nothing (it began later, or ended), the time line runs on the clock handed in. Sources are held together as step.ts says.
// At the start, after a jump, and when one was lost far behind, all go to one moment and begin together when all have data.
// The media elements and the clock are injected; `tick()` is to be called every LOOK_MS.

import { IN_STEP_S, paces, spread, StepWatch, type Runner } from './step';
import { clamp, partFrom, type Lane, type LanePart, type Timeline } from './timeline';

/** What the player needs of an HTMLVideoElement; one per lane. */
export interface MediaClock {
  currentTime: number;
  playbackRate: number;
  readonly paused: boolean;
  readonly seeking: boolean;
  readonly ended: boolean;
  readonly readyState: number;
  readonly error: unknown;
  play(): Promise<void>;
  pause(): void;
}

export interface LaneOutput {
  readonly media: MediaClock;
  /** Shows another file in the element, or none. */
  load(part: LanePart | null): void;
}

export interface PlayerState {
  time: number;
  playing: boolean;
  /** Some source has no data yet: the others stand. */
  waiting: boolean;
  rate: number;
  front: string;
  /** Largest distance between two playing sources, in seconds: what "in step" is measured by. */
  spread: number;
  /** All that play now have been within IN_STEP_S of each other for a moment. */
  inStep: boolean;
}

export const RATES = [0.5, 1, 1.5, 2, 4] as const;
export const LOOK_MS = 40; // two looks within the 100 ms that are allowed

const LOST_S = 1; // farther apart than this all gather again: to stand and wait would take too long
const GATHER_AGAIN_MS = 2000; // not sooner: what one gathering did not mend a second at once will not
const LATE_MS = 10000; // a source without data holds up the others no longer than this
const JUMP_S = 2; // after so much playing a distance has another cause than a late first picture
const END_S = 0.05; // so near to its end a file may stop at any moment
const HAVE_FUTURE_DATA = 3; // HTMLMediaElement readyState: there is a picture for now and for the next frame

interface Seat {
  lane: Lane;
  output: LaneOutput;
  part: LanePart | null; // the one that plays, or the next to come
  standing: boolean; // ahead of the others
  lateSince: number | null; // without data since
  left: boolean; // too late for too long: the others go on without it
  target: number; // where it was put last
  goneAt: number | null; // when it was let go from there
  firstAt: number; // the file has no picture before this moment: it jumped there by itself
}

export class ReplayPlayer {
  private readonly seats: Seat[] = [];
  private readonly watch = new StepWatch();
  private time = 0;
  private clockStands = false;
  private playing = false;
  private waiting = false;
  private rate = 1;
  private front: string;
  private spread = 0;
  private gatheringSince: number | null = null; // all stand on one moment and wait for data
  private lostAt = -Infinity; // when all gathered because one was far off
  private clockPace = 1;
  private lastTick: number;

  constructor(
    private readonly timeline: Timeline,
    outputs: ReadonlyMap<string, LaneOutput>,
    private readonly now: () => number,
    private readonly changed: (state: PlayerState) => void,
  ) {
    for (const lane of timeline.lanes) {
      const output = outputs.get(lane.key);
      if (output) this.seats.push({ lane, output, part: null, standing: false, lateSince: null, left: false, target: 0, goneAt: null, firstAt: 0 });
    }
    const paper = this.seats.find((seat) => seat.lane.kind === 'document'); // what the call was about
    this.front = (paper ?? this.seats[0])?.lane.key ?? '';
    this.lastTick = now();
    this.place(true);
    this.report();
  }

  get state(): PlayerState {
    const { time, playing, waiting, rate, front } = this;
    return { time, playing, waiting, rate, front, spread: this.spread, inStep: playing && this.watch.steady(this.now()) };
  }

  play(): void {
    if (this.time >= this.timeline.duration - 0.01) this.seek(0);
    this.playing = true;
    this.gather();
    this.tick();
  }

  pause(): void {
    this.playing = false;
    this.waiting = false;
    this.gatheringSince = null;
    this.watch.lost();
    for (const seat of this.seats) seat.output.media.pause();
    this.place(true); // everyone on the same frame
    this.report();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  seek(time: number): void {
    this.time = clamp(time, 0, this.timeline.duration);
    if (this.playing) this.gather();
    else this.place(true);
    this.report();
  }

  setRate(rate: number): void {
    this.rate = rate;
    this.watch.lost();
    for (const seat of this.seats) seat.output.media.playbackRate = rate;
    this.report();
  }

  setFront(key: string): void {
    this.front = key;
    this.report();
  }

  /** Advances the time line and holds the sources together on it. */
  tick(): void {
    const now = this.now();
    const elapsed = (now - this.lastTick) / 1000;
    this.lastTick = now;
    if (this.playing && !this.gathering()) {
      for (const seat of this.seats) this.lookForJump(seat);
      this.advance(elapsed);
      this.place(false);
      if (this.time >= this.timeline.duration) {
        this.time = this.timeline.duration;
        this.pause();
        return;
      }
      this.hold();
    }
    this.report();
  }

  // --- beginning together ----------------------------------------------------------------------------------------------

  private gather(): void {
    for (const seat of this.seats) {
      seat.output.media.pause();
      seat.standing = false;
      seat.lateSince = null;
      seat.left = false;
    }
    this.clockStands = false;
    this.clockPace = 1;
    this.watch.lost();
    this.place(true);
    this.lastTick = this.now();
    this.gatheringSince = this.lastTick;
  }

  /** Whether some source still has no data to begin with. */
  private gathering(): boolean {
    if (this.gatheringSince === null) return false;
    this.waiting = this.seats.filter((seat) => this.plays(seat) && !this.given(seat)).length > 0;
    if (this.waiting) return true;
    this.gatheringSince = null;
    return false;
  }

  private ready({ output: { media } }: Seat): boolean {
    return !media.error && !media.seeking && media.readyState >= HAVE_FUTURE_DATA;
  }

  /** Whether the source has data; one that never gets any is given up in the end, if others have some. */
  private given(seat: Seat): boolean {
    const { media } = seat.output;
    if (this.ready(seat)) {
      seat.lateSince = null;
      return true;
    }
    seat.lateSince ??= this.now();
    const late = this.now() - seat.lateSince > LATE_MS;
    seat.left ||= media.error !== null || (late && this.seats.some((each) => this.plays(each) && this.ready(each)));
    return seat.left;
  }

  // --- going on --------------------------------------------------------------------------------------------------------

  /** Whether the seat's part belongs to this moment: it has begun, and has not come to its end. */
  private plays({ part, output, firstAt }: Seat): boolean {
    return part !== null && this.time >= Math.max(part.from, firstAt) && this.time < part.to - END_S && !output.media.ended;
  }

  private position({ part, output }: Seat): number {
    return (part?.from ?? 0) + output.media.currentTime;
  }

  private leader(): Seat | undefined {
    return this.seats.find((seat) => seat.lane.key === this.front && this.plays(seat) && !seat.left);
  }

  private advance(elapsed: number): void {
    const leader = this.leader();
    this.time = Math.min(leader ? this.position(leader) : this.time + elapsed * this.rate * this.clockPace, this.timeline.duration);
  }

  /** Gives every lane the part that belongs to the time, or the next one; `exactly` also seeks those that already have it. */
  private place(exactly: boolean): void {
    for (const seat of this.seats) {
      const part = partFrom(seat.lane, this.time) ?? null;
      const fresh = part !== seat.part;
      if (fresh) {
        seat.part = part;
        seat.lateSince = null;
        seat.left = false;
        seat.output.media.pause();
        seat.output.load(part);
        seat.output.media.playbackRate = this.rate;
      }
      if (part && (fresh || exactly)) this.put(seat, part);
    }
  }

  private put(seat: Seat, part: LanePart): void {
    const inFile = Math.max(0, this.time - part.from);
    seat.output.media.currentTime = inFile;
    seat.target = part.from + inFile;
    seat.goneAt = null;
    seat.firstAt = 0;
  }

  /** Browsers go to the first picture of a file when there is none yet where they are sent; some only when they begin. */
  private lookForJump(seat: Seat): void {
    const played = seat.goneAt === null ? 0 : ((this.now() - seat.goneAt) / 1000) * this.rate;
    if (!this.plays(seat) || played > JUMP_S || this.position(seat) <= seat.target + played + IN_STEP_S) return;
    seat.firstAt = this.position(seat);
    seat.output.media.pause();
  }

  private hold(): void {
    const seats = this.seats.filter((seat) => this.plays(seat) && this.keeps(seat));
    const runners: Runner[] = seats.map((seat) => ({ position: this.position(seat), standing: seat.standing }));
    const led = seats.some((seat) => seat.lane.key === this.front);
    if (!led) runners.push({ position: this.time, standing: this.clockStands });
    this.spread = spread(runners);
    this.watch.look(this.spread, this.now());
    this.waiting = seats.some((seat) => seat.lateSince !== null);
    if (this.spread > LOST_S && this.now() - this.lostAt > GATHER_AGAIN_MS) {
      this.lostAt = this.now();
      this.time = Math.min(...runners.map((each) => each.position)); // nobody misses anything
      this.gather();
      return;
    }
    const found = paces(runners, this.rate);
    seats.forEach((seat, index) => this.pace(seat, found[index] ?? 1));
    if (!led) {
      this.clockPace = found[seats.length] ?? 1;
      this.clockStands = this.clockPace === 0;
    }
  }

  /** Whether the others have regard for this source; who comes back after it was given up is put where they are. */
  private keeps(seat: Seat): boolean {
    const was = seat.left;
    this.given(seat);
    if (!was || seat.output.media.error || seat.lateSince !== null) return !seat.left;
    seat.left = false;
    if (seat.part) this.put(seat, seat.part);
    return false; // it is seeking now
  }

  private pace(seat: Seat, pace: number): void {
    const { media } = seat.output;
    seat.standing = pace === 0;
    if (seat.standing) {
      if (!media.paused) media.pause();
      return;
    }
    const rate = Math.round(this.rate * pace * 100) / 100;
    if (media.playbackRate !== rate) media.playbackRate = rate;
    seat.goneAt ??= this.now();
    if (media.paused) void media.play().catch(() => undefined);
  }

  private report(): void {
    this.changed(this.state);
  }
}
