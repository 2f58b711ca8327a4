// SPDX-License-Identifier: Apache-2.0
// Files on their way to the server. What was put in here is kept in the browser until the server has filed it: over a
// broken line, a reload, a closed tab. Each file is filed exactly once: its key is chosen here, and the server answers
// a repeated promise with what became of the first.
//
//   stored -> promised (the server knows size and digest) -> sending, piece by piece -> filed
//      ^          |                                              |
//      +----------+------------- line broken: wait, go on -------+        refused -> kept, shown, dropped by the clerk
//
// One file is sent at a time, in the order they came. While a file is being stored it is promised and sent already, but for
// its last piece: what is filed was safe in this browser before.
import { ApiError } from '../api';
import { Emitter } from '../emitter';
import type { Timers } from '../timers';
import type { PaperFormat } from './paper-format';

export const PIECE_BYTES = 1024 * 1024; // PROTOCOL-CASES.md: every piece but the last has this size

/** What is being filed, without its bytes. */
export interface UploadEntry {
  key: string; // UUID, chosen here
  caseId: string;
  material: number | null;
  kind: 'capture' | 'original';
  name: string;
  rotation: number; // clockwise degrees as the clerk saw the page: a hint, the bytes are untouched
  desk?: string | null; // the empty desk that was learnt for its camera
  format?: PaperFormat | null; // of the paper; none: the server guesses
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
  /** Of this load of the page: no need to read them back. */
  private readonly fresh = new Map<string, { picture: Blob; stored: Promise<void> }>();
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
    this.fresh.clear();
    for (const entry of await this.deps.store.list()) {
      if (entry.account === account) this.progress.set(entry.key, { entry, sent: 0, waiting: false });
    }
    this.changed();
    this.run();
  }

  /** Resolves when the file is safe in this browser; from then on it is filed without anybody's doing. */
  async add(what: Pick<UploadEntry, 'caseId' | 'material' | 'kind' | 'name' | 'rotation' | 'desk' | 'format'>, picture: Blob): Promise<UploadEntry> {
    const digest = await this.deps.sha256(await picture.arrayBuffer());
    const entry: UploadEntry = {
      ...what,
      key: this.deps.newKey(),
      bytes: picture.size,
      sha256: hex(new Uint8Array(digest)),
      storedMs: this.deps.wallClockMs(),
      account: this.account,
    };
    const stored = this.deps.store.put(entry, picture).catch((error: unknown) => {
      this.forget(entry.key); // before anybody else hears of it: it is not sent to its end
      throw error;
    });
    this.progress.set(entry.key, { entry, sent: 0, waiting: false });
    this.fresh.set(entry.key, { picture, stored });
    this.changed();
    this.run();
    await stored;
    return entry;
  }

  /** The same, and waits until the server has filed it: the file's id. Rejects with what it was refused for. */
  async file(what: Parameters<UploadQueue['add']>[0], picture: Blob): Promise<string> {
    const filed = new Map<string, string>();
    let look = (): void => undefined;
    const stops = [
      this.on('filed', ({ entry, file }) => (filed.set(entry.key, file), look())),
      this.on('change', () => look()),
    ];
    try {
      const { key } = await this.add(what, picture);
      for (;;) {
        const file = filed.get(key);
        if (file !== undefined) return file;
        const refused = this.progress.get(key)?.entry.refused;
        if (refused !== undefined) throw new ApiError(refused.code, refused.text, 0);
        await new Promise<void>((resolve) => (look = resolve));
      }
    } finally {
      stops.forEach((stop) => stop());
    }
  }

  /** The clerk gives a refused file up. */
  async drop(key: string): Promise<void> {
    if (this.progress.get(key)?.entry.refused === undefined) return;
    await this.deps.store.remove(key);
    this.forget(key);
  }

  private forget(key: string): void {
    this.progress.delete(key);
    this.fresh.delete(key);
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
        this.waitMs = FIRST_WAIT_MS;
        this.forget(one.entry.key);
        this.emit('filed', { entry: one.entry, file });
      } catch (error) {
        await this.failed(one, error);
      }
    }
  }

  private async sendOne(one: UploadProgress): Promise<string> {
    const { entry } = one;
    const fresh = this.fresh.get(entry.key);
    const picture = fresh?.picture ?? (await this.deps.store.read(entry.key));
    if (picture === null) throw new ApiError('lost', 'the browser has lost the file', 0);
    let state = await this.deps.server.promise(entry);
    while (state.state !== 'filed' || state.file === null) {
      this.set(one, { sent: state.offset, waiting: false });
      const end = Math.min(state.offset + PIECE_BYTES, entry.bytes);
      if (end === entry.bytes) await fresh?.stored;
      const piece = picture.slice(state.offset, end);
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
    await this.fresh.get(one.entry.key)?.stored.catch(() => undefined);
    this.fresh.delete(one.entry.key); // it may wait for long, and need not in the memory
    if (!this.progress.has(one.entry.key)) return; // could not be stored: whoever added it was told
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
