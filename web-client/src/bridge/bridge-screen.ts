// SPDX-License-Identifier: Apache-2.0
// The browser's part of core/capture/bridge-cameras.ts: a canvas nobody sees, whose pictures are tracks.
import type { Screen } from '../core/capture/bridge-cameras';

const FRAMES_A_SECOND = 5;
const MOST_PX = 4096; // a side of a small picture, by far

export function makeScreen(): Screen {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  return {
    draw: async (picture) => {
      const bitmap = await createImageBitmap(picture);
      const { width, height } = bitmap;
      if (width > MOST_PX || height > MOST_PX) {
        bitmap.close();
        throw new Error('too large');
      }
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      context.drawImage(bitmap, 0, 0);
      bitmap.close();
    },
    track: () => {
      const [track] = canvas.captureStream(FRAMES_A_SECOND).getVideoTracks();
      if (track === undefined) throw new Error('no track');
      return track;
    },
    end: (track) => {
      track.stop(); // which tells nobody
      track.dispatchEvent(new Event('ended'));
    },
  };
}
