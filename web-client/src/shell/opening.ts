// SPDX-License-Identifier: Apache-2.0
// How the page that was asked for comes on: nobody looks at a blank window for more than a second without being told.
import { onBeforeUnmount, readonly, ref, type Ref } from 'vue';
import { useRouter } from 'vue-router';

import { reloadOnce } from './once-more';

export type Opening = 'shown' | 'slow' | 'failed';

const SLOW_MS = 1000;

/**
 * `slow`: the first page has not come within a second. `failed`: a part of it did not load, and not at the second time
 * either. When that happens to a later page, what is on the screen stays (it may be a call) and `laterFailed` is called.
 */
export function useOpening(laterFailed: () => void): Readonly<Ref<Opening>> {
  const router = useRouter();
  const opening = ref<Opening>('shown');
  let first = true;
  const timer = window.setTimeout(() => {
    if (opening.value === 'shown') opening.value = 'slow';
  }, SLOW_MS);
  const shown = (): void => {
    window.clearTimeout(timer);
    opening.value = 'shown';
    first = false;
  };
  const forget = [
    router.afterEach((_to, _from, failure) => {
      if (failure === undefined) shown();
    }),
    // An upgrade of the server takes the parts away that this page would load next; a line that broke looks the same.
    router.onError(() => {
      window.clearTimeout(timer);
      if (!first) laterFailed();
      else if (!reloadOnce()) opening.value = 'failed';
    }),
  ];
  void router.isReady().then(shown, () => undefined);
  onBeforeUnmount(() => {
    window.clearTimeout(timer);
    for (const each of forget) each();
  });
  return readonly(opening);
}
