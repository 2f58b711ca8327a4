// SPDX-License-Identifier: Apache-2.0
// The typed HTTP client of /api/v1 (docs/PROTOCOL.md, sections 1 and 3). `Http` speaks, `Api` knows the operations of
// a clerk; other areas bring their own operations on the same Http.
import {
  DecodeError, flag, integer, listOf, object, oneOf, oneOfOr, optional, orNull, text, type Decoder, type Infer,
} from './decode';
import { formFields } from './item-form';
import { account, callState, itemName, ownWindow, presence, windowName } from './protocol';

/** One thing that is wrong: `line` of the file (0: none), `field` (null: the whole row). */
export const fault = object({ line: integer, field: orNull(text), value: text, code: text, text, item: optional(text) });
export type Fault = Infer<typeof fault>;

/** What the server refused. `message` is for people; the code `offline` means that it was not reached at all. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly retryAfterS?: number,
    /** Of `changed`: what was done since, latest first. */
    readonly changes: readonly { action: string; name: string }[] = [],
    /** What is wrong with a change of the organisation (code `faulty`). */
    readonly faults: readonly Fault[] = [],
    /** Of `bad_form`: the field that is filled in wrongly. */
    readonly field?: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export type Query = Record<string, string | number | undefined>;
export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

const TIMEOUT_MS = 15000;
const PIECE_TIMEOUT_MS = 60000;
const errorBody = object({
  error: object({
    code: text, text, retry_after_s: optional(integer), changes: optional(listOf(object({ action: text, name: text }))),
    faults: optional(listOf(fault)), field: optional(text),
  }),
});

export class Http {
  /** `onSignedOut` hears of every 401 but those of signing in itself. */
  constructor(
    private readonly fetch: Fetch,
    private readonly onSignedOut: () => void = () => undefined,
  ) {}

  get(path: string, query: Query = {}): Promise<unknown> {
    const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const search = new URLSearchParams(pairs).toString();
    return this.send('GET', search === '' ? path : `${path}?${search}`);
  }

  put(path: string, body: unknown): Promise<unknown> {
    return this.send('PUT', path, body);
  }

  patch(path: string, body: unknown): Promise<unknown> {
    return this.send('PATCH', path, body);
  }

  post(path: string, body: unknown): Promise<unknown> {
    return this.send('POST', path, body);
  }

  /** A piece of a file: what is sent is bytes, not JSON, and a slow line gets time for it. */
  postBytes(path: string, bytes: Blob): Promise<unknown> {
    return this.fetchJson(path, {
      method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: bytes,
    }, PIECE_TIMEOUT_MS);
  }

  delete(path: string): Promise<unknown> {
    return this.send('DELETE', path);
  }

  private send(method: string, path: string, body?: unknown): Promise<unknown> {
    return this.fetchJson(path, {
      method,
      // The server takes changes only as JSON (or bytes), which no foreign form can send.
      headers: method === 'GET' ? {} : { 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }, TIMEOUT_MS);
  }

  private async fetchJson(path: string, init: RequestInit, timeoutMs: number): Promise<unknown> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    try {
      const response = await this.fetch(path, { ...init, credentials: 'same-origin', signal: abort.signal });
      const answer: unknown = response.status === 204 ? {} : await response.json().catch(() => null);
      if (response.ok) return answer;
      const error = asApiError(response.status, answer);
      if (error.code === 'not_signed_in') this.onSignedOut();
      throw error;
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError('offline', '连不上服务器', 0);
    } finally {
      clearTimeout(timer);
    }
  }
}

function asApiError(status: number, answer: unknown): ApiError {
  try {
    const { error } = errorBody(answer);
    return new ApiError(error.code, error.text, status, error.retry_after_s, error.changes, error.faults, error.field);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return new ApiError('internal', `HTTP ${status}`, status);
  }
}

