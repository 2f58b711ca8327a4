// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { fitting, misfits, type EmptyDesk } from '../../src/core/capture/empty-desks';
import { pictureSize } from '../../src/core/capture/picture-size';

const desk = (id: string, camera: string, width: number): EmptyDesk => ({
  desk: id, camera, width_px: width, height_px: 100, learnt_us: 1, learnt_by: '', found: null,
});

describe('which empty desk is subtracted', () => {
  const all = [desk('newest', 'A', 300), desk('older', 'A', 200), desk('other', 'B', 200)];

  test('the one of the camera and the picture\'s size, else the latest of the camera', () => {
    expect(fitting(all, 'A', { width: 200, height: 100 })?.desk).toBe('older');
    expect(fitting(all, 'A', { width: 200, height: 101 })?.desk).toBe('newest');
    expect(fitting(all, 'A', null)?.desk).toBe('newest');
    expect(fitting(all, 'C', { width: 200, height: 100 })).toBeNull();
  });

  test('what a page says of it', () => {
    expect(['moved', 'other_size', 'unreadable', 'other'].map(misfits)).toEqual([true, true, true, true]);
    expect(['subtracted', 'none', null, undefined].map(misfits)).toEqual([false, false, false, false]);
  });
});

describe('the size of a picture by its head', () => {
  const size = (...bytes: number[]) => pictureSize(new Blob([new Uint8Array(bytes)]));

  test('of a JPEG, behind what stands before its frame', async () => {
    const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc4, 0, 3, 9, 0xff, 0xc2, 0, 17, 8, 0x09, 0x90, 0x0c, 0xc0, 3];
    expect(await size(...jpeg)).toEqual({ width: 3264, height: 2448 });
    expect(await size(...jpeg.slice(0, 16))).toBeNull();
  });

  test('of a PNG, and of neither', async () => {
    expect(await size(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0x10, 0x40, 0, 0, 0x0c, 0x30)).toEqual({ width: 4160, height: 3120 });
    expect(await size(0x25, 0x50, 0x44, 0x46)).toBeNull();
    expect(await size()).toBeNull();
  });
});
