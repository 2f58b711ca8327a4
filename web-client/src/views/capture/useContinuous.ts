// SPDX-License-Identifier: Apache-2.0
// Continuous shooting: looks at the live picture a few times a second and calls `shoot` when a new page lies still.
import { onBeforeUnmount, readonly, ref, watch, type Ref } from 'vue';

import { greyEye } from '../../bridge/stills';
import { MotionWatch, type MotionState } from '../../core/capture/motion';

const LOOK_MS = 120;

export function useContinuous(video: () => HTMLVideoElement | null, shoot: () => Promise<void>) {
  const on = ref(false);
  const motion = ref<MotionState>('moving');
  let eye: ((video: HTMLVideoElement) => Uint8Array) | null = null;
  let watching = new MotionWatch();
  let timer = 0;
  let busy = false;

  async function look(): Promise<void> {
    const element = video();
    if (busy || element === null || element.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    eye ??= greyEye();
    const step = watching.look(eye(element), performance.now());
    motion.value = step.state;
    if (!step.shoot) return;
    busy = true;
    await shoot().finally(() => (busy = false));
  }

  watch(on, (now) => {
    window.clearInterval(timer);
    if (!now) return;
    watching = new MotionWatch();
    timer = window.setInterval(() => void look(), LOOK_MS);
  });
  onBeforeUnmount(() => window.clearInterval(timer));

  return { on, motion: readonly(motion) as Readonly<Ref<MotionState>>, taken: () => watching.taken() };
}
