// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { StillCamera, type StillPorts } from '../../src/core/capture/still';

const track = (width = 1920, height = 1080, readyState = 'live', muted = false) =>
  ({ readyState, muted, getSettings: () => ({ width, height, deviceId: 'desk' }) }) as unknown as MediaStreamTrack;
const blob = (text: string) => new Blob([text]);
const bitmap = () => ({ close: () => undefined }) as unknown as ImageBitmap;

interface Camera {
  max?: [number, number];
  photo?: () => Promise<Blob>;
  frame?: () => Promise<ImageBitmap>;
}

function ports(camera: Camera | null): StillPorts & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    ...(camera === null
      ? {}
      : {
          imageCapture: () => ({
            getPhotoCapabilities: () =>
              Promise.resolve({ imageWidth: { max: camera.max?.[0] ?? 0 }, imageHeight: { max: camera.max?.[1] ?? 0 } }),
            takePhoto: (settings) => {
              asked.push(`photo ${String(settings?.imageWidth)}`);
              return camera.photo?.() ?? Promise.reject(new Error('photo'));
            },
            grabFrame: () => {
              asked.push('frame');
              return camera.frame?.() ?? Promise.reject(new Error('frame'));
            },
          }),
        }),
    encode: () => Promise.resolve({ picture: Promise.resolve(blob('encoded')), small: blob('small') }),
    prepare: () => undefined,
    writesFrames: new Set(),
    draw: () => {
      asked.push('draw');
      return Promise.resolve(blob('drawn'));
    },
  };
}

describe('a still', () => {
  test('is the camera\'s own photo at its largest size', async () => {
    const all = ports({ max: [4160, 3120], photo: () => Promise.resolve(blob('photo')) });
    expect((await new StillCamera(track(), all).take()).way).toBe('photo');
    expect(all.asked).toEqual(['photo 4160']);
  });

  test('is the frame where the photo would be smaller', async () => {
    const all = ports({ max: [1920, 1080], photo: () => Promise.resolve(blob('photo')), frame: () => Promise.resolve(bitmap()) });
    expect((await new StillCamera(track(4160, 3120), all).take()).way).toBe('frame');
    expect(all.asked).toEqual(['frame']);
  });

  test('is the frame where the browser only wrote it as PNG, known from the first photo on', async () => {
    const png = () => Promise.resolve(new Blob(['photo'], { type: 'image/png' }));
    const all = ports({ max: [1920, 1080], photo: png, frame: () => Promise.resolve(bitmap()) });
    const first = new StillCamera(track(), all);
    expect([(await first.take()).way, (await first.take()).way, (await new StillCamera(track(), all).take()).way]).toEqual(['photo', 'frame', 'frame']);
    expect(all.asked).toEqual(['photo 1920', 'frame', 'frame']);
  });

  test('is the photo, PNG or not, where the camera has a larger one', async () => {
    const all = ports({ max: [4160, 3120], photo: () => Promise.resolve(new Blob(['photo'], { type: 'image/png' })) });
    const camera = new StillCamera(track(), all);
    expect([(await camera.take()).way, (await camera.take()).way]).toEqual(['photo', 'photo']);
  });

  test('is the frame that is shown, without waiting for the next', async () => {
    const all = ports({ max: [1920, 1080] });
    expect((await new StillCamera(track(4160, 3120), all, () => Promise.resolve(bitmap())).take()).way).toBe('frame');
    expect(all.asked).toEqual([]);
  });

  test('is the next frame where nothing is shown, or a camera that stands still', async () => {
    const all = ports({ max: [1920, 1080], frame: () => Promise.resolve(bitmap()) });
    await new StillCamera(track(4160, 3120), all, () => Promise.resolve(null)).take();
    await new StillCamera(track(4160, 3120, 'live', true), all, () => Promise.reject(new Error('an old frame'))).take();
    expect(all.asked).toEqual(['frame', 'frame']);
  });

  test('is the frame that is shown where the browser has no ImageCapture', async () => {
    expect((await new StillCamera(track(), ports(null), () => Promise.resolve(bitmap())).take()).way).toBe('frame');
  });

  test('is drawn where the browser has no ImageCapture and nothing is shown', async () => {
    expect((await new StillCamera(track(), ports(null)).take()).way).toBe('canvas');
  });

  test('does not try a way twice that failed', async () => {
    const all = ports({ max: [4160, 3120] });
    const camera = new StillCamera(track(), all);
    await camera.take();
    await camera.take();
    expect(all.asked).toEqual(['photo 4160', 'frame', 'draw', 'draw']);
  });

  test('fails at once when the camera is gone', async () => {
    const all = ports({ max: [4160, 3120] });
    await expect(new StillCamera(track(1920, 1080, 'ended'), all).take()).rejects.toThrow('photo');
    expect(all.asked).toEqual(['photo 4160']);
  });
});
