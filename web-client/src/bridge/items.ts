// SPDX-License-Identifier: Apache-2.0
// Items as the screens need them. A version never changes, so it is read once and kept; which one is current may change
// at any moment, so that is asked for anew (but not twice at once).
import type { Item } from '../core/api';
import { api } from './http';

const kept = new Map<string, Promise<Item>>();
const asking = new Map<string, Promise<Item>>();

function keep(item: Item): Item {
  kept.set(`${item.id} ${item.version}`, Promise.resolve(item));
  return item;
}

function current(id: string): Promise<Item> {
  const running = asking.get(id);
  if (running !== undefined) return running;
  const asked = api.item(id).then(keep).finally(() => asking.delete(id));
  asking.set(id, asked);
  return asked;
}

/** The current version; of a call or a case the version that it was made with. */
export function loadItem(id: string, version?: number): Promise<Item> {
  if (version === undefined) return current(id);
  const key = `${id} ${version}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const asked = api.item(id, version);
  kept.set(key, asked);
  asked.catch(() => kept.delete(key));
  return asked;
}
