// SPDX-License-Identifier: Apache-2.0
import { codeOf, explain } from '../../bridge/failure';
import { http } from '../../bridge/http';
import { ApiError } from '../../core/api';
import { Cases } from '../../core/cases';

export const cases = new Cases(http);

const date = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', month: '2-digit', day: '2-digit' });

export { dateTime } from '../../core/moments';
/** A place in a recording, minutes and seconds. */
export const recordingTime = (us: number): string => `${Math.floor(us / 60e6)}:${String(Math.floor(us / 1e6) % 60).padStart(2, '0')}`;
/** A deadline is the end of a day: the day is what one reads. */
export const lastDay = (us: number): string => date.format((us - 1) / 1000);

/** Somebody else changed the case meanwhile: who, and what; or which field of the business form is filled in wrongly. */
export function explainChange(t: (key: string, words?: Record<string, string>) => string, error: unknown): string {
  if (error instanceof ApiError && error.code === 'bad_form' && error.field !== undefined) return t('cases.form.wrong', { name: error.field });
  if (!(error instanceof ApiError) || codeOf(error) !== 'changed') return explain(error);
  return t('cases.changed', { since: error.changes.map((each) => `${each.name} ${t(`cases.step.${each.action}`)}`).join('，') });
}
