// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { answerRate, callsBehind, csv, csvCell, daysOf, figures, monthDays, needlessBehind, periodText, series, type FigureRow } from '../../src/core/figures';
import { golden } from '../core/fakes';

const row = (period: number, calls: number, answered: number, unanswered: number): FigureRow => ({
  ...(figures(golden('http.figures.get.reply')).rows[0] as FigureRow), period, calls, answered, unanswered,
});

describe('figures', () => {
  test('of the protocol\'s example are read', () => {
    const { rows, more } = figures(golden('http.figures.get.reply'));
    expect(rows.length).toBeGreaterThan(0);
    expect(more).toBe(false);
  });

  test('an answer rate of no call is none', () => {
    expect(answerRate({ calls: 0, answered: 0 })).toBeNull();
    expect(answerRate({ calls: 8, answered: 6 })).toBe(0.75);
  });

  test('periods are read as days and months', () => {
    expect([periodText(20261124), periodText(202611), periodText(0)]).toEqual(['2026-11-24', '2026-11', '']);
  });

  test('a row leads to the days of its calls, not beyond what was asked', () => {
    const asked = ['2026-02-10', '2026-11-20'] as const;
    expect(daysOf(20261111, asked)).toEqual(['2026-11-11', '2026-11-11']);
    expect(daysOf(202602, asked)).toEqual(['2026-02-10', '2026-02-28']);
    expect(daysOf(202611, asked)).toEqual(['2026-11-01', '2026-11-20']);
    expect(daysOf(0, asked)).toEqual(asked);
  });

  test('a month has its last day', () => {
    expect([monthDays(202602), monthDays(202402), monthDays(202612)].map(([, last]) => last)).toEqual(['2026-02-28', '2024-02-29', '2026-12-31']);
  });

  test('a number asks for its calls; needless ones by who made them', () => {
    const asked = ['2026-11-01', '2026-11-30'] as const;
    const of = { key: '441523-01', period: 20261124 };
    const day = { from: '2026-11-24', to: '2026-11-24', ended: '1' };
    expect(callsBehind(of, 'hall', asked)).toEqual({ ...day, hall: '441523-01', outcome: 'tried' });
    expect(callsBehind(of, 'hall', asked, { outcome: 'refused' })).toEqual({ ...day, hall: '441523-01', outcome: 'refused' });
    expect(callsBehind({ ...of, key: 'x' }, 'item', asked)).toEqual({ ...day, item: 'x', home: '1' });
    expect(needlessBehind(of, 'hall', asked)).toEqual({ ...day, requester_hall: '441523-01', mark: 'any' });
    expect(needlessBehind({ ...of, key: 'x' }, 'item', asked)).toEqual({ ...day, item: 'x', home: '1', mark: 'any' });
  });

  test('the chart sums all groups by period', () => {
    expect(series([row(20261102, 5, 4, 1), row(20261101, 2, 1, 1), row(20261102, 3, 3, 0)])).toEqual({
      periods: ['2026-11-01', '2026-11-02'], calls: [2, 8], answered: [1, 7], unanswered: [1, 1],
    });
  });

  test('a CSV opens in a spreadsheet and runs nothing', () => {
    expect(csv([['名称', '次数'], ['一号,"甲"', 3]])).toBe('\uFEFF名称,次数\r\n"一号,""甲""",3\r\n');
    expect(csvCell('=HYPERLINK("x")')).toBe('"\'=HYPERLINK(""x"")"');
    expect(csvCell(-5)).toBe('-5');
    expect(csvCell(null)).toBe('');
  });
});
