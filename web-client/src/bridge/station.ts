// SPDX-License-Identifier: Apache-2.0
// The one Station of the page with the browser's own parts, and what the views see of it: shallow refs that follow its
// events. Views read these and call the station's methods; nothing in core/ knows about Vue.
import { readonly, shallowRef, type Ref } from 'vue';

import { BridgeCameras } from '../core/capture/bridge-cameras';
import { Devices } from '../core/devices';
import { Notifications } from '../core/notifications';
import type { Notice } from '../core/protocol';
import { Ring } from '../core/ring';
import { otherSide, Station } from '../core/station';
import { i18n } from '../shell/i18n';
import { heldAwake } from './awake';
import { makeScreen } from './bridge-screen';
import { devicesOfNewFrame } from './frames';
import { api, forgetSession } from './http';
import { steadyTimers } from './steady-timers';

const t = i18n.global.t;
const timers = steadyTimers(() => new Worker(new URL('./timers.worker.ts', import.meta.url), { type: 'module' }));
const ON_DUTY_KEY = 'farwindow.onDuty';
const KEPT_NOTICES = 5;

function videoCodecs(): string[] {
  const names = (capabilities: RTCRtpCapabilities | null) =>
    new Set((capabilities?.codecs ?? []).map((codec) => codec.mimeType.replace('video/', '').toUpperCase()));
  if (typeof RTCRtpReceiver === 'undefined') return [];
  const receive = names(RTCRtpReceiver.getCapabilities('video'));
  const send = names(RTCRtpSender.getCapabilities('video'));
  return ['VP8', 'H264', 'VP9', 'AV1'].filter((name) => receive.has(name) && send.has(name));
}

const desktop =
  typeof Notification === 'undefined'
    ? undefined
    : {
        permission: () => Notification.permission,
        ask: () => Notification.requestPermission(),
        show: (title: string, body: string) =>
          new Notification(title, { body, tag: 'farwindow-call', requireInteraction: true }),
      };

export const bridgeCameras = new BridgeCameras({ fetch: (url, init) => fetch(url, init), makeScreen, timers });
export const devices = new Devices({ media: navigator.mediaDevices, anew: devicesOfNewFrame, bridge: bridgeCameras, storage: localStorage, timers });
export const ring = new Ring(() => new AudioContext());
export const notifications = new Notifications({
  title: { get: () => document.title, set: (title) => (document.title = title) },
  ...(desktop === undefined ? {} : { desktop }),
  focus: () => window.focus(),
  timers,
});

export const station = new Station({
  openSocket: (subProtocol) => {
    const url = new URL('/api/v1/live', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    return new WebSocket(url, subProtocol);
  },
  connect: (configuration) => new RTCPeerConnection(configuration),
  codecs: videoCodecs,
  devices,
  ring,
  notifications,
  timers,
  random: Math.random,
  wallClockUs: () => Date.now() * 1000,
  ringWords: (call, silent) => ({
    title: t(silent ? 'call.incoming.silentTitle' : 'call.incoming.title'),
    body: `${otherSide(call)}\n${call.item.name}`,
  }),
  hidden: () => document.visibilityState !== 'visible',
});

const line = shallowRef(station.signalling.state);
const duty = shallowRef(station.duty.state);
const calls = shallowRef(station.calling.calls);
const answering = shallowRef(false);
const link = shallowRef(station.calling.link);
const unsent = shallowRef(station.calling.outbox.unsent);
const deviceState = shallowRef(devices.state);
const sound = shallowRef({ sounding: false, locked: true, silent: false });
const notices = shallowRef<readonly Notice[]>([]);
const directoryChanges = shallowRef(0);

station.signalling.on('state', (state) => {
  line.value = state;
  // A refused upgrade looks like a dead line to a page; asking over HTTP tells the difference.
  if (state.kind === 'waiting' && state.attempt === 2) void api.session().catch(() => undefined);
});
station.duty.on('state', (state) => {
  duty.value = state;
  heldAwake(state.kind !== 'off');
  if (state.kind === 'on') sessionStorage.setItem(ON_DUTY_KEY, state.window.id);
  if (state.kind === 'off') notices.value = [];
});
station.calling.on('calls', (state) => {
  calls.value = state;
  answering.value = station.calling.isAnswering;
});
station.calling.on('link', (view) => (link.value = view));
station.calling.outbox.on('change', (entries) => (unsent.value = entries));
devices.on('change', (state) => {
  deviceState.value = state;
  ring.setSpeaker(state.speaker?.deviceId ?? '');
});
station.on('sound', (state) => (sound.value = state));
station.on('notice', (notice) => (notices.value = [...notices.value.slice(1 - KEPT_NOTICES), notice]));
station.on('directory', () => directoryChanges.value++);
station.on('sessionEnded', (how) => forgetSession(how));
window.addEventListener('online', () => station.signalling.retryNow());

/** Where this tab was on duty before it was loaded anew. */
export const windowOfThisTab = (): string | null => sessionStorage.getItem(ON_DUTY_KEY);
export const forgetWindowOfThisTab = (): void => sessionStorage.removeItem(ON_DUTY_KEY);

// A page loaded anew, of a case say, shoots with the cameras of the window it was at.
const formerWindow = windowOfThisTab();
if (formerWindow !== null) devices.useWindow(formerWindow);

export function dropNotice(notice: Notice): void {
  notices.value = notices.value.filter((each) => each !== notice);
}

const seen = <T>(state: Ref<T>) => readonly(state) as Readonly<Ref<T>>;

export function useStation() {
  return {
    line: seen(line),
    duty: seen(duty),
    calls: seen(calls),
    answering: seen(answering),
    link: seen(link),
    unsent: seen(unsent),
    devices: seen(deviceState),
    sound: seen(sound),
    notices: seen(notices),
    directoryChanges: seen(directoryChanges),
  };
}
