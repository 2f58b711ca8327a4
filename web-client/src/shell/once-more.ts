// SPDX-License-Identifier: Apache-2.0
// A page of which a part did not load is loaded once more by itself: browsers now and then give up one of many parallel
// requests, with a certificate of the server's own for instance. Never a loop: what fails again is told to the clerk.

const KEY = 'farwindow.once-more'; // public/boot.js has the same, for when not even this was loaded
const PAUSE_MS = 600_000;

/** Loads the page again; false: it was tried not long ago, or cannot be remembered. */
export function loadOnceMore(storage: () => Pick<Storage, 'getItem' | 'setItem'>, now: number, reload: () => void): boolean {
  try {
    const last = storage().getItem(KEY);
    if (last !== null && !(now - Number(last) > PAUSE_MS)) return false;
    storage().setItem(KEY, String(now));
  } catch {
    return false; // without a memory it could go on for ever
  }
  reload();
  return true;
}

export const reloadOnce = (): boolean => loadOnceMore(() => sessionStorage, Date.now(), () => window.location.reload());
