// SPDX-License-Identifier: Apache-2.0
// The form of an item (业务表格): the fields that a version describes, and what a case answers to them (PROTOCOL-CASES.md 1 and 8).
import { DecodeError, flag, isRecord, listOf, object, oneOfOr, text, type Decoder, type Infer } from './decode';

export const FORM_KINDS = ['text', 'lines', 'number', 'date', 'choice'] as const;
export const formField = object({ name: text, kind: oneOfOr('text', ...FORM_KINDS), required: flag, choices: listOf(text), hint: text });
export type FormField = Infer<typeof formField>;
export type Answers = Record<string, string>;

/** Documents of items without a form have no such member. */
export const formFields: Decoder<FormField[]> = (value, path = '') => (value === undefined ? [] : listOf(formField)(value, path));

/** What a case answers; what is no text is from a time before there were fields. */
export const answers: Decoder<Answers | null> = (value, path = '') => {
  if (value === null) return null;
  if (!isRecord(value)) throw new DecodeError(path, 'object');
  return Object.fromEntries(Object.entries(value).filter((each): each is [string, string] => typeof each[1] === 'string'));
};

export const FIELDS_MAX = 60;
export const TEXT_MAX = 200;
export const LINES_MAX = 2000;

function isDate(answer: string): boolean {
  const day = new Date(`${answer}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(answer) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(answer);
}

/** What is wrong with an answer, as the server will find it; null: nothing. What is empty may be filled in later. */
export function faultOfAnswer(field: FormField, answer: string): 'number' | 'date' | 'choice' | 'long' | null {
  const typed = answer.trim();
  if (typed === '') return null;
  if (field.kind === 'number') return /^-?\d{1,15}(\.\d{1,6})?$/.test(typed) ? null : 'number';
  if (field.kind === 'date') return isDate(typed) ? null : 'date';
  if (field.kind === 'choice') return field.choices.includes(typed) ? null : 'choice';
  return [...typed].length > (field.kind === 'lines' ? LINES_MAX : TEXT_MAX) ? 'long' : null;
}

/** What was typed, as it is sent: the digits of a Chinese keyboard, grouped numbers and other ways to write a day become the one way. */
export function tidyAnswer(field: FormField, typed: string): string {
  const plain = typed.trim();
  if (field.kind !== 'number' && field.kind !== 'date') return plain;
  const ascii = plain.normalize('NFKC').replace(/。/g, '.');
  if (field.kind === 'number') return /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(ascii) ? ascii.replace(/,/g, '') : ascii;
  const day = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(ascii) ?? /^(\d{4})(\d\d)(\d\d)$/.exec(ascii);
  return day ? [day[1], ...day.slice(2).map((each) => each.padStart(2, '0'))].join('-') : ascii;
}

/** What is sent: the version's own fields, as far as they are filled in. */
export function filledAnswers(fields: readonly FormField[], given: Answers): Answers {
  return Object.fromEntries(fields.map((each) => [each.name, tidyAnswer(each, given[each.name] ?? '')]).filter(([, answer]) => answer !== ''));
}

export const emptyField = (): FormField => ({ name: '', kind: 'text', required: false, choices: [], hint: '' });
