// SPDX-License-Identifier: Apache-2.0
// Moments as the offices read them: Asia/Shanghai, whatever the PC's zone is, and written as "2026-11-22 08:30".

const MINUTES = {
  timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
} as const;
const minutes = new Intl.DateTimeFormat('zh-CN', MINUTES);
const seconds = new Intl.DateTimeFormat('zh-CN', { ...MINUTES, second: '2-digit' });

const written = (format: Intl.DateTimeFormat, us: number): string => format.format(us / 1000).replace(/\//g, '-');

export const dateTime = (us: number): string => written(minutes, us);
export const dateTimeWithSeconds = (us: number): string => written(seconds, us);
