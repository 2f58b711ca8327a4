// SPDX-License-Identifier: Apache-2.0
const DAY_US = 86_400_000_000;

/** How a deadline stands: over, within a day, or far. */
export const urgency = (dueUs: number | null, nowUs: number): 'none' | 'far' | 'soon' | 'over' =>
  dueUs === null ? 'none' : nowUs >= dueUs ? 'over' : dueUs - nowUs <= DAY_US ? 'soon' : 'far';
