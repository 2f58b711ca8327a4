// SPDX-License-Identifier: Apache-2.0
// The case a call is about, found by its serial number, and what the other side asks to be captured for it.
import { onBeforeUnmount, ref, shallowRef, watch } from 'vue';

import { http } from '../../bridge/http';
import { loadItem } from '../../bridge/items';
import { station } from '../../bridge/station';
import { Cases } from '../../core/cases';
import type { Call } from '../../core/protocol';

export interface Asked {
  ask: number;
  material: number;
  name: string;
}

/** Some names have title marks of their own; the sentences around them bring theirs. */
export const bare = (name: string): string => name.replace(/^《(.*)》$/, '$1');

export function useCallCase(call: () => Call) {
  const caseId = ref<string | null>(null);
  const asked = shallowRef<Asked | null>(null);

  watch(
    () => call().case,
    async (serial) => {
      caseId.value = null;
      if (serial === null) return;
      const page = await new Cases(http).search({ list: 'all', serial }).catch(() => null);
      if (call().case === serial) caseId.value = page?.rows[0]?.id ?? null;
    },
    { immediate: true },
  );

  // Who has the papers is the side that asked for help.
  const stop = station.signalling.on('event', (event) => {
    if (event.event !== 'capture.asked' || event.data.call !== call().id || call().you !== 1) return;
    const { ask, material } = event.data;
    void loadItem(call().item.id)
      .catch(() => null)
      .then((item) => (asked.value = { ask, material, name: bare(item?.materials.find((each) => each.number === material)?.name ?? String(material)) }));
  });
  onBeforeUnmount(stop);
  return { caseId, asked };
}
