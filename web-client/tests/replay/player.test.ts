// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeManifest } from '../../src/core/replay/manifest';
import { LOOK_MS, RATES, ReplayPlayer, type PlayerState } from '../../src/core/replay/player';
import { buildTimeline } from '../../src/core/replay/timeline';
import { FakeMedia, type Habits } from './media';
import { sampleManifest } from './sample';

const timeline = buildTimeline(decodeManifest(sampleManifest()), []);
let clock = 0;
let state: PlayerState;
let media: Record<string, FakeMedia>;
let player: ReplayPlayer;

/** Plays on and tells the largest distance that any look found. */
function run(seconds: number): number {
  let worst = 0;
  for (let passed = 0; passed < seconds - 1e-9; passed += LOOK_MS / 1000) {
    clock += LOOK_MS;
    for (const each of Object.values(media)) each.run(LOOK_MS / 1000);
    player.tick();
    worst = Math.max(worst, state.spread);
  }
  return worst;
}

function fake(key: string): FakeMedia {
  const found = media[key];
  if (!found) throw new Error(`no lane ${key}`);
  return found;
}

function open(habits: Record<string, Habits>): void {
  clock = 0;
  media = Object.fromEntries(Object.entries(habits).map(([key, each]) => [key, new FakeMedia(each)]));
  player = new ReplayPlayer(timeline, new Map(Object.entries(media)), () => clock, (next) => { state = next; });
}

// The sample: two persons from 0 to 62 and 64 s, a paper from 0.5 s, and no more of them until the end at 65 s.
const SOUND = { start: 0.15, answer: 0.1 };
beforeEach(() => open({ '1-person': SOUND, '1-document': { skew: 0.01 }, '2-person': { ...SOUND, skew: -0.02 } }));

describe('ReplayPlayer in step', () => {
  for (const rate of RATES) {
    it(`holds sources that run fast or slow or begin late within 100 ms at ${rate} times the speed`, () => {
      player.setRate(rate);
      player.seek(5);
      player.play();
      run(3);
      expect(state.inStep).toBe(true);
      expect(run(8)).toBeLessThanOrEqual(0.1);
      expect(state.time).toBeGreaterThan(5 + 10.5 * rate * 0.95);
    });
  }

  it('says that it is in step only while it is', () => {
    player.seek(5);
    player.play();
    expect(state.inStep).toBe(false);
    run(3);
    expect(state.inStep).toBe(true);
    fake('2-person').currentTime -= 0.3;
    run(0.04);
    expect(state.inStep).toBe(false);
    run(2);
    expect(state.inStep).toBe(true);
  });

  it('waits for one that fell back, and plays nobody faster than asked', () => {
    player.seek(5);
    player.play();
    run(3);
    fake('2-person').currentTime -= 0.5;
    let fastest = 0;
    for (let i = 0; i < 50; i++) {
      run(0.04);
      fastest = Math.max(fastest, ...Object.values(media).map((each) => each.playbackRate));
    }
    expect(fastest).toBe(1);
    expect(state.spread).toBeLessThan(0.05);
  });

  it('stays in step on a computer too slow for one picture: all play as fast as that one can', () => {
    open({ '1-person': SOUND, '1-document': { most: 0.6 }, '2-person': SOUND });
    player.setFront('2-person');
    player.seek(5);
    player.play();
    run(3);
    let within = 0;
    for (let i = 0; i < 100; i++) within += run(0.12) <= 0.1 ? 1 : 0;
    expect(within).toBeGreaterThan(80);
    expect(state.time).toBeCloseTo(5 + 15 * 0.6, 0);
  });

  it('lets the front source stand while a follower has no data', () => {
    player.setFront('1-person');
    player.seek(5);
    player.play();
    run(3);
    fake('2-person').readyState = 2;
    run(1);
    expect([state.waiting, fake('1-person').paused, fake('1-document').paused]).toEqual([true, true, true]);
    const before = state.time;
    run(5);
    expect(state.time).toBe(before);
    fake('2-person').readyState = 4;
    run(2);
    expect([state.waiting, state.inStep]).toEqual([false, true]);
    expect(state.time).toBeGreaterThan(before + 1);
  });

  it('does not wait for a file whose first picture comes later, nor lets it run before', () => {
    open({ '1-person': SOUND, '1-document': { first: 6 }, '2-person': SOUND });
    player.play();
    run(3);
    expect([state.inStep, fake('1-document').paused]).toEqual([true, true]);
    expect(state.time).toBeGreaterThan(2.5);
    run(6);
    expect([state.inStep, fake('1-document').paused]).toEqual([true, false]);
    expect(fake('1-document').currentTime).toBeCloseTo(state.time - 0.5, 1);
  });

  it('goes on without a source that cannot be read, at once', () => {
    player.seek(5);
    player.play();
    run(2);
    fake('2-person').readyState = 1;
    fake('2-person').error = new Error('decode');
    const before = state.time;
    run(2);
    expect(state.time).toBeCloseTo(before + 2, 1);
  });

  it('gives up one without data in the end, and takes it in again when it has some', () => {
    player.seek(5);
    player.play();
    run(2);
    fake('2-person').readyState = 2;
    run(9);
    const before = state.time;
    run(6);
    expect(state.time).toBeGreaterThan(before + 3);
    fake('2-person').readyState = 4;
    run(2);
    expect(fake('2-person').currentTime).toBeCloseTo(state.time, 1);
    expect(state.inStep).toBe(true);
  });

  it('waits as long as it takes while no source has data', () => {
    for (const each of Object.values(media)) each.readyState = 1;
    player.seek(5);
    player.play();
    run(30);
    expect([state.waiting, state.time]).toEqual([true, 5]);
    for (const each of Object.values(media)) each.readyState = 4;
    run(2);
    expect(state.inStep).toBe(true);
  });

  it('gathers all where the last one is, when a look came far too late', () => {
    player.seek(5);
    player.play();
    run(6);
    fake('2-person').currentTime = 5;
    run(0.04);
    expect(state.time).toBeCloseTo(5, 1);
    run(2);
    expect(state.inStep).toBe(true);
    expect(state.time).toBeGreaterThan(6);
  });
});

