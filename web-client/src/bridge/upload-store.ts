// SPDX-License-Identifier: Apache-2.0
// The browser's storage for files that are not filed yet (IndexedDB): core/capture/upload-queue.ts on a real browser.
import type { UploadEntry, UploadStore } from '../core/capture/upload-queue';

const DATABASE = 'farwindow-uploads';
const ENTRIES = 'entries';
const PICTURES = 'pictures';

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('IndexedDB'));
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(ENTRIES, { keyPath: 'key' });
    request.result.createObjectStore(PICTURES);
  };
  return done(request);
}

export class BrowserUploadStore implements UploadStore {
  private opened: Promise<IDBDatabase> | null = null;

  private database(): Promise<IDBDatabase> {
    this.opened ??= open().catch((error: unknown) => {
      this.opened = null;
      throw error;
    });
    return this.opened;
  }

  private async change(run: (transaction: IDBTransaction) => void): Promise<void> {
    const transaction = (await this.database()).transaction([ENTRIES, PICTURES], 'readwrite');
    run(transaction);
    await committed(transaction);
  }

  async list(): Promise<UploadEntry[]> {
    const entries = (await this.database()).transaction(ENTRIES).objectStore(ENTRIES);
    const found = (await done(entries.getAll())) as UploadEntry[];
    return found.sort((left, right) => left.storedMs - right.storedMs);
  }

  put(entry: UploadEntry, picture: Blob): Promise<void> {
    return this.change((transaction) => {
      transaction.objectStore(ENTRIES).put(entry);
      transaction.objectStore(PICTURES).put(picture, entry.key);
    });
  }

  update(entry: UploadEntry): Promise<void> {
    return this.change((transaction) => transaction.objectStore(ENTRIES).put(entry));
  }

  async read(key: string): Promise<Blob | null> {
    const pictures = (await this.database()).transaction(PICTURES).objectStore(PICTURES);
    return ((await done(pictures.get(key))) as Blob | undefined) ?? null;
  }

  remove(key: string): Promise<void> {
    return this.change((transaction) => {
      transaction.objectStore(ENTRIES).delete(key);
      transaction.objectStore(PICTURES).delete(key);
    });
  }
}
