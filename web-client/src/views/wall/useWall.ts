// SPDX-License-Identifier: Apache-2.0
// The wall over the live line: asked for whenever the line is open, given up with the page.
import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue';

import { explain } from '../../bridge/failure';
import { station, useStation } from '../../bridge/station';
import { nextWall, noWall } from '../../core/wall';

export function useWall(hall: Ref<string | null>) {
  const wall = shallowRef(noWall);
  const failure = ref('');
  const { line } = useStation();
  const { signalling } = station;

  const look = (): void => {
    if (signalling.state.kind !== 'open') return;
    signalling.request('wall.watch', hall.value === null ? {} : { hall: hall.value }).then(
      () => (failure.value = ''),
      (error: unknown) => (failure.value = explain(error)),
    );
  };
  const stopEvents = signalling.on('event', (event) => (wall.value = nextWall(wall.value, event)));
  const stopLine = signalling.on('state', (state) => {
    if (state.kind === 'open') look();
    else wall.value = { ...wall.value, known: false };
  });
  signalling.connect(); // watching needs no window; an open line is left as it is
  watch(hall, () => {
    wall.value = { ...wall.value, windows: null };
    look();
  });
  look();
  onBeforeUnmount(() => {
    stopEvents();
    stopLine();
    if (signalling.state.kind === 'open') void signalling.request('wall.watch', { off: true }).catch(() => undefined);
  });
  return { wall, failure, line };
}
