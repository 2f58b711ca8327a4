// SPDX-License-Identifier: Apache-2.0
// The catalogue of items over HTTP: versions, drafts, files, faults in guides (docs/PROTOCOL-CASES.md 8 and 9).
import { fault, type Fault, type Http, type Query } from './api';
import { DecodeError, flag, integer, isRecord, listOf, object, oneOf, oneOfOr, orNull, text, type Decoder, type Infer } from './decode';
import { formFields } from './item-form';

export const ITEM_STATES = ['new', 'editing', 'published', 'withdrawn'] as const;
export const FACTS = [
  'list_name', 'item_type', 'service_objects', 'channels', 'case_type', 'visits', 'legal_days', 'promised_days', 'tolerance', 'special_procedure',
  'intermediary', 'intermediary_name', 'acceptance', 'online_process', 'window_process', 'result_name', 'result_linked', 'result_licence',
] as const;
export const NECESSITIES = ['required', 'tolerated', 'conditional'] as const;
export const KINDS = ['original', 'copy'] as const;
export const GUIDE_STATES = ['reported', 'confirmed', 'answered', 'closed'] as const;
export const GUIDE_ACTIONS = ['confirm', 'answer', 'object', 'close'] as const;
export const OUTCOMES = ['corrected', 'right', 'instructed'] as const;
export type GuideAction = (typeof GUIDE_ACTIONS)[number];
export type Fact = (typeof FACTS)[number];

const nullable = orNull(integer);
const named = object({ id: text, name: text });
const facts: Decoder<Record<Fact, string>> = (value, path = '') => {
  if (!isRecord(value)) throw new DecodeError(path, 'object');
  return Object.fromEntries(FACTS.map((name) => [name, text(value[name], `${path}.${name}`)])) as Record<Fact, string>;
};
const material = object({
  number: nullable, name: text, necessity: text, condition_text: text, form: text, kind: text, copies: nullable, notes: text, tolerance_days: nullable,
  intermediary: text, licence: text, exempt: text, review: text, archive: text, sample: text, picture: text, review_points: listOf(text),
});
export type DraftMaterial = Infer<typeof material>;
const document = object({
  id: text, name: text, pinyin: text, department: text, demo: flag, areas: listOf(text), facts, conditions: listOf(text), form: formFields, materials: listOf(material),
});
export type ItemDocument = Infer<typeof document>;

const draftHead = object({ revision: integer, base_version: integer, faults: integer, edited_us: integer, edited_by: orNull(named) });
const row = object({
  id: text, name: text, pinyin: text, department: orNull(text), demo: flag, state: oneOf(...ITEM_STATES), version: integer, published_us: nullable,
  published_by: orNull(named), open_faults: integer, draft: orNull(draftHead),
});
export type CatalogueRow = Infer<typeof row>;
const page = object({ total: integer, page: integer, page_size: integer, rows: listOf(row) });
export type CataloguePage = Infer<typeof page>;
const head = { version: integer, name: text, current: flag, published_us: nullable, published_by: orNull(named), sha256: orNull(text) };
const item = object({ id: text, versions: listOf(object(head)), draft: orNull(draftHead) });
export type CatalogueItem = Infer<typeof item>;
const version = object({ item: text, ...head, document });
export type CatalogueVersion = Infer<typeof version>;
const found = { faults: listOf(fault), fault_count: integer };
const draft = object({ item: text, revision: integer, base_version: integer, edited_us: integer, document, ...found });
export type Draft = Infer<typeof draft>;
const saved = object({ revision: integer, ...found });
const published = object({ version: integer });
const file = object({ text });
const imported = object({ items: integer, created: integer, changed: integer, same: integer, applied: flag, ...found });
export type ItemsImported = Infer<typeof imported>;
const stored = object({ picture: text });
const picture = object({ media_type: text, base64: text });

