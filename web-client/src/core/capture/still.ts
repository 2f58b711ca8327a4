// SPDX-License-Identifier: Apache-2.0
// A still of the document camera at the largest size it has, by the best way the browser knows:
//
//   takePhoto (the camera's own still) -> grabFrame (the frame just shown) -> canvas (Firefox has no ImageCapture)
//
// A way that fails is not tried again on this camera; what came out is always one encoded picture.

export type StillWay = 'photo' | 'frame' | 'canvas';

export interface Still {
  picture: Blob;
  way: StillWay;
}

/** What still.ts needs of the page; the types of ImageCapture are not in every TypeScript library. */
export interface StillPorts {
  /** Absent where the browser has none. */
  imageCapture?: (track: MediaStreamTrack) => {
    getPhotoCapabilities(): Promise<{ imageWidth?: { max: number }; imageHeight?: { max: number } }>;
    takePhoto(settings?: { imageWidth?: number; imageHeight?: number }): Promise<Blob>;
    grabFrame(): Promise<ImageBitmap>;
  };
  /** Encodes a bitmap as JPEG of high quality. */
  encode(bitmap: ImageBitmap): Promise<Blob>;
  /** The newest frame of a track, drawn and encoded. */
  draw(track: MediaStreamTrack): Promise<Blob>;
}

/** Asked of the camera: browsers give the largest size at or below it. */
export const LARGEST = { width: { ideal: 8192 }, height: { ideal: 8192 }, frameRate: { ideal: 10 } } as const;

const SHORTFALL = 0.95; // a photo this much smaller than the running picture is no gain

export class StillCamera {
  private readonly failed = new Set<StillWay>();
  private most: { width: number; height: number } | null = null;

  constructor(
    readonly track: MediaStreamTrack,
    private readonly ports: StillPorts,
  ) {}

  /** Asks the camera beforehand what it can do, which takes some a tenth of a second. */
  async prepare(): Promise<void> {
    await this.largestPhoto().catch(() => undefined);
  }

  async take(): Promise<Still> {
    let trouble: unknown;
    for (const way of ['photo', 'frame', 'canvas'] as const) {
      if (this.failed.has(way)) continue;
      try {
        const picture = await this.by(way);
        if (picture !== null && picture.size > 0) return { picture, way };
        this.failed.add(way);
      } catch (error) {
        trouble = error;
        if (this.track.readyState !== 'live') break; // no way helps a camera that is gone
        if (way !== 'canvas') this.failed.add(way); // the last way may work again
      }
    }
    throw trouble instanceof Error ? trouble : new Error('no still');
  }

  /** null: this browser does not know the way, or it gives less than the next one. */
  private async by(way: StillWay): Promise<Blob | null> {
    if (way === 'canvas') return this.ports.draw(this.track);
    const capture = this.ports.imageCapture?.(this.track);
    if (capture === undefined) return null;
    if (way === 'frame') {
      const bitmap = await capture.grabFrame();
      try {
        return await this.ports.encode(bitmap);
      } finally {
        bitmap.close();
      }
    }
    const most = await this.largestPhoto();
    const running = this.track.getSettings();
    const area = (running.width ?? 0) * (running.height ?? 0);
    if (most.width * most.height < area * SHORTFALL) return null;
    return capture.takePhoto({ imageWidth: most.width, imageHeight: most.height });
  }

  private async largestPhoto(): Promise<{ width: number; height: number }> {
    if (this.most !== null) return this.most;
    const { imageWidth, imageHeight } = (await this.ports.imageCapture?.(this.track).getPhotoCapabilities()) ?? {};
    return (this.most = { width: imageWidth?.max ?? 0, height: imageHeight?.max ?? 0 });
  }
}
