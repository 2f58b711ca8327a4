// SPDX-License-Identifier: Apache-2.0
// Timers that keep their time in a tab nobody looks at (timers.worker.ts); without workers, the page's own.
import { realTimers, type Timers } from '../core/timers';

export interface WorkerLike {
  postMessage(order: { id: number; ms?: number; again?: boolean }): void;
  onmessage: ((event: MessageEvent<number>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Entry {
  run: () => void;
  ms: number;
  again: boolean;
  cancelOwn: () => void; // of the page's own timer, after the worker failed
}

export function steadyTimers(make: () => WorkerLike, own: Timers = realTimers): Timers {
  const entries = new Map<number, Entry>();
  let nextId = 1;
  let worker: WorkerLike | null = null;

  function due(id: number): void {
    const entry = entries.get(id);
    if (entry === undefined) return; // cancelled while the word was on its way
    if (!entry.again) entries.delete(id);
    entry.run();
  }

  function byOwn(id: number, entry: Entry): void {
    entry.cancelOwn = entry.again ? own.every(entry.ms, () => due(id)) : own.after(entry.ms, () => due(id));
  }

  try {
    worker = make();
    worker.onmessage = (event) => due(event.data);
    worker.onerror = () => {
      worker = null;
      for (const [id, entry] of entries) byOwn(id, entry);
    };
  } catch {
    worker = null;
  }

  function begin(ms: number, run: () => void, again: boolean): () => void {
    const id = nextId++;
    const entry: Entry = { run, ms, again, cancelOwn: () => undefined };
    entries.set(id, entry);
    if (worker === null) byOwn(id, entry);
    else worker.postMessage({ id, ms, again });
    return () => {
      if (!entries.delete(id)) return;
      entry.cancelOwn();
      worker?.postMessage({ id });
    };
  }

  return {
    now: () => own.now(),
    after: (ms, run) => begin(ms, run, false),
    every: (ms, run) => begin(ms, run, true),
  };
}
