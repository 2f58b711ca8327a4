// SPDX-License-Identifier: Apache-2.0
import { http } from '../../bridge/http';
import { Cases } from '../../core/cases';

export const cases = new Cases(http);

const zone = { timeZone: 'Asia/Shanghai' } as const;
const moment = new Intl.DateTimeFormat('zh-CN', { ...zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const date = new Intl.DateTimeFormat('zh-CN', { ...zone, month: '2-digit', day: '2-digit' });

export const dateTime = (us: number): string => moment.format(us / 1000);
/** A place in a recording, minutes and seconds. */
export const recordingTime = (us: number): string => `${Math.floor(us / 60e6)}:${String(Math.floor(us / 1e6) % 60).padStart(2, '0')}`;
/** A deadline is the end of a day: the day is what one reads. */
export const lastDay = (us: number): string => date.format((us - 1) / 1000);
