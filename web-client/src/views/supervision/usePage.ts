// SPDX-License-Identifier: Apache-2.0
// A list that is loaded page by page: what is shown, whether it is being fetched, why it could not be.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';

import { explain } from '../../bridge/failure';

export interface Paged<P> {
  page: ShallowRef<P | undefined>;
  number: Ref<number>;
  busy: Ref<boolean>;
  failure: Ref<string>;
  /** The same page again. */
  load: () => Promise<void>;
  /** From the first page on: the conditions have changed. */
  begin: () => void;
}

export function usePage<P>(fetch: (page: number) => Promise<P>): Paged<P> {
  const page = shallowRef<P>();
  const number = ref(1);
  const busy = ref(false);
  const failure = ref('');
  let asked = 0;

  async function load(): Promise<void> {
    const mine = ++asked;
    busy.value = true;
    failure.value = '';
    try {
      const found = await fetch(number.value);
      if (mine === asked) page.value = found;
    } catch (error) {
      if (mine === asked) failure.value = explain(error);
    } finally {
      if (mine === asked) busy.value = false;
    }
  }

  function begin(): void {
    number.value = 1;
    void load();
  }

  return { page, number, busy, failure, load, begin };
}
