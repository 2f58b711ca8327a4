// SPDX-License-Identifier: Apache-2.0
// What happened among the participants of a call from one word of the server to the next.
import type { Call, Participant } from '../../core/protocol';

export interface Passing {
  level: 'info' | 'warning';
  key: string;
  who: string;
  participant: Participant;
}

/** What has changed among the participants between two words about one call. */
export function passing(before: Call, now: Call): Passing[] {
  if (before.id !== now.id) return [];
  return now.participants.flatMap((each): Passing[] => {
    const was = before.participants.find((other) => other.participant === each.participant)?.part;
    if (each.participant === now.you || was === undefined || was === each.part) return [];
    const said = (level: Passing['level'], key: string) => [{ level, key, who: each.account.name, participant: each }];
    if (each.part === 'in' && each.invited_by !== undefined) return said('info', 'joined');
    if (each.part === 'left' && now.state === 'answered') return said('info', 'left');
    if (each.part === 'refused' && each.invited_by !== undefined) return said('warning', 'refused');
    if (each.part === 'withdrawn' && each.invited_by === now.you && now.state === 'answered') return said('warning', 'notCome');
    return [];
  });
}
