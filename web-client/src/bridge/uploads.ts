// SPDX-License-Identifier: Apache-2.0
// The one upload queue of the page, and what the views see of it.
import { readonly, shallowRef, watch, type Ref } from 'vue';

import { UploadApi } from '../core/capture/upload-api';
import { UploadQueue, type UploadProgress } from '../core/capture/upload-queue';
import { realTimers } from '../core/timers';
import { http, session } from './http';
import { BrowserUploadStore } from './upload-store';

export const uploads = new UploadQueue({
  store: new BrowserUploadStore(),
  server: new UploadApi(http),
  timers: realTimers,
  sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
  newKey,
  wallClockMs: () => Date.now(),
});

/** UUID version 4 (RFC 9562 5.4); crypto.randomUUID came with Chromium 92. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const progress = shallowRef<readonly UploadProgress[]>([]);
uploads.on('change', (state) => (progress.value = state.map((each) => ({ ...each }))));
watch(
  session,
  (now) => {
    if (now !== null) void uploads.start(now.account.id);
  },
  { immediate: true },
);
window.addEventListener('online', () => uploads.retryNow());

export function useUploads(): Readonly<Ref<readonly UploadProgress[]>> {
  return readonly(progress) as Readonly<Ref<readonly UploadProgress[]>>;
}
