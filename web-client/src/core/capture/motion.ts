// SPDX-License-Identifier: Apache-2.0
// Continuous shooting: watches small grey pictures of the document camera and says when a page lies still.
//
//   EMPTY/SHOT --something moves--> MOVING --still for a while--> changed since the last shot? --yes--> SHOT (shoot)
//                                     ^                                |no
//                                     +--------- moves again ----------+--> SHOT (nothing new: a hand passed by)
//
// Pure: pictures and times in, "shoot" out. All pictures have one size; brightness 0-255 per point.

export type MotionState = 'waiting' | 'moving' | 'settling';

const MOVED = 10; // of 255: a point that changed by more has moved; camera noise stays below
const MOVED_SHARE = 0.01; // of all points: a hand or a page, not a flickering lamp
const CHANGED_SHARE = 0.03; // against the page shot last: a new page, not the same one nudged
const STILL_MS = 450; // auto focus and exposure have settled by then

export interface MotionStep {
  state: MotionState;
  shoot: boolean;
}

export class MotionWatch {
  private state: MotionState = 'moving'; // the first still picture is taken: a page may lie there already
  private previous: Uint8Array | null = null;
  private shot: Uint8Array | null = null;
  private stillSinceMs = 0;

  /** `atMs` never goes back. */
  look(picture: Uint8Array, atMs: number): MotionStep {
    const before = this.previous;
    this.previous = picture;
    if (before === null || before.length !== picture.length) return this.become('moving', false);
    const moves = share(before, picture) > MOVED_SHARE;
    if (this.state === 'waiting') return this.become(moves ? 'moving' : 'waiting', false);
    if (moves) return this.become('moving', false);
    if (this.state === 'moving') {
      this.stillSinceMs = atMs;
      return this.become('settling', false);
    }
    if (atMs - this.stillSinceMs < STILL_MS) return this.become('settling', false);
    const isNew = this.shot === null || this.shot.length !== picture.length || share(this.shot, picture) > CHANGED_SHARE;
    if (isNew) this.shot = picture;
    return this.become('waiting', isNew);
  }

  /** The clerk shot by hand: what lies there now is taken. */
  taken(): void {
    this.shot = this.previous;
    this.state = 'waiting';
  }

  private become(state: MotionState, shoot: boolean): MotionStep {
    this.state = state;
    return { state, shoot };
  }
}

/** Which part of the points differs, after the whole picture's change of brightness (exposure) is taken out. */
function share(left: Uint8Array, right: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += (right[i] ?? 0) - (left[i] ?? 0);
  const shift = sum / left.length;
  let moved = 0;
  for (let i = 0; i < left.length; i++) {
    if (Math.abs((right[i] ?? 0) - (left[i] ?? 0) - shift) > MOVED) moved++;
  }
  return moved / left.length;
}
