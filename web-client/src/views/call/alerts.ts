// SPDX-License-Identifier: Apache-2.0
// What the bar at the top of a call says, worst first: lost lines, cameras and sound of either side.
import { heldBy, inSlot, others, type CallPhase } from '../../core/call';
import type { LinkView } from '../../core/calling';
import { SOURCES, type DevicesState } from '../../core/devices';
import type { Notice } from '../../core/protocol';
import type { LineState } from '../../core/signalling';
import { stalledKey } from '../../core/peer';
import { deviceTrouble } from '../duty/deviceWords';
import { partyAlerts, type AlertAction } from './partyAlerts';

export interface Alert {
  key: string;
  level: 'error' | 'warning' | 'info';
  words: string;
  /** May be put away: what a person has read and cannot change now. */
  closable?: boolean;
  action?: AlertAction;
  notice?: Notice;
}

interface Seen {
  phase: CallPhase;
  line: LineState;
  link: LinkView;
  devices: DevicesState;
  notices: readonly Notice[];
  nowUs: number;
}

export type Translate = (key: string, named?: Record<string, unknown>) => string;

export function alertsOf(t: Translate, seen: Seen): Alert[] {
  if (seen.phase.kind !== 'talking') return [];
  return [...ownLine(t, seen), ...recording(t, seen), ...partyAlerts(t, seen.phase.call), ...theirs(t, seen), ...ownDevices(t, seen), ...notices(seen)];
}

function ownLine(t: Translate, { line, link }: Seen): Alert[] {
  const found: Alert[] = [];
  if (line.kind !== 'open') found.push({ key: 'line', level: 'error', words: t('call.alert.lineLost') });
  if (link.state === 'lost') found.push({ key: 'link', level: 'error', words: t('call.alert.linkLost') });
  if (link.state === 'connecting') found.push({ key: 'link', level: 'info', words: t('call.alert.linkConnecting') });
  return found;
}

function recording(t: Translate, { phase }: Seen): Alert[] {
  if (phase.kind !== 'talking' || phase.call.recording.state !== 'failed') return [];
  const why = phase.call.recording.reason ?? 'error';
  const words = why === 'disk_slow' ? t('call.alert.paused') : t('call.alert.notRecorded', { reason: t(`call.alert.why.${why}`) });
  return [{ key: 'recording', level: 'error', words }];
}

function theirs(t: Translate, { phase, link, nowUs }: Seen): Alert[] {
  if (phase.kind !== 'talking') return [];
  const found: Alert[] = [];
  for (const side of others(phase.call)) {
    const who = side.window.name;
    const key = (what: string) => `${side.participant}-${what}`;
    if (side.connection === 'lost') {
      const n = side.lost_until_us === undefined ? 0 : Math.max(0, Math.ceil((side.lost_until_us - nowUs) / 1e6));
      const words = n > 0 ? t('call.alert.theirLine', { who, n }) : t('call.alert.theirLineLeft', { who });
      found.push({ key: key('line'), level: 'error', words });
      continue; // with the line everything else is gone too
    }
    const slot = link.slots.find((each) => inSlot(phase.call, each.slot)?.participant === side.participant)?.slot ?? 0;
    const silenced = side.held_by !== undefined || heldBy(phase.call) !== null; // nothing is meant to come
    for (const kind of ['audio', 'face', 'document'] as const) {
      const state = side.media[kind];
      if (state === 'lost') found.push({ key: key(kind), level: 'warning', words: t(`call.alert.theirLost.${kind}`, { who }) });
      else if (state === 'on' && link.state === 'connected' && !silenced && link.stalled.has(stalledKey(slot, kind)) && kind !== 'audio') {
        found.push({ key: key(kind), level: 'warning', words: t(`call.alert.stalled.${kind}`, { who }) });
      }
    }
    if (side.media.audio === 'missing') found.push({ key: key('audio'), level: 'warning', words: t('call.alert.theirMissing.audio', { who }) });
    if (side.media.audio === 'muted') found.push({ key: key('muted'), level: 'info', words: t('call.alert.theirMuted', { who }) });
  }
  return found;
}

function ownDevices(t: Translate, { devices }: Seen): Alert[] {
  const found: Alert[] = [];
  const insecure = devices.sources.face.kind === 'insecure';
  if (insecure) return [{ key: 'insecure', level: 'warning', words: t('duty.device.insecure') }];
  const trouble = SOURCES.flatMap((source) => {
    const words = deviceTrouble(t, source, devices.sources[source]);
    return words === '' ? [] : [{ key: source, words }];
  });
  if (trouble.length > 1) {
    // Several lines would cover the paper; the buttons below name each again.
    const list = trouble.map(({ key }) => t(`duty.device.name.${key}`)).join(t('call.alert.and'));
    found.push({ key: trouble.map(({ key }) => key).join(), level: 'warning', words: t('call.alert.ownDevices', { list }), closable: true });
  } else {
    found.push(...trouble.map(({ key, words }) => ({ key, level: 'warning' as const, words, closable: true })));
  }
  if (devices.muted && devices.sources.microphone.kind === 'live') {
    found.push({ key: 'muted', level: 'info', words: t('call.alert.ownMuted') });
  }
  return found;
}

function notices({ notices: all, phase }: Seen): Alert[] {
  const call = phase.kind === 'talking' ? phase.call.id : undefined;
  const shown = all.filter((each) => each.call === undefined || each.call === call);
  // How the recording stands is said from the call's own state, which also says when it is well again.
  return shown
    .filter((each) => !['disk_full', 'disk_slow', 'recording_failed', 'recording_resumed'].includes(each.code))
    .map((notice, index) => ({ key: `notice-${index}-${notice.code}`, level: notice.level, words: notice.text, notice, closable: true }));
}
