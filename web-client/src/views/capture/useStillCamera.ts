// SPDX-License-Identifier: Apache-2.0
// The document camera at its largest size, open while the capture sheet is: one the browser opens, beside the call's own
// picture of it, which stays small; or one behind its maker's program.
import { computed, onBeforeUnmount, readonly, shallowRef } from 'vue';

import { askForDesks } from '../../bridge/empty-desks';
import { bridgeCameras, devices, useStation } from '../../bridge/station';
import { frameOf, stillPorts } from '../../bridge/stills';
import { isBridge, sameCamera } from '../../core/capture/bridge-cameras';
import { LARGEST, StillCamera, type Still, type StillSource } from '../../core/capture/still';
import { BridgeError, type BridgeTrouble } from '../../core/capture/vendor-bridge';
import { trouble } from '../../core/devices';

export type CameraTrouble = 'missing' | 'denied' | 'busy' | 'lost' | 'insecure' | BridgeTrouble;
export type CameraState = { kind: 'opening' } | { kind: 'live'; track: MediaStreamTrack; size: StillSource['size'] } | { kind: CameraTrouble };

/** shows: the video that shows the camera, if one does. */
export function useStillCamera(shows: () => HTMLVideoElement | null = () => null) {
  const { devices: known } = useStation();
  const state = shallowRef<CameraState>({ kind: 'opening' });
  let camera: StillSource | null = null;
  let ticket = 0;

  const chosen = computed(() => (known.value, devices.choiceOf('document')));
  /** Where a press of "the other head" goes round: the lenses of a program's camera, or what else is no face. */
  const heads = computed(() => {
    const face = devices.choiceOf('face')?.deviceId;
    const mine = chosen.value?.deviceId ?? '';
    return known.value.lists.document.filter(({ deviceId }) => (isBridge(mine) ? sameCamera(mine, deviceId) : !isBridge(deviceId) && deviceId !== face));
  });
  /** What it is called; the picture of a program's camera has no name of its own. */
  const name = computed(() => {
    const { deviceId = '', label = '' } = chosen.value ?? {};
    return isBridge(deviceId) || state.value.kind !== 'live' ? label : state.value.track.label;
  });
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
    void askForDesks();
    const media = navigator.mediaDevices as MediaDevices | undefined;
    if (media === undefined) {
      state.value = { kind: 'insecure' };
      return;
    }
    await devices.refresh();
    try {
      const found = await source(media);
      if (mine !== ticket) {
        found.track.stop();
        return;
      }
      const { track, size } = found;
      track.onended = () => (state.value = { kind: isBridge(chosen.value?.deviceId ?? '') ? (bridgeCameras.trouble ?? 'lost') : 'lost' });
      camera = found;
      void found.prepare();
      state.value = { kind: 'live', track, size };
    } catch (error) {
      if (mine === ticket) state.value = { kind: error instanceof BridgeError ? error.trouble : trouble(error) };
    }
  }

  async function source(media: MediaDevices): Promise<StillSource> {
    if (devices.needsBridge) return bridgeCameras.source(devices.choiceOf('document')?.deviceId ?? '');
    const deviceId = chosen.value?.deviceId ?? '';
    const stream = await media.getUserMedia({ video: { ...LARGEST, ...(deviceId === '' ? {} : { deviceId: { exact: deviceId } }) } });
    const [track] = stream.getVideoTracks();
    if (track === undefined) throw new DOMException('no picture', 'NotFoundError');
    track.contentHint = 'detail';
    return new StillCamera(track, stillPorts, () => frameOf(shows()));
  }

  /** Document cameras with a second head show it as a device of its own. */
  async function nextHead(): Promise<void> {
    const list = heads.value;
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
  return { state: readonly(state), name, heads, rotation, open, choose, nextHead, take, rotate: () => devices.rotate() };
}
