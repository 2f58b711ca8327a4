// SPDX-License-Identifier: Apache-2.0
// Figures of calls over HTTP (docs/PROTOCOL-OFFICE.md, figures), and what a table, a chart and a CSV make of them.
import { flag, integer, listOf, object, orNull, text, type Infer } from './decode';

export const CAUSES = [
  'not_signed_in', 'connection_lost', 'not_displayed', 'not_answered', 'refused', 'away',
] as const;
export type Cause = (typeof CAUSES)[number];
export const GROUPINGS = ['window', 'hall', 'area', 'item'] as const;
export type Grouping = (typeof GROUPINGS)[number];
export const PERIODS = ['day', 'month', 'all'] as const;
export type Period = (typeof PERIODS)[number];

const figureRow = object({
  key: text, name: text, period: integer, calls: integer, answered: integer, cancelled: integer, refusals: integer,
  unanswered: integer, silent: integer, needless: integer, answer_p50_us: orNull(integer), answer_p95_us: orNull(integer), talk_mean_us: orNull(integer),
  causes: object({
    not_signed_in: integer, connection_lost: integer, not_displayed: integer, not_answered: integer,
    refused: integer, away: integer,
  }),
});
export const figures = object({ rows: listOf(figureRow), more: flag });
export type FigureRow = Infer<typeof figureRow>;

export interface FigureQuery {
  by: Grouping;
  period: Period;
  from_us: number;
  to_us: number;
}

/** Share of calls that were answered, 0-1; null where there was none. */
export function answerRate(row: Pick<FigureRow, 'calls' | 'answered'>): number | null {
  return row.calls === 0 ? null : row.answered / row.calls;
}

/** 20261124 -> 2026-11-24, 202611 -> 2026-11, 0 -> empty. */
export function periodText(period: number): string {
  const digits = String(period);
  if (digits.length === 8) return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  return digits.length === 6 ? `${digits.slice(0, 4)}-${digits.slice(4)}` : '';
}

/** First and last day of a month, 202611. */
export function monthDays(month: number): [string, string] {
  const last = new Date(Date.UTC(Math.floor(month / 100), month % 100, 0)).getUTCDate();
  return [`${periodText(month)}-01`, `${periodText(month)}-${String(last).padStart(2, '0')}`];
}

/** First and last day of a row's period, within what was asked: where its calls are found. */
export function daysOf(period: number, asked: readonly [string, string]): [string, string] {
  const name = periodText(period);
  if (name === '') return [...asked];
  const [from, to] = name.length === 7 ? monthDays(period) : [name, name];
  return [from < asked[0] ? asked[0] : from, to > asked[1] ? asked[1] : to];
}

const CALLERS: Record<Grouping, string> = { window: 'requester', hall: 'requester_hall', area: 'requester_area', item: 'item' };

/** What is counted: calls that are over; of an item those to the own areas. */
const counted = (by: Grouping): Record<string, string> => (by === 'item' ? { ended: '1', home: '1' } : { ended: '1' });

/** How the search for calls is asked for those behind a number of the row; `wanted`: which of them. */
export function callsBehind(
  row: Pick<FigureRow, 'key' | 'period'>, by: Grouping, asked: readonly [string, string], wanted: Record<string, string> = {},
): Record<string, string> {
  const [from, to] = daysOf(row.period, asked);
  const tried: Record<string, string> = by === 'window' || by === 'hall' ? { outcome: 'tried' } : {};
  return { from, to, ...counted(by), [by]: row.key, ...tried, ...wanted };
}

/** The same for its needless calls: whoever made them answers for them. */
export function needlessBehind(row: Pick<FigureRow, 'key' | 'period'>, by: Grouping, asked: readonly [string, string]): Record<string, string> {
  const [from, to] = daysOf(row.period, asked);
  return { from, to, ...counted(by), [CALLERS[by]]: row.key, mark: 'any' };
}

/** Spreadsheets of the offices take a text that begins with = + - @ for a formula: it gets an apostrophe. */
export function csvCell(value: string | number | null): string {
  const plain = value === null ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** RFC 4180, with the mark by which spreadsheets know UTF-8. */
export function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

export interface Series {
  periods: string[];
  calls: number[];
  answered: number[];
  unanswered: number[];
}

/** All groups together, by period: what the chart shows. */
export function series(rows: readonly FigureRow[]): Series {
  const sums = new Map<number, { calls: number; answered: number; unanswered: number }>();
  for (const row of rows) {
    const sum = sums.get(row.period) ?? { calls: 0, answered: 0, unanswered: 0 };
    sum.calls += row.calls;
    sum.answered += row.answered;
    sum.unanswered += row.unanswered;
    sums.set(row.period, sum);
  }
  const sorted = [...sums.entries()].sort(([left], [right]) => left - right);
  return {
    periods: sorted.map(([period]) => periodText(period)),
    calls: sorted.map(([, sum]) => sum.calls),
    answered: sorted.map(([, sum]) => sum.answered),
    unanswered: sorted.map(([, sum]) => sum.unanswered),
  };
}
