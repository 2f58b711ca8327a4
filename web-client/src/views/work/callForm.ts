// SPDX-License-Identifier: Apache-2.0
// What the clerk has entered for the next call, and what is known about it. It outlives the screens of a call, so that
// calling again needs no typing; only "the applicant was told" has to be said anew each time.
import { computed, reactive, ref, shallowRef, watch } from 'vue';

import { codeOf, explain } from '../../bridge/failure';
import { api, http } from '../../bridge/http';
import { loadItem } from '../../bridge/items';
import { station, useStation } from '../../bridge/station';
import type { Area, Item } from '../../core/api';
import { Cases, type CaseRow } from '../../core/cases';
import type { Targets } from '../../core/protocol';
import { RequestError } from '../../core/signalling';

const { duty, line, calls, directoryChanges } = useStation();

const form = reactive({
  item: null as string | null, area: null as string | null, material: null as number | null, case: null as string | null, note: '', informed: false, drill: false,
});
const item = shallowRef<Item | null>(null);
const openCases = shallowRef<CaseRow[]>([]);
const OVER = new Set(['issued', 'refused', 'not_supplemented', 'prereview_failed', 'cancelled']);
const areas = shallowRef<Area[]>([]);
const targets = shallowRef<Targets | null>(null);
const failure = ref<{ code: string; reason: string; retryAfterS: number } | null>(null);
const calling = ref(false);

/** Why the next call can only be a rehearsal: of the own hall, or of those who would take it. */
const rehearsal = computed(() => {
  const own = duty.value.kind === 'on' ? duty.value.drill : null;
  if (own !== null && (own.item === null || own.item.id === form.item)) return own;
  return targets.value?.drill ?? null;
});
const isDrill = computed(() => form.drill || rehearsal.value !== null);

/** Areas whose windows serve the item. */
const choosable = computed(() => areas.value.filter((area) => item.value?.areas.includes(area.code) ?? false));

/** The first thing that keeps the call from being made, or null. */
const missing = computed(() => {
  if (line.value.kind !== 'open') return 'line';
  if (duty.value.kind === 'on' && duty.value.presence === 'away') return 'away';
  if (form.item === null) return 'item';
  if (form.area === null) return 'area';
  return form.informed || isDrill.value ? null : 'informed'; // in a drill there is no applicant
});

watch(
  () => form.item,
  async (id) => {
    item.value = null;
    form.material = null;
    form.case = null;
    openCases.value = [];
    failure.value = null;
    if (id === null) return;
    try {
      const [found] = await Promise.all([loadItem(id), loadAreas()]);
      if (form.item !== id) return;
      item.value = found;
      if (form.area !== null && !found.areas.includes(form.area)) form.area = null;
      void loadCases(id);
      if (choosable.value.length === 1) form.area = choosable.value[0]?.code ?? null;
    } catch (error) {
      failure.value = { code: codeOf(error), reason: explain(error), retryAfterS: 0 };
    }
  },
);

let newest = 0;
watch([() => form.item, () => form.area, directoryChanges, () => line.value.kind], async ([itemId, area]) => {
  const ticket = ++newest;
  if (itemId === null || area === null || line.value.kind !== 'open') {
    targets.value = null;
    return;
  }
  const found = await station.signalling.request('directory.targets', { item: itemId, area }).catch(() => null);
  if (ticket !== newest) return;
  targets.value = found;
  const anybody = found !== null && (found.ready > 0 || found.on_duty > 0);
  if (anybody && failure.value?.code === 'no_window_ready') failure.value = null;
});

/** What the call may be about; without the list one calls all the same. */
async function loadCases(itemId: string): Promise<void> {
  const found = await new Cases(http).search({ list: 'all', item: itemId }).catch(() => null);
  if (form.item === itemId && found !== null) openCases.value = found.rows.filter((each) => !OVER.has(each.state));
}

async function loadAreas(): Promise<void> {
  if (areas.value.length === 0) areas.value = await api.areas();
}

async function call(): Promise<void> {
  if (missing.value !== null || calling.value || form.item === null || form.area === null) return;
  calling.value = true;
  failure.value = null;
  try {
    await station.calling.request({
      item: form.item, area: form.area, citizen_informed: form.informed && !isDrill.value,
      ...(isDrill.value ? { drill: true } : {}),
      ...(form.material === null ? {} : { material: form.material }),
      ...(form.case === null ? {} : { case: form.case }),
      ...(form.note.trim() === '' ? {} : { note: form.note.trim() }),
    });
    form.informed = false;
  } catch (error) {
    const retryAfterS = error instanceof RequestError ? (error.retryAfterS ?? 0) : 0;
    failure.value = { code: codeOf(error), reason: explain(error), retryAfterS };
  } finally {
    calling.value = false;
  }
}

// A call that was answered has served its citizen: the next one's papers are not in doubt yet.
watch(
  () => calls.value.phase.kind === 'talking',
  (talking) => {
    if (talking) Object.assign(form, { material: null, case: null, note: '' });
  },
);

// Off duty: the next person at this page must find nothing of the last one's citizen.
watch(duty, (now) => {
  if (now.kind !== 'off') return;
  Object.assign(form, { item: null, area: null, material: null, case: null, note: '', informed: false });
  failure.value = null;
});

export function useCallForm() {
  return { form, rehearsal, isDrill, item, openCases, choosable, targets, failure, calling, missing, call };
}
