// SPDX-License-Identifier: Apache-2.0
// The pages of one sitting at the document camera, in their order, before they are filed. Pure: every function
// returns a new list.
import type { PaperFormat } from './paper-format';

export interface Page {
  id: number;
  kind: 'capture' | 'original'; // shot here, or chosen from this computer
  /** Of a still it may come a moment after the page. */
  picture: Promise<Blob>;
  /** What the list shows. */
  small: Blob;
  name: string;
  /** As the clerk saw it: clockwise degrees. The bytes stay as the camera gave them. */
  rotation: number;
  /** Of the paper, as it was chosen then. */
  format?: PaperFormat | null;
  /** What took it; of a file of this computer nothing. */
  camera?: string;
}

export function added(pages: readonly Page[], page: Omit<Page, 'id'>, replaces: number | null = null): Page[] {
  const id = 1 + Math.max(0, ...pages.map((each) => each.id));
  const place = pages.findIndex((each) => each.id === replaces);
  if (place < 0) return [...pages, { ...page, id }];
  return pages.map((each, index) => (index === place ? { ...page, id } : each));
}

export function removed(pages: readonly Page[], id: number): Page[] {
  return pages.filter((each) => each.id !== id);
}

/** Takes a page out again whose picture did not come; `former`, which it replaced, takes its place back. */
export function withdrawn(pages: readonly Page[], id: number, former: Page | undefined): Page[] {
  return pages.flatMap((each) => (each.id !== id ? [each] : former === undefined ? [] : [former]));
}

/** Puts a page where another stands; the others make room. */
export function moved(pages: readonly Page[], id: number, to: number): Page[] {
  const from = pages.findIndex((each) => each.id === id);
  const page = pages[from];
  if (page === undefined) return [...pages];
  const rest = pages.filter((each) => each.id !== id);
  const place = Math.min(Math.max(to, 0), rest.length);
  return [...rest.slice(0, place), page, ...rest.slice(place)];
}

export const FILE_MAX_BYTES = 64 * 1024 * 1024; // PROTOCOL-CASES.md, uploads

export type FileFault = 'notAPicture' | 'tooLarge' | 'emptyFile';

/** What a file is, told by its first bytes; its name may say anything. The server looks again. */
export async function faultOf(file: Blob): Promise<FileFault | null> {
  if (file.size === 0) return 'emptyFile';
  if (file.size > FILE_MAX_BYTES) return 'tooLarge';
  const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  const starts = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
  const known = starts(0xff, 0xd8, 0xff) || starts(0x89, 0x50, 0x4e, 0x47) || starts(0x25, 0x50, 0x44, 0x46);
  return known ? null : 'notAPicture';
}
