// SPDX-License-Identifier: Apache-2.0
// A still of the document camera at the largest size it has, by the best way the browser knows:
//
//   takePhoto (the camera's own still) -> the frame that is shown, else the next one (grabFrame) -> canvas
//
// The frame that is shown is what the person who pressed has seen, and is there at once; the next one is waited for. A way that fails is not tried again on this camera; what came out is always one encoded picture. Of a camera whose
// pictures come as JPEG the browser hands on the photo as it is. Of another it writes the running frame as PNG, which takes
// longer than everything after it together: unless its photo is larger than the frame, such a camera gives frames from then on.

import { whole, type Encoded, type Frame } from './encoder';

export type StillWay = 'photo' | 'frame' | 'canvas' | 'bridge';

export interface Still extends Encoded {
  way: StillWay;
}

/** What shoots: a camera the browser opens (below), or one behind its maker's program (bridge-cameras.ts). Who has it stops its track. */
export interface StillSource {
  /** What the camera sees now, for aiming; it ends with the camera. */
  readonly track: MediaStreamTrack;
  /** Of a still, where the track's own size does not tell. */
  readonly size: { width: number; height: number } | null;
  prepare(): Promise<void>;
  /** Resolves once there is something to show; the picture may still be being encoded. */
  take(): Promise<Still>;
}

/** What still.ts needs of the page; the types of ImageCapture are not in every TypeScript library. */
export interface StillPorts {
  /** Absent where the browser has none. */
  imageCapture?: (track: MediaStreamTrack) => {
    getPhotoCapabilities(): Promise<{ imageWidth?: { max: number }; imageHeight?: { max: number } }>;
    takePhoto(settings?: { imageWidth?: number; imageHeight?: number }): Promise<Blob>;
    grabFrame(): Promise<ImageBitmap>;
  };
  /** Encodes a frame as JPEG of high quality, and closes it. */
  encode(frame: Frame): Promise<Encoded>;
  /** What encode() needs is got ready. */
  prepare(): void;
  /** Devices whose photo is a frame written as PNG: learnt from the first, kept from one camera to the next. */
  writesFrames: Set<string>;
  /** The newest frame of a track, drawn and encoded. */
  draw(track: MediaStreamTrack): Promise<Blob>;
}

/** Asked of the camera: browsers give the largest size at or below it. */
export const LARGEST = { width: { ideal: 8192 }, height: { ideal: 8192 }, frameRate: { ideal: 10 } } as const;

const SHORTFALL = 0.95; // a photo this much smaller than the running picture is no gain
const GAIN = 1.05; // a photo this much larger is worth waiting for

export class StillCamera implements StillSource {
  readonly size = null;
  private readonly failed = new Set<StillWay>();
  private most: { width: number; height: number } | null = null;

  /** shown: what the page shows of this track now, in full size; null where it shows nothing. */
  constructor(
    readonly track: MediaStreamTrack,
    private readonly ports: StillPorts,
    private readonly shown: () => Promise<Frame | null> = () => Promise.resolve(null),
  ) {}

  /** Asks the camera beforehand what it can do, which takes some a tenth of a second. */
  async prepare(): Promise<void> {
    this.ports.prepare();
    await this.largestPhoto().catch(() => undefined);
  }

  async take(): Promise<Still> {
    let trouble: unknown;
    for (const way of ['photo', 'frame', 'canvas'] as const) {
      if (this.failed.has(way)) continue;
      try {
        const encoded = await this.by(way);
        if (encoded !== null && encoded.small.size > 0) return { ...encoded, way };
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
  private async by(way: Exclude<StillWay, 'bridge'>): Promise<Encoded | null> {
    if (way === 'canvas') return whole(await this.ports.draw(this.track));
    const capture = this.ports.imageCapture?.(this.track);
    if (way === 'frame') {
      const frame = (this.track.muted ? null : await this.shown()) ?? (await capture?.grabFrame()); // muted: what is shown is old
      return frame === undefined ? null : this.ports.encode(frame);
    }
    if (capture === undefined) return null;
    const most = await this.largestPhoto();
    const { width = 0, height = 0, deviceId = '' } = this.track.getSettings();
    const gain = (most.width * most.height) / (width * height || 1);
    if (gain < SHORTFALL || (gain <= GAIN && this.ports.writesFrames.has(deviceId))) return null;
    const picture = await capture.takePhoto({ imageWidth: most.width, imageHeight: most.height });
    if (picture.type === 'image/png') this.ports.writesFrames.add(deviceId);
    return whole(picture);
  }

  private async largestPhoto(): Promise<{ width: number; height: number }> {
    if (this.most !== null) return this.most;
    const { imageWidth, imageHeight } = (await this.ports.imageCapture?.(this.track).getPhotoCapabilities()) ?? {};
    return (this.most = { width: imageWidth?.max ?? 0, height: imageHeight?.max ?? 0 });
  }
}
