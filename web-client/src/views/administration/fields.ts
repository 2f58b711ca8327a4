// SPDX-License-Identifier: Apache-2.0
// How the fields of each kind are entered. Their names and rules are the server's; this only chooses the control.
import type { Kind } from '../../core/organisation';

export interface FieldView {
  name: string;
  control: 'text' | 'flag' | 'choice';
  needed?: boolean;
  choices?: readonly string[];
  /** A column of the list, and its width. */
  column?: number;
}

const text = (name: string, column?: number): FieldView => ({ name, control: 'text', ...(column === undefined ? {} : { column }) });
const needed = (name: string, column: number): FieldView => ({ name, control: 'text', needed: true, column });
const flag = (name: string, column?: number): FieldView => ({ name, control: 'flag', ...(column === undefined ? {} : { column }) });

export const FIELDS: Record<Kind, readonly FieldView[]> = {
  areas: [
    needed('code', 130), needed('name', 160),
    { name: 'kind', control: 'choice', needed: true, choices: ['city', 'county', 'township', 'village'], column: 90 },
    text('parent', 120), text('body', 140), text('latitude'), text('longitude'),
  ],
  bodies: [
    needed('id', 150), needed('name', 200),
    { name: 'kind', control: 'choice', needed: true, choices: ['management', 'department'], column: 100 },
    needed('area', 110), text('superior', 150), text('phone', 130),
  ],
  halls: [
    needed('id', 130), needed('name', 200), needed('area', 110), text('hours', 260), flag('holidays_open', 100), text('line_mbit'),
    text('ring_seconds'), text('overflow_seconds'), text('ring_group'), text('patience_seconds'), text('latitude'), text('longitude'),
  ],
  windows: [
    needed('id', 140), needed('name', 170), needed('hall', 130), flag('applicant', 90), flag('home', 90), text('phone', 130),
    text('department', 130), text('items'), text('reserved'),
  ],
  accounts: [needed('id', 140), needed('name', 160), text('phone', 130), needed('roles', 320)],
};
