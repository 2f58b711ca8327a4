// SPDX-License-Identifier: Apache-2.0
// How the fields of each kind are entered. Their names and rules are the server's; this only chooses the control.
import type { Kind } from '../../core/organisation';

export interface FieldView {
  name: string;
  control: 'text' | 'flag' | 'choice' | 'reference' | 'items' | 'roles' | 'hours';
  needed?: boolean;
  choices?: readonly string[];
  refers?: Kind;
  /** A column of the list, and its width. */
  column?: number;
}

const text = (name: string, column?: number): FieldView => ({ name, control: 'text', ...(column === undefined ? {} : { column }) });
const needed = (name: string, column: number): FieldView => ({ name, control: 'text', needed: true, column });
const refers = (name: string, kind: Kind, column?: number): FieldView => ({ name, control: 'reference', refers: kind, ...(column === undefined ? {} : { column }) });
const flag = (name: string, column?: number): FieldView => ({ name, control: 'flag', ...(column === undefined ? {} : { column }) });

export const FIELDS: Record<Kind, readonly FieldView[]> = {
  areas: [
    needed('code', 130), needed('name', 160),
    { name: 'kind', control: 'choice', needed: true, choices: ['city', 'county', 'township', 'village'], column: 90 },
    refers('parent', 'areas', 120), refers('body', 'bodies', 140), text('latitude'), text('longitude'),
  ],
  bodies: [
    needed('id', 130), needed('name', 200),
    { name: 'kind', control: 'choice', needed: true, choices: ['management', 'department'], column: 100 },
    { ...refers('area', 'areas', 110), needed: true }, refers('superior', 'bodies', 130), text('phone', 120),
  ],
  halls: [
    needed('id', 130), needed('name', 200), { ...refers('area', 'areas', 110), needed: true }, { name: 'hours', control: 'hours', column: 260 }, flag('holidays_open', 100), text('line_mbit'),
    text('ring_seconds'), text('overflow_seconds'), text('ring_group'), text('patience_seconds'), text('latitude'), text('longitude'),
  ],
  windows: [
    needed('id', 115), needed('name', 160), { ...refers('hall', 'halls', 105), needed: true }, flag('applicant', 95), flag('home', 80), text('phone', 120),
    refers('department', 'bodies', 120), { name: 'items', control: 'items' }, refers('reserved', 'accounts'),
  ],
  accounts: [needed('id', 140), needed('name', 160), text('phone', 130), { name: 'roles', control: 'roles', needed: true, column: 290 }],
};
