// SPDX-License-Identifier: Apache-2.0
// Function keys that work wherever the focus is. Only the keys bound by what is on the screen are taken from the
// browser, and only without modifiers: everything else keeps its usual meaning.
import { onBeforeUnmount, onMounted } from 'vue';

export type Keys = Partial<Record<'F2' | 'F4' | 'F8' | 'Escape', () => void>>;

export function useKeys(keys: Keys): void {
  const listen = (event: KeyboardEvent): void => {
    const run = keys[event.key as keyof Keys];
    if (run === undefined || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) run();
  };
  onMounted(() => window.addEventListener('keydown', listen, true));
  onBeforeUnmount(() => window.removeEventListener('keydown', listen, true));
}
