// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { added, moved, withdrawn, type Page } from '../../src/core/capture/page-list';

const page = (name: string): Omit<Page, 'id'> => {
  const small = new Blob([name]);
  return { kind: 'capture', picture: Promise.resolve(small), small, name, rotation: 0 };
};
const names = (pages: readonly Page[]) => pages.map((each) => each.name);
const two = added(added([], page('first')), page('second'));

test('a page whose picture did not come leaves the list, wherever it was put meanwhile', () => {
  const three = moved(added(two, page('third')), 3, 0);
  expect(names(three)).toEqual(['third', 'first', 'second']);
  expect(names(withdrawn(three, 3, undefined))).toEqual(['first', 'second']);
});

test('a page that was to be taken again is in its place again when the new one did not come', () => {
  const again = added(two, page('again'), 1);
  expect(names(again)).toEqual(['again', 'second']);
  expect(names(withdrawn(again, 3, two[0]))).toEqual(['first', 'second']);
});

test('a page that was deleted meanwhile does not come back', () => {
  expect(names(withdrawn(two, 3, undefined))).toEqual(['first', 'second']);
});
