// SPDX-License-Identifier: Apache-2.0
import { computed, reactive, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';

import { explain } from '../../bridge/failure';
import { http } from '../../bridge/http';
import { answerRate, CAUSES, csv, figures, periodText, series, type FigureRow, type Grouping, type Period } from '../../core/figures';
import { DAY_US, dayOf, dayStartUs } from '../audit/format';

const MONTH_DAYS = 30;

export function useFigures() {
  const { t } = useI18n();
  const today = dayOf(Date.now() * 1000);
  const form = reactive<{ by: Grouping; period: Period; days: [string, string] }>({
    by: 'window', period: 'day', days: [dayOf(dayStartUs(today) - (MONTH_DAYS - 1) * DAY_US), today],
  });
  const rows = shallowRef<FigureRow[]>([]);
  const shown = ref<{ by: Grouping; days: [string, string] }>({ by: form.by, days: form.days }); // what `rows` were asked with
  const more = ref(false);
  const busy = ref(false);
  const failure = ref('');

  async function load(): Promise<void> {
    busy.value = true;
    failure.value = '';
    const { by, period, days } = form;
    try {
      const found = figures(await http.get('/api/v1/figures', {
        by, period, from_us: dayStartUs(days[0]), to_us: dayStartUs(days[1]) + DAY_US,
      }));
      rows.value = found.rows;
      more.value = found.more;
      shown.value = { by, days: [...days] };
    } catch (error) {
      failure.value = t('figures.failed', { reason: explain(error) });
    } finally {
      busy.value = false;
    }
  }

  function csvText(): string {
    const columns = ['name', 'period', 'calls', 'answered', 'rate', 'p50', 'p95', 'talk', 'unanswered', 'refusals', 'cancelled', 'silent', 'needless'] as const;
    const head = [...columns.map((each) => t(`figures.columns.${each}`)), ...CAUSES.map((cause) => t(`figures.cause.${cause}`))];
    const seconds = (us: number | null) => (us === null ? null : Math.round(us / 1e5) / 10);
    return csv([head, ...rows.value.map((row) => [
      row.name, periodText(row.period), row.calls, row.answered, rateText(row), seconds(row.answer_p50_us), seconds(row.answer_p95_us),
      seconds(row.talk_mean_us), row.unanswered, row.refusals, row.cancelled, row.silent, row.needless, ...CAUSES.map((cause) => row.causes[cause]),
    ])]);
  }

  return { form, rows, shown, more, busy, failure, load, csvText, chart: computed(() => series(rows.value)) };
}

export function rateText(row: FigureRow): string {
  const rate = answerRate(row);
  return rate === null ? '' : `${(rate * 100).toFixed(1)}%`;
}
