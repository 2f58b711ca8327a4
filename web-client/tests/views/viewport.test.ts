// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { actualSize, fit, fitted, liesUpright, looking, lookOf, pan, rotate, scaleOf, setUpright, STEP, zoom } from '../../src/views/call/viewport';

const frame = { width: 1000, height: 600 };
const paper = { width: 1920, height: 1080 };

test('fitted shows the whole picture, also turned', () => {
  expect(scaleOf(fitted, frame, paper)).toBeCloseTo(1000 / 1920);
  expect(scaleOf(rotate(fitted), frame, paper)).toBeCloseTo(600 / 1920);
  expect(rotate(rotate(rotate(rotate(fitted)))).rotation).toBe(0);
});

test('a page that lies sideways is set upright, and the other way round when that was wrong', () => {
  expect(liesUpright(fitted, 270)).toBe(false);
  const once = setUpright({ ...fitted, scale: 2, x: 5 }, 270);
  expect(once).toEqual({ scale: null, x: 0, y: 0, rotation: 270 });
  expect(liesUpright(once, 270)).toBe(true);
  expect(setUpright(once, 270).rotation).toBe(90);
  expect(setUpright(rotate(once), 270).rotation).toBe(270);
});

test('zooming keeps the point under the pointer', () => {
  const at = (view: typeof fitted, px: number) => (px - view.x) / scaleOf(view, frame, paper);
  const once = zoom(fitted, 2, frame, paper, 200, 0);
  const twice = zoom(once, 2, frame, paper, 200, 0);
  expect(at(twice, 200)).toBeCloseTo(at(once, 200));
});

test('no further out than fitted and no further in than eight times', () => {
  let view = fitted;
  for (let i = 0; i < 40; i++) view = zoom(view, STEP, frame, paper);
  expect(view.scale).toBe(8);
  for (let i = 0; i < 40; i++) view = zoom(view, 1 / STEP, frame, paper);
  expect(view).toMatchObject({ scale: null, x: 0, y: 0 });
});

test('one picture pixel on one screen pixel, also for a picture smaller than the frame', () => {
  expect(actualSize(fitted, frame, paper).scale).toBe(1);
  expect(actualSize(fitted, frame, { width: 320, height: 240 }).scale).toBe(1);
  expect(fit(actualSize(fitted, frame, paper)).scale).toBeNull();
});

test('the picture cannot be dragged out of sight', () => {
  const close = actualSize(fitted, frame, paper);
  expect(pan(close, 5000, -5000, frame, paper)).toMatchObject({ x: 460, y: -240 });
  expect(pan(fitted, 50, 50, frame, paper)).toMatchObject({ x: 0, y: 0 });
});

test('a picture or frame without a size does no harm', () => {
  expect(scaleOf(fitted, frame, { width: 0, height: 0 })).toBe(1);
  expect(Number.isFinite(zoom(fitted, STEP, { width: 0, height: 0 }, paper).x)).toBe(true);
});

test('the same part of another picture of another size, in another frame', () => {
  const small = { width: paper.width / 2, height: paper.height / 2 };
  const view = pan(zoom(fitted, 4, frame, paper), 60, -30, frame, paper);
  const other = looking(fitted, lookOf(view, frame, paper), frame, small);
  expect(other.x).toBeCloseTo(view.x);
  expect(other.y).toBeCloseTo(view.y);
  expect(scaleOf(other, frame, small)).toBeCloseTo(2 * scaleOf(view, frame, paper));
  expect(looking(other, lookOf(fitted, frame, paper), frame, small)).toMatchObject({ scale: null, x: 0, y: 0 });
});
