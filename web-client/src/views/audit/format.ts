// SPDX-License-Identifier: Apache-2.0
// Times as the offices read them: Asia/Shanghai, whatever the PC's zone is.

const SHANGHAI_OFFSET_US = 8 * 3600 * 1e6; // no daylight saving since 1991

export { dateTimeWithSeconds as dateTime } from '../../core/moments';

/** A calendar day ("2026-11-22") of Asia/Shanghai as its first microsecond. */
export function dayStartUs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) * 1000 - SHANGHAI_OFFSET_US;
}

export const DAY_US = 86_400 * 1e6;

/** The calendar day of Asia/Shanghai in which a moment lies. */
export function dayOf(at_us: number): string {
  return new Date((at_us + SHANGHAI_OFFSET_US) / 1000).toISOString().slice(0, 10);
}

export function bytesText(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
