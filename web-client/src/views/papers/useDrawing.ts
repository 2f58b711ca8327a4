// SPDX-License-Identifier: Apache-2.0
// Boxes, arrows and lines drawn over a picture, a captured page or a live one: tool in hand, what is being drawn, and how
// it looks. The element that is drawn on is as large as the picture and turned with it, so places are the picture's own.
import { ref, shallowRef } from 'vue';

import type { Stroke } from '../../core/protocol';
import type { Place } from './usePointer';

export type Shape = Stroke['shape'];
export const SHAPES: readonly Shape[] = ['box', 'arrow', 'line'];
const POINTS_MAX = 256; // of a line, by the protocol

/** Where on the picture; null while it has no size. */
export function placeIn(event: PointerEvent, size: { width: number; height: number }): Place | null {
  if (size.width === 0) return null;
  const unit = (value: number, whole: number) => Math.min(10000, Math.max(1, Math.round((10000 * value) / whole)));
  return { x: unit(event.offsetX, size.width), y: unit(event.offsetY, size.height) };
}

/** For a path in a view box of 10000 by 10000. */
export function pathOf({ shape, points }: Stroke): string {
  const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = points;
  if (shape === 'box') return `M${x1} ${y1}H${x2}V${y2}H${x1}Z`;
  if (shape === 'line') return `M${points.map(([x = 0, y = 0]) => `${x} ${y}`).join('L')}`;
  const turn = Math.atan2(y2 - y1, x2 - x1);
  const barb = (by: number) => `M${x2} ${y2}L${x2 - 300 * Math.cos(turn + by)} ${y2 - 300 * Math.sin(turn + by)}`;
  return `M${x1} ${y1}L${x2} ${y2}${barb(0.5)}${barb(-0.5)}`;
}

export function useDrawing(finished: (stroke: Stroke) => void) {
  const tool = ref<Shape | null>(null);
  /** Null: nothing that could be seen yet. */
  const drawn = shallowRef<Stroke | null>(null);
  let points: number[][] = [];

  function begin({ x, y }: Place): void {
    points = [[x, y]];
  }

  function move({ x, y }: Place): void {
    const [first] = points;
    if (first === undefined || tool.value === null) return;
    points = tool.value === 'line' ? [...points.slice(0, POINTS_MAX - 1), [x, y]] : [first, [x, y]];
    drawn.value = { shape: tool.value, points };
  }

  function end(): void {
    const stroke = drawn.value;
    drop();
    if (stroke !== null) finished(stroke);
  }

  function drop(): void {
    points = [];
    drawn.value = null;
  }

  return { tool, drawn, begin, move, end, drop, take: (shape: Shape) => (tool.value = tool.value === shape ? null : shape) };
}
