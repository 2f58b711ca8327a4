// SPDX-License-Identifier: Apache-2.0
// Zoom, pan and rotation of a picture in a frame. Pure: the component keeps the value and draws it.
export interface Size {
  width: number;
  height: number;
}

export interface Viewport {
  /** Screen pixels per picture pixel; null fits the picture into the frame. */
  scale: number | null;
  /** Centre of the picture relative to the centre of the frame, screen pixels. */
  x: number;
  y: number;
  /** 0, 90, 180, 270 clockwise. */
  rotation: number;
}

/** The same look at another picture: how many times as large as fitted, and the middle in widths and heights of the picture. */
export interface Look {
  zoom: number;
  x: number;
  y: number;
}

export const fitted: Viewport = { scale: null, x: 0, y: 0, rotation: 0 };
export const STEP = 1.25;
const LARGEST = 8;

/** The picture's size as it stands after rotation. */
export function upright(picture: Size, rotation: number): Size {
  return rotation % 180 === 0 ? picture : { width: picture.height, height: picture.width };
}

export function fitScale(frame: Size, picture: Size, rotation: number): number {
  const { width, height } = upright(picture, rotation);
  if (width <= 0 || height <= 0) return 1;
  return Math.min(frame.width / width, frame.height / height);
}

export function scaleOf(view: Viewport, frame: Size, picture: Size): number {
  return view.scale ?? fitScale(frame, picture, view.rotation);
}

/** No further out than fitted, no further in than can be useful; and never out of sight. */
function held(view: Viewport, frame: Size, picture: Size): Viewport {
  const fit = fitScale(frame, picture, view.rotation);
  const scale = Math.min(Math.max(view.scale ?? fit, Math.min(fit, 1)), Math.max(LARGEST, fit));
  if (scale <= fit) return { ...view, scale: view.scale === null || scale === fit ? null : scale, x: 0, y: 0 };
  const { width, height } = upright(picture, view.rotation);
  const reach = (inside: number, outside: number) => Math.max(0, (inside * scale - outside) / 2);
  const clamp = (value: number, most: number) => Math.min(most, Math.max(-most, value));
  return { ...view, scale, x: clamp(view.x, reach(width, frame.width)), y: clamp(view.y, reach(height, frame.height)) };
}

/** Zooms by `factor`, keeping the point (px, py), relative to the centre of the frame, where it is. */
export function zoom(view: Viewport, factor: number, frame: Size, picture: Size, px = 0, py = 0): Viewport {
  const before = scaleOf(view, frame, picture);
  const after = scaleOf(held({ ...view, scale: before * factor }, frame, picture), frame, picture);
  const ratio = after / before;
  return held({ ...view, scale: after, x: px - (px - view.x) * ratio, y: py - (py - view.y) * ratio }, frame, picture);
}

export function actualSize(view: Viewport, frame: Size, picture: Size): Viewport {
  return zoom(view, 1 / scaleOf(view, frame, picture), frame, picture);
}

export function fit(view: Viewport): Viewport {
  return { ...view, scale: null, x: 0, y: 0 };
}

export function pan(view: Viewport, dx: number, dy: number, frame: Size, picture: Size): Viewport {
  return held({ ...view, x: view.x + dx, y: view.y + dy }, frame, picture);
}

/** So that a page is read upright whose print lies sideways; pressed again, the other way round. */
export function setUpright(view: Viewport, turn: number): Viewport {
  return { ...fit(view), rotation: liesUpright(view, turn) ? (view.rotation + 180) % 360 : turn };
}

export function liesUpright(view: Viewport, turn: number): boolean {
  return (view.rotation - turn + 360) % 180 === 0;
}

export function rotate(view: Viewport): Viewport {
  return { ...fit(view), rotation: (view.rotation + 90) % 360 };
}

export function lookOf(view: Viewport, frame: Size, picture: Size): Look {
  const scale = scaleOf(view, frame, picture);
  const { width, height } = upright(picture, view.rotation);
  if (width <= 0 || height <= 0) return { zoom: 1, x: 0, y: 0 };
  return { zoom: scale / fitScale(frame, picture, view.rotation), x: view.x / (width * scale), y: view.y / (height * scale) };
}

export function looking(view: Viewport, look: Look, frame: Size, picture: Size): Viewport {
  const scale = look.zoom * fitScale(frame, picture, view.rotation);
  const { width, height } = upright(picture, view.rotation);
  return held({ ...view, scale: look.zoom === 1 ? null : scale, x: look.x * width * scale, y: look.y * height * scale }, frame, picture);
}
