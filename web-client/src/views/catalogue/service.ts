// SPDX-License-Identifier: Apache-2.0
import { api, http } from '../../bridge/http';
import { Catalogue, Guides } from '../../core/catalogue';

export const catalogue = new Catalogue(http);
export const guides = new Guides(http);

export { dateTime } from '../../core/moments';

let names: Promise<Map<string, string>> | null = null;

/** Names of areas by code, asked for once. */
export function areaNames(): Promise<Map<string, string>> {
  names ??= api.areas().then((areas) => new Map(areas.map((each): [string, string] => [each.code, each.name])));
  names.catch(() => (names = null));
  return names;
}

/** Hands the browser a file to save. */
export function save(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
