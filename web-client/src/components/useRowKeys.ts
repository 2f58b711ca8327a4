// SPDX-License-Identifier: Apache-2.0
// A list worked through without a mouse: N and P take the next and the previous row in hand, wherever the focus is; for the
// row in hand each letter presses the button of it that carries the letter as data-key. What may not be done has no button,
// so no letter does it. Letters typed into a field, and those meant for what lies over the list, are left alone.
import { onBeforeUnmount, onMounted, type Ref } from 'vue';

const FIELDS = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]';

/** Whether a key is a letter of the page's own, and not typed into a field or held with others. */
export function letterOf(event: KeyboardEvent): string | null {
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing && !event.repeat;
  const typing = event.target instanceof Element && event.target.closest(FIELDS) !== null;
  return plain && !typing && /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : null;
}

/** Nothing that wants to be answered first lies over an element. */
function onTop(element: HTMLElement): boolean {
  return [...document.querySelectorAll('[aria-modal="true"]')].every((each) => each.contains(element) || each.getClientRects().length === 0);
}

/** The rows are the list's children; they can be focused. */
export function useRowKeys(list: Ref<HTMLElement | undefined>): void {
  function step(rows: HTMLElement[], by: number): void {
    const at = rows.findIndex((each) => each.contains(document.activeElement));
    rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
  }

  function listen(event: KeyboardEvent): void {
    const letter = letterOf(event);
    const element = list.value;
    if (letter === null || element === undefined || element.getClientRects().length === 0 || !onTop(element)) return;
    const rows = [...element.children] as HTMLElement[];
    if (letter === 'n' || letter === 'p') step(rows, letter === 'n' ? 1 : -1);
    else {
      const row = rows.find((each) => each.contains(document.activeElement));
      row?.querySelector<HTMLButtonElement>(`button[data-key="${letter}"]:not(:disabled)`)?.click();
    }
  }

  onMounted(() => window.addEventListener('keydown', listen));
  onBeforeUnmount(() => window.removeEventListener('keydown', listen));
}
