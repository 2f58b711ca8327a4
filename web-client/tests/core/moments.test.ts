// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { dateTime, dateTimeWithSeconds } from '../../src/core/moments';

const us = (text: string): number => Date.parse(text) * 1000;

test('moments are those of the office, midnight is the beginning of a day', () => {
  expect(dateTime(us('2026-11-21T16:00:59Z'))).toBe('2026-11-22 00:00');
  expect(dateTimeWithSeconds(us('2026-01-01T04:05:06Z'))).toBe('2026-01-01 12:05:06');
});
