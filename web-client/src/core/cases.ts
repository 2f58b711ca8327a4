// SPDX-License-Identifier: Apache-2.0
// Cases over HTTP (docs/PROTOCOL-CASES.md).
import type { Http } from './api';
import { flag, integer, listOf, object, oneOf, oneOfOr, optional, orNull, text, type Infer } from './decode';
import { answers, formFields, type Answers } from './item-form';

export const CASE_STATES = [
  'draft', 'prereview', 'sent', 'accepted', 'supplement', 'told', 'decided', 'issued', 'refused', 'not_supplemented',
  'prereview_failed', 'cancelled',
] as const;
export const CASE_ACTIONS = [
  'send', 'submit', 'cancel', 'pass', 'fail', 'accept', 'refuse', 'supplement', 'tell', 'supplemented', 'not_supplemented',
  'decide', 'issue', 'post', 'forward', 'copy', 'read',
] as const;
export const DOCUMENTS = ['id_card', 'organisation_code', 'passport', 'hk_macao_permit', 'taiwan_permit', 'other'] as const;
export const LISTS = ['todo', 'to_read', 'done', 'read', 'all'] as const;
export const VERDICTS = ['conforms', 'wanting', 'tolerated', 'paper'] as const;
export const NOTICES = ['one_time', 'accepted', 'refused', 'posting'] as const;
export type NoticeKind = (typeof NOTICES)[number];
export type CaseAction = (typeof CASE_ACTIONS)[number];
export type Verdict = (typeof VERDICTS)[number];

const state = oneOfOr('other', ...CASE_STATES);
const named = object({ id: text, name: text });
const who = orNull(named);
const nullable = orNull(integer);
const person = { name: text, document: oneOfOr('other', ...DOCUMENTS), number: text, phone: optional(orNull(text)), address: optional(orNull(text)) };
const applicant = object({ kind: oneOf('person', 'company', 'other'), ...person });
export type Applicant = Infer<typeof applicant>;
const courier = object({ name: text, phone: text, address: text });
const point = object({ number: integer, text });
const material = object({
  number: integer, name: text, necessity: text, form: text, kind: text, wanted_copies: integer, notes: text, tolerance_days: nullable,
  licence: orNull(text), sample: orNull(text), picture: orNull(text), ticked: flag, medium: oneOf('none', 'paper', 'electronic', 'licence'), copies: integer,
  demand: orNull(text), review_points: listOf(point),
});
export type CaseMaterial = Infer<typeof material>;
const verdict = object({
  number: integer, material: integer, verdict: oneOf(...VERDICTS), review_point: nullable, tolerated_until_us: nullable, file: orNull(text),
  call: orNull(text), recording_us: nullable, account: who, side: text, at_us: integer, note: orNull(text),
});
export type CaseVerdict = Infer<typeof verdict>;
const step = object({ number: integer, action: text, state, account: who, at_us: integer, opinion: orNull(text) });
const mark = object({ number: integer, shape: oneOf('box', 'arrow', 'line'), points: listOf(listOf(integer)), account: who, at_us: integer });
export type FileMark = Infer<typeof mark>;
export const WARNINGS = [
  'no_page', 'beyond_frame', 'low_resolution', 'blurred', 'glare', 'dark', 'finger', 'blank', 'duplicate', 'sideways', 'upside_down',
] as const;
const facts = object({ dpi: optional(nullable), desk: optional(text), suggested_turn: optional(integer), warnings: optional(listOf(oneOfOr('other', ...WARNINGS))), fault: optional(text) });
const filePage = object({ state: oneOf('making', 'made', 'parked'), pictures: flag, seen: flag, facts: orNull(facts) });
const file = object({
  id: text, material: nullable, position: integer, kind: text, media_type: text, bytes: integer, state: text, reason: orNull(text),
  filed_us: integer, name: orNull(text), turn: integer, page: orNull(filePage), marks: listOf(mark),
});
export type CaseFile = Infer<typeof file>;
const notice = object({ id: text, kind: text, number: text, made_us: integer });
const identity = object({
  number: integer, result: oneOf(...['same', 'different', 'unclear'] as const), face_file: orNull(text), document_file: orNull(text), call: orNull(text),
  recording_us: nullable, account: who, at_us: integer, note: orNull(text),
});
export type IdentityCheck = Infer<typeof identity>;
export const RECIPIENTS = ['applicant', 'handler', 'other'] as const;
export type Recipient = (typeof RECIPIENTS)[number];
const message = object({
  number: integer, recipient: oneOf(...RECIPIENTS), phone: text, state: orNull(text), account: who, at_us: integer, text: orNull(text),
});
export type CaseMessage = Infer<typeof message>;
const bundle = object({ bundle: text, pages: integer });
const issue = object({ method: text, receiver: orNull(object(person)), tracking: orNull(text), account: who, at_us: integer });

