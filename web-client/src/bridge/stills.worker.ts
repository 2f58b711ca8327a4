// SPDX-License-Identifier: Apache-2.0
// Encodes stills beside the page, which goes on drawing the call meanwhile. A frame comes with its id; the answers have the
// same id: the small picture as soon as it is there, then the whole one, or null where this browser's workers cannot.
import type { Answer, Frame } from '../core/capture/encoder';

interface Order {
  id: number;
  frame: Frame;
  quality: number;
}
interface Scope {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage: (answer: Answer) => void;
}

const SMALL_WIDTH = 360;
const SMALL_QUALITY = 0.8;
const KEEP_MS = 60000; // between two pages of a pile; 13 Mpx are 52 MB
const scope = self as unknown as Scope;
const easel = new OffscreenCanvas(1, 1);
let last: Promise<void> = Promise.resolve();
let clearing: ReturnType<typeof setTimeout> | undefined;

function draw(on: OffscreenCanvas, from: Frame | OffscreenCanvas, width: number, height: number): void {
  if (on.width !== width || on.height !== height) Object.assign(on, { width, height });
  const context = on.getContext('2d', { alpha: false, willReadFrequently: true }); // of each still once: no way through a graphics card and back
  if (context === null) throw new Error('no canvas');
  context.drawImage(from, 0, 0, width, height);
}

/** In full size, where the still before it was: memory the browser has to fetch anew takes as long as drawing. */
function keep(frame: Frame): void {
  clearTimeout(clearing);
  clearing = setTimeout(() => Object.assign(easel, { width: 1, height: 1 }), KEEP_MS);
  try {
    if ('displayWidth' in frame) draw(easel, frame, frame.displayWidth, frame.displayHeight);
    else draw(easel, frame, frame.width, frame.height);
  } finally {
    frame.close(); // the camera has its place again
  }
}

async function encode({ id, frame, quality }: Order): Promise<void> {
  keep(frame);
  const little = new OffscreenCanvas(1, 1);
  draw(little, easel, SMALL_WIDTH, Math.max(1, Math.round((easel.height * SMALL_WIDTH) / easel.width)));
  scope.postMessage({ id, small: await little.convertToBlob({ type: 'image/jpeg', quality: SMALL_QUALITY }) });
  scope.postMessage({ id, picture: await easel.convertToBlob({ type: 'image/jpeg', quality }) });
}

// One after the other, on one canvas.
scope.onmessage = ({ data }) => {
  last = last.then(() => encode(data)).catch(() => scope.postMessage({ id: data.id, picture: null })); // the page does it
};
