// SPDX-License-Identifier: Apache-2.0
// Says in passing who has joined, left, or did not come; what lasts is in the bar at the top.
import { ElMessage } from 'element-plus';
import 'element-plus/es/components/message/style/css';
import { watch } from 'vue';
import { useI18n } from 'vue-i18n';

import type { Call } from '../../core/protocol';
import { passing } from './passing';
import { refusalWords } from './refusal';

export function useParty(call: () => Call): void {
  const { t } = useI18n();
  watch(call, (now, before) => {
    for (const { level, key, who, participant } of passing(before, now)) {
      const reason = refusalWords(t, participant);
      ElMessage({ type: level, message: t(`call.party.passing.${key}`, { who, reason }), grouping: true });
    }
  });
}
