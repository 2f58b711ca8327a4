// SPDX-License-Identifier: Apache-2.0
// The document camera at its largest size, open while the capture sheet is. It is opened beside the call's own picture
// of it, which stays small.
import { computed, onBeforeUnmount, readonly, shallowRef } from 'vue';

import { devices, useStation } from '../../bridge/station';
import { frameOf, stillPorts } from '../../bridge/stills';
import { LARGEST, StillCamera, type Still } from '../../core/capture/still';
import { trouble } from '../../core/devices';

export type CameraTrouble = 'missing' | 'denied' | 'busy' | 'lost' | 'insecure';
export type CameraState = { kind: 'opening' } | { kind: 'live'; track: MediaStreamTrack } | { kind: CameraTrouble };

/** shows: the video that shows the camera, if one does. */
export function useStillCamera(shows: () => HTMLVideoElement | null = () => null) {
  const { devices: known } = useStation();
  const state = shallowRef<CameraState>({ kind: 'opening' });
  let camera: StillCamera | null = null;
  let ticket = 0;

  const chosen = computed(() => (known.value, devices.choiceOf('document')));
  const cameras = computed(() => known.value.lists.document);
  const rotation = computed(() => known.value.rotation);

  function release(): void {
    if (camera === null) return;
    camera.track.onended = null;
    camera.track.stop();
    camera = null;
  }

  async function open(): Promise<void> {
    const mine = ++ticket;
    release();
    state.value = { kind: 'opening' };
    const media = navigator.mediaDevices as MediaDevices | undefined;
    if (media === undefined) {
      state.value = { kind: 'insecure' };
      return;
    }
    await devices.refresh();
    const deviceId = chosen.value?.deviceId ?? '';
    try {
      const stream = await media.getUserMedia({ video: { ...LARGEST, ...(deviceId === '' ? {} : { deviceId: { exact: deviceId } }) } });
      const [track] = stream.getVideoTracks();
      if (mine !== ticket || track === undefined) {
        track?.stop();
        return;
      }
      track.onended = () => (state.value = { kind: 'lost' });
      track.contentHint = 'detail';
      camera = new StillCamera(track, stillPorts, () => frameOf(shows()));
      void camera.prepare();
      state.value = { kind: 'live', track };
    } catch (error) {
      if (mine === ticket) state.value = { kind: trouble(error) };
    }
  }

  /** Document cameras with a second head show it as a device of its own: take the next that is not the face. */
  async function nextHead(): Promise<void> {
    const list = cameras.value;
    const at = list.findIndex((each) => each.deviceId === chosen.value?.deviceId);
    const next = list[(at + 1) % list.length];
    if (next === undefined || list.length < 2) return;
    await choose(next.deviceId);
  }

  async function choose(deviceId: string): Promise<void> {
    await devices.choose('document', deviceId);
    await open();
  }

  function take(): Promise<Still> {
    if (camera === null) return Promise.reject(new Error('no camera'));
    return camera.take();
  }

  function close(): void {
    ticket++;
    release();
  }

  onBeforeUnmount(close);
  return { state: readonly(state), chosen, cameras, rotation, open, choose, nextHead, take, rotate: () => devices.rotate() };
}
