// SPDX-License-Identifier: Apache-2.0
// A week of a hall's duty roster while it is being edited. The server decides what may be stored; this keeps what was
// typed and tells what differs from what is stored.
import type { DutyDayWish, DutyWeek } from './office-time';

/** One day: without a roster of its own all windows are on duty in office hours, and the cells are not looked at. */
export interface RosterDay { day: string; past: boolean; planned: boolean; cells: string[] }
export interface RosterDraft { windows: readonly string[]; days: RosterDay[] }

const SPAN = /^([01]?\d|2[0-4])[:：]?([0-5]\d)-([01]?\d|2[0-4])[:：]?([0-5]\d)$/u;

/** What somebody types ("8:30-12:00，14:30~17:30") as spans; what is not understood stays as it was typed. */
export function spansOf(cell: string): string[] {
  const parts = cell.replace(/\s*[-–—~至到]\s*/gu, '-').split(/[,，;；、\s]+/u).filter((part) => part !== '');
  return parts.map((part) => {
    const found = SPAN.exec(part);
    if (found === null) return part;
    const [, beginHour = '', beginMinute = '', endHour = '', endMinute = ''] = found;
    return `${beginHour.padStart(2, '0')}:${beginMinute}-${endHour.padStart(2, '0')}:${endMinute}`;
  });
}

export const cellOf = (spans: readonly string[]): string => spans.join('\n');

export function draftOf(week: DutyWeek): RosterDraft {
  return {
    windows: week.windows.map((window) => window.id),
    days: week.days.map((day, n) => ({
      day: day.day, past: day.past, planned: day.planned, cells: week.windows.map((window) => cellOf(window.spans[n] ?? [])),
    })),
  };
}

/** Another week's roster on the days of this one; days that have passed stay. Windows are matched by id. */
export function copyInto(draft: RosterDraft, from: DutyWeek): void {
  const source = draftOf(from);
  draft.days.forEach((day, n) => {
    const other = source.days[n];
    if (day.past || other === undefined) return;
    day.planned = other.planned;
    day.cells = draft.windows.map((window) => other.cells[source.windows.indexOf(window)] ?? '');
  });
}

/** One day's roster on every later day of the week. */
export function spread(draft: RosterDraft, n: number): void {
  const source = draft.days[n];
  if (source === undefined) return;
  for (const day of draft.days.slice(n + 1)) {
    if (day.past) continue;
    day.planned = source.planned;
    day.cells = [...source.cells];
  }
}

const same = (left: readonly string[], right: readonly string[]): boolean => left.length === right.length && left.every((cell, n) => cell === right[n]);

/** The days to be set: those that differ from what is stored. */
export function changes(draft: RosterDraft, stored: DutyWeek): DutyDayWish[] {
  const before = draftOf(stored);
  return draft.days.flatMap((day, n): DutyDayWish[] => {
    const old = before.days[n];
    if (day.past || old === undefined) return [];
    if (!day.planned) return old.planned ? [{ day: day.day, windows: null }] : [];
    const cells = day.cells.map((cell) => cellOf(spansOf(cell)));
    if (old.planned && same(cells, old.cells)) return [];
    return [{
      day: day.day,
      windows: draft.windows.map((window, at) => ({ window, spans: spansOf(cells[at] ?? '') })).filter((one) => one.spans.length > 0),
    }];
  });
}

/** The Monday of the week `weeks` from the given day on, "2026-11-23". */
export function mondayFrom(day: string, weeks = 0): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7) + 7 * weeks);
  return date.toISOString().slice(0, 10);
}
