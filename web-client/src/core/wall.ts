// SPDX-License-Identifier: Apache-2.0
// The live wall as it was told (docs/PROTOCOL-OFFICE.md): one picture, brought forward by each event, and the tree of
// areas with the sums of their halls.
import type { Area } from './api';
import type { Drill, ServerEvent, WallAlarm, WallCall, WallHall, WallQueue, WallWindow } from './protocol';

export interface Wall {
  /** Nothing was told yet, or not since the line came back. */
  known: boolean;
  halls: ReadonlyMap<string, WallHall>;
  windows: { hall: string; rows: readonly WallWindow[]; total: number } | null;
  calls: { rows: readonly WallCall[]; total: number };
  queues: readonly WallQueue[];
  alarms: { rows: readonly WallAlarm[]; total: number };
}

export const noWall: Wall = {
  known: false, halls: new Map(), windows: null, calls: { rows: [], total: 0 }, queues: [], alarms: { rows: [], total: 0 },
};

function withHalls(wall: Wall, first: boolean, rows: readonly WallHall[]): Wall {
  const halls = new Map(first ? [] : wall.halls);
  for (const row of rows) {
    if (row.windows === 0) halls.delete(row.id);
    else halls.set(row.id, row);
  }
  return { ...wall, known: true, halls };
}

export function nextWall(wall: Wall, event: ServerEvent): Wall {
  switch (event.event) {
    case 'wall.halls':
      return withHalls(wall, event.data.first, event.data.rows);
    case 'wall.windows':
      return { ...wall, windows: event.data };
    case 'wall.calls':
      return { ...wall, calls: event.data };
    case 'wall.queues':
      return { ...wall, queues: event.data.rows };
    case 'wall.alarms':
      return { ...wall, alarms: event.data };
    default:
      return wall;
  }
}

const COUNTS = [
  'windows', 'ready', 'busy', 'away', 'expected', 'missing', 'overdue', 'silent', 'faulty', 'sms_failed', 'sms_uncertain',
] as const;
export type Counts = Record<(typeof COUNTS)[number], number>;

export function sum(rows: Iterable<Counts>): Counts {
  const total = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Counts;
  for (const row of rows) for (const name of COUNTS) total[name] += row[name];
  return total;
}

export const offline = (counts: Counts): number => counts.windows - counts.ready - counts.busy - counts.away;
/** What makes a line of the tree one to look at. */
export const trouble = (counts: Counts): number => counts.missing + counts.overdue + counts.silent + counts.faulty + counts.sms_failed + counts.sms_uncertain;

export interface WallNode {
  key: string; // "area:441521", "hall:441521-01"
  label: string;
  hall: string | null;
  counts: Counts;
  /** That of the hall, while one runs. */
  drill: Drill | null;
  children: WallNode[];
}

/** Areas that have a hall in or below them, with their halls; what lies above all of them is left out. */
export function wallTree(areas: readonly Area[], halls: ReadonlyMap<string, WallHall>): WallNode[] {
  const nodes = new Map(areas.map((area): [string, WallNode] => [
    area.code, { key: `area:${area.code}`, label: area.name, hall: null, counts: sum([]), drill: null, children: [] },
  ]));
  for (const hall of halls.values()) {
    const node: WallNode = { key: `hall:${hall.id}`, label: hall.name, hall: hall.id, counts: hall, drill: hall.drill, children: [] };
    const above = nodes.get(hall.area.code);
    if (above === undefined) nodes.set(hall.area.code, { key: `area:${hall.area.code}`, label: hall.area.name, hall: null, counts: sum([]), drill: null, children: [node] });
    else above.children.push(node);
  }
  const roots: WallNode[] = [];
  const parents = new Map(areas.map((area) => [area.code, area.parent]));
  for (const [code, node] of nodes) {
    const parent = parents.get(code) ?? null;
    const above = parent === null ? undefined : nodes.get(parent);
    (above?.children ?? roots).push(node);
  }
  return roots.map(summed).filter((node) => node.counts.windows > 0).map(lowest);
}

function summed(node: WallNode): WallNode {
  if (node.hall !== null) return node;
  const children = node.children.map(summed).filter((child) => child.counts.windows > 0);
  return { ...node, children, counts: sum(children.map((child) => child.counts)) };
}

/** A county's supervisor begins at the county, not at the city above it with nothing else in it. */
function lowest(node: WallNode): WallNode {
  const [only] = node.children;
  return node.children.length === 1 && only !== undefined && only.hall === null ? lowest(only) : node;
}

/** Halls of a node, worst first. */
export function hallsOf(node: WallNode): WallNode[] {
  const found = node.hall !== null ? [node] : node.children.flatMap(hallsOf);
  return [...found].sort((a, b) => trouble(b.counts) - trouble(a.counts) || a.key.localeCompare(b.key));
}

export function nodeOf(nodes: readonly WallNode[], key: string): WallNode | null {
  for (const node of nodes) {
    const found = node.key === key ? node : nodeOf(node.children, key);
    if (found !== null) return found;
  }
  return null;
}

const isMissing = (row: WallWindow): boolean => row.expected && row.presence === 'offline';
const ORDER = { offline: 4, away: 3, busy: 1, ready: 2 } as const;

/** Who needs a person first, then who is busy, ready, away, and off duty. */
export function inOrder(rows: readonly WallWindow[]): WallWindow[] {
  const weight = (row: WallWindow) => (isMissing(row) || row.silent_us !== null ? 0 : ORDER[row.presence]);
  return [...rows].sort((a, b) => weight(a) - weight(b) || a.id.localeCompare(b.id));
}

export type TileState = 'missing' | 'silent' | 'overdue' | 'faulty' | 'busy' | 'ready' | 'away' | 'offline';

/** The one word under which a window is shown. */
export function tileState(row: WallWindow, nowUs: number): TileState {
  if (isMissing(row)) return 'missing';
  if (row.silent_us !== null) return 'silent';
  if (row.away !== undefined && row.away.until_us < nowUs) return 'overdue';
  if (row.presence !== 'ready') return row.presence;
  return faults(row).length > 0 ? 'faulty' : 'ready';
}

export function faults(row: WallWindow): ('face' | 'document' | 'microphone' | 'speaker')[] {
  const { devices } = row;
  if (devices === null) return [];
  return (['face', 'document', 'microphone', 'speaker'] as const).filter((each) => devices[each] !== 'ok' && devices[each] !== 'unchecked');
}
