// SPDX-License-Identifier: Apache-2.0
import { webcrypto } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';

import { ApiError } from '../../src/core/api';
import {
  PIECE_BYTES, UploadQueue, type UploadEntry, type UploadServer, type UploadState, type UploadStore,
} from '../../src/core/capture/upload-queue';
import { FakeTimers } from '../core/fakes';

/** Outlives a queue, as the browser's storage outlives a page. */
class Store implements UploadStore {
  readonly kept = new Map<string, { entry: UploadEntry; picture: Blob }>();
  list = () => Promise.resolve([...this.kept.values()].map(({ entry }) => ({ ...entry })));
  put = (entry: UploadEntry, picture: Blob) => Promise.resolve(void this.kept.set(entry.key, { entry: { ...entry }, picture }));
  update = (entry: UploadEntry) => {
    const kept = this.kept.get(entry.key);
    if (kept) kept.entry = { ...entry };
    return Promise.resolve();
  };
  read = (key: string) => Promise.resolve(this.kept.get(key)?.picture ?? null);
  remove = (key: string) => Promise.resolve(void this.kept.delete(key));
}

/** A server that files what was promised, whose line breaks after `breaks` further requests. */
class Server implements UploadServer {
  readonly uploads = new Map<string, { entry: UploadEntry; bytes: Uint8Array[]; offset: number; file: string | null }>();
  filed = 0;
  breaks = Infinity;
  losesReplies = false;
  refuse: string | null = null;

  private async through<T>(run: () => Promise<T>): Promise<T> {
    if (this.breaks-- <= 0) {
      if (this.losesReplies) await run();
      throw new ApiError('offline', '', 0);
    }
    return run();
  }

  private stateOf(key: string): UploadState {
    const one = this.uploads.get(key);
    if (!one) throw new ApiError('not_found', '', 404);
    return { upload: key, offset: one.offset, state: one.file === null ? 'open' : 'filed', file: one.file };
  }

  promise = (entry: UploadEntry) =>
    this.through(() => {
      if (this.refuse !== null) return Promise.reject(new ApiError(this.refuse, 'refused', 403));
      if (!this.uploads.has(entry.key)) this.uploads.set(entry.key, { entry, bytes: [], offset: 0, file: null });
      return Promise.resolve(this.stateOf(entry.key));
    });

  send = (upload: string, offset: number, piece: Blob) =>
    this.through(async () => {
      const one = this.uploads.get(upload);
      if (!one) throw new ApiError('not_found', '', 404);
      if (offset !== one.offset) throw new ApiError('wrong_offset', '', 409);
      one.bytes.push(new Uint8Array(await piece.arrayBuffer()));
      one.offset += piece.size;
      if (one.offset === one.entry.bytes && one.file === null) {
        one.file = `file-${String(++this.filed)}`;
      }
      return this.stateOf(upload);
    });

  look = (upload: string) => this.through(() => Promise.resolve(this.stateOf(upload)));
}

const what = { caseId: 'case-1', material: 3, kind: 'capture' as const, name: '第1页.jpg', rotation: 0 };
const picture = (size: number) => new Blob([Uint8Array.from({ length: size }, (_, i) => i * 31)]);

let store: Store;
let server: Server;
let timers: FakeTimers;
let keys: number;

function queue(): UploadQueue {
  return new UploadQueue({
    store, server, timers,
    sha256: (bytes) => webcrypto.subtle.digest('SHA-256', bytes),
    newKey: () => `key-${String(++keys)}`,
    wallClockMs: () => 0,
  });
}

/** Digests and blobs take turns of the real event loop; the queue's own pauses pass here. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise((resolve) => setImmediate(resolve));
    await timers.advance(1000);
  }
}

/** Long enough for whatever would still happen to happen. */
async function afterAll(): Promise<void> {
  let turns = 0;
  await until(() => turns++ > 100);
}

beforeEach(() => {
  store = new Store();
  server = new Server();
  timers = new FakeTimers();
  keys = 0;
});

