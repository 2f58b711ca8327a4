// SPDX-License-Identifier: Apache-2.0
// The browser's part of core/capture: drawing, encoding, and small grey pictures for continuous shooting.
import { StillEncoder, type Frame } from '../core/capture/encoder';
import type { StillPorts } from '../core/capture/still';

const JPEG_QUALITY = 0.95; // text edges stay clean; 13 Mpx come to some 4 MB
const WATCH_WIDTH = 96;
const WATCH_HEIGHT = 72;

interface ImageCaptureClass {
  new (track: MediaStreamTrack): ReturnType<NonNullable<StillPorts['imageCapture']>>;
}

function canvasOf(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: width === WATCH_WIDTH });
  if (context === null) throw new Error('no canvas');
  return [canvas, context];
}

function jpeg(canvas: HTMLCanvasElement, quality = JPEG_QUALITY): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('not encoded')) : resolve(blob)), 'image/jpeg', quality);
  });
}

/** The picture in the same size, as good as it may be in so many bytes. */
export async function fittingInto(picture: Blob, bytes: number): Promise<Blob> {
  if (picture.size <= bytes) return picture;
  const bitmap = await createImageBitmap(picture);
  const [canvas, context] = canvasOf(bitmap.width, bitmap.height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  for (const quality of [0.9, 0.75, 0.5, 0.25]) {
    const smaller = await jpeg(canvas, quality);
    if (smaller.size <= bytes) return smaller;
  }
  throw new Error('too large');
}

async function videoOf(track: MediaStreamTrack): Promise<HTMLVideoElement> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  return video;
}

const Capture = (globalThis as unknown as { ImageCapture?: ImageCaptureClass }).ImageCapture;

const encoder = new StillEncoder({
  ...(typeof OffscreenCanvas === 'undefined' ? {} : { make: () => new Worker(new URL('./stills.worker.ts', import.meta.url), { type: 'module' }) }),
  byPage: (frame) => {
    const { width, height } = 'displayWidth' in frame ? { width: frame.displayWidth, height: frame.displayHeight } : frame;
    const [canvas, context] = canvasOf(width, height);
    context.drawImage(frame, 0, 0);
    return jpeg(canvas);
  },
  quality: JPEG_QUALITY,
});

export const stillPorts: StillPorts = {
  ...(Capture === undefined ? {} : { imageCapture: (track: MediaStreamTrack) => new Capture(track) }),
  encode: (bitmap) => encoder.encode(bitmap),
  prepare: () => encoder.prepare(),
  writesFrames: new Set<string>(),
  draw: async (track) => {
    const video = await videoOf(track);
    try {
      const [canvas, context] = canvasOf(video.videoWidth, video.videoHeight);
      context.drawImage(video, 0, 0);
      return await jpeg(canvas);
    } finally {
      video.srcObject = null;
    }
  },
};

/** What a playing video shows now, for the encoder. null: nothing yet, or nobody sees it, and it may be long ago. */
export async function frameOf(video: HTMLVideoElement | null): Promise<Frame | null> {
  if (video === null || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || document.visibilityState !== 'visible') return null;
  return typeof VideoFrame === 'undefined' ? createImageBitmap(video) : new VideoFrame(video);
}

/** What a playing video shows now. */
export function stillOf(video: HTMLVideoElement): Promise<Blob> {
  const [canvas, context] = canvasOf(video.videoWidth, video.videoHeight);
  context.drawImage(video, 0, 0);
  return jpeg(canvas);
}

/** Small grey pictures of a playing video, for core/capture/motion.ts. */
export function greyEye(): (video: HTMLVideoElement) => Uint8Array {
  const [, context] = canvasOf(WATCH_WIDTH, WATCH_HEIGHT);
  return (video) => {
    context.drawImage(video, 0, 0, WATCH_WIDTH, WATCH_HEIGHT);
    const { data } = context.getImageData(0, 0, WATCH_WIDTH, WATCH_HEIGHT);
    const grey = new Uint8Array(WATCH_WIDTH * WATCH_HEIGHT);
    for (let i = 0; i < grey.length; i++) {
      grey[i] = ((data[4 * i] ?? 0) * 77 + (data[4 * i + 1] ?? 0) * 150 + (data[4 * i + 2] ?? 0) * 29) >> 8;
    }
    return grey;
  };
}
