// SPDX-License-Identifier: Apache-2.0
// What is typed into the form of a case, and what of it is sent.
import type { Applicant, Case, CaseContents } from '../../core/cases';
import { filledAnswers, type Answers, type FormField } from '../../core/item-form';

export interface TickedMaterial {
  number: number;
  name: string;
  necessity: string;
  notes: string;
  demand: string | null;
  ticked: boolean;
  medium: 'none' | 'paper' | 'electronic' | 'licence';
  copies: number;
}

export interface CaseForm {
  applicant: { kind: 'person' | 'company' | 'other'; name: string; document: string; number: string; phone: string; address: string };
  project: string;
  courier: { wanted: boolean; name: string; phone: string; address: string };
  fields: readonly FormField[];
  answers: Answers;
  conditions: { number: number; text: string; met: boolean }[];
  materials: TickedMaterial[];
}

const filled = (text: string): string | undefined => text.trim() || undefined;

export const emptyForm = (): CaseForm => ({
  applicant: { kind: 'person', name: '', document: 'id_card', number: '', phone: '', address: '' },
  project: '',
  courier: { wanted: false, name: '', phone: '', address: '' },
  fields: [],
  answers: {},
  conditions: [],
  materials: [],
});

export function applicantOf(form: CaseForm): unknown {
  const { kind, name, document, number, phone, address } = form.applicant;
  return { kind, name: name.trim(), document, number: number.trim(), phone: filled(phone), address: filled(address) };
}

/** Everything but the applicant, who is shown masked and is sent only when typed anew. */
export function contentsOf(form: CaseForm): CaseContents {
  const { wanted, name, phone, address } = form.courier;
  return {
    project: filled(form.project) ?? null,
    courier: wanted ? { name: name.trim(), phone: phone.trim(), address: address.trim() } : null,
    ...(form.fields.length > 0 ? { form: filledAnswers(form.fields, form.answers) } : {}),
    conditions: form.conditions.filter((each) => each.met).map((each) => each.number),
    materials: form.materials.map(({ number, ticked, medium, copies }) => ({ number, ticked, medium, copies })),
  };
}

/** Ticking a paper that has no form yet takes it as handed in on paper and scanned. */
export function tick(material: TickedMaterial, ticked: boolean): void {
  material.ticked = ticked;
  if (ticked && material.medium === 'none') {
    material.medium = 'electronic';
    material.copies = 1;
  }
}

export function formOf(found: Case, applicant: Applicant | null): CaseForm {
  const form = emptyForm();
  if (applicant !== null) {
    form.applicant = { ...applicant, phone: applicant.phone ?? '', address: applicant.address ?? '' };
  }
  form.project = found.project ?? '';
  if (found.courier !== null) form.courier = { wanted: true, ...found.courier };
  form.fields = found.form_fields;
  form.answers = { ...found.form };
  form.conditions = found.conditions.map((each) => ({ ...each }));
  form.materials = found.materials.map(({ number, name, necessity, notes, demand, ticked, medium, copies }) => ({
    number, name, necessity, notes, demand, ticked, medium, copies,
  }));
  return form;
}
