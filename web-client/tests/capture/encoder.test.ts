// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { StillEncoder, type Answer, type Encoded, type EncoderWorker } from '../../src/core/capture/encoder';

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
const told = (worker: EncoderWorker, data: Answer) => worker.onmessage?.({ data } as MessageEvent<Answer>);
const textOf = async (encoded: Encoded) => (await encoded.picture).text();

test('a worker encodes; it is started once', async () => {
  const { encoder, bitmap, made } = fake((id, worker) => {
    told(worker, { id, small: picture('small') });
    told(worker, { id, picture: picture('worker') });
  });
  encoder.prepare();
  expect(await textOf(await encoder.encode(bitmap))).toBe('worker');
  expect(await textOf(await encoder.encode(bitmap))).toBe('worker');
  expect(made()).toBe(1);
});

test('a worker that cannot is asked once; then the page does it', async () => {
  const { encoder, bitmap, closed } = fake((id, worker) => told(worker, { id, picture: null }));
  await expect(encoder.encode(bitmap)).rejects.toThrow('not encoded');
  expect(await textOf(await encoder.encode(bitmap))).toBe('page');
  expect(closed).toEqual(['closed']);
});

test('the small picture is there before the whole one, which may fail after all', async () => {
  let worker: EncoderWorker | undefined;
  const { encoder, bitmap } = fake((id, made) => {
    worker = made;
    told(made, { id, small: picture('small') });
  });
  const [first, second] = [await encoder.encode(bitmap), await encoder.encode(bitmap)];
  expect(await first.small.text()).toBe('small');
  if (worker !== undefined) told(worker, { id: 1, picture: null });
  await expect(first.picture).rejects.toThrow('not encoded');
  expect(await textOf(await encoder.encode(bitmap))).toBe('page'); // the next one is the page's
  if (worker !== undefined) told(worker, { id: 2, picture: picture('second') });
  expect(await textOf(second)).toBe('second'); // and what the worker had already is still its own
});

test('a worker that dies leaves nobody waiting', async () => {
  const { encoder, bitmap } = fake((_, worker) => worker.onerror?.({} as ErrorEvent));
  await expect(encoder.encode(bitmap)).rejects.toThrow('not encoded');
  expect(await textOf(await encoder.encode(bitmap))).toBe('page');
});

test('without workers the page encodes', async () => {
  const encoder = new StillEncoder({ byPage: () => Promise.resolve(picture('page')), quality: 0.95 });
  expect(await textOf(await encoder.encode({ close: () => undefined } as unknown as ImageBitmap))).toBe('page');
});
