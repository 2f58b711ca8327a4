// SPDX-License-Identifier: Apache-2.0
// The format of the paper that is taken at this window now; null: to be guessed.
import { ref, watch } from 'vue';

import { windowOfThisTab } from '../../bridge/station';
import { loadFormat, saveFormat } from '../../core/capture/paper-format';

export function usePaperFormat() {
  const window = windowOfThisTab() ?? '';
  const format = ref(loadFormat(localStorage, window));
  watch(format, (chosen) => saveFormat(localStorage, window, chosen));
  return { format };
}
