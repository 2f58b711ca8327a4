// SPDX-License-Identifier: Apache-2.0
// Plays all sources of a recording in step. The front source leads: while it plays, the time line is its clock; followers are
// held within FOLLOW_LIMIT_S of it, by a slightly different rate for small differences and by a seek for large ones. Where the
// front source has nothing (it began later, or ended), the time line runs on the clock that was handed in.
// The media elements and the clock are injected; `tick()` is to be called a few times a second.

import { clamp, partAt, type Lane, type LanePart, type Timeline } from './timeline';

/** What the player needs of an HTMLVideoElement; one per lane. */
export interface MediaClock {
  currentTime: number;
  playbackRate: number;
  readonly paused: boolean;
  readonly seeking: boolean;
  readonly readyState: number;
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
  waiting: boolean;
  rate: number;
  front: string;
  /** Largest distance of a playing follower from the leader, in seconds: what "in step" is measured by. */
  drift: number;
}

export const RATES = [0.5, 1, 1.5, 2, 4] as const;

const FOLLOW_LIMIT_S = 0.1; // followers are held within 100 ms
const TRIM_LIMIT_S = 0.03; // below this a follower is left alone
const TRIM_RATE = 0.06; // small differences are taken back by playing 6 % faster or slower
const HAVE_CURRENT_DATA = 2; // HTMLMediaElement readyState: there is a picture for now
const HAVE_FUTURE_DATA = 3; // ... and for the next frame

interface Seat {
  lane: Lane;
  output: LaneOutput;
  part: LanePart | null;
  soughtAt: number;
}

export class ReplayPlayer {
  private readonly seats: Seat[] = [];
  private time = 0;
  private playing = false;
  private waiting = false;
  private rate = 1;
  private front: string;
  private drift = 0;
  private lastTick: number;

  constructor(
    private readonly timeline: Timeline,
    outputs: ReadonlyMap<string, LaneOutput>,
    private readonly now: () => number,
    private readonly changed: (state: PlayerState) => void,
  ) {
    for (const lane of timeline.lanes) {
      const output = outputs.get(lane.key);
      if (output) this.seats.push({ lane, output, part: null, soughtAt: -Infinity });
    }
    const paper = this.seats.find((seat) => seat.lane.kind === 'document'); // what the call was about
    this.front = (paper ?? this.seats[0])?.lane.key ?? '';
    this.lastTick = now();
    this.place(true);
    this.report();
  }

  get state(): PlayerState {
    return { time: this.time, playing: this.playing, waiting: this.waiting, rate: this.rate, front: this.front, drift: this.drift };
  }

  play(): void {
    if (this.time >= this.timeline.duration - 0.01) this.seek(0);
    this.playing = true;
    this.lastTick = this.now();
    this.tick();
  }

  pause(): void {
    this.playing = false;
    this.waiting = false;
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
    this.lastTick = this.now();
    this.place(true);
    this.report();
  }

  setRate(rate: number): void {
    this.rate = rate;
    for (const seat of this.seats) seat.output.media.playbackRate = rate;
    this.report();
  }

  setFront(key: string): void {
    this.front = key;
    this.report();
  }

  /** Advances the time line and pulls the followers to it. */
  tick(): void {
    const now = this.now();
    const elapsed = (now - this.lastTick) / 1000;
    this.lastTick = now;
    if (!this.playing) {
      this.report();
      return;
    }
    this.advance(elapsed);
    this.place(false);
    if (this.time >= this.timeline.duration) {
      this.time = this.timeline.duration;
      this.pause();
      return;
    }
    this.follow();
    this.report();
  }

  private leader(): Seat | undefined {
    return this.seats.find((seat) => seat.lane.key === this.front && seat.part !== null);
  }

  private advance(elapsed: number): void {
    const leader = this.leader();
    if (leader?.part && !leader.output.media.seeking && leader.output.media.readyState >= HAVE_FUTURE_DATA) {
      const led = leader.part.from + leader.output.media.currentTime;
      // A media clock that stands still at the end of its file must not hold the time line.
      this.time = leader.output.media.paused && leader.part.to - led < 0.3 ? this.time + elapsed * this.rate : led;
      this.waiting = false;
    } else if (leader?.part) {
      const atEnd = leader.part.to - this.time < 0.3;
      this.waiting = !atEnd;
      if (atEnd) this.time += elapsed * this.rate;
    } else {
      this.waiting = false;
      this.time += elapsed * this.rate;
    }
    this.time = Math.min(this.time, this.timeline.duration);
  }

  /** Gives every lane the part that belongs to the time; `exactly` also seeks those that already have it. */
  private place(exactly: boolean): void {
    for (const seat of this.seats) {
      const part = partAt(seat.lane, this.time) ?? null;
      const fresh = part !== seat.part;
      if (fresh) {
        seat.part = part;
        seat.output.load(part);
        seat.output.media.playbackRate = this.rate;
      }
      if (part && (fresh || exactly)) this.seekSeat(seat, this.time - part.from);
      if (!part && !seat.output.media.paused) seat.output.media.pause();
    }
  }

  private seekSeat(seat: Seat, to: number): void {
    seat.output.media.currentTime = Math.max(0, to);
    seat.soughtAt = this.now();
  }

  private follow(): void {
    const leader = this.leader();
    this.drift = 0;
    for (const seat of this.seats) {
      if (!seat.part) continue;
      const media = seat.output.media;
      if (this.waiting && seat !== leader) {
        media.pause(); // the leader has no data: nobody runs ahead
        continue;
      }
      if (media.paused && this.time < seat.part.to - 0.05) void media.play().catch(() => undefined);
      if (seat !== leader) this.hold(seat);
    }
  }

  private hold(seat: Seat): void {
    const media = seat.output.media;
    if (!seat.part || media.seeking || media.readyState < HAVE_CURRENT_DATA) return;
    const off = media.currentTime - (this.time - seat.part.from);
    const distance = Math.abs(off);
    this.drift = Math.max(this.drift, distance);
    if (distance > FOLLOW_LIMIT_S && this.now() - seat.soughtAt > 700) {
      this.seekSeat(seat, this.time - seat.part.from);
      media.playbackRate = this.rate;
    } else if (distance > TRIM_LIMIT_S) {
      media.playbackRate = this.rate * (off > 0 ? 1 - TRIM_RATE : 1 + TRIM_RATE);
    } else {
      media.playbackRate = this.rate;
    }
  }

  private report(): void {
    this.changed(this.state);
  }
}
