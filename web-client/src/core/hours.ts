// SPDX-License-Identifier: Apache-2.0
// Office hours of a hall as a week of days while they are being edited. They travel and are stored as one text,
// "1-5 08:30-12:00 14:30-17:30; 6 09:00-12:00" (docs/PROTOCOL-OFFICE.md, Administration); Monday is 1.

export const WEEKDAYS = 7;

/** "08:30", or what somebody is typing. */
export interface HoursSpan { from: string; to: string }
/** Seven days, Monday first; a day without spans is closed. */
export type HoursWeek = HoursSpan[][];
export type HoursFault = 'form' | 'order' | 'overlap';

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$|^24:00$/u;
const DAYS = /^([1-7])(?:-([1-7]))?$/u;

/** Minutes from midnight; null: no such time. */
export function minuteOfDay(text: string): number | null {
  if (!TIME.test(text)) return null;
  const [hour = '', minute = ''] = text.split(':');
  return Number(hour) * 60 + Number(minute);
}

/** What somebody types ("830", "8：30", "14") as a time; what is not understood stays. */
export function timeTyped(text: string): string {
  const found = /^(\d{1,2})[:：.]?(\d{2})?$/u.exec(text.trim());
  if (found === null) return text.trim();
  const [, hour = '', minute = '00'] = found;
  const time = `${hour.padStart(2, '0')}:${minute}`;
  return minuteOfDay(time) === null ? text.trim() : time;
}

/** Null: the text is none of that form. */
export function hoursOf(text: string): HoursWeek | null {
  const week: HoursWeek = Array.from({ length: WEEKDAYS }, () => []);
  for (const part of text.split(';')) {
    const [days, ...spans] = part.split(' ').filter((word) => word !== '');
    if (days === undefined) continue;
    const found = DAYS.exec(days);
    if (found === null || spans.length === 0) return null;
    const first = Number(found[1]), last = Number(found[2] ?? found[1]);
    for (const span of spans) {
      const [from = '', to = '', rest] = span.split('-');
      if (rest !== undefined || minuteOfDay(from) === null || minuteOfDay(to) === null) return null;
      for (let day = first; day <= last; day++) week[day - 1]?.push({ from, to });
    }
  }
  return week;
}

const spansText = (day: readonly HoursSpan[]): string => day.map((span) => `${span.from}-${span.to}`).join(' ');

/** Days that follow each other with the same hours, 1 to 7; closed ones are left out. */
export interface HoursDays { first: number; last: number; spans: readonly HoursSpan[] }

export function sameDays(week: HoursWeek): HoursDays[] {
  const found: HoursDays[] = [];
  for (let first = 0; first < WEEKDAYS;) {
    const spans = week[first] ?? [];
    let last = first;
    while (last + 1 < WEEKDAYS && spansText(week[last + 1] ?? []) === spansText(spans)) last++;
    if (spans.length > 0) found.push({ first: first + 1, last: last + 1, spans });
    first = last + 1;
  }
  return found;
}

/** As the server tells them. */
export function hoursText(week: HoursWeek): string {
  return sameDays(week).map(({ first, last, spans }) => `${first}${last > first ? `-${last}` : ''} ${spansText(spans)}`).join('; ');
}

/** The first thing wrong with a day. */
export function dayFault(day: readonly HoursSpan[]): HoursFault | null {
  const spans = day.map((span) => ({ from: minuteOfDay(span.from), to: minuteOfDay(span.to) }));
  const known = spans.flatMap(({ from, to }) => (from === null || to === null ? [] : [{ from, to }]));
  if (known.length < spans.length) return 'form';
  if (known.some(({ from, to }) => from >= to)) return 'order';
  const ordered = [...known].sort((left, right) => left.from - right.from);
  return ordered.some(({ from }, n) => from < (ordered[n - 1]?.to ?? 0)) ? 'overlap' : null;
}

/** One day's hours on others. */
export function copyDay(week: HoursWeek, from: number, to: readonly number[]): void {
  const source = week[from] ?? [];
  for (const day of to) week[day] = source.map((span) => ({ ...span }));
}

/** The span one would add next: the afternoon behind a morning, else after the last one. */
export function nextSpan(day: readonly HoursSpan[]): HoursSpan {
  const last = day[day.length - 1];
  if (last === undefined) return { from: '08:30', to: '12:00' };
  return (minuteOfDay(last.to) ?? 0) <= 14 * 60 ? { from: '14:30', to: '17:30' } : { from: last.to, to: '' };
}
