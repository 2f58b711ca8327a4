// SPDX-License-Identifier: Apache-2.0
// The format of the paper under the camera, as the clerk says it: A3, A4 and A5 have one proportion, and a picture does not
// tell them apart. Remembered per window: who takes drawings takes many. Pure but for the storage handed in.
import type { Storage } from '../device-choice';

export const PAPER_FORMATS = ['a3', 'a4', 'a5', 'b5', 'letter', 'card'] as const;
export type PaperFormat = (typeof PAPER_FORMATS)[number];

const keyOf = (window: string) => `farwindow.paper.${window}`;

/** null: to be guessed. */
export function loadFormat(storage: Storage, window: string): PaperFormat | null {
  try {
    const kept = storage.getItem(keyOf(window));
    return PAPER_FORMATS.find((each) => each === kept) ?? null;
  } catch {
    return null; // a forbidden storage only costs the memory
  }
}

export function saveFormat(storage: Storage, window: string, format: PaperFormat | null): void {
  try {
    storage.setItem(keyOf(window), format ?? '');
  } catch {
    // as above
  }
}
