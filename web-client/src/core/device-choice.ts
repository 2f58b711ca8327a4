// SPDX-License-Identifier: Apache-2.0
// Which camera is the face and which the document: remembered per window by label (ids change when cookies are
// cleared, labels do not), guessed from the label the first time. Pure but for the storage handed in.
import { isBridge } from './capture/bridge-cameras';
import type { DeviceKind } from './protocol';

/** A device of the browser's, or a camera behind its maker's program, which is a document camera whatever its name. */
export type DeviceInfo = Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label'>;

export interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export interface Remembered {
  deviceId: string;
  label: string;
}
/** bridge: address of the document camera's maker's program, as it was typed. */
export type Choices = Partial<Record<DeviceKind, Remembered>> & { rotation?: number; bridge?: string };

const KIND_OF: Record<DeviceKind, MediaDeviceKind> = {
  face: 'videoinput', document: 'videoinput', microphone: 'audioinput', speaker: 'audiooutput',
};

/** Makers and names of document cameras (高拍仪) seen in halls. */
const DOCUMENT_CAMERA = /doc|scan|visuali[sz]er|overhead|eloam|czur|deli|hanvon|visioner|高拍|良田|哲林|紫光|汉王|捷宇|文档/i;

export function candidates(devices: readonly DeviceInfo[], kind: DeviceKind): DeviceInfo[] {
  return devices.filter((each) => each.kind === KIND_OF[kind] && each.deviceId !== 'communications' && (kind === 'document' || !isBridge(each.deviceId)));
}

/** The device to use for `kind`, or null when there is none left for it. */
export function pick(devices: readonly DeviceInfo[], kind: DeviceKind, choices: Choices): DeviceInfo | null {
  const all = candidates(devices, kind);
  const remembered = choices[kind];
  if (remembered !== undefined) {
    const found =
      all.find((each) => each.deviceId === remembered.deviceId && each.label === remembered.label) ??
      all.find((each) => each.label === remembered.label);
    if (found !== undefined) return found;
    if (isBridge(remembered.deviceId) && choices.bridge !== undefined) return null; // its program is to be started, not another camera to look at the person
  }
  if (kind !== 'face' && kind !== 'document') return all[0] ?? null;
  // A camera that is remembered for the other purpose is not taken away from it.
  const other = choices[kind === 'face' ? 'document' : 'face'];
  const free = all.filter((each) => other === undefined || each.label !== other.label || each.deviceId !== other.deviceId);
  const documents = free.filter((each) => DOCUMENT_CAMERA.test(each.label) || isBridge(each.deviceId));
  const faces = free.filter((each) => !documents.includes(each));
  if (kind === 'face') return faces[0] ?? null;
  return documents[0] ?? (other === undefined ? (faces[1] ?? null) : (faces[0] ?? null));
}

const keyOf = (window: string) => `farwindow.devices.${window}`;

export function loadChoices(storage: Storage, window: string): Choices {
  try {
    const value: unknown = JSON.parse(storage.getItem(keyOf(window)) ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    const found = value as Record<string, unknown>;
    const choices: Choices = {};
    for (const kind of ['face', 'document', 'microphone', 'speaker'] as const) {
      const each = found[kind] as Partial<Remembered> | null | undefined;
      if (typeof each?.deviceId === 'string' && typeof each.label === 'string') {
        choices[kind] = { deviceId: each.deviceId, label: each.label };
      }
    }
    if (typeof found['rotation'] === 'number') choices.rotation = found['rotation'];
    if (typeof found['bridge'] === 'string') choices.bridge = found['bridge'];
    return choices;
  } catch {
    return {}; // not ours, or damaged: choose anew
  }
}

export function saveChoices(storage: Storage, window: string, choices: Choices): void {
  try {
    storage.setItem(keyOf(window), JSON.stringify(choices));
  } catch {
    // a full or forbidden storage only costs the memory
  }
}
