// SPDX-License-Identifier: Apache-2.0
// Documents of items in the editor's hand: empty ones, and what differs between two.
import { FACTS, type DraftMaterial, type Fact, type ItemDocument } from './catalogue';
import type { FormField } from './item-form';

const MATERIAL_FIELDS = [
  'name', 'necessity', 'condition_text', 'form', 'kind', 'copies', 'notes', 'tolerance_days', 'intermediary', 'licence', 'exempt', 'review', 'archive',
  'sample', 'picture',
] as const;
const HEAD_FIELDS = ['name', 'pinyin', 'department', 'demo'] as const;

export function emptyMaterial(number: number): DraftMaterial {
  return {
    number, name: '', necessity: 'required', condition_text: '', form: '纸质/电子化', kind: 'original', copies: 1, notes: '', tolerance_days: null,
    intermediary: '', licence: '', exempt: '', review: '', archive: '', sample: '', picture: '', review_points: [],
  };
}

export function emptyDocument(id: string): ItemDocument {
  const facts = Object.fromEntries(FACTS.map((name) => [name, ''])) as Record<Fact, string>;
  return { id, name: '', pinyin: '', department: '', demo: false, areas: [], facts, conditions: [], form: [], materials: [emptyMaterial(1)] };
}

export type Section = 'item' | 'facts' | 'conditions' | 'form' | 'materials';

export interface Difference {
  /** `item`, `facts`, `conditions`, or `form` and `materials` with the name of the field or material. */
  section: Section;
  material?: string;
  /** Field within the section; empty: the whole of it. */
  field: string;
  kind: 'added' | 'removed' | 'changed';
  before: string;
  after: string;
}

const shown = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

function compareLists(before: readonly string[], after: readonly string[], place: Pick<Difference, 'section' | 'material' | 'field'>): Difference[] {
  const removed = before.filter((each) => !after.includes(each)).map((each): Difference => ({ ...place, kind: 'removed', before: each, after: '' }));
  const added = after.filter((each) => !before.includes(each)).map((each): Difference => ({ ...place, kind: 'added', before: '', after: each }));
  const differences = [...removed, ...added];
  const moved = differences.length === 0 && before.some((each, index) => after[index] !== each);
  return moved ? [{ ...place, kind: 'changed', before: before.join('\n'), after: after.join('\n') }] : differences;
}

function compareField(before: unknown, after: unknown, place: Pick<Difference, 'section' | 'material' | 'field'>): Difference[] {
  if (shown(before) === shown(after)) return [];
  const kind = shown(before) === '' ? 'added' : shown(after) === '' ? 'removed' : 'changed';
  return [{ ...place, kind, before: shown(before), after: shown(after) }];
}

function compareMaterials(before: DraftMaterial, after: DraftMaterial): Difference[] {
  const place = { section: 'materials', material: after.name } as const;
  return [
    ...compareField(before.number, after.number, { ...place, field: 'number' }),
    ...MATERIAL_FIELDS.flatMap((field) => compareField(before[field], after[field], { ...place, field })),
    ...compareLists(before.review_points, after.review_points, { ...place, field: 'review_points' }),
  ];
}

/** A material is the same one if its name is, else if its number is and neither has a namesake on the other side. */
function pairs(before: readonly DraftMaterial[], after: readonly DraftMaterial[]): [DraftMaterial | null, DraftMaterial | null][] {
  const named = new Map(before.map((each) => [each.name, each]));
  const unnamed = before.filter((each) => !after.some((other) => other.name === each.name));
  const met = new Set<DraftMaterial>();
  const forward = after.map((each): [DraftMaterial | null, DraftMaterial] => {
    const found = named.get(each.name) ?? unnamed.find((other) => other.number === each.number) ?? null;
    if (found !== null) met.add(found);
    return [found, each];
  });
  return [...forward, ...before.filter((each) => !met.has(each)).map((each): [DraftMaterial, null] => [each, null])];
}

/** Fields of a form are told apart by their names; that they stand in another order is a difference of its own. */
function compareForms(before: readonly FormField[], after: readonly FormField[]): Difference[] {
  const whole = compareLists(before.map((each) => each.name), after.map((each) => each.name), { section: 'form', field: '' });
  return [...whole, ...after.flatMap((now): Difference[] => {
    const old = before.find((each) => each.name === now.name);
    const place = { section: 'form', material: now.name } as const;
    return old === undefined ? [] : [
      ...(['kind', 'required', 'hint'] as const).flatMap((field) => compareField(old[field], now[field], { ...place, field })),
      ...compareLists(old.choices, now.choices, { ...place, field: 'choices' }),
    ];
  })];
}

/** What was added, removed and changed from one version to another, in the order of the document. */
export function compareDocuments(before: ItemDocument, after: ItemDocument): Difference[] {
  return [
    ...HEAD_FIELDS.flatMap((field) => compareField(before[field], after[field], { section: 'item', field })),
    ...compareLists(before.areas, after.areas, { section: 'item', field: 'areas' }),
    ...FACTS.flatMap((field) => compareField(before.facts[field], after.facts[field], { section: 'facts', field })),
    ...compareLists(before.conditions, after.conditions, { section: 'conditions', field: '' }),
    ...compareForms(before.form, after.form),
    ...pairs(before.materials, after.materials).flatMap(([old, now]): Difference[] => {
      if (old !== null && now !== null) return compareMaterials(old, now);
      return now === null
        ? [{ section: 'materials', material: old?.name ?? '', field: '', kind: 'removed', before: old?.name ?? '', after: '' }]
        : [{ section: 'materials', material: now.name, field: '', kind: 'added', before: '', after: now.name }];
    }),
  ];
}

/** Where a fault's path leads: the section, and of which material (index); of a form the index of the field is the field. */
export function placeOf(path: string): { section: Section; material: number | null; field: string } {
  const match = /^materials\[(\d+)\](?:\.(\w+))?/.exec(path);
  if (match) return { section: 'materials', material: Number(match[1]), field: match[2] ?? '' };
  if (path.startsWith('materials')) return { section: 'materials', material: null, field: '' };
  if (path.startsWith('conditions')) return { section: 'conditions', material: null, field: '' };
  if (path.startsWith('form')) return { section: 'form', material: null, field: /^form\[(\d+)\]/.exec(path)?.[1] ?? '' };
  if (path.startsWith('facts')) return { section: 'facts', material: null, field: path.replace(/^facts\.?/, '') };
  return { section: 'item', material: null, field: path.replace(/[.[].*$/, '') };
}