describe('ReplayPlayer', () => {
  it('has a source that begins later ready, and lets it begin at its own beginning', () => {
    const paper = fake('1-document');
    expect([paper.part?.source.id, paper.currentTime, paper.paused]).toEqual(['1-document-1', 0, true]);
    player.play();
    run(0.4);
    expect(paper.paused).toBe(true);
    run(3);
    expect(paper.currentTime).toBeCloseTo(state.time - 0.5, 1);
    expect(state.inStep).toBe(true);
  });

  it('puts every source on the moment sought', () => {
    player.seek(30);
    expect(fake('1-person').currentTime).toBeCloseTo(30);
    expect(fake('1-document').currentTime).toBeCloseTo(29.5);
    expect(fake('2-person').currentTime).toBeCloseTo(30);
  });

  it('is in step again after a jump while it plays', () => {
    player.play();
    run(3);
    player.seek(40);
    expect(state.inStep).toBe(false);
    run(2);
    expect(state.inStep).toBe(true);
    expect(state.time).toBeGreaterThan(41);
  });

  it('goes on by the clock where the front source has ended, and stops at the end of the recording', () => {
    player.seek(63.5);
    player.play();
    run(2.5);
    expect(state.playing).toBe(false);
    expect(state.time).toBe(65);
  });

  it('begins when all have data, all at once', () => {
    fake('2-person').readyState = 1;
    player.play();
    run(0.4);
    expect([state.waiting, fake('1-person').paused, state.time]).toEqual([true, true, 0]);
    fake('2-person').readyState = 4;
    run(0.2);
    expect([state.waiting, fake('1-person').paused, fake('2-person').paused]).toEqual([false, false, false]);
  });

  it('begins with the paper in front, where there is one', () => {
    expect(state.front).toBe('1-document');
  });
});
