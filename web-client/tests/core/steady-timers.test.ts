// SPDX-License-Identifier: Apache-2.0
// Timers beside the page: due by the worker's word, cancelled for good, and the page's own when there is no worker.
import { expect, test } from 'vitest';

import { steadyTimers, type WorkerLike } from '../../src/bridge/steady-timers';
import { FakeTimers } from './fakes';

function fakeWorker() {
  const orders: { id: number; ms?: number; again?: boolean }[] = [];
  const worker: WorkerLike = { postMessage: (order) => void orders.push(order), onmessage: null, onerror: null };
  return { worker, orders, due: (id: number) => worker.onmessage?.({ data: id } as MessageEvent<number>) };
}

test('the worker keeps the time; what was cancelled does not run', () => {
  const { worker, orders, due } = fakeWorker();
  const timers = steadyTimers(() => worker, new FakeTimers());
  const ran: string[] = [];
  timers.after(500, () => ran.push('once'));
  const cancel = timers.every(1000, () => ran.push('again'));
  expect(orders).toEqual([{ id: 1, ms: 500, again: false }, { id: 2, ms: 1000, again: true }]);
  due(1);
  due(1); // its word came twice
  due(2);
  due(2);
  cancel();
  cancel();
  due(2); // on its way when it was cancelled
  expect(ran).toEqual(['once', 'again', 'again']);
  expect(orders.at(-1)).toEqual({ id: 2 });
});

test('a worker that fails leaves its timers to the page', async () => {
  const { worker } = fakeWorker();
  const own = new FakeTimers();
  const timers = steadyTimers(() => worker, own);
  const ran: string[] = [];
  timers.every(1000, () => ran.push('again'));
  worker.onerror?.(new Event('error') as ErrorEvent);
  timers.after(1500, () => ran.push('once'));
  await own.advance(2000);
  expect(ran).toEqual(['again', 'once', 'again']);
});

test('no workers at all', async () => {
  const own = new FakeTimers();
  const timers = steadyTimers(() => {
    throw new Error('no Worker');
  }, own);
  let ran = 0;
  const cancel = timers.every(100, () => ran++);
  await own.advance(250);
  cancel();
  await own.advance(1000);
  expect(ran).toBe(2);
});
