// SPDX-License-Identifier: Apache-2.0
// Items as the screens need them: read once, kept for the day's work (a version never changes).
import type { Item } from '../core/api';
import { api } from './http';

const kept = new Map<string, Promise<Item>>();

export function loadItem(id: string): Promise<Item> {
  const known = kept.get(id);
  if (known !== undefined) return known;
  const asked = api.item(id);
  kept.set(id, asked);
  asked.catch(() => kept.delete(id));
  return asked;
}
