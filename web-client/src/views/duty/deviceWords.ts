// SPDX-License-Identifier: Apache-2.0
// What to tell a clerk about a device: what happened and what to do, never the browser's own words.
import type { Source, SourceState } from '../../core/devices';

type Translate = (key: string) => string;

/** Empty when there is nothing to say: the source is live, off on purpose, or only being opened. */
export function deviceTrouble(t: Translate, source: Source, state: SourceState): string {
  switch (state.kind) {
    case 'missing':
    case 'lost':
      return t(state.why === undefined ? `duty.device.${state.kind}.${source}` : `duty.bridge.trouble.${state.why}`);
    case 'denied':
    case 'busy':
      return t(`duty.device.${state.kind}.${source}`);
    case 'insecure':
      return t('duty.device.insecure');
    default:
      return '';
  }
}
