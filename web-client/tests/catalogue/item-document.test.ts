// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { compareDocuments, emptyDocument, emptyMaterial, placeOf } from '../../src/core/item-document';

const base = () => ({
  ...emptyDocument('a'), name: '甲', areas: ['1', '2'], conditions: ['一', '二'],
  materials: [{ ...emptyMaterial(1), name: '申请表', review_points: ['签名'] }, { ...emptyMaterial(2), name: '身份证' }],
});

describe('comparing two versions', () => {
  test('the same has no differences', () => expect(compareDocuments(base(), base())).toEqual([]));

  test('fields, lists and materials', () => {
    const after = base();
    after.name = '乙';
    after.areas = ['2', '3'];
    after.facts.promised_days = '3';
    after.conditions = ['二', '一'];
    after.materials = [
      { ...emptyMaterial(2), name: '申请表', copies: 2, review_points: ['签名', '日期'] }, { ...emptyMaterial(3), name: '授权书' },
    ];
    expect(compareDocuments(base(), after).map(({ section, material, field, kind, before, after: now }) => [section, material ?? '', field, kind, before, now])).toEqual([
      ['item', '', 'name', 'changed', '甲', '乙'],
      ['item', '', 'areas', 'removed', '1', ''],
      ['item', '', 'areas', 'added', '', '3'],
      ['facts', '', 'promised_days', 'added', '', '3'],
      ['conditions', '', '', 'changed', '一\n二', '二\n一'],
      ['materials', '申请表', 'number', 'changed', '1', '2'],
      ['materials', '申请表', 'copies', 'changed', '1', '2'],
      ['materials', '申请表', 'review_points', 'added', '', '日期'],
      ['materials', '授权书', '', 'added', '', '授权书'],
      ['materials', '身份证', '', 'removed', '身份证', ''],
    ]);
  });

  test('a material that was renamed is known by its number', () => {
    const after = base();
    const second = after.materials[1];
    if (second !== undefined) second.name = '居民身份证';
    expect(compareDocuments(base(), after)).toEqual([
      { section: 'materials', material: '居民身份证', field: 'name', kind: 'changed', before: '身份证', after: '居民身份证' },
    ]);
  });
});

test('the path of a fault leads to its section', () => {
  expect(placeOf('materials[2].review_points[0]')).toEqual({ section: 'materials', material: 2, field: 'review_points' });
  expect(placeOf('materials')).toEqual({ section: 'materials', material: null, field: '' });
  expect(placeOf('facts.visits')).toEqual({ section: 'facts', material: null, field: 'visits' });
  expect(placeOf('areas[1]')).toEqual({ section: 'item', material: null, field: 'areas' });
  expect(placeOf('conditions[0]')).toEqual({ section: 'conditions', material: null, field: '' });
});
