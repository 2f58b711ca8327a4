// SPDX-License-Identifier: Apache-2.0
// A page that holds a lock is not frozen by the browser, however long it stays in the background.
let letGo: (() => void) | null = null;

export function heldAwake(on: boolean): void {
  if (on === (letGo !== null) || !('locks' in navigator)) return;
  if (!on) {
    letGo?.();
    letGo = null;
    return;
  }
  const held = new Promise<void>((resolve) => (letGo = resolve));
  // Shared: two tabs of one person hold it side by side.
  navigator.locks.request('farwindow-on-duty', { mode: 'shared' }, () => held).catch(() => undefined);
}
