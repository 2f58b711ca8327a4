// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import type { DutyWeek } from '../../src/core/office-time';
import { changes, copyInto, draftOf, mondayFrom, spansOf, spread } from '../../src/core/roster';

const DAYS = ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29'];

/** Tuesday is today; no day has a roster of its own. */
function week(planned: Record<number, Record<string, string[]>> = {}): DutyWeek {
  const open = ['08:30-12:00', '14:30-17:30'];
  return {
    hall: { id: 'h', name: '大厅' }, monday: DAYS[0] ?? '',
    days: DAYS.map((day, n) => ({ day, past: n < 1, planned: planned[n] !== undefined, holiday: null, open: n < 5 ? open : [] })),
    windows: ['w1', 'w2'].map((id) => ({
      id, name: id, department: false, spans: DAYS.map((_, n) => planned[n]?.[id] ?? (planned[n] === undefined && n < 5 ? open : [])),
    })),
  };
}

describe('what is typed', () => {
  it.each([
    ['08:30-12:00', ['08:30-12:00']],
    ['8:30~12:00，14:30-17:30', ['08:30-12:00', '14:30-17:30']],
    ['830-1200\n1430 - 1730', ['08:30-12:00', '14:30-17:30']],
    ['0:00-24:00', ['00:00-24:00']],
    ['', []],
    ['上午', ['上午']],
  ])('%j is %j', (typed, spans) => expect(spansOf(typed)).toEqual(spans));
});

describe('what is set', () => {
  it('is nothing when nothing was changed', () => {
    const stored = week({ 2: { w1: ['08:30-12:00'] } });
    expect(changes(draftOf(stored), stored)).toEqual([]);
  });

  it('is the day that was changed, with who is on duty', () => {
    const stored = week();
    const draft = draftOf(stored);
    draft.days[2] = { day: '2026-11-25', past: false, planned: true, cells: ['8:30-12:00', ''] };
    expect(changes(draft, stored)).toEqual([{ day: '2026-11-25', windows: [{ window: 'w1', spans: ['08:30-12:00'] }] }]);
  });

  it('a day goes back to no roster of its own', () => {
    const stored = week({ 3: { w1: ['08:30-12:00'] } });
    const draft = draftOf(stored);
    const day = draft.days[3];
    if (day !== undefined) day.planned = false;
    expect(changes(draft, stored)).toEqual([{ day: '2026-11-26', windows: null }]);
  });

  it('days that have passed are left alone', () => {
    const stored = week();
    const draft = draftOf(stored);
    const monday = draft.days[0];
    if (monday !== undefined) monday.planned = true;
    expect(changes(draft, stored)).toEqual([]);
  });
});

it('copies last week by window and spreads a day to the end of the week', () => {
  const stored = week();
  const last = week({ 0: { w2: ['09:00-10:00'] }, 1: { w1: ['08:00-09:00'] } });
  last.windows.reverse();
  const draft = draftOf(stored);
  copyInto(draft, last);
  expect(changes(draft, stored)).toEqual([{ day: '2026-11-24', windows: [{ window: 'w1', spans: ['08:00-09:00'] }] }]);
  spread(draft, 1);
  expect(changes(draft, stored).map((day) => day.day)).toEqual(DAYS.slice(1));
});

it.each([['2026-11-24', 0, '2026-11-23'], ['2026-11-29', 0, '2026-11-23'], ['2026-11-23', -1, '2026-11-16'], ['2026-12-28', 1, '2027-01-04']])(
  'the Monday of %s %i weeks on is %s', (day, weeks, monday) => expect(mondayFrom(day, weeks)).toBe(monday),
);
