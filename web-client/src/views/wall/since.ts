// SPDX-License-Identifier: Apache-2.0
// "09:41 起 12 分": when something began and how long it has been so, as short as a tile wants it.
import { timeOfDay } from '../../bridge/clock';

type Translate = (key: string, values: Record<string, unknown>) => string;

export function howLong(fromUs: number, nowUs: number, t: Translate): string {
  const minutes = Math.max(0, Math.floor((nowUs - fromUs) / 60e6));
  if (minutes < 60) return t('wall.minutes', { n: minutes });
  if (minutes < 24 * 60) return t('wall.hours', { h: Math.floor(minutes / 60), n: minutes % 60 });
  return t('wall.days', { n: Math.floor(minutes / (24 * 60)) });
}

export function since(fromUs: number, nowUs: number, t: Translate): string {
  const long = howLong(fromUs, nowUs, t);
  return nowUs - fromUs > 24 * 3600e6 ? long : t('wall.since', { time: timeOfDay(fromUs), long });
}
