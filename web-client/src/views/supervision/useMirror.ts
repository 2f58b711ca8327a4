// SPDX-License-Identifier: Apache-2.0
// The two tables of the mirror ledger: the same columns for the screen, whose numbers open to their calls, and for the spreadsheet.
import { computed, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { RouteLocationRaw } from 'vue-router';

import { csv, monthDays } from '../../core/figures';
import { MARKS, REFUSALS, type Mirror } from '../../core/supervision';
import { percent, placeName, thisMonth } from './format';
import { supervision } from './service';
import { usePage } from './usePage';

export type Side = 'requesters' | 'responders';

interface Column<R> {
  words: string;
  width: number;
  value: (row: R) => number | string;
  /** Which calls of the window it counts; undefined: a rate. */
  opens?: Record<string, string>;
}

interface Cell {
  value: number | string;
  to: RouteLocationRaw | null;
}

export interface MirrorTable {
  heads: { words: string; width: number }[];
  rows: { id: string; place: string; cells: Cell[] }[];
}

type Requester = Mirror['requesters'][number];
type Responder = Mirror['responders'][number];

function tableOf<R extends Requester | Responder>(month: number, who: 'requester' | 'window', rows: R[], columns: Column<R>[]): MirrorTable {
  const [from, to] = monthDays(month);
  const cell = (row: R, { value, opens }: Column<R>): Cell => ({
    value: value(row), to: opens === undefined ? null : { path: '/audit', query: { from, to, [who]: row.window.id, ...opens } },
  });
  return { heads: columns, rows: rows.map((row) => ({ id: row.window.id, place: placeName(row.window), cells: columns.map((each) => cell(row, each)) })) };
}

export function useMirror() {
  const { t } = useI18n();
  const month = ref(thisMonth());
  const side = ref<Side>('requesters');
  const { page, busy, failure, load } = usePage<Mirror>(() => supervision.mirror(Number(month.value)));
  const words = (name: string): string => t(`supervision.mirror.${name}`);

  const callers = computed<Column<Requester>[]>(() => [
    { words: words('answered'), width: 150, value: (row) => row.answered, opens: { outcome: 'answered' } },
    ...MARKS.map((mark) => ({ words: t(`supervision.mark.${mark}`), width: 190, value: (row: Requester) => row[mark], opens: { mark } })),
    { words: words('needless'), width: 150, value: (row) => percent(row.answered_by_points + row.not_our_matter, row.answered) },
  ]);
  const takers = computed<Column<Responder>[]>(() => [
    { words: words('taken'), width: 110, value: (row) => row.answered, opens: { outcome: 'answered' } },
    { words: words('unanswered'), width: 130, value: (row) => row.unanswered, opens: { outcome: 'countable' } },
    { words: words('refused'), width: 110, value: (row) => row.refused, opens: { outcome: 'refused' } },
    { words: words('refusedRate'), width: 110, value: (row) => percent(row.refused, row.answered + row.refused + row.unanswered) },
    ...REFUSALS.map((reason) => ({ words: words(reason), width: 150, value: (row: Responder) => row[reason], opens: { reason } })),
  ]);
  const table = computed<MirrorTable>(() => {
    const { month: shown, requesters, responders } = page.value ?? { month: Number(month.value), requesters: [], responders: [] };
    return side.value === 'requesters' ? tableOf(shown, 'requester', requesters, callers.value) : tableOf(shown, 'window', responders, takers.value);
  });

  const csvText = (): string => csv([
    [words('window'), ...table.value.heads.map((each) => each.words)], ...table.value.rows.map((row) => [row.place, ...row.cells.map((each) => each.value)]),
  ]);

  return { month, side, table, busy, failure, load, csvText };
}
