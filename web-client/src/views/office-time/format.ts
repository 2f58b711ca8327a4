// SPDX-License-Identifier: Apache-2.0
// Times of the office, which are those of Asia/Shanghai wherever the browser is.
const OFFSET_MS = 8 * 3600 * 1000;

/** "2026-11-24 08:30" */
export const minuteOf = (us: number): string => new Date(us / 1000 + OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');

/** The other way round; NaN: not such a time. */
export const microsecondsOf = (minute: string): number => Date.parse(`${minute.replace(' ', 'T')}:00+08:00`) * 1000;

export const today = (): string => minuteOf(Date.now() * 1000).slice(0, 10);
