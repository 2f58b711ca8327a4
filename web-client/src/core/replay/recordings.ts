// SPDX-License-Identifier: Apache-2.0
// The auditor's HTTP operations (docs/PROTOCOL.md, section 3): search calls, open a replay, download, verify.
import { flag, integer, listOf, object, optional, orNull, text, type Decoder, type Infer } from '../decode';
import { decodeManifest, type Manifest } from './manifest';

/** What of the HTTP client is needed here; the caller hands it in. A failure throws an error whose message is for people. */
export interface Http {
  get(path: string, query?: Record<string, string | number | undefined>): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
}

const place = object({
  window: object({ id: text, name: text, hall: object({ id: text, name: text }) }),
  account: object({ id: text, name: text }),
});

const callFields = {
  id: text,
  state: text,
  drill: flag,
  item: object({ id: text, name: text }),
  area: object({ code: text, name: text }),
  requested_us: integer,
  answered_us: orNull(integer),
  ended_us: orNull(integer),
  requester: place,
  responder: orNull(place),
  recording: object({
    state: text, duration_us: orNull(integer), bytes: orNull(integer), reason: orNull(text),
    work: orNull(object({ state: text, attempts: integer, next_us: orNull(integer), error: text })),
  }),
};

const decodeRow = object(callFields);

const decodePage = object({ total: integer, page: integer, page_size: integer, rows: listOf(decodeRow) });

const decodeDetail = object({
  ...callFields,
  case: optional(orNull(text)),
  participants: listOf(
    object({
      participant: integer,
      side: text,
      window: object({ name: text, hall: object({ name: text }) }),
      account: orNull(object({ id: text, name: text })),
    }),
  ),
  messages: listOf(object({ participant: integer, text: orNull(text), purged: optional(flag), at_us: integer })),
  markers: listOf(object({ at_us: integer, kind: text, participant: orNull(integer), track: orNull(text), text: orNull(text) })),
});

const decodeView = object({ view: text, expires_us: integer });

const decodeDownload = object({
  download: text,
  expires_us: integer,
  files: listOf(object({ name: text, bytes: integer, sha256: text, href: text })),
});

const decodeCheck = object({ ok: flag, checked: listOf(object({ name: text, ok: flag })) });

const decodeAudit = object({
  total: integer,
  page: integer,
  page_size: integer,
  rows: listOf(
    object({ sequence: integer, at_us: integer, account: orNull(text), action: text, object_kind: text, object: text, detail: (value: unknown): string => JSON.stringify(value ?? {}) }),
  ),
});

const namesOf = object({ rows: listOf(object({ id: text, name: text })) });
const decodeWindows = object({ rows: listOf(object({ id: text, name: text, hall: object({ name: text }) })) });

export type CallRow = Infer<typeof decodeRow>;
export type CallPage = Infer<typeof decodePage>;
export type CallDetail = Infer<typeof decodeDetail>;
export type Download = Infer<typeof decodeDownload>;
export type AuditPage = Infer<typeof decodeAudit>;
export type Check = Infer<typeof decodeCheck>;

export interface CallQuery {
  from_us?: number;
  to_us?: number;
  window?: string;
  item?: string;
  state?: string;
  /** Rehearsals are a list of their own: `only` them, `all`, or those of one of a hall by its number. */
  drill?: string;
  hall?: string;
  area?: string;
  outcome?: string;
  cause?: string;
  reason?: string;
  requester?: string;
  requester_hall?: string;
  requester_area?: string;
  mark?: string;
  ended?: string;
  home?: string;
  q?: string;
  page: number;
  page_size: number;
}

export interface AuditQuery {
  from_us: number;
  to_us: number;
  account?: string;
  action?: string;
  page: number;
  page_size: number;
}

export interface Choice {
  value: string;
  label: string;
}

/** States of a recording whose files can be played. */
export const PLAYABLE: ReadonlySet<string> = new Set(['ready', 'interrupted']);

/** States that will become playable by themselves. */
export const COMING: ReadonlySet<string> = new Set(['recording', 'finalising']);

/** What became of a recording, in one word of the catalogue's: its state, or what hinders it. */
export function fateOf({ state, work }: CallRow['recording']): string {
  if (work === null || PLAYABLE.has(state)) return state;
  if (work.error === 'nothing') return 'nothing';
  return work.state === 'parked' ? 'parked' : 'hindered';
}

/** The call's events; a chat marker names the moment, the message beside it what was written, unless that is purged. */
export function markersOf(call: CallDetail): CallDetail['markers'] {
  const unread = [...call.messages];
  return call.markers.map((marker) => {
    if (marker.kind !== 'chat' || marker.text !== null) return marker;
    const index = unread.findIndex((message) => message.participant === marker.participant && message.at_us === marker.at_us);
    const [message] = index < 0 ? [] : unread.splice(index, 1);
    return { ...marker, kind: message?.purged ? 'chat_purged' : marker.kind, text: message?.text ?? null };
  });
}

export class Recordings {
  constructor(private readonly http: Http) {}

  private async get<T>(decode: Decoder<T>, path: string, query?: Record<string, string | number | undefined>): Promise<T> {
    return decode(await this.http.get(path, query));
  }

  calls(query: CallQuery): Promise<CallPage> {
    return this.get(decodePage, '/api/v1/calls', { ...query });
  }

  call(call: string): Promise<CallDetail> {
    return this.get(decodeDetail, `/api/v1/calls/${encodeURIComponent(call)}`);
  }

  manifest(call: string): Promise<Manifest> {
    return this.get(decodeManifest, `/api/v1/recordings/${encodeURIComponent(call)}/manifest`);
  }

  /** Opens a replay: logged by the server, and the key to the sources' addresses. */
  async view(call: string): Promise<string> {
    return decodeView(await this.http.post(`/api/v1/recordings/${encodeURIComponent(call)}/views`, {})).view;
  }

  sourceUrl(call: string, source: string, view: string): string {
    return `/api/v1/recordings/${encodeURIComponent(call)}/sources/${encodeURIComponent(source)}?view=${encodeURIComponent(view)}`;
  }

  async download(call: string, reason: string): Promise<Download> {
    return decodeDownload(await this.http.post(`/api/v1/recordings/${encodeURIComponent(call)}/downloads`, { reason }));
  }

  async verify(call: string): Promise<Check> {
    return decodeCheck(await this.http.post(`/api/v1/recordings/${encodeURIComponent(call)}/verify`, {}));
  }

  /** Has the files made once more, now. */
  async finalise(call: string): Promise<void> {
    await this.http.post(`/api/v1/recordings/${encodeURIComponent(call)}/finalise`, {});
  }

  audit(query: AuditQuery): Promise<AuditPage> {
    return this.get(decodeAudit, '/api/v1/audit', { ...query });
  }

  async windows(): Promise<Choice[]> {
    const { rows } = await this.get(decodeWindows, '/api/v1/windows');
    return rows.map((row) => ({ value: row.id, label: `${row.hall.name} ${row.name}` }));
  }

  async items(): Promise<Choice[]> {
    const { rows } = await this.get(namesOf, '/api/v1/items');
    return rows.map((row) => ({ value: row.id, label: row.name }));
  }
}
