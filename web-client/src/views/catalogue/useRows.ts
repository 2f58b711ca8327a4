// SPDX-License-Identifier: Apache-2.0
// A list of rows by keyboard: Enter begins the next, Alt and an arrow moves it; the changed row keeps the cursor.
import { nextTick, type Ref } from 'vue';

/** box: the element around the rows; field: the input of each row that takes the cursor, as a CSS selector; max: rows. */
export function useRows<Row>(rows: Ref<Row[]>, empty: () => Row, box: Ref<HTMLElement | undefined>, field: string, max = Infinity) {
  async function focus(index: number): Promise<void> {
    await nextTick();
    box.value?.querySelectorAll<HTMLElement>(field)[index]?.focus();
  }

  function set(index: number, row: Row): void {
    rows.value = rows.value.map((each, place) => (place === index ? row : each));
  }

  function add(after: number): void {
    if (rows.value.length >= max) return;
    rows.value = [...rows.value.slice(0, after + 1), empty(), ...rows.value.slice(after + 1)];
    void focus(after + 1);
  }

  function remove(index: number): void {
    rows.value = rows.value.filter((_, place) => place !== index);
    void focus(Math.max(0, index - 1));
  }

  function move(index: number, by: -1 | 1): void {
    const to = index + by;
    const next = [...rows.value];
    const [moved] = next.splice(index, 1);
    if (moved === undefined || to < 0 || to >= rows.value.length) return;
    next.splice(to, 0, moved);
    rows.value = next;
    void focus(to);
  }

  function onKey(event: KeyboardEvent | Event, index: number): void {
    if (!(event instanceof KeyboardEvent) || event.isComposing) return;
    if (event.key === 'Enter') add(index);
    else if (event.altKey && event.key === 'ArrowUp') move(index, -1);
    else if (event.altKey && event.key === 'ArrowDown') move(index, 1);
    else return;
    event.preventDefault();
  }

  return { set, add, remove, move, onKey };
}
