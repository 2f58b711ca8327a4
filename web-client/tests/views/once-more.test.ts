// SPDX-License-Identifier: Apache-2.0
import { beforeEach, expect, test, vi } from 'vitest';

import { loadOnceMore } from '../../src/shell/once-more';

let items: Map<string, string>;
const storage = () => ({ getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, value: string) => void items.set(key, value) });
const reload = vi.fn();
const MINUTE = 60_000;

beforeEach(() => {
  items = new Map();
  reload.mockClear();
});

test('once, and not again when that did not help', () => {
  expect(loadOnceMore(storage, 1_000_000, reload)).toBe(true);
  for (const later of [1, MINUTE, 9 * MINUTE]) expect(loadOnceMore(storage, 1_000_000 + later, reload)).toBe(false);
  expect(reload).toHaveBeenCalledTimes(1);
});

test('again on another occasion', () => {
  loadOnceMore(storage, 1_000_000, reload);
  expect(loadOnceMore(storage, 1_000_000 + 11 * MINUTE, reload)).toBe(true);
  expect(reload).toHaveBeenCalledTimes(2);
});

test('not when the clock was set back, and not after a memory that is no time', () => {
  loadOnceMore(storage, 1_000_000, reload);
  expect(loadOnceMore(storage, 500_000, reload)).toBe(false);
  items.forEach((_value, key) => items.set(key, 'x'));
  expect(loadOnceMore(storage, 9_000_000, reload)).toBe(false);
  expect(reload).toHaveBeenCalledTimes(1);
});

test('never where it cannot be remembered', () => {
  const forbidden = () => { throw new Error('SecurityError'); };
  expect(loadOnceMore(forbidden, 1_000_000, reload)).toBe(false);
  const full = () => ({ getItem: () => null, setItem: forbidden });
  expect(loadOnceMore(full, 1_000_000, reload)).toBe(false);
  expect(reload).not.toHaveBeenCalled();
});