const correction = object({ number: integer, before: orNull(applicant), reason: orNull(text), account: who, at_us: integer });

const wholeCase = object({
  id: text, serial: text, state, revision: integer, origin: text, drill: flag, item: object({ id: text, name: text, version: integer }),
  area: object({ code: text, name: orNull(text) }), applicant_hall: object({ id: text, name: orNull(text) }), opened_by: who, handler: who,
  project: orNull(text), tracking: orNull(text), result: orNull(text), opened_us: integer, answer_by_us: nullable, decide_by_us: nullable,
  supplement_by_us: nullable, post_by_us: nullable, posted_us: nullable, applicant: orNull(applicant), courier: orNull(courier),
  form_fields: formFields, form: answers, conditions: listOf(object({ number: integer, text, met: flag })), materials: listOf(material),
  verdicts: listOf(verdict),
  identity_checks: listOf(identity), messages: listOf(message),
  files: listOf(file), steps: listOf(step), notices: listOf(notice), issues: listOf(issue), actions: listOf(oneOfOr('other', ...CASE_ACTIONS)),
  corrections: listOf(correction), editable: flag, correctable: flag, rules: flag, messages_allowed: flag, notices_allowed: flag, unmask: flag,
});
export type Case = Infer<typeof wholeCase>;

const row = object({
  id: text, serial: text, state, item: named, area: object({ code: text, name: text }), applicant_hall: named, applicant: orNull(text),
  project: orNull(text), drill: flag, opened_us: integer, changed_us: integer, due_us: nullable,
});
export type CaseRow = Infer<typeof row>;
const page = object({ total: integer, page: integer, page_size: integer, rows: listOf(row), papers_cut: optional(flag), papers_unread: optional(integer) });
export type CaseSearchPage = Infer<typeof page>;
const head = object({ case: text, serial: text, state, revision: integer });
const acted = object({ state, revision: integer });
const people = object({ people: listOf(named) });
const unmasked = object({ applicant: orNull(applicant) });
export const FIGURES = ['opened', 'sent', 'decided', 'returned', 'faulty', 'refused'] as const;
export const GROUPINGS = ['detail', 'month', 'hall', 'item'] as const;
export type Figure = (typeof FIGURES)[number];
export type Grouping = (typeof GROUPINGS)[number];
const figure = object({
  month: nullable, hall: orNull(named), item: orNull(named), opened: integer, sent: integer, decided: integer, returned: integer, faulty: integer,
  refused: integer, collect_avg_us: nullable, handle_avg_us: nullable,
});
export type CaseFigure = Infer<typeof figure>;
const figures = object({ rows: listOf(figure), more: flag });
export type CaseFigures = Infer<typeof figures>;

export const caseDecoders = { case: wholeCase, cases: page, head, acted, unmasked, figures };

/** What a form sends; what is not there stays. */
export interface CaseContents {
  applicant?: unknown;
  project?: string | null;
  courier?: unknown;
  form?: Answers;
  conditions?: number[];
  materials?: { number: number; ticked: boolean; medium: string; copies: number }[];
}

/** The latest verdict on each material. */
export function latestVerdicts(found: Pick<Case, 'verdicts'>): Map<number, CaseVerdict> {
  return new Map(found.verdicts.map((each) => [each.material, each]));
}

/** Figures as a table for a spreadsheet: a byte order mark, CRLF, every field quoted. */
export function figuresCsv(heads: readonly string[], rows: readonly (string | number)[][]): string {
  const line = (fields: readonly (string | number)[]) =>
    fields.map((field) => `"${String(field).replace(/^[=+\-@]/, "'$&").replace(/"/g, '""')}"`).join(',');
  return `\ufeff${[heads, ...rows].map(line).join('\r\n')}\r\n`;
}

export class Cases {
  constructor(private readonly http: Http) {}

  async search(question: Record<string, unknown>): Promise<CaseSearchPage> {
    return page(await this.http.post('/api/v1/cases/search', question));
  }

