// SPDX-License-Identifier: Apache-2.0
// Names and months as the screens of supervision write them.
import { dateTime, dayOf } from '../audit/format';

export { dateTime };

export interface Place {
  name: string;
  hall: { name: string };
}

export const placeName = (place: Place): string => `${place.hall.name} · ${place.name}`;

/** "202611" of the present month in Asia/Shanghai, as the date picker keeps it. */
export const thisMonth = (): string => dayOf(Date.now() * 1000).slice(0, 7).replace('-', '');

export const monthName = (month: number): string => `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}`;

export const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`);
