// SPDX-License-Identifier: Apache-2.0
// What the server keeps of the empty desk at this window (PROTOCOL-CASES.md 6): learnt once for a camera, subtracted from
// every page taken with it.
import type { Http } from '../api';
import { integer, listOf, object, oneOfOr, orNull, text, type Infer } from '../decode';
import type { PictureSize } from './picture-size';

export const DESK_MAX_BYTES = 1024 * 1024;

const emptyDesk = object({
  desk: text, camera: text, width_px: integer, height_px: integer, learnt_us: integer, learnt_by: text,
  /** What the latest page said of it. */
  found: orNull(oneOfOr('other', 'subtracted', 'moved', 'other_size', 'unreadable')),
});
export type EmptyDesk = Infer<typeof emptyDesk>;
const desks = object({ desks: listOf(emptyDesk) });

const PATH = '/api/v1/empty-desks';

export class EmptyDesks {
  constructor(private readonly http: Http) {}

  async list(): Promise<EmptyDesk[]> {
    return desks(await this.http.get(PATH)).desks;
  }

  async learn(camera: string, { width, height }: PictureSize, picture: Blob): Promise<EmptyDesk> {
    const query = new URLSearchParams({ camera, width: String(width), height: String(height) }).toString();
    return emptyDesk(await this.http.postBytes(`${PATH}?${query}`, picture));
  }

  async forget(desk: string): Promise<void> {
    await this.http.post(`${PATH}/${encodeURIComponent(desk)}/forget`, {});
  }

  address(desk: string): string {
    return `${PATH}/${encodeURIComponent(desk)}`;
  }
}

/** The one to subtract from a picture of this camera: of its size, else the latest, of which the page will say that it does not fit. */
export function fitting(all: readonly EmptyDesk[], camera: string, size: PictureSize | null): EmptyDesk | null {
  const mine = all.filter((each) => each.camera === camera);
  return mine.find((each) => each.width_px === size?.width && each.height_px === size.height) ?? mine[0] ?? null;
}

/** The desk, the camera or the light is not what it was. */
export const misfits = (found: string | null | undefined): boolean => found !== null && found !== undefined && found !== 'subtracted' && found !== 'none';
