// SPDX-License-Identifier: Apache-2.0
// What the bar at the top says of holds, invitations and handing on, with the one thing that can be done about each.
import { heldBy, invited, isHandingOn, others } from '../../core/call';
import type { Call, Participant } from '../../core/protocol';
import type { Alert, Translate } from './alerts';

export interface AlertAction {
  kind: 'resume' | 'take_back';
  participant: number; // 0: all who are held
  words: string;
}

const names = (t: Translate, parts: readonly Participant[]) => parts.map((each) => each.account.name).join(t('call.alert.and'));

function holds(t: Translate, call: Call): Alert[] {
  const holder = heldBy(call);
  if (holder !== null && !isHandingOn(call)) {
    return [{ key: 'held', level: 'warning', words: t('call.party.held', { who: holder.account.name }) }];
  }
  const held = others(call).filter((each) => each.part === 'in' && each.held_by !== undefined && each.held_by !== each.participant);
  const mine = held.filter((each) => each.held_by === call.you);
  const theirs = held.filter((each) => each.held_by !== call.you);
  const action: AlertAction = { kind: 'resume', participant: 0, words: t('call.party.resume') };
  return [
    ...(mine.length === 0 ? [] : [{ key: 'holding', level: 'warning' as const, words: t('call.party.holding', { who: names(t, mine) }), action }]),
    ...(theirs.length === 0 ? [] : [{ key: 'hold', level: 'info' as const, words: t('call.party.otherHeld', { who: names(t, theirs) }) }]),
  ];
}

/** One line per invitation, however many windows of a department ring for it. */
function rings(t: Translate, call: Call): Alert[] {
  const groups = new Map<string, Participant[]>();
  for (const each of invited(call)) {
    const key = `${each.invited_by ?? 0}-${String(each.transfer)}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups].flatMap(([key, parts]): Alert[] => {
    const first = parts[0];
    if (first === undefined) return [];
    const mine = first.invited_by === call.you;
    const by = call.participants.find((each) => each.participant === first.invited_by)?.account.name ?? '';
    const what = first.transfer === true ? 'transfer' : 'invite';
    const words = t(`call.party.ring.${what}${mine ? 'Mine' : ''}`, { who: names(t, parts), by });
    if (!mine) return [{ key, level: 'info', words }];
    return [{ key, level: 'info', words, action: { kind: 'take_back', participant: first.participant, words: t('call.party.takeBack') } }];
  });
}

export function partyAlerts(t: Translate, call: Call): Alert[] {
  return [...holds(t, call), ...rings(t, call)];
}
