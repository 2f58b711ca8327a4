// SPDX-License-Identifier: Apache-2.0
// The pointers of a call: where the others point, and ours told to them a few times a second.
import { onBeforeUnmount, shallowRef } from 'vue';

import { station } from '../../bridge/station';

export interface Place {
  x: number; // ten-thousandths of the upright picture, from 1
  y: number;
}

const EVERY_MS = 50;
const GONE_MS = 4000; // a line that broke leaves no pointer behind

export function usePointer(call: () => string | null) {
  const theirs = shallowRef<ReadonlyMap<string, Place>>(new Map());
  let sentMs = 0;
  let timer = 0;

  const stop = station.signalling.on('event', (event) => {
    if (event.event !== 'pointer.moved' || event.data.call !== call()) return;
    const { on, x, y } = event.data;
    const next = new Map(theirs.value);
    if (x === null || y === null) next.delete(on);
    else next.set(on, { x, y });
    theirs.value = next;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (theirs.value = new Map()), GONE_MS);
  });
  onBeforeUnmount(() => {
    stop();
    window.clearTimeout(timer);
  });

  function point(on: string, place: Place | null): void {
    const id = call();
    const nowMs = performance.now();
    if (id === null || station.signalling.state.kind !== 'open' || (place !== null && nowMs - sentMs < EVERY_MS)) return;
    sentMs = nowMs;
    void station.signalling.request('pointer.move', { call: id, on, ...(place ?? {}) }).catch(() => undefined);
  }

  return { theirs, point };
}
