// SPDX-License-Identifier: Apache-2.0
// Rehearsals of halls (docs/PROTOCOL-OFFICE.md, Rehearsals).
import type { Http, Query } from './api';
import { integer, listOf, object, oneOf, orNull, text, type Infer } from './decode';

const named = object({ id: text, name: text });
export const DRILL_STATES = ['running', 'ended', 'over'] as const;
const drill = object({
  id: integer, hall: named, item: orNull(named), state: oneOf(...DRILL_STATES), started_us: integer, until_us: integer, ended_us: orNull(integer),
  account: named, ended_by: orNull(named),
  calls: integer, answered: integer, refused: integer, unanswered: integer, silent: integer, answer_mean_us: orNull(integer),
});
const drills = object({ total: integer, page: integer, page_size: integer, rows: listOf(drill) });
const begun = object({ id: integer, calls: integer });
export const drillDecoders = { drills, begun };

export type DrillRow = Infer<typeof drill>;
export type DrillPage = Infer<typeof drills>;

export class Drills {
  constructor(private readonly http: Http) {}

  async list(query: Query): Promise<DrillPage> {
    return drills(await this.http.get('/api/v1/drills', query));
  }

  /** How many calls of the hall go on as they are. */
  async begin(hall: string, item: string | null, untilUs: number): Promise<number> {
    return begun(await this.http.post('/api/v1/drills', { hall, item, until_us: untilUs })).calls;
  }

  async end(id: number): Promise<void> {
    await this.http.post(`/api/v1/drills/${id}/end`, {});
  }
}