  /** `changed` when the item was published anew since that version was read. */
  async open(item: { id: string; version: number }, area: string, origin: string, drill: boolean, contents: CaseContents): Promise<string> {
    return head(await this.http.post('/api/v1/cases', { item: item.id, item_version: item.version, area, origin, drill, ...contents })).case;
  }

  async get(id: string): Promise<Case> {
    return wholeCase(await this.http.get(this.path(id)));
  }

  async edit(id: string, revision: number, contents: CaseContents): Promise<number> {
    return head(await this.http.post(`${this.path(id)}/edit`, { revision, ...contents })).revision;
  }

  /** The applicant as it should have been; the reason and what it was stay in the case. */
  async correct(id: string, revision: number, reason: string, applicantNow: unknown): Promise<number> {
    return head(await this.http.post(`${this.path(id)}/corrections`, { revision, reason, applicant: applicantNow })).revision;
  }

  async act(id: string, revision: number, action: CaseAction, more: Record<string, unknown>): Promise<void> {
    acted(await this.http.post(`${this.path(id)}/actions`, { ...more, action, revision }));
  }

  /** Whom a step may name, by part of name or account. */
  async people(id: string, action: CaseAction, q: string): Promise<{ id: string; name: string }[]> {
    return people(await this.http.post(`${this.path(id)}/people`, q === '' ? { action } : { action, q })).people;
  }

  async rule(id: string, ruling: Record<string, unknown>): Promise<void> {
    await this.http.post(`${this.path(id)}/verdicts`, ruling);
  }

  async unmask(id: string): Promise<Applicant | null> {
    return unmasked(await this.http.post(`${this.path(id)}/unmask`, {})).applicant;
  }

  async message(id: string, message: { recipient: Recipient; phone?: string; text: string; key: string }): Promise<void> {
    await this.http.post(`${this.path(id)}/messages`, message);
  }

  /** Face and document compared; files of the case, call: where both were seen. */
  async identity(id: string, check: { result: IdentityCheck['result']; face_file: string; document_file: string; call?: string; note?: string }): Promise<void> {
    await this.http.post(`${this.path(id)}/identity-checks`, check);
  }

  /** All pages of a material as one PDF: where the browser finds it, and how many pages it has. */
  async join(id: string, material: number): Promise<{ address: string; pages: number }> {
    const made = bundle(await this.http.post(`${this.path(id)}/materials/${String(material)}/bundles`, {}));
    return { address: `${this.path(id)}/bundles/${encodeURIComponent(made.bundle)}`, pages: made.pages };
  }

  async notice(id: string, kind: NoticeKind): Promise<void> {
    await this.http.post(`${this.path(id)}/notices`, { kind });
  }

  /** Where the browser finds the sheet. */
  sheet(id: string, notice: string): string {
    return `${this.path(id)}/notices/${encodeURIComponent(notice)}`;
  }

  async figures(fromMonth: number, toMonth: number, by: Grouping): Promise<CaseFigures> {
    return figures(await this.http.get('/api/v1/case-figures', { from_month: fromMonth, to_month: toMonth, by }));
  }

  /** Draws a mark beside a file's picture; points in ten-thousandths. */
  async mark(id: string, file: string, shape: FileMark['shape'], points: number[][]): Promise<void> {
    await this.http.post(`${this.file(id, file)}/marks`, { shape, points });
  }

  async eraseMark(id: string, file: string, mark: number): Promise<void> {
    await this.http.post(`${this.file(id, file)}/marks/${String(mark)}/erase`, {});
  }

  async withdraw(id: string, file: string, reason: string): Promise<void> {
    await this.http.post(`${this.file(id, file)}/withdraw`, { reason });
  }

  async use(id: string, file: string, material: number): Promise<void> {
    await this.http.post(`${this.file(id, file)}/uses`, { material });
  }

  /** Turned for all who look at it; `seen` is how it was turned. */
  async turn(id: string, file: string, turn: number, seen: number): Promise<void> {
    await this.http.post(`${this.file(id, file)}/turn`, { turn, seen });
  }

  async makePageAgain(id: string, file: string): Promise<void> {
    await this.http.post(`${this.file(id, file)}/page`, {});
  }

  /** Where the browser finds a file: as it came, its straightened page, or that small. */
  file(id: string, file: string, part: '' | '/page' | '/thumbnail' | '/thumbnail?seen' = ''): string {
    return `${this.path(id)}/files/${encodeURIComponent(file)}${part}`;
  }

  private path(id: string): string {
    return `/api/v1/cases/${encodeURIComponent(id)}`;
  }
}
