// SPDX-License-Identifier: Apache-2.0
import { http } from '../../bridge/http';
import { Organisation } from '../../core/organisation';

export const organisation = new Organisation(http);

/** Hands the browser a file to keep. The mark at its beginning tells spreadsheets that it is UTF-8. */
export function save(name: string, csv: string): void {
  const url = URL.createObjectURL(new Blob(['\ufeff', csv], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
