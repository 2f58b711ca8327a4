// SPDX-License-Identifier: Apache-2.0
// The organisation as its administrators keep it (docs/PROTOCOL-OFFICE.md, Administration).
import { fault, type Http, type Query } from './api';
import { flag, integer, isRecord, listOf, object, optional, orNull, text, DecodeError, type Decoder, type Infer } from './decode';

export const KINDS = ['areas', 'bodies', 'halls', 'windows', 'accounts'] as const;
export type Kind = (typeof KINDS)[number];

/** The fields of an object, as text. */
export interface Kept { closed: boolean; fields: Record<string, string> }

const kept: Decoder<Kept> = (value, path = '') => {
  if (!isRecord(value)) throw new DecodeError(path, 'object');
  const fields = Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return { closed: flag(value['closed'], `${path}.closed`), fields: Object.fromEntries(fields) };
};

const page = object({ total: integer, page: integer, page_size: integer, rows: listOf(kept) });
const changed = object({ id: text, first_password: optional(text) });
const firstPasswords = listOf(object({ id: text, first_password: text }));
const imported = object({ rows: integer, created: integer, applied: flag, faults: listOf(fault), first_passwords: firstPasswords });
const csv = object({ csv: text });
const change = object({ field: text, from: optional(text), to: optional(text) });
const deed = object({
  at_us: integer, account: orNull(object({ id: text, name: text })), action: text, detail: object({ imported: optional(flag), changed: optional(listOf(change)) }),
});
const history = object({ total: integer, page: integer, page_size: integer, rows: listOf(deed) });
export const organisationDecoders = { page, changed, imported, csv, history };

export type KeptPage = Infer<typeof page>;
export type Changed = Infer<typeof changed>;
export type History = Infer<typeof history>;
export type Change = Infer<typeof change>;
export type Imported = Infer<typeof imported>;
export type FirstPasswords = Infer<typeof firstPasswords>;

export const idOf = (kind: Kind, one: Kept): string => one.fields[kind === 'areas' ? 'code' : 'id'] ?? '';

/** A role in an area, as it is being chosen; either may still be "". */
export interface RoleChoice { role: string; area: string }

export const parseRoles = (text: string): RoleChoice[] =>
  text.split(' ').filter((one) => one !== '').map((one) => {
    const [role = '', area = ''] = one.split('@');
    return { role, area };
  });

export const writeRoles = (roles: readonly RoleChoice[]): string =>
  roles.filter((one) => one.role !== '').map((one) => `${one.role}@${one.area}`).join(' ');

export class Organisation {
  constructor(private readonly http: Http) {}

  async list(kind: Kind, query: Query): Promise<KeptPage> {
    return page(await this.http.get(`/api/v1/organisation/${kind}`, query));
  }

  async create(kind: Kind, fields: Record<string, string>): Promise<Changed> {
    return changed(await this.http.post(`/api/v1/organisation/${kind}`, { fields }));
  }

  async change(kind: Kind, id: string, fields: Record<string, string>): Promise<Changed> {
    return changed(await this.http.patch(path(kind, id), { fields }));
  }

  /** What was changed of it, by whom and when; latest first. */
  async history(kind: Kind, id: string, query: Query): Promise<History> {
    return history(await this.http.get(`${path(kind, id)}/history`, query));
  }

  async close(kind: Kind, id: string): Promise<void> {
    await this.http.post(`${path(kind, id)}/close`, {});
  }

  async reopen(kind: Kind, id: string): Promise<void> {
    await this.http.post(`${path(kind, id)}/reopen`, {});
  }

  async resetPassword(id: string): Promise<Changed> {
    return changed(await this.http.post(`${path('accounts', id)}/password`, {}));
  }

  async export(kind: Kind): Promise<string> {
    return csv(await this.http.get(`/api/v1/organisation/${kind}/export`)).csv;
  }

  /** Without `apply` only a check. */
  async import(kind: Kind, file: Blob, apply: boolean): Promise<Imported> {
    return imported(await this.http.postBytes(`/api/v1/organisation/${kind}/import?apply=${apply ? 1 : 0}`, file));
  }
}

function path(kind: Kind, id: string): string {
  return `/api/v1/organisation/${kind}/${encodeURIComponent(id)}`;
}
