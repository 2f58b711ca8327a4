// SPDX-License-Identifier: Apache-2.0
// Says in words what a time line shows; one place for the list, the tooltips and the screen reader.
import { useI18n } from 'vue-i18n';

import type { Lane, LaneGap, TimelineMarker } from '../../core/replay/timeline';

export interface ReplayWords {
  lane(lane: Pick<Lane, 'participant' | 'kind'>, names: ReadonlyMap<number, string>): string;
  marker(marker: Pick<TimelineMarker, 'kind' | 'text'>): string;
  gap(gap: LaneGap): string;
  person(participant: number, names: ReadonlyMap<number, string>): string;
}

export function useReplayWords(): ReplayWords {
  const { t, te } = useI18n();
  const known = (key: string, otherwise: string): string => (te(key) ? t(key) : otherwise);

  const person = (participant: number, names: ReadonlyMap<number, string>): string =>
    names.get(participant) ?? t('audit.replay.unnamed', { n: participant });

  /** A media marker's text is "face lost"; in words: 「面部画面 设备掉线」. */
  const mediaChange = (text: string): string =>
    text
      .split(/[\s,;]+/)
      .filter((word) => word !== '')
      .map((word) => known(`audit.track.${word}`, known(`audit.media.${word}`, word)))
      .join(' ');

  return {
    person,
    lane: (lane, names) => t(`audit.replay.${lane.kind}`, { name: person(lane.participant, names) }),
    marker: ({ kind, text }) => {
      const name = known(`audit.marker.${kind}`, kind);
      if (text === '') return name;
      const ruled = kind === 'verdict' ? /^(\d+) (\w+)$/.exec(text) : null;
      if (ruled !== null) return t('audit.ruled', { name, n: ruled[1], verdict: known(`cases.verdict.${ruled[2] ?? ''}`, text) });
      if (kind === 'identity') return t('shell.colon', { name, text: known(`papers.identity.result.${text}`, text) });
      if (kind === 'live_mark') return t('shell.colon', { name, text: known(`papers.${text}`, text) });
      if (kind === 'media') return mediaChange(text);
      if (kind === 'recording_started' && text === 'resumed') return t('audit.marker.recording_resumed');
      if (kind === 'ended' && text === 'hangup') return t('shell.colon', { name, text: t('audit.why.hungUp') }); // for all, not for who left
      return t('shell.colon', { name, text: kind === 'chat' ? text : known(`audit.why.${text}`, text) });
    },
    gap: (gap) =>
      t('audit.replay.gap', {
        track: known(`audit.track.${gap.track}`, gap.track),
        seconds: (gap.to - gap.from).toFixed(1),
        cause: known(`audit.cause.${gap.cause}`, gap.cause),
      }),
  };
}
