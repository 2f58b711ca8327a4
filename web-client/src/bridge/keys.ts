// SPDX-License-Identifier: Apache-2.0
// Function keys that work wherever the focus is. Only the keys bound by what is on the screen are taken from the
// browser, and only without modifiers: everything else keeps its usual meaning. What came onto the screen last has the
// key: F2 answers the call that rings and does not also start the one being prepared below it.
import { onBeforeUnmount, onMounted } from 'vue';

export type Keys = Partial<Record<'F2' | 'F4' | 'F6' | 'F7' | 'F8' | 'F9' | 'Escape', () => void>>;

const stack: Keys[] = [];

function listen(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return;
  const name = event.key as keyof Keys;
  const run = [...stack].reverse().find((keys) => keys[name] !== undefined)?.[name];
  if (run === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  if (!event.repeat) run();
}

export function useKeys(keys: Keys): void {
  onMounted(() => {
    if (stack.length === 0) window.addEventListener('keydown', listen, true);
    stack.push(keys);
  });
  onBeforeUnmount(() => {
    const place = stack.indexOf(keys);
    if (place >= 0) stack.splice(place, 1);
    if (stack.length === 0) window.removeEventListener('keydown', listen, true);
  });
}
