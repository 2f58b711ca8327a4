// SPDX-License-Identifier: Apache-2.0
// Opens one call for replay and bridges the player to the screen: loads, waits while a recording is being prepared, ticks.
import { onBeforeUnmount, ref, shallowRef, type Ref, type ShallowRef } from 'vue';

import { ApiError } from '../../core/api';
import { LOOK_MS, ReplayPlayer, type LaneOutput, type PlayerState } from '../../core/replay/player';
import { COMING, markersOf, PLAYABLE, type CallDetail, type Recordings } from '../../core/replay/recordings';
import { buildTimeline, type Timeline } from '../../core/replay/timeline';

const DRAW_MS = 100; // the screen follows the player more slowly than the player looks
const ASK_AGAIN_MS = 2000; // a recording is usually ready within a second or two of the hang-up

/** purged: its time is over, its key erased; what happened in the call can still be told. */
export type ReplayPhase = 'loading' | 'preparing' | 'none' | 'purged' | 'ready' | 'failed';

export interface Replay {
  phase: Ref<ReplayPhase>;
  failure: Ref<string>;
  call: ShallowRef<CallDetail | undefined>;
  timeline: ShallowRef<Timeline | undefined>;
  interrupted: Ref<boolean>;
  state: ShallowRef<PlayerState>;
  sourceUrl(source: string): string;
  start(outputs: Map<string, LaneOutput>): void;
  /** Looks once more what has become of the recording. */
  reload(): void;
  player(): ReplayPlayer | undefined;
}

export function useReplay(recordings: Recordings, callId: string): Replay {
  const phase = ref<ReplayPhase>('loading');
  const failure = ref('');
  const call = shallowRef<CallDetail>();
  const timeline = shallowRef<Timeline>();
  const interrupted = ref(false);
  const state = shallowRef<PlayerState>({ time: 0, playing: false, waiting: false, rate: 1, front: '', spread: 0, inStep: false });
  let view = '';
  let player: ReplayPlayer | undefined;
  let timer: number | undefined;
  let again: number | undefined;

  async function load(): Promise<void> {
    try {
      const detail = await recordings.call(callId);
      call.value = detail;
      if (COMING.has(detail.recording.state)) {
        phase.value = 'preparing';
        again = window.setTimeout(() => void load(), ASK_AGAIN_MS);
      } else if (!PLAYABLE.has(detail.recording.state)) {
        phase.value = 'none';
      } else {
        const manifest = await recordings.manifest(callId);
        view = await recordings.view(callId);
        interrupted.value = manifest.state === 'interrupted';
        timeline.value = buildTimeline(manifest, markersOf(detail));
        phase.value = 'ready';
      }
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error);
      phase.value = call.value && error instanceof ApiError && error.code === 'not_found' ? 'purged' : 'failed';
    }
  }

  function start(outputs: Map<string, LaneOutput>): void {
    if (!timeline.value || player) return;
    player = new ReplayPlayer(timeline.value, outputs, () => performance.now(), show);
    timer = window.setInterval(() => player?.tick(), LOOK_MS);
  }

  let drawn = 0;
  function show(next: PlayerState): void {
    const { playing, waiting, rate, front, inStep } = state.value;
    const going = next.playing && playing && next.waiting === waiting && next.rate === rate && next.front === front && next.inStep === inStep;
    if (going && performance.now() - drawn < DRAW_MS) return;
    drawn = performance.now();
    state.value = next;
  }

  onBeforeUnmount(() => {
    window.clearInterval(timer);
    window.clearTimeout(again);
    player?.pause();
  });

  void load();
  return {
    phase, failure, call, timeline, interrupted, state, start,
    reload: () => {
      window.clearTimeout(again);
      void load();
    },
    sourceUrl: (source) => recordings.sourceUrl(callId, source, view),
    player: () => player,
  };
}
