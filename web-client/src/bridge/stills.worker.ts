// SPDX-License-Identifier: Apache-2.0
// Encodes stills beside the page, which goes on drawing the call meanwhile. A frame comes with its id; the answer has the
// same id, and null where this browser's workers cannot.
import type { Encoded, Frame } from '../core/capture/encoder';

interface Order {
  id: number;
  frame: Frame;
  quality: number;
}
interface Scope {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage: (answer: { id: number; encoded: Encoded | null }) => void;
}

const SMALL_WIDTH = 360;
const SMALL_QUALITY = 0.8;
const scope = self as unknown as Scope;

function drawn(from: Frame | OffscreenCanvas, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('no canvas');
  context.drawImage(from, 0, 0, width, height);
  return canvas;
}

async function encode(frame: Frame, quality: number): Promise<Encoded> {
  const { width, height } = 'displayWidth' in frame ? { width: frame.displayWidth, height: frame.displayHeight } : frame;
  const whole = drawn(frame, width, height);
  const little = drawn(whole, SMALL_WIDTH, Math.max(1, Math.round((height * SMALL_WIDTH) / width)));
  const [picture, small] = await Promise.all([
    whole.convertToBlob({ type: 'image/jpeg', quality }),
    little.convertToBlob({ type: 'image/jpeg', quality: SMALL_QUALITY }),
  ]);
  return { picture, small };
}

scope.onmessage = async ({ data: { id, frame, quality } }) => {
  const encoded = await encode(frame, quality).catch(() => null); // the page does it
  frame.close();
  scope.postMessage({ id, encoded });
};