describe('uploads', () => {
  test('are sent in pieces, in order, and forgotten once filed', async () => {
    const one = queue();
    const filed: string[] = [];
    one.on('filed', ({ file }) => filed.push(file));
    await one.start('clerk1');
    await one.add(what, picture(2 * PIECE_BYTES + 5));
    await one.add(what, picture(10));
    await until(() => filed.length === 2);
    expect(filed).toEqual(['file-1', 'file-2']);
    expect(server.uploads.get('key-1')?.bytes.map((each) => each.length)).toEqual([PIECE_BYTES, PIECE_BYTES, 5]);
    expect(store.kept.size).toBe(0);
    expect(one.state).toEqual([]);
  });

  test('can be waited for until they are filed or refused', async () => {
    const one = queue();
    await one.start('clerk1');
    expect(await one.file(what, picture(2 * PIECE_BYTES))).toBe('file-1');
    server.refuse = 'forbidden';
    await expect(one.file(what, picture(5))).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('promise the digest that the bytes have', async () => {
    const one = queue();
    await one.start('clerk1');
    const entry = await one.add(what, new Blob(['abc']));
    expect(entry.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('that cannot be stored are not filed, though their sending has begun', async () => {
    const one = queue();
    await one.start('clerk1');
    store.put = async () => {
      await until(() => (server.uploads.get('key-1')?.offset ?? 0) === PIECE_BYTES);
      throw new Error('QuotaExceededError');
    };
    await expect(one.add(what, picture(PIECE_BYTES + 5))).rejects.toThrow('QuotaExceededError');
    await afterAll();
    expect(server.filed).toBe(0);
    expect(one.state).toEqual([]);
  });

  for (const losesReplies of [false, true]) {
    test(`are filed exactly once whenever the line breaks${losesReplies ? ' and replies are lost' : ''}`, async () => {
      for (let breaks = 0; breaks < 6; breaks++) {
        store = new Store();
        server = new Server();
        server.breaks = breaks;
        server.losesReplies = losesReplies;
        const one = queue();
        await one.start('clerk1');
        await one.add(what, picture(3 * PIECE_BYTES));
        await until(() => server.breaks < 0 || store.kept.size === 0);
        server.breaks = Infinity;
        await until(() => store.kept.size === 0);
        expect(server.filed).toBe(1);
        expect(store.kept.size).toBe(0);
      }
    });
  }

  test('go on after a reload from where the server is', async () => {
    server.breaks = 2;
    const before = queue();
    await before.start('clerk1');
    await before.add(what, picture(3 * PIECE_BYTES));
    await until(() => server.breaks < 0);
    expect(store.kept.size).toBe(1);
    timers = new FakeTimers(); // the page is gone, and its timers with it
    server.breaks = Infinity;
    await queue().start('clerk1');
    await until(() => store.kept.size === 0);
    expect(server.filed).toBe(1);
    expect(server.uploads.get('key-1')?.bytes.length).toBe(3);
  });

  test('of another account are left alone', async () => {
    server.breaks = 0;
    const mine = queue();
    await mine.start('clerk1');
    await mine.add(what, picture(5));
    await until(() => server.breaks < 0);
    timers = new FakeTimers();
    server.breaks = Infinity;
    const other = queue();
    await other.start('clerk2');
    await afterAll();
    expect(other.state).toEqual([]);
    expect(server.filed).toBe(0);
    expect(store.kept.size).toBe(1);
  });

  test('that are refused are kept, shown, and do not hold up the next', async () => {
    const one = queue();
    await one.start('clerk1');
    server.refuse = 'forbidden';
    await one.add(what, picture(5));
    await until(() => one.state[0]?.entry.refused !== undefined);
    server.refuse = null;
    await one.add(what, picture(6));
    await until(() => server.filed === 1 && one.state.length === 1);
    expect(one.state.map((each) => each.entry.refused?.code)).toEqual(['forbidden']);
    await one.drop('key-1');
    expect(store.kept.size).toBe(0);
  });
});
