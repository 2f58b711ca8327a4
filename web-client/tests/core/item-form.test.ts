// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { compareDocuments, emptyDocument, placeOf } from '../../src/core/item-document';
import { emptyField, faultOfAnswer, filledAnswers, formFields, tidyAnswer, type FormField } from '../../src/core/item-form';

const field = (kind: FormField['kind'], more: Partial<FormField> = {}): FormField => ({ ...emptyField(), name: kind, kind, ...more });

test.each([
  ['number', '3200.5', null], ['number', '-1', null], ['number', '约三千', 'number'], ['number', '.5', 'number'], ['number', '1e3', 'number'],
  ['date', '2028-02-29', null], ['date', '2026-02-30', 'date'], ['date', '2026-2-3', 'date'], ['text', '字'.repeat(200), null], ['text', '字'.repeat(201), 'long'],
  ['lines', '字'.repeat(2000), null], ['number', ' ', null],
] as const)('a %s answered "%s"', (kind, answer, fault) => expect(faultOfAnswer(field(kind), answer)).toBe(fault));

test.each([
  ['number', ' ３２００。５ ', '3200.5'], ['number', '1,234,567.8', '1234567.8'], ['number', '1,23', '1,23'], ['date', '2026年1月3日', '2026-01-03'], ['date', '20261031', '2026-10-31'],
  ['date', '2026/10/31', '2026-10-31'], ['date', '去年', '去年'], ['text', ' ２０２６年1月3日 ', '２０２６年1月3日'],
] as const)('a %s typed as "%s" is sent as "%s"', (kind, typed, sent) => expect(tidyAnswer(field(kind), typed)).toBe(sent));

test('a choice is one of its list', () => {
  const choice = field('choice', { choices: ['甲', '乙'] });
  expect([faultOfAnswer(choice, '甲'), faultOfAnswer(choice, '丙')]).toEqual([null, 'choice']);
});

test('only the fields of the version are sent, and only what is filled in', () => {
  expect(filledAnswers([field('text'), field('date')], { text: ' 甲 ', date: '', gone: '乙' })).toEqual({ text: '甲' });
});

test('documents without a form have an empty one', () => expect(formFields(undefined)).toEqual([]));

test('forms are compared field by field', () => {
  const before = { ...emptyDocument('a'), form: [field('text'), field('choice', { choices: ['甲'] })] };
  const after = { ...emptyDocument('a'), form: [field('choice', { choices: ['甲', '乙'], required: true }), field('date')] };
  expect(compareDocuments(before, after).map((each) => [each.section, each.material ?? '', each.field, each.kind, each.before, each.after])).toEqual([
    ['form', '', '', 'removed', 'text', ''], ['form', '', '', 'added', '', 'date'],
    ['form', 'choice', 'required', 'changed', 'false', 'true'], ['form', 'choice', 'choices', 'added', '', '乙'],
  ]);
  expect(placeOf('form[3].choices')).toEqual({ section: 'form', material: null, field: '3' });
});