const guideFault = {
  id: text, state: oneOf(...GUIDE_STATES), text, outcome: orNull(oneOf(...OUTCOMES)), version: integer, fixed_version: nullable, reported_us: integer,
  changed_us: integer, material: nullable, material_name: orNull(text), review_point: nullable, review_point_text: orNull(text), case: orNull(text),
  call: orNull(text), item: named, area: object({ code: text, name: text }), reported_by: named, serial: orNull(text),
};
const guideFaults = object({ total: integer, page: integer, page_size: integer, rows: listOf(object(guideFault)) });
const guideDetail = object({
  ...guideFault, actions: listOf(oneOfOr('other', ...GUIDE_ACTIONS)),
  steps: listOf(object({ number: integer, action: text, text: orNull(text), at_us: integer, account: named })),
});
export type GuideFault = Infer<typeof guideFaults>['rows'][number];
export type GuideFaults = Infer<typeof guideFaults>;
export type GuideDetail = Infer<typeof guideDetail>;
const reported = object({ fault: text });

export const catalogueDecoders = { page, item, version, draft, imported, guideFaults, guideDetail };

export interface GuideReport {
  text: string;
  case?: string;
  call?: string;
  item?: string;
  area?: string;
  material?: number;
  review_point?: number;
}

export type FileFormat = 'json' | 'csv';

export class Catalogue {
  constructor(private readonly http: Http) {}

  async list(query: Query): Promise<CataloguePage> {
    return page(await this.http.get('/api/v1/catalogue/items', query));
  }

  async item(id: string): Promise<CatalogueItem> {
    return item(await this.http.get(this.path(id)));
  }

  async version(id: string, number: number): Promise<CatalogueVersion> {
    return version(await this.http.get(`${this.path(id)}/versions/${number}`));
  }

  async draft(id: string): Promise<Draft> {
    return draft(await this.http.get(`${this.path(id)}/draft`));
  }

  async save(revision: number, whole: ItemDocument): Promise<{ revision: number; faults: Fault[] }> {
    return saved(await this.http.put(`${this.path(whole.id)}/draft`, { revision, document: whole }));
  }

  async discard(id: string, revision: number): Promise<void> {
    await this.http.post(`${this.path(id)}/draft/discard`, { revision });
  }

  async publish(id: string, revision: number): Promise<number> {
    return published(await this.http.post(`${this.path(id)}/publish`, { revision })).version;
  }

  async withdraw(id: string, current: number): Promise<void> {
    await this.http.post(`${this.path(id)}/withdraw`, { version: current });
  }

  async export(format: FileFormat): Promise<string> {
    return file(await this.http.get('/api/v1/catalogue/export', { format })).text;
  }

  /** Without `apply` only a check. */
  async import(format: FileFormat, bytes: Blob, apply: boolean): Promise<ItemsImported> {
    return imported(await this.http.postBytes(`/api/v1/catalogue/import?format=${format}&apply=${apply ? 1 : 0}`, bytes));
  }

  /** The picture's name. */
  async storePicture(bytes: Blob): Promise<string> {
    return stored(await this.http.postBytes('/api/v1/catalogue/pictures', bytes)).picture;
  }

  /** As an address that an image takes. */
  async picture(name: string): Promise<string> {
    const answer = picture(await this.http.get(`/api/v1/catalogue/pictures/${encodeURIComponent(name)}`));
    return `data:${answer.media_type};base64,${answer.base64}`;
  }

  private path(id: string): string {
    return `/api/v1/catalogue/items/${encodeURIComponent(id)}`;
  }
}

export class Guides {
  constructor(private readonly http: Http) {}

  async list(query: Query): Promise<GuideFaults> {
    return guideFaults(await this.http.get('/api/v1/guide-faults', query));
  }

  async get(id: string): Promise<GuideDetail> {
    return guideDetail(await this.http.get(`/api/v1/guide-faults/${encodeURIComponent(id)}`));
  }

  async report(report: GuideReport): Promise<string> {
    return reported(await this.http.post('/api/v1/guide-faults', report)).fault;
  }

  async act(id: string, action: GuideAction, words: { text?: string; outcome?: string }): Promise<void> {
    await this.http.post(`/api/v1/guide-faults/${encodeURIComponent(id)}/actions`, { action, ...words });
  }
}