export const ROLES = ['applicant_clerk', 'home_clerk', 'department_expert', 'supervisor', 'auditor', 'administrator'] as const;
const session = object({
  account: object({ id: text, name: text, roles: listOf(object({ role: oneOfOr('other', ...ROLES), area: orNull(text) })) }),
  windows: listOf(ownWindow),
  expires_us: integer,
  must_change_password: optional(flag),
  /** Told once, at the sign-in that ended another. */
  took_over: optional(object({ remote: text, signed_in_us: integer })),
});
export type Session = Infer<typeof session>;

const area = object({ code: text, name: text, kind: oneOf('city', 'county', 'township', 'village'), parent: orNull(text) });
export type Area = Infer<typeof area>;

const windowRow = object({
  id: text, name: text, hall: object({ id: text, name: text }), area: object({ code: text, name: text }),
  applicant: flag, home: flag, presence,
});
export type WindowRow = Infer<typeof windowRow>;

const itemRow = object({ id: text, name: text, version: integer, department: text, pinyin: text, demo: flag });
export type ItemRow = Infer<typeof itemRow>;

const material = object({
  number: integer, name: text, necessity: oneOf('required', 'tolerated', 'conditional'), form: text,
  kind: oneOf('original', 'copy'), copies: integer, notes: text,
  tolerance_days: orNull(integer), condition_text: orNull(text), intermediary: orNull(text), licence: orNull(text), exempt: orNull(text),
  review: orNull(text), archive: orNull(text), sample: orNull(text), picture: orNull(text),
  review_points: listOf(object({ number: integer, text })),
});
export type Material = Infer<typeof material>;

const item = object({
  id: text, name: text, version: integer, department: text, demo: flag, conditions: listOf(text), areas: listOf(text), form: formFields,
  materials: listOf(material),
});
export type Item = Infer<typeof item>;

const side = object({ window: windowName, account });
export const callRow = object({
  id: text, state: callState, drill: flag, item: itemName, area: object({ code: text, name: text }),
  requested_us: integer, answered_us: orNull(integer), ended_us: orNull(integer),
  requester: side, responder: orNull(side),
  recording: object({
    state: oneOf('none', 'recording', 'finalising', 'ready', 'interrupted', 'failed'),
    duration_us: orNull(integer), bytes: orNull(integer),
    reason: orNull(text), work: orNull(object({ state: text, attempts: integer, next_us: orNull(integer), error: text })),
  }),
});
export type CallRow = Infer<typeof callRow>;

const today = object({
  answered: integer, unanswered: integer, refused: integer, requested: integer, answer_p50_us: orNull(integer),
  recent: listOf(callRow),
});
export type Today = Infer<typeof today>;

const rows = <T>(row: Decoder<T>) => object({ rows: listOf(row) });
export const decoders = { session, areas: rows(area), windows: object({ total: integer, page: integer, page_size: integer, rows: listOf(windowRow) }), items: rows(itemRow), item, today };

export class Api {
  constructor(private readonly http: Http) {}

  async signIn(name: string, password: string): Promise<Session> {
    return session(await this.http.post('/api/v1/session', { account: name, password }));
  }

  async session(): Promise<Session> {
    return session(await this.http.get('/api/v1/session'));
  }

  async signOut(): Promise<void> {
    await this.http.delete('/api/v1/session');
  }

  async changePassword(password: string, next: string): Promise<void> {
    await this.http.put('/api/v1/session/password', { password, new_password: next });
  }

  async areas(): Promise<Area[]> {
    return decoders.areas(await this.http.get('/api/v1/areas')).rows;
  }

  /** A page of them, who can be reached first; `q`: part of a name. */
  async windows(query: { q?: string; area?: string; item?: string; page?: number; page_size?: number }): Promise<Infer<typeof decoders.windows>> {
    return decoders.windows(await this.http.get('/api/v1/windows', query));
  }

  async items(query: { q?: string; area?: string }): Promise<ItemRow[]> {
    return decoders.items(await this.http.get('/api/v1/items', query)).rows;
  }

  /** The current version, or the one named. */
  async item(id: string, version?: number): Promise<Item> {
    return item(await this.http.get(`/api/v1/items/${encodeURIComponent(id)}`, { version }));
  }

  async today(): Promise<Today> {
    return today(await this.http.get('/api/v1/today'));
  }
}
