// SPDX-License-Identifier: Apache-2.0
// What a telephone reads off a printed sheet: the words of its QR code.
import { execFileSync } from 'node:child_process';
import jsQR from 'jsqr';

/** Where in a stream of grey pictures the one that begins at `from` has its dots. */
function pictureAt(grey, from) {
  const [head, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(grey.subarray(from, from + 40).toString('latin1'));
  return { width: Number(width), height: Number(height), dots: from + head.length };
}

/** @param {Buffer} pdf @returns {string | undefined} of the first page that has a code */
export function codeOn(pdf) {
  const grey = execFileSync('pdftoppm', ['-r', '150', '-gray', '-'], { input: pdf, maxBuffer: 64 * 1024 * 1024 });
  for (let from = 0; from < grey.length;) {
    const { width, height, dots } = pictureAt(grey, from);
    const colours = new Uint8ClampedArray(4 * width * height).fill(255);
    grey.subarray(dots, dots + width * height).forEach((value, at) => colours.fill(value, 4 * at, 4 * at + 3));
    const code = jsQR(colours, width, height);
    if (code !== null) return code.data;
    from = dots + width * height;
  }
  return undefined;
}
