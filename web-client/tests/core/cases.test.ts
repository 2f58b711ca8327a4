// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { figuresCsv, latestVerdicts, type CaseVerdict } from '../../src/core/cases';
import { contentsOf, emptyForm, tick, type TickedMaterial } from '../../src/views/cases/caseForm';
import { urgency } from '../../src/views/cases/urgency';

const verdict = (number: number, material: number): CaseVerdict => ({
  number, material, verdict: 'conforms', review_point: null, tolerated_until_us: null, file: null, call: null, recording_us: null,
  account: null, side: 'home', at_us: 0, note: null,
});

describe('cases', () => {
  test('the latest verdict of a material counts, all are kept', () => {
    const latest = latestVerdicts({ verdicts: [verdict(1, 2), verdict(2, 3), verdict(3, 2)] });
    expect(latest.get(2)?.number).toBe(3);
    expect(latest.get(3)?.number).toBe(2);
    expect(latest.get(1)).toBeUndefined();
  });

  test('a table for a spreadsheet quotes, and begins no formula', () => {
    expect(figuresCsv(['月份', 'a"b'], [[202611, '=1+1']])).toBe('\ufeff"月份","a""b"\r\n"202611","\'=1+1"\r\n');
  });

  test('ticking a paper says how it was handed in', () => {
    const form = emptyForm();
    const paper: TickedMaterial = { number: 1, name: '申请书', necessity: 'required', notes: '', demand: null, ticked: false, medium: 'none', copies: 0 };
    form.materials = [paper];
    tick(paper, true);
    expect(contentsOf(form).materials).toEqual([{ number: 1, ticked: true, medium: 'electronic', copies: 1 }]);
    tick(paper, false);
    expect(contentsOf(form).materials?.[0]?.ticked).toBe(false);
  });

  test('only what is wanted is sent', () => {
    const form = emptyForm();
    form.conditions = [{ number: 1, text: '', met: true }, { number: 2, text: '', met: false }];
    expect(contentsOf(form)).toEqual({ project: null, courier: null, conditions: [1], materials: [] });
  });

  test('a deadline is far, soon, or over', () => {
    const day = 86_400_000_000;
    expect([urgency(null, 0), urgency(day * 3, 0), urgency(day, 0), urgency(day, day)]).toEqual(['none', 'far', 'soon', 'over']);
  });
});
