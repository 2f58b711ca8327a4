// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeManifest } from '../../src/core/replay/manifest';
import { ReplayPlayer, type LaneOutput, type MediaClock, type PlayerState } from '../../src/core/replay/player';
import { buildTimeline, type LanePart } from '../../src/core/replay/timeline';
import { sampleManifest } from './sample';

/** A media element that plays on the test's clock, at its own speed error. */
class FakeMedia implements MediaClock, LaneOutput {
  currentTime = 0;
  playbackRate = 1;
  paused = true;
  seeking = false;
  readyState = 4;
  part: LanePart | null = null;
  seeks = 0;
  readonly media = this;

  constructor(private readonly skew = 0) {
    let time = 0;
    Object.defineProperty(this, 'currentTime', {
      get: () => time,
      set: (to: number) => { time = to; this.seeks++; },
    });
    this.run = (seconds: number): void => {
      if (!this.paused) time += seconds * this.playbackRate * (1 + this.skew);
    };
  }
  run: (seconds: number) => void;
  load(part: LanePart | null): void { this.part = part; }
  play(): Promise<void> { this.paused = false; return Promise.resolve(); }
  pause(): void { this.paused = true; }
}

const timeline = buildTimeline(decodeManifest(sampleManifest()), []);
let clock = 0;
let state: PlayerState;
let media: Record<string, FakeMedia>;
let player: ReplayPlayer;

function run(seconds: number, step = 0.1): void {
  for (let passed = 0; passed < seconds - 1e-9; passed += step) {
    clock += step * 1000;
    for (const each of Object.values(media)) each.run(step);
    player.tick();
  }
}

function fake(key: string): FakeMedia {
  const found = media[key];
  if (!found) throw new Error(`no lane ${key}`);
  return found;
}

beforeEach(() => {
  clock = 0;
  media = { '1-person': new FakeMedia(), '1-document': new FakeMedia(0.01), '2-person': new FakeMedia(-0.02) };
  player = new ReplayPlayer(timeline, new Map(Object.entries(media)), () => clock, (next) => { state = next; });
});

describe('ReplayPlayer', () => {
  it('holds followers that run fast or slow within 100 ms of the front source', () => {
    player.play();
    run(2);
    let worst = 0;
    for (let i = 0; i < 200; i++) {
      run(0.1);
      worst = Math.max(worst, state.drift);
    }
    expect(worst).toBeLessThan(0.1);
    expect(state.time).toBeCloseTo(22, 0);
  });

  it('loads a source that began later when its time comes, at its own beginning', () => {
    expect(fake('1-document').part).toBeNull();
    player.play();
    run(1);
    expect(fake('1-document').part?.source.id).toBe('1-document-1');
    expect(fake('1-document').currentTime).toBeCloseTo(0.5, 1);
  });

  it('puts every source on the moment sought', () => {
    player.seek(30);
    expect(fake('1-person').currentTime).toBeCloseTo(30);
    expect(fake('1-document').currentTime).toBeCloseTo(29.5);
    expect(fake('2-person').currentTime).toBeCloseTo(30);
  });

  it('goes on by the clock where the front source has ended, and stops at the end of the recording', () => {
    player.seek(63.5);
    player.play();
    run(2);
    expect(state.playing).toBe(false);
    expect(state.time).toBe(65);
  });

  it('waits for the front source, and nobody runs ahead meanwhile', () => {
    player.setFront('1-person');
    player.play();
    run(1);
    fake('1-person').readyState = 1;
    fake('1-person').pause();
    const before = state.time;
    run(3);
    expect(state.waiting).toBe(true);
    expect(state.time).toBeCloseTo(before, 1);
    expect(fake('2-person').paused).toBe(true);
    fake('1-person').readyState = 4;
    run(1);
    expect(state.waiting).toBe(false);
    expect(fake('2-person').paused).toBe(false);
  });

  it('begins when all have data, all at once', () => {
    fake('2-person').readyState = 1;
    player.play();
    run(0.5);
    expect([state.waiting, fake('1-person').paused, state.time]).toEqual([true, true, 0]);
    fake('2-person').readyState = 4;
    run(0.2);
    expect([state.waiting, fake('1-person').paused, fake('2-person').paused]).toEqual([false, false, false]);
  });

  it('takes back 300 ms by playing faster, without a seek', () => {
    player.play();
    run(2);
    const seeks = fake('2-person').seeks;
    fake('2-person').currentTime -= 0.3;
    run(2.5);
    expect(state.drift).toBeLessThan(0.05);
    expect(fake('2-person').seeks).toBe(seeks + 1);
  });

  it('goes back for a source that is far behind, and all go on together', () => {
    player.play();
    run(6);
    fake('2-person').currentTime = 2;
    run(0.1);
    expect(state.time).toBeLessThan(2.2);
    run(1);
    expect(state.drift).toBeLessThan(0.1);
    expect(state.time).toBeGreaterThan(2.8);
  });

  it('begins with the paper in front, where there is one', () => {
    expect(state.front).toBe('1-document');
  });

  it('plays faster and slower', () => {
    player.setRate(4);
    player.play();
    run(5);
    expect(state.time).toBeGreaterThan(19);
    expect(state.drift).toBeLessThan(0.1 * 4);
  });
});
