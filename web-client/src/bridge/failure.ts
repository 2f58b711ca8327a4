// SPDX-License-Identifier: Apache-2.0
// What to tell a clerk when something asked for was not done.
import { ApiError } from '../core/api';
import { RequestError } from '../core/signalling';
import { i18n } from '../shell/i18n';

const KNOWN = new Set([
  'timeout', 'not_connected', 'offline', 'forbidden', 'not_found', 'wrong_state', 'too_many', 'busy', 'internal',
  'item_not_served', 'citizen_not_informed', 'own_window_busy', 'not_at_window',
]);

export function codeOf(error: unknown): string {
  return error instanceof RequestError || error instanceof ApiError ? error.code : 'internal';
}

export function explain(error: unknown): string {
  const { t } = i18n.global;
  const code = codeOf(error);
  if (KNOWN.has(code)) return t(`failure.${code}`);
  const text = error instanceof RequestError ? error.text : error instanceof Error ? error.message : '';
  return text || t('failure.internal');
}
