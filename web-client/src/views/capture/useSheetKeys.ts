// SPDX-License-Identifier: Apache-2.0
// The capture sheet's letters, as they stand on its buttons; F9 and Escape work as everywhere (bridge/keys.ts). The sheet has
// the focus while it is open, and gives it back to where one came from.
import { onBeforeUnmount, onMounted, type Ref } from 'vue';

import { letterOf } from '../../components/useRowKeys';

/** Not while a question lies over the sheet: that is outside of it and has the focus. */
export function useSheetKeys(sheet: Ref<HTMLElement | undefined>, keys: Record<string, () => void>): void {
  function listen(event: KeyboardEvent): void {
    const inside = event.target === document.body || sheet.value?.contains(event.target as Node) === true;
    const letter = inside ? letterOf(event) : null;
    if (letter !== null) keys[letter]?.();
  }
  const before = document.activeElement;
  onMounted(() => {
    sheet.value?.focus();
    window.addEventListener('keydown', listen);
  });
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', listen);
    if (before instanceof HTMLElement) before.focus();
  });
}
