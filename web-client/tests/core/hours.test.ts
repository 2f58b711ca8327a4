// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { copyDay, dayFault, hoursOf, hoursText, nextSpan, sameDays, timeTyped } from '../../src/core/hours';

describe('the stored text', () => {
  test.each([
    '', '1-5 08:30-12:00 14:30-17:30', '1-5 08:30-12:00 14:30-17:30; 6 09:00-12:00', '1-7 00:00-24:00', '2 08:00-09:00; 4-5 08:00-09:00',
  ])('%s comes back as it was', (text) => expect(hoursText(hoursOf(text) ?? [])).toBe(text));

  test('days of the same hours are brought together', () => {
    expect(hoursText(hoursOf('1 08:30-12:00;2 08:30-12:00;; 3  08:30-12:00') ?? [])).toBe('1-3 08:30-12:00');
  });

  test.each(['1-5', '8 08:30-12:00', '1 8:30-12:00', '1 08:30-12:00-13:00', '1 08:30-25:00', 'x'])('%s is none', (text) => expect(hoursOf(text)).toBeNull());
});

test('days of the same hours, closed ones left out', () => {
  expect(sameDays(hoursOf('1-2 08:30-12:00; 5 09:00-10:00 11:00-12:00') ?? []).map(({ first, last, spans }) => [first, last, spans.length])).toEqual([[1, 2, 1], [5, 5, 2]]);
});

describe('a day being typed', () => {
  test.each([
    ['830', '08:30'], ['8：30', '08:30'], ['14', '14:00'], ['1730', '17:30'], ['24:00', '24:00'], ['24:30', '24:30'], ['a', 'a'], ['', ''],
  ])('%s', (typed, time) => expect(timeTyped(typed)).toBe(time));

  test.each([
    [[], null],
    [[{ from: '08:30', to: '12:00' }, { from: '12:00', to: '17:30' }], null],
    [[{ from: '08:30', to: '' }], 'form'],
    [[{ from: '12:00', to: '08:30' }], 'order'],
    [[{ from: '14:00', to: '17:30' }, { from: '08:30', to: '14:30' }], 'overlap'],
  ] as const)('what is wrong with it', (day, fault) => expect(dayFault(day)).toBe(fault));

  test('copied to other days, each with its own', () => {
    const week = hoursOf('1 08:30-12:00') ?? [];
    copyDay(week, 0, [1, 2]);
    week[1]?.push({ from: '14:30', to: '17:30' });
    expect(hoursText(week)).toBe('1 08:30-12:00; 2 08:30-12:00 14:30-17:30; 3 08:30-12:00');
  });

  test('the next span', () => {
    expect(nextSpan([])).toEqual({ from: '08:30', to: '12:00' });
    expect(nextSpan([{ from: '08:30', to: '12:00' }])).toEqual({ from: '14:30', to: '17:30' });
    expect(nextSpan([{ from: '14:30', to: '17:30' }])).toEqual({ from: '17:30', to: '' });
  });
});
