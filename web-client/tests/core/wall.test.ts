// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import type { Area } from '../../src/core/api';
import { parseMessage, type ServerEvent, type WallHall, type WallWindow } from '../../src/core/protocol';
import { faults, hallsOf, inOrder, nextWall, nodeOf, noWall, offline, tileState, trouble, wallTree } from '../../src/core/wall';
import { golden } from './fakes';

const event = (name: string): ServerEvent => parseMessage(JSON.stringify(golden(`event.${name}`))) as unknown as ServerEvent;
const area = (code: string, parent: string | null): Area => ({ code, name: code, kind: 'county', parent });
const hall = (id: string, code: string, more: Partial<WallHall> = {}): WallHall => ({
  id, name: id, area: { code, name: code }, windows: 2, ready: 1, busy: 0, away: 0, expected: 1, missing: 0, overdue: 0, silent: 0, faulty: 0,
  sms_failed: 0, sms_uncertain: 0, drill: null, ...more,
});
const halls = (first: boolean, ...rows: WallHall[]): ServerEvent => ({ event: 'wall.halls', data: { first, rows } });

describe('the picture', () => {
  test('follows the golden events', () => {
    const wall = ['halls', 'windows', 'calls', 'queues', 'alarms'].reduce((now, name) => nextWall(now, event(`wall.${name}`)), noWall);
    expect(wall).toMatchObject({ known: true, calls: { total: 1 }, alarms: { total: 3 } });
    expect([...wall.halls.keys()]).toEqual(['441523-01']);
    expect(wall.windows?.rows).toHaveLength(2);
    expect(wall.queues[0]?.waiting).toBe(2);
  });

  test('keeps halls that did not change, drops those that are gone or when it begins anew', () => {
    const two = nextWall(noWall, halls(true, hall('a', '1'), hall('b', '1')));
    const changed = nextWall(two, halls(false, hall('b', '1', { ready: 2 })));
    expect([...changed.halls.values()].map((each) => each.ready)).toEqual([1, 2]);
    expect([...nextWall(changed, halls(false, hall('a', '1', { windows: 0 }))).halls.keys()]).toEqual(['b']);
    expect([...nextWall(changed, halls(true, hall('c', '1'))).halls.keys()]).toEqual(['c']);
  });
});

describe('the tree', () => {
  const areas = [area('city', null), area('one', 'city'), area('two', 'city'), area('none', 'city'), area('town', 'two')];

  test('sums halls upwards and leaves out what has none', () => {
    const rows = [hall('a', 'one'), hall('b', 'town', { missing: 1 }), hall('c', 'two')];
    const [root] = wallTree(areas, new Map(rows.map((each) => [each.id, each])));
    expect(root).toMatchObject({ key: 'area:city', counts: { windows: 6, ready: 3, missing: 1 } });
    expect(root?.children.map((each) => each.key)).toEqual(['area:one', 'area:two']);
    expect(hallsOf(root as NonNullable<typeof root>).map((each) => each.hall)).toEqual(['b', 'a', 'c']);
    expect(nodeOf(root ? [root] : [], 'hall:b')?.counts.missing).toBe(1);
    expect(offline(root?.counts ?? hall('', ''))).toBe(3);
    expect(trouble(root?.counts ?? hall('', ''))).toBe(1);
  });

  test('begins where more than one thing is, and stands without the names of areas', () => {
    const rows = new Map([['a', hall('a', 'town')]]);
    expect(wallTree(areas, rows)[0]?.key).toBe('area:town');
    expect(wallTree([], rows)[0]?.key).toBe('area:town');
  });
});

describe('a window', () => {
  const row = (more: Partial<WallWindow>): WallWindow => ({
    id: 'w', name: 'w', applicant: false, home: true, presence: 'ready', since_us: 1, expected: true, silent_us: null, account: null, call: null,
    devices: { face: 'ok', document: 'ok', microphone: 'ok', speaker: 'unchecked' }, ...more,
  });
  const away = { reason: 'lunch', text: null, until_us: 100 } as const;

  test('has one word', () => {
    expect(tileState(row({}), 50)).toBe('ready');
    expect(tileState(row({ presence: 'offline', devices: null }), 50)).toBe('missing');
    expect(tileState(row({ presence: 'offline', devices: null, expected: false }), 50)).toBe('offline');
    expect(tileState(row({ silent_us: 7 }), 50)).toBe('silent');
    expect(tileState(row({ presence: 'away', away }), 50)).toBe('away');
    expect(tileState(row({ presence: 'away', away }), 150)).toBe('overdue');
    const broken = row({ devices: { face: 'ok', document: 'missing', microphone: 'denied', speaker: 'ok' } });
    expect(tileState(broken, 50)).toBe('faulty');
    expect(faults(broken)).toEqual(['document', 'microphone']);
  });

  test('stands where it is looked for', () => {
    const rows = [row({ id: '1' }), row({ id: '2', presence: 'offline', devices: null }), row({ id: '3', presence: 'busy' })];
    expect(inOrder(rows).map((each) => each.id)).toEqual(['2', '3', '1']);
  });
});
