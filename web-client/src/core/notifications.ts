// SPDX-License-Identifier: Apache-2.0
// An incoming call must be noticed from another tab: the title flashes and the desktop shows a notification.
import type { Timers } from './timers';

export interface DesktopNotification {
  close(): void;
  onclick: ((event: Event) => void) | null;
}

export interface NotificationsDeps {
  title: { get: () => string; set: (title: string) => void };
  /** Absent where the browser has no notifications or the page is not served securely. */
  desktop?: {
    permission: () => NotificationPermission;
    ask: () => Promise<NotificationPermission>;
    show: (title: string, body: string) => DesktopNotification;
  };
  focus: () => void;
  timers: Timers;
}

const FLASH_MS = 900;

export class Notifications {
  private base: string | null = null;
  private cancelFlash: () => void = () => undefined;
  private shown: DesktopNotification | null = null;

  constructor(private readonly deps: NotificationsDeps) {}

  get permission(): NotificationPermission | 'absent' {
    return this.deps.desktop?.permission() ?? 'absent';
  }

  /** To be called from inside a click. */
  async ask(): Promise<void> {
    const { desktop } = this.deps;
    if (desktop?.permission() === 'default') await desktop.ask().catch(() => 'denied');
  }

  /** True when the desktop shows it. */
  alert(title: string, body: string): boolean {
    this.clear();
    const { title: page, timers, desktop } = this.deps;
    this.base = page.get();
    let on = true;
    page.set(title);
    this.cancelFlash = timers.every(FLASH_MS, () => {
      on = !on;
      page.set(on ? title : (this.base ?? ''));
    });
    if (desktop?.permission() !== 'granted') return false;
    try {
      const shown = desktop.show(title, body);
      shown.onclick = () => {
        this.deps.focus();
        shown.close();
      };
      this.shown = shown;
      return true;
    } catch {
      return false; // some systems forbid it outside a service worker: title and sound are still there
    }
  }

  clear(): void {
    this.cancelFlash();
    this.cancelFlash = () => undefined;
    if (this.base !== null) this.deps.title.set(this.base);
    this.base = null;
    this.shown?.close();
    this.shown = null;
  }
}
