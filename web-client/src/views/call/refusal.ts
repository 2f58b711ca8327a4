// SPDX-License-Identifier: Apache-2.0
// Why windows refused, as the caller reads it.
import type { Call, Participant } from '../../core/protocol';

type Translate = (key: string) => string;

export function refusalWords(t: Translate, side: Participant): string {
  const { refused } = side;
  if (refused === undefined) return '';
  return refused.reason === 'other' && refused.text ? refused.text : t(`call.incoming.reason.${refused.reason}`);
}

export function refusals(t: Translate, call: Call): { participant: number; window: string; words: string }[] {
  return call.participants
    .filter((side) => side.part === 'refused')
    .map((side) => ({ participant: side.participant, window: side.window.name, words: refusalWords(t, side) }));
}
