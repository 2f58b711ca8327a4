// SPDX-License-Identifier: Apache-2.0
// Supervision over HTTP (docs/PROTOCOL-OFFICE.md): unanswered calls, escalations, the mirror ledger, short messages.
import type { Http, Query } from './api';
import { flag, integer, isRecord, listOf, object, oneOf, oneOfOr, optional, orNull, text, type Decoder, type Infer } from './decode';
import { windowName } from './protocol';

const named = object({ id: text, name: text });
const pageOf = <T>(row: Decoder<T>) => object({ total: integer, page: integer, page_size: integer, rows: listOf(row) });

export const LEDGER_STATES = ['open', 'stated', 'at_fault', 'excused', 'taken_back'] as const;
export const CAUSES = ['not_signed_in', 'connection_lost', 'not_displayed', 'not_answered', 'refused', 'away'] as const; // of rows: a silent ring makes none
export const SMS_STATES = ['queued', 'waiting', 'handing', 'handed', 'delivered', 'failed', 'uncertain', 'cancelled'] as const;
export const SMS_KINDS = ['unanswered', 'silent_ring', 'case'] as const;
export const ESCALATION_STATES = ['raised', 'acknowledged', 'closed', 'taken_back'] as const;
export const BLAMES = ['not_at_post', 'did_not_answer', 'devices_neglected', 'other'] as const;
export const EXCUSES = ['power_or_line', 'system_fault', 'serving_citizen', 'leave_approved', 'other'] as const;
export const MARKS = ['answered_by_points', 'not_our_matter'] as const;
export const REFUSALS = ['not_our_matter', 'busy_with_citizen', 'other'] as const;

export type Verdict = 'at_fault' | 'excused' | 'taken_back';
export type Mark = (typeof MARKS)[number];

const rowFields = {
  id: integer, call: text, month: integer, cause: oneOfOr('other', ...CAUSES), at_us: integer, state: oneOfOr('other', ...LEDGER_STATES),
  since_us: integer, entries_count: integer, item: named, account: orNull(named), window: windowName, requester: windowName,
};
const entry = object({
  number: integer, kind: text, at_us: integer, window: orNull(text), reason: orNull(text), text: orNull(text), purged: optional(flag),
  account: orNull(named),
});
const time = orNull(integer);
const proof = object({
  begun_us: time, rung_us: time, delivered_us: time, displayed_us: time, tone_us: time, silent_us: time, closed_us: time,
  on_duty: flag, in_hours: flag, outcome: orNull(text), cause: orNull(text),
});
const details: Decoder<Record<string, unknown>> = (value) => (isRecord(value) ? value : {});
const ledgerRow = object(rowFields);
const ledgerDetail = object({
  ...rowFields,
  entries: listOf(entry),
  proof: listOf(proof),
  presence: listOf(object({ at_us: integer, action: text, detail: details, account: orNull(text) })),
  devices: listOf(object({ face: text, document: text, microphone: text, speaker: text, reported_us: integer })),
  messages: listOf(object({ id: integer, kind: text, state: oneOfOr('other', ...SMS_STATES), since_us: integer })),
});
const escalationFields = {
  id: integer, month: integer, state: oneOfOr('other', ...ESCALATION_STATES), raised_us: integer, since_us: integer,
  body: orNull(named), at_fault: integer, window: windowName,
};
const escalationDetail = object({
  ...escalationFields,
  entries: listOf(entry),
  rows: listOf(object({
    id: integer, call: text, cause: oneOfOr('other', ...CAUSES), at_us: integer, state: oneOfOr('other', ...LEDGER_STATES),
    reason: orNull(text), text: orNull(text), purged: optional(flag),
  })),
});
const sms = object({
  id: integer, kind: oneOfOr('other', ...SMS_KINDS), state: oneOfOr('other', ...SMS_STATES), subject: object({ kind: text, id: text }),
  round: integer, tries: integer, unclear: flag, created_us: integer, since_us: integer, next_us: time, error: orNull(text),
  phone: orNull(text), text: orNull(text), window: orNull(windowName),
});
const mirror = object({
  month: integer,
  requesters: listOf(object({ window: windowName, answered: integer, answered_by_points: integer, not_our_matter: integer })),
  responders: listOf(object({
    window: windowName, answered: integer, refused: integer, unanswered: integer, not_our_matter: integer, busy_with_citizen: integer,
    other: integer,
  })),
});

const markedCall = object({ mark: orNull(oneOf(...MARKS)) });

export const supervisionDecoders = {
  ledger: pageOf(ledgerRow), ledgerRow: ledgerDetail, escalations: pageOf(object(escalationFields)), escalation: escalationDetail,
  sms: pageOf(sms), mirror,
};
export type LedgerRow = Infer<typeof ledgerRow>;
export type LedgerDetail = Infer<typeof ledgerDetail>;
export type LedgerEntry = Infer<typeof entry>;
export type LedgerPage = Infer<typeof supervisionDecoders.ledger>;
export type EscalationPage = Infer<typeof supervisionDecoders.escalations>;
export type EscalationRow = EscalationPage['rows'][number];
export type EscalationDetail = Infer<typeof escalationDetail>;
export type SmsPage = Infer<typeof supervisionDecoders.sms>;
export type Sms = Infer<typeof sms>;
export type Mirror = Infer<typeof mirror>;

export class Supervision {
  constructor(private readonly http: Pick<Http, 'get' | 'post'>) {}

  async ledger(query: Query): Promise<LedgerPage> {
    return supervisionDecoders.ledger(await this.http.get('/api/v1/ledger', query));
  }

  async ledgerRow(id: number): Promise<LedgerDetail> {
    return ledgerDetail(await this.http.get(`/api/v1/ledger/${id}`));
  }

  async state(id: number, words: string): Promise<void> {
    await this.http.post(`/api/v1/ledger/${id}/statements`, { text: words });
  }

  async judge(id: number, verdict: Verdict, reason: string | null, words: string | null): Promise<void> {
    await this.http.post(`/api/v1/ledger/${id}/verdict`, { verdict, reason, text: words });
  }

  async escalations(query: Query): Promise<EscalationPage> {
    return supervisionDecoders.escalations(await this.http.get('/api/v1/escalations', query));
  }

  async escalation(id: number): Promise<EscalationDetail> {
    return escalationDetail(await this.http.get(`/api/v1/escalations/${id}`));
  }

  async acknowledge(id: number): Promise<void> {
    await this.http.post(`/api/v1/escalations/${id}/acknowledge`, {});
  }

  async close(id: number, words: string): Promise<void> {
    await this.http.post(`/api/v1/escalations/${id}/close`, { text: words });
  }

  async mirror(month: number): Promise<Mirror> {
    return mirror(await this.http.get('/api/v1/mirror', { month }));
  }

  /** What was said of the call so far. */
  async markOf(call: string): Promise<Mark | null> {
    return markedCall(await this.http.get(`/api/v1/calls/${encodeURIComponent(call)}`)).mark;
  }

  async mark(call: string, what: Mark | null): Promise<void> {
    await this.http.post(`/api/v1/calls/${encodeURIComponent(call)}/mark`, { mark: what });
  }

  async sms(query: Query): Promise<SmsPage> {
    return supervisionDecoders.sms(await this.http.get('/api/v1/sms', query));
  }

  async resend(id: number): Promise<void> {
    await this.http.post(`/api/v1/sms/${id}/resend`, {});
  }

  async cancelSms(id: number): Promise<void> {
    await this.http.post(`/api/v1/sms/${id}/cancel`, {});
  }
}
