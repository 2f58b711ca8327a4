// SPDX-License-Identifier: Apache-2.0
// How large a JPEG or PNG says it is, by its head: decoding thirteen megapixels to learn two numbers takes too long.

const HEAD_BYTES = 256 * 1024; // what cameras write before the frame's size: at most a few blocks of 64 KiB

export interface PictureSize {
  width: number;
  height: number;
}

/** Start of frame, of any kind of JPEG: all of 0xc0 to 0xcf but three that are something else. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

function ofJpeg(head: DataView): PictureSize | null {
  for (let at = 2; at + 9 <= head.byteLength && head.getUint8(at) === 0xff; at += 2 + head.getUint16(at + 2)) {
    if (isFrame(head.getUint8(at + 1))) return { width: head.getUint16(at + 7), height: head.getUint16(at + 5) };
  }
  return null;
}

/** null: neither, or its head does not say. */
export async function pictureSize(picture: Blob): Promise<PictureSize | null> {
  const head = new DataView(await picture.slice(0, HEAD_BYTES).arrayBuffer());
  if (head.byteLength >= 24 && head.getUint32(0) === 0x89504e47) return { width: head.getUint32(16), height: head.getUint32(20) };
  return head.byteLength >= 2 && head.getUint16(0) === 0xffd8 ? ofJpeg(head) : null;
}
