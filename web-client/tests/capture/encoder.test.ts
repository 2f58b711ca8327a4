// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { StillEncoder, type EncoderWorker } from '../../src/core/capture/encoder';

const picture = (text: string) => new Blob([text]);

function fake(answer: (id: number, worker: EncoderWorker) => void) {
  const closed: string[] = [];
  let made = 0;
  const encoder = new StillEncoder({
    make: () => {
      made++;
      const worker: EncoderWorker = { onmessage: null, onerror: null, postMessage: ({ id }) => queueMicrotask(() => answer(id, worker)) };
      return worker;
    },
    byPage: () => Promise.resolve(picture('page')),
    quality: 0.95,
  });
  const bitmap = { close: () => closed.push('closed') } as unknown as ImageBitmap;
  return { encoder, bitmap, closed, made: () => made };
}
const told = (worker: EncoderWorker, id: number, blob: Blob | null) => worker.onmessage?.({ data: { id, encoded: blob && { picture: blob, small: null } } } as MessageEvent);

test('a worker encodes; it is started once', async () => {
  const { encoder, bitmap, made } = fake((id, worker) => told(worker, id, picture('worker')));
  encoder.prepare();
  expect(await (await encoder.encode(bitmap)).picture.text()).toBe('worker');
  expect(await (await encoder.encode(bitmap)).picture.text()).toBe('worker');
  expect(made()).toBe(1);
});

test('a worker that cannot is asked once; then the page does it', async () => {
  const { encoder, bitmap, closed } = fake((id, worker) => told(worker, id, null));
  await expect(encoder.encode(bitmap)).rejects.toThrow('not encoded');
  expect(await (await encoder.encode(bitmap)).picture.text()).toBe('page');
  expect(closed).toEqual(['closed']);
});

test('a worker that dies leaves nobody waiting', async () => {
  const { encoder, bitmap } = fake((_, worker) => worker.onerror?.({} as ErrorEvent));
  await expect(encoder.encode(bitmap)).rejects.toThrow('not encoded');
  expect(await (await encoder.encode(bitmap)).picture.text()).toBe('page');
});

test('without workers the page encodes', async () => {
  const encoder = new StillEncoder({ byPage: () => Promise.resolve(picture('page')), quality: 0.95 });
  expect(await (await encoder.encode({ close: () => undefined } as unknown as ImageBitmap)).picture.text()).toBe('page');
});
