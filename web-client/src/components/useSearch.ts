// SPDX-License-Identifier: Apache-2.0
// What a select offers while somebody types: asked for anew with each word, of which only the latest is shown; at first all.
import { ref, shallowRef } from 'vue';

import { explain } from '../bridge/failure';

export function useSearch<T>(find: (words: string) => Promise<T[]>) {
  const rows = shallowRef<T[]>([]);
  const busy = ref(false);
  const failure = ref('');
  let newest = 0;

  async function search(words: string): Promise<void> {
    const ticket = ++newest;
    busy.value = true;
    failure.value = '';
    try {
      const found = await find(words.trim());
      if (ticket === newest) rows.value = found;
    } catch (error) {
      if (ticket === newest) failure.value = explain(error);
    } finally {
      if (ticket === newest) busy.value = false;
    }
  }
  void search('');

  return { rows, busy, failure, search };
}
