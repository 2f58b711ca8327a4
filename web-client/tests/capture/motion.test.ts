// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { MotionWatch } from '../../src/core/capture/motion';

const POINTS = 80 * 60;
const STEP_MS = 100;

/** A desk of one grey with a page (a band of points) on it, and a little noise. */
function desk(page: number | null, seed: number, light = 0): Uint8Array {
  const picture = new Uint8Array(POINTS);
  for (let i = 0; i < POINTS; i++) {
    const onPage = page !== null && i % 80 > 10 && i % 80 < 70;
    const text = onPage && (i * 7 + page * 13) % 11 < 3 ? 120 : 0;
    picture[i] = (onPage ? 200 - text : 90) + ((i * 31 + seed * 17) % 5) + light;
  }
  return picture;
}

class Clerk {
  readonly watch = new MotionWatch();
  shots = 0;
  private nowMs = 0;
  private seed = 0;

  still(page: number | null, steps: number, light = 0): void {
    for (let i = 0; i < steps; i++) this.see(desk(page, this.seed++, light));
  }

  hand(steps: number): void {
    for (let i = 0; i < steps; i++) {
      const picture = desk(null, this.seed++);
      picture.fill(150, (i % 5) * 600, (i % 5) * 600 + 900);
      this.see(picture);
    }
  }

  private see(picture: Uint8Array): void {
    this.nowMs += STEP_MS;
    if (this.watch.look(picture, this.nowMs).shoot) this.shots++;
  }
}

describe('continuous shooting', () => {
  test('shoots each page once it lies still', () => {
    const clerk = new Clerk();
    for (let page = 1; page <= 4; page++) {
      clerk.hand(6);
      clerk.still(page, 12);
      expect(clerk.shots).toBe(page);
    }
  });

  test('does not shoot while a hand is there', () => {
    const clerk = new Clerk();
    clerk.hand(40);
    expect(clerk.shots).toBe(0);
  });

  test('a hand that passes over the same page takes no second picture', () => {
    const clerk = new Clerk();
    clerk.still(1, 12);
    clerk.hand(5);
    clerk.still(1, 12);
    expect(clerk.shots).toBe(1);
  });

  test('light that changes slowly is not a new page', () => {
    const clerk = new Clerk();
    clerk.still(1, 12);
    for (let light = 0; light < 20; light++) clerk.still(1, 3, light);
    expect(clerk.shots).toBe(1);
  });

  test('a page shot by hand is not shot again', () => {
    const clerk = new Clerk();
    clerk.hand(3);
    clerk.still(1, 2);
    clerk.watch.taken();
    clerk.still(1, 20);
    expect(clerk.shots).toBe(0);
  });
});
