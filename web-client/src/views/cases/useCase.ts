// SPDX-License-Identifier: Apache-2.0
// One case kept fresh: asked for, watched over the live line where there is one, asked for again when told that it changed.
import { onBeforeUnmount, ref, shallowRef, watch } from 'vue';

import { explain } from '../../bridge/failure';
import { station } from '../../bridge/station';
import type { Case } from '../../core/cases';
import { cases } from './service';

export function useCase(id: () => string) {
  const found = shallowRef<Case | null>(null);
  const failure = ref('');

  async function reload(): Promise<void> {
    const wanted = id();
    try {
      const answer = await cases.get(wanted);
      if (wanted !== id()) return;
      found.value = answer;
      failure.value = '';
    } catch (error) {
      if (wanted === id()) failure.value = explain(error);
    }
  }

  const look = (): void => {
    // Without a live line the page shows what it loaded; nothing else depends on it.
    if (station.signalling.state.kind === 'open') {
      void station.signalling.request('case.watch', { case: id() }).catch(() => undefined);
    }
  };
  const stopChanges = station.signalling.on('event', (event) => {
    if (event.event === 'case.changed' && event.data.case === id()) void reload();
  });
  const stopLine = station.signalling.on('state', (state) => {
    if (state.kind === 'open') {
      look();
      void reload();
    }
  });
  // A page loaded on its own has no line yet; watching needs no window.
  if (station.signalling.state.kind === 'idle') station.signalling.connect();
  watch(id, () => {
    found.value = null;
    look();
    void reload();
  }, { immediate: true });
  onBeforeUnmount(() => {
    stopChanges();
    stopLine();
    if (station.signalling.state.kind === 'open') void station.signalling.request('case.watch', {}).catch(() => undefined);
  });
  return { found, failure, reload };
}
