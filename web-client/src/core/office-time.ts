// SPDX-License-Identifier: Apache-2.0
// When halls are open and who is on duty (docs/PROTOCOL-OFFICE.md, Office time).
import { fault, type Http, type Query } from './api';
import { flag, integer, listOf, object, oneOf, orNull, text, type Infer } from './decode';

const years = object({ years: listOf(object({ year: integer, off: integer, work: integer, sample: flag })) });
const yearDay = object({ day: text, kind: oneOf('off', 'work'), name: text, weekday: integer, hours_of: orNull(integer) });
const year = object({ year: integer, sample: flag, has_sample: flag, days: listOf(yearDay) });
const yearImport = object({ off: integer, work: integer, sample: flag, applied: flag, faults: listOf(fault) });
const named = object({ id: text, name: text });
const closure = object({
  id: integer, hall: named, from_us: integer, until_us: integer, reason: text, account: named, created_us: integer, withdrawn_us: orNull(integer),
});
const closures = object({ total: integer, page: integer, page_size: integer, rows: listOf(closure) });
const dutyHalls = object({ total: integer, page: integer, page_size: integer, rows: listOf(object({ id: text, name: text, area: named })) });
const dutyDay = object({ day: text, past: flag, planned: flag, holiday: orNull(text), open: listOf(text) });
const dutyWindow = object({ id: text, name: text, department: flag, spans: listOf(listOf(text)) });
const dutyWeek = object({ hall: named, monday: text, days: listOf(dutyDay), windows: listOf(dutyWindow) });
const csv = object({ csv: text });
const entered = object({ id: integer });
export const officeTimeDecoders = { years, year, yearImport, closures, dutyHalls, dutyWeek };

export type YearRow = Infer<typeof years>['years'][number];
export type Year = Infer<typeof year>;
export type YearImport = Infer<typeof yearImport>;
export type Closure = Infer<typeof closure>;
export type Closures = Infer<typeof closures>;
export type DutyHall = Infer<typeof dutyHalls>['rows'][number];
export type DutyWeek = Infer<typeof dutyWeek>;
/** `windows` null: no roster of its own. */
export interface DutyDayWish { day: string; windows: { window: string; spans: string[] }[] | null }

export class OfficeTime {
  constructor(private readonly http: Http) {}

  async years(): Promise<YearRow[]> {
    return years(await this.http.get('/api/v1/calendar/years')).years;
  }

  async year(wanted: number): Promise<Year> {
    return year(await this.http.get(`/api/v1/calendar/years/${wanted}`));
  }

  async exportYear(wanted: number): Promise<string> {
    return csv(await this.http.get(`/api/v1/calendar/years/${wanted}/export`)).csv;
  }

  /** Without `apply` only a check. */
  async importYear(wanted: number, file: Blob, apply: boolean): Promise<YearImport> {
    return yearImport(await this.http.postBytes(`/api/v1/calendar/years/${wanted}/import?apply=${apply ? 1 : 0}`, file));
  }

  async sampleYear(wanted: number): Promise<YearImport> {
    return yearImport(await this.http.post(`/api/v1/calendar/years/${wanted}/sample`, {}));
  }

  async closures(query: Query): Promise<Closures> {
    return closures(await this.http.get('/api/v1/closures', query));
  }

  async closeHall(hall: string, fromUs: number, untilUs: number, reason: string): Promise<number> {
    return entered(await this.http.post('/api/v1/closures', { hall, from_us: fromUs, until_us: untilUs, reason })).id;
  }

  async withdrawClosure(id: number): Promise<void> {
    await this.http.post(`/api/v1/closures/${id}/withdraw`, {});
  }

  async dutyHalls(query: Query): Promise<DutyHall[]> {
    return dutyHalls(await this.http.get('/api/v1/duty', query)).rows;
  }

  async duty(hall: string, week: string): Promise<DutyWeek> {
    return dutyWeek(await this.http.get(`/api/v1/duty/${encodeURIComponent(hall)}`, { week }));
  }

  async setDuty(hall: string, days: DutyDayWish[]): Promise<void> {
    await this.http.put(`/api/v1/duty/${encodeURIComponent(hall)}`, { days });
  }
}
