// SPDX-License-Identifier: Apache-2.0
// Plays all sources of a recording in step. The front source leads: while it plays, the time line is its clock; followers are
// held within 100 ms of it by playing a little faster or slower. Who falls far behind is waited for: all stop, go back to
// its moment and begin together when all have data, as they do at the start and after a jump. Where the front source has nothing (it began later, or ended), the time line runs on the clock handed in.
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

const LOST_LIMIT_S = 0.7; // farther off than this a follower is waited for
const TRIM_LIMIT_S = 0.02; // nearer than this it is left alone; between the two it plays faster or slower
const TRIM_GAIN_PER_S = 1.5; // so that 100 ms are taken back within a second
const TRIM_MOST = 0.25;
// The first sound of a page may begin seconds late, so the first gathering may come soon; each next one later, so that a
// computer too slow for all sources still gets on.
const GATHER_AGAIN_MS = 1000;
const GATHER_AGAIN_MOST_MS = 16000;
const GATHER_LATEST_MS = 3000; // a source without data holds up the others no longer than this
const HAVE_CURRENT_DATA = 2; // HTMLMediaElement readyState: there is a picture for now
const HAVE_FUTURE_DATA = 3; // ... and for the next frame

interface Seat {
  lane: Lane;
  output: LaneOutput;
  part: LanePart | null;
}

export class ReplayPlayer {
  private readonly seats: Seat[] = [];
  private time = 0;
  private playing = false;
  private waiting = false;
  private rate = 1;
  private front: string;
  private drift = 0;
  private gatheringSince: number | null = null; // all stand on one moment and wait for data
  private gatheredAt = -Infinity;
  private gatherAgainMs = GATHER_AGAIN_MS;
  private lastTick: number;

  constructor(
    private readonly timeline: Timeline,
    outputs: ReadonlyMap<string, LaneOutput>,
    private readonly now: () => number,
    private readonly changed: (state: PlayerState) => void,
  ) {
    for (const lane of timeline.lanes) {
      const output = outputs.get(lane.key);
      if (output) this.seats.push({ lane, output, part: null });
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
    this.gatherAgainMs = GATHER_AGAIN_MS;
    this.gather();
    this.tick();
  }

  pause(): void {
    this.playing = false;
    this.waiting = false;
    this.gatheringSince = null;
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
    if (!this.playing || this.gathering()) {
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

  private gather(): void {
    for (const seat of this.seats) seat.output.media.pause();
    this.place(true);
    this.lastTick = this.now();
    this.gatheringSince = this.lastTick;
  }

  /** Whether some source still has no data to begin with. */
  private gathering(): boolean {
    if (this.gatheringSince === null) return false;
    const late = this.seats.some((seat) => seat.part && (seat.output.media.seeking || seat.output.media.readyState < HAVE_FUTURE_DATA));
    this.waiting = late && this.now() - this.gatheringSince < GATHER_LATEST_MS;
    if (!this.waiting) {
      this.gatheringSince = null;
      this.gatheredAt = this.now();
    }
    return this.waiting;
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
      if (part && (fresh || exactly)) seat.output.media.currentTime = Math.max(0, this.time - part.from);
      if (!part && !seat.output.media.paused) seat.output.media.pause();
    }
  }

  private follow(): void {
    const leader = this.leader();
    this.drift = 0;
    for (const seat of this.seats) {
      if (!seat.part || this.gatheringSince !== null) continue;
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
    if (distance > LOST_LIMIT_S && this.now() - this.gatheredAt > this.gatherAgainMs) {
      this.gatherAgainMs = Math.min(this.gatherAgainMs * 2, GATHER_AGAIN_MOST_MS);
      this.time = Math.min(this.time, seat.part.from + media.currentTime); // nobody misses anything
      this.gather();
    } else {
      const trim = distance > TRIM_LIMIT_S ? clamp(off * TRIM_GAIN_PER_S, -TRIM_MOST, TRIM_MOST) : 0;
      media.playbackRate = this.rate * (1 - trim);
    }
  }

  private report(): void {
    this.changed(this.state);
  }
}
