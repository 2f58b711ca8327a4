// SPDX-License-Identifier: Apache-2.0
// Encodes stills beside the page, which goes on drawing the call meanwhile. A bitmap comes with its id; the answer has the
// same id, and null where this browser's workers cannot.
import type { Encoded } from '../core/capture/encoder';

interface Order {
  id: number;
  bitmap: ImageBitmap;
  quality: number;
}
interface Scope {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage: (answer: { id: number; encoded: Encoded | null }) => void;
}

const SMALL_WIDTH = 360;
const SMALL_QUALITY = 0.8;
const scope = self as unknown as Scope;

async function drawn(bitmap: ImageBitmap, width: number, quality: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, Math.max(1, Math.round((bitmap.height * width) / bitmap.width)));
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality });
}

scope.onmessage = async ({ data: { id, bitmap, quality } }) => {
  let encoded: Encoded | null = null;
  try {
    encoded = { picture: await drawn(bitmap, bitmap.width, quality), small: await drawn(bitmap, SMALL_WIDTH, SMALL_QUALITY) };
  } catch {
    // the page does it
  }
  bitmap.close();
  scope.postMessage({ id, encoded });
};
