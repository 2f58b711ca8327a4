// SPDX-License-Identifier: Apache-2.0
// Marks on the live pictures of a call: ours sent to the others, theirs received; each goes after a while, since what lies
// under the camera moves on. They are over the picture, never in it; the recording has a marker when one was drawn.
import { ElMessage } from 'element-plus';
import 'element-plus/es/components/message/style/css';
import { onBeforeUnmount, shallowRef } from 'vue';

import { explain } from '../../bridge/failure';
import { station } from '../../bridge/station';
import type { Stroke } from '../../core/protocol';

const SEEN_MS = 8000;
const MOST = 50; // at once, of all; a side draws no more than three a second

interface LiveMark {
  on: string;
  participant: number;
  stroke: Stroke;
}

export function useLiveMarks(call: () => string, you: () => number) {
  const marks = shallowRef<readonly LiveMark[]>([]);
  const timers = new Set<number>();

  function drop(gone: (mark: LiveMark) => boolean): void {
    marks.value = marks.value.filter((each) => !gone(each));
  }

  function add(mark: LiveMark): void {
    marks.value = [...marks.value.slice(1 - MOST), mark];
    const timer = window.setTimeout(() => {
      timers.delete(timer);
      drop((each) => each === mark);
    }, SEEN_MS);
    timers.add(timer);
  }

  const stop = station.signalling.on('event', (event) => {
    if (event.event !== 'mark.shown' || event.data.call !== call()) return;
    const { on, participant, mark } = event.data;
    if (mark === null) drop((each) => each.on === on && each.participant === participant);
    else add({ on, participant, stroke: mark });
  });
  onBeforeUnmount(() => {
    stop();
    timers.forEach((each) => window.clearTimeout(each));
  });

  /** Seen here at once; what the others do not get is taken back, and said. */
  function draw(on: string, stroke: Stroke): void {
    const mark = { on, participant: you(), stroke };
    add(mark);
    station.signalling.request('mark.show', { call: call(), on, mark: stroke }).catch((error: unknown) => {
      drop((each) => each === mark);
      ElMessage.warning(explain(error));
    });
  }

  function wipe(on: string): void {
    const own = (each: LiveMark) => each.on === on && each.participant === you();
    if (!marks.value.some(own)) return;
    drop(own);
    void station.signalling.request('mark.show', { call: call(), on }).catch(() => undefined); // they go by themselves too
  }

  return { marksOn: (on: string): Stroke[] => marks.value.filter((each) => each.on === on).map((each) => each.stroke), draw, wipe };
}
