// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { paces, spread, StepWatch } from '../../src/core/replay/step';

const go = (...positions: number[]): { position: number; standing: boolean }[] => positions.map((position) => ({ position, standing: false }));

describe('paces', () => {
  it('leaves alone who is level', () => expect(paces(go(10, 10.01, 10.014), 1)).toEqual([1, 1, 1]));

  it('plays nobody faster than asked, and who is ahead slower', () => {
    const [behind, ahead, farther] = paces(go(10, 10.05, 10.1), 1);
    expect(behind).toBe(1);
    expect(ahead).toBeCloseTo(0.8);
    expect(farther).toBeCloseTo(0.6);
  });

  it('lets stand who is far ahead, until the other has nearly come up', () => {
    expect(paces(go(10, 10.3), 1)).toEqual([1, 0]);
    expect(paces([{ position: 10, standing: false }, { position: 10.1, standing: true }], 1)).toEqual([1, 0]);
    expect(paces([{ position: 10, standing: false }, { position: 10.03, standing: true }], 1)[1]).toBeGreaterThan(0);
  });

  it('judges by the time on the wall: at four times the speed 100 ms are soon made up', () => {
    expect(paces(go(10, 10.1), 4)[1]).toBeCloseTo(0.9);
    expect(paces(go(10, 10.1), 0.5)[1]).toBe(0);
  });

  it('never lets all stand', () => {
    for (const rate of [0.5, 1, 4]) expect(paces([{ position: 5, standing: true }, { position: 9, standing: true }], rate)).toEqual([1, 0]);
  });

  it('has nothing to say of one alone, or of none', () => {
    expect(paces(go(3), 1)).toEqual([1]);
    expect(paces([], 1)).toEqual([]);
    expect(spread(go(3))).toBe(0);
  });
});

describe('StepWatch', () => {
  it('calls it in step after half a second within 100 ms, and not when one look is beyond', () => {
    const watch = new StepWatch();
    watch.look(0.05, 1000);
    expect(watch.steady(1400)).toBe(false);
    watch.look(0.1, 1500);
    expect(watch.steady(1500)).toBe(true);
    watch.look(0.11, 1540);
    expect(watch.steady(1540)).toBe(false);
    watch.look(0.05, 1580);
    expect([watch.steady(1900), watch.steady(2080)]).toEqual([false, true]);
  });
});
