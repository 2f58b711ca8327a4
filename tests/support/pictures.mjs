// SPDX-License-Identifier: Apache-2.0
// Files as they come to a case, good and bad, made here byte by byte.
import fs from 'node:fs';
import { crc32 } from './crc32.mjs';
import { deflateSync } from 'node:zlib';

const corpus = new URL('../fuzz/corpus/still/', import.meta.url);

/** A picture of the fuzz corpus: real files of many kinds, 64 pixels a side. */
export const sample = (name) => fs.readFileSync(new URL(name, corpus));

function chunk(kind, data) {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const out = Buffer.alloc(8 + named.length);
  out.writeUInt32BE(data.length, 0);
  named.copy(out, 4);
  out.writeUInt32BE(crc32(named), 4 + named.length);
  return out;
}

function header(width, height) {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', data)]);
}

/** A grey PNG of these points; noise makes it as large as it has points. */
export function png(width, height, point) {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = point(x, y);
  }
  return Buffer.concat([header(width, height), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** A page of lines of little rings that begin below each other and end where their words end; sideways: turned clockwise. */
export const printed = (sideways) => png(sideways ? 1400 : 1000, sideways ? 1000 : 1400, (x, y) => {
  const [u, v] = sideways ? [y - 100, 1299 - x] : [x - 100, y - 100];
  const [line, letter, a, b] = [Math.floor(v / 44), Math.floor(u / 24), u % 24, v % 44];
  const inside = line >= 0 && line < 24 && letter >= 0 && letter < 12 + ((line * 7) % 20) && a < 20 && b < 20;
  return inside && (a < 3 || a > 16 || b < 3 || b > 16) ? 30 : 220;
});

export const paleSize = { width: 1200, height: 900 };

/** A pale desk with a soft grain, white paper on it; moved: the same desk, elsewhere under the camera. */
export function onPaleDesk({ paper, moved = false }) {
  const shift = moved ? 37 : 0;
  const grain = (x, y) => 9 * Math.sin((x + 11 * Math.sin(y / 90)) / 23 + shift) + (moved ? 40 * Math.sin(x / 150) : 0);
  return png(paleSize.width, paleSize.height, (x, y) => {
    const [u, v] = [x - 250, y - 150];
    const lies = paper && u >= 0 && u < 700 && v >= 0 && v < 630;
    const ink = v % 40 > 24 && u % 24 < 16 && u > 60 && u < 640 && v > 60 && v < 570;
    return Math.round(lies ? (ink ? 40 : 216) : 205 + grain(x, y)) + ((x * 7919 + y * 104729) % 5) - 2;
  });
}

/** A drawing of A3 or A4, of 2400 points at its longer side, on a dark desk; paper: how bright it is. */
export const drawing = (paper = 220) => png(2800, 2000, (x, y) => {
  const [u, v] = [x - 200, y - 151];
  if (u < 0 || u >= 2400 || v < 0 || v >= 1697) return Math.round(paper / 5);
  const inside = u > 150 && u < 2250 && v > 150 && v < 1550;
  return inside && ((u % 300 < 4 && v % 9 < 7) || (v % 175 < 4 && u % 11 < 9)) ? Math.round(paper / 6) : paper;
});

/** Says it has 200 megapixels, in a few bytes. */
export function bomb() {
  return Buffer.concat([header(20000, 10000), chunk('IDAT', deflateSync(Buffer.alloc(1000))), chunk('IEND', Buffer.alloc(0))]);
}

/** The same JPEG, said to lie on its side and to have been taken at a place. */
export function withPlace(jpeg) {
  const tiff = Buffer.alloc(8 + 2 + 24 + 4 + 2 + 12 + 4);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(2, 8);
  entry(tiff, 10, 0x0112, 3, 6); // turned by 90 degrees
  entry(tiff, 22, 0x8825, 4, 38); // the place is there
  tiff.writeUInt16LE(1, 38);
  entry(tiff, 40, 0x0001, 2, 0x4e); // north
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

function entry(tiff, at, tag, type, value) {
  tiff.writeUInt16LE(tag, at);
  tiff.writeUInt16LE(type, at + 2);
  tiff.writeUInt32LE(1 + Number(type === 2), at + 4);
  tiff.writeUInt32LE(value, at + 8);
}

const pdf = (extra) => Buffer.from(`%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R ${extra} >> endobj
2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj
trailer << /Root 1 0 R >>
startxref
9
%%EOF
`);
export const plainPdf = () => pdf('');
export const scriptedPdf = () => pdf('/OpenAction << /S /JavaScript /JS (app.alert(1)) >>');
export const lockedPdf = () => Buffer.from(plainPdf().toString().replace('/Root 1 0 R', '/Root 1 0 R /Encrypt 3 0 R'));
