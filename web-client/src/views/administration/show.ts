// SPDX-License-Identifier: Apache-2.0
// The fields of an object as a list or a history shows them, from the text in which they travel.
import { hoursOf, sameDays } from '../../core/hours';
import { type Kind, parseRoles } from '../../core/organisation';
import type { FieldView } from './fields';

type Translate = (key: string, named?: Record<string, unknown>) => string;

/** What some kinds call a field in their own way, as their files do (signaling/directory/fields.c). */
const OWN: Partial<Record<Kind, Record<string, string>>> = { accounts: { name: 'person' }, areas: { kind: 'level' } };

export function fieldName(t: Translate, kind: Kind, field: string): string {
  return t(`administration.field.${OWN[kind]?.[field] ?? field}`);
}

/** "周一至周五 08:30-12:00、14:30-17:30；周六 09:00-12:00"; what is no such text is shown as it is. */
function hours(t: Translate, text: string): string {
  const week = hoursOf(text);
  if (week === null) return text;
  const parts = sameDays(week).map(({ first, last, spans }) => {
    const [from, to] = [t(`administration.hours.day.${first}`), t(`administration.hours.day.${last}`)];
    const days = first === 1 && last === 7 ? t('administration.hours.daily') : first === last ? from : t('administration.hours.days', { from, to });
    const all = spans.every((span) => span.from === '00:00' && span.to === '24:00');
    return t('administration.hours.at', { days, spans: all ? t('administration.hours.whole') : spans.map((span) => `${span.from}-${span.to}`).join(t('administration.hours.and')) });
  });
  return parts.join(t('administration.hours.then'));
}

export function showField(t: Translate, field: FieldView, value: string): string {
  switch (field.control) {
    case 'flag': return t(value === '1' ? 'administration.yes' : 'administration.no');
    case 'roles': return parseRoles(value).map((one) => t('shell.bracketed', { text: t(`administration.role.${one.role}`), more: one.area })).join(' ');
    case 'hours': return hours(t, value);
    case 'choice': return value === '' ? '' : t(`administration.field.${value === 'department' ? 'department_kind' : value}`);
    default: return value;
  }
}
