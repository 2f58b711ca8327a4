// SPDX-License-Identifier: Apache-2.0
// The time as screens show it: the server's clock, Asia/Shanghai, once per second.
import { onBeforeUnmount, ref, type Ref } from 'vue';

import { station } from './station';

const ZONE = 'Asia/Shanghai';
const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const clockSeconds = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
});

/** Microseconds, renewed every `everyMs`. */
export function useNowUs(everyMs = 1000): Ref<number> {
  const now = ref(station.nowUs());
  const timer = window.setInterval(() => (now.value = station.nowUs()), everyMs);
  onBeforeUnmount(() => window.clearInterval(timer));
  return now;
}

export function timeOfDay(us: number): string {
  return clock.format(us / 1000);
}

export function timeOfDayWithSeconds(us: number): string {
  return clockSeconds.format(us / 1000);
}

/** 00:03:12 */
export function duration(us: number): string {
  const seconds = Math.max(0, Math.floor(us / 1e6));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
