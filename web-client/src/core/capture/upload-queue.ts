// SPDX-License-Identifier: Apache-2.0
// Files on their way to the server. What was put in here is kept in the browser until the server has filed it: over a
// broken line, a reload, a closed tab. Each file is filed exactly once: its key is chosen here, and the server answers
// a repeated promise with what became of the first.
//
//   stored -> promised (the server knows size and digest) -> sending, piece by piece -> filed
//      ^          |                                              |
//      +----------+------------- line broken: wait, go on -------+        refused -> kept, shown, dropped by the clerk
//
// One file is sent at a time, in the order they came.
import { ApiError } from '../api';
import { Emitter } from '../emitter';
import type { Timers } from '../timers';

export const PIECE_BYTES = 1024 * 1024; // PROTOCOL-CASES.md: every piece but the last has this size

/** What is being filed, without its bytes. */
export interface UploadEntry {
  key: string; // UUID, chosen here
  caseId: string;
  material: number | null;
  kind: 'capture' | 'original';
  name: string;
  rotation: number; // clockwise degrees as the clerk saw the page: a hint, the bytes are untouched
  bytes: number;
  sha256: string; // hex, of the whole file
  storedMs: number; // wall clock
  account: string; // whose it is: another account of this browser does not send it
  refused?: { code: string; text: string };
}

export interface UploadStore {
  list(): Promise<UploadEntry[]>;
  put(entry: UploadEntry, picture: Blob): Promise<void>;
  update(entry: UploadEntry): Promise<void>;
  read(key: string): Promise<Blob | null>;
  remove(key: string): Promise<void>;
}

export interface UploadState {
  upload: string;
  offset: number;
  state: 'open' | 'sealing' | 'filed';
  file: string | null;
}

export interface UploadServer {
  promise(entry: UploadEntry): Promise<UploadState>;
  send(upload: string, offset: number, piece: Blob): Promise<UploadState>;
  look(upload: string): Promise<UploadState>;
}

export interface UploadProgress {
  entry: UploadEntry;
  sent: number;
  waiting: boolean; // for the line
}

interface UploadEvents {
  change: readonly UploadProgress[];
  filed: { entry: UploadEntry; file: string };
}

export interface UploadDeps {
  store: UploadStore;
  server: UploadServer;
  timers: Timers;
  sha256(bytes: ArrayBuffer): Promise<ArrayBuffer>;
  newKey(): string;
  wallClockMs(): number;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;
/** Refusals that time mends. */
const PASSING = new Set(['offline', 'busy', 'too_many', 'internal', 'not_signed_in', 'wrong_offset']);

export class UploadQueue extends Emitter<UploadEvents> {
  private readonly progress = new Map<string, UploadProgress>();
  private account = '';
  private running = false;
  private waitMs = FIRST_WAIT_MS;
  private wake: (() => void) | null = null;

  constructor(private readonly deps: UploadDeps) {
    super();
  }

  get state(): readonly UploadProgress[] {
    return [...this.progress.values()];
  }

  /** Somebody signed in: what this account left behind goes on. */
  async start(account: string): Promise<void> {
    this.account = account;
    this.progress.clear();
    for (const entry of await this.deps.store.list()) {
      if (entry.account === account) this.progress.set(entry.key, { entry, sent: 0, waiting: false });
    }
    this.changed();
    this.run();
  }

  /** Resolves when the file is safe in this browser; from then on it is filed without anybody's doing. */
  async add(what: Pick<UploadEntry, 'caseId' | 'material' | 'kind' | 'name' | 'rotation'>, picture: Blob): Promise<UploadEntry> {
    const digest = await this.deps.sha256(await picture.arrayBuffer());
    const entry: UploadEntry = {
      ...what,
      key: this.deps.newKey(),
      bytes: picture.size,
      sha256: hex(new Uint8Array(digest)),
      storedMs: this.deps.wallClockMs(),
      account: this.account,
    };
    await this.deps.store.put(entry, picture);
    this.progress.set(entry.key, { entry, sent: 0, waiting: false });
    this.changed();
    this.run();
    return entry;
  }

  /** The clerk gives a refused file up. */
  async drop(key: string): Promise<void> {
    if (this.progress.get(key)?.entry.refused === undefined) return;
    await this.deps.store.remove(key);
    this.progress.delete(key);
    this.changed();
  }

  /** The line is back: do not wait out the pause. */
  retryNow(): void {
    this.waitMs = FIRST_WAIT_MS;
    this.wake?.();
    this.run();
  }

  private run(): void {
    if (this.running) return;
    this.running = true;
    void this.sendAll().finally(() => (this.running = false));
  }

  private next(): UploadProgress | undefined {
    return this.state.find((each) => each.entry.refused === undefined);
  }

  private async sendAll(): Promise<void> {
    for (let one = this.next(); one !== undefined; one = this.next()) {
      try {
        const file = await this.sendOne(one);
        await this.deps.store.remove(one.entry.key);
        this.progress.delete(one.entry.key);
        this.waitMs = FIRST_WAIT_MS;
        this.changed();
        this.emit('filed', { entry: one.entry, file });
      } catch (error) {
        await this.failed(one, error);
      }
    }
  }

  private async sendOne(one: UploadProgress): Promise<string> {
    const { entry } = one;
    const picture = await this.deps.store.read(entry.key);
    if (picture === null) throw new ApiError('lost', 'the browser has lost the file', 0);
    let state = await this.deps.server.promise(entry);
    while (state.state !== 'filed' || state.file === null) {
      this.set(one, { sent: state.offset, waiting: false });
      const piece = picture.slice(state.offset, Math.min(state.offset + PIECE_BYTES, entry.bytes));
      state = state.state === 'open'
        ? await this.deps.server.send(state.upload, state.offset, piece)
        : await this.later(state.upload);
    }
    return state.file;
  }

  /** The server is still putting the file together: look again in a moment. */
  private async later(upload: string): Promise<UploadState> {
    await this.pause(FIRST_WAIT_MS);
    return this.deps.server.look(upload);
  }

  private async failed(one: UploadProgress, error: unknown): Promise<void> {
    const refusal = error instanceof ApiError ? error : new ApiError('offline', '', 0);
    if (!PASSING.has(refusal.code)) {
      one.entry.refused = { code: refusal.code, text: refusal.message };
      await this.deps.store.update(one.entry);
      this.changed();
      return;
    }
    this.set(one, { waiting: true });
    await this.pause(this.waitMs);
    this.waitMs = Math.min(2 * this.waitMs, LONGEST_WAIT_MS);
  }

  private async pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.deps.timers.after(ms, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
    this.wake = null;
  }

  private set(one: UploadProgress, change: Partial<UploadProgress>): void {
    Object.assign(one, change);
    this.changed();
  }

  private changed(): void {
    this.emit('change', this.state);
  }
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
