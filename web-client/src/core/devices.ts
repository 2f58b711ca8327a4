// SPDX-License-Identifier: Apache-2.0
// Face camera, document camera, microphone, speaker of this window: opened when wanted, each failing on its own, so
// that a call goes on with what there is. Every source has one state:
//
//   closed -> opening -> live <-> off (switched off by the clerk)
//                     -> missing | denied | busy | insecure        live -> lost (unplugged) -> live (back)
//
// What was lost in use stays lost, and is tried again, until it opens. A document camera behind its maker's program is
// opened through that; `why` says what is wrong with the program.
import { isBridge, type BridgeCameras } from './capture/bridge-cameras';
import { troubleOf, type BridgeTrouble } from './capture/vendor-bridge';
import { candidates, loadChoices, pick, saveChoices, type Choices, type DeviceInfo, type Storage } from './device-choice';
import { Emitter } from './emitter';
import type { DeviceKind, DeviceReport, DeviceWord, TrackKind, TrackState } from './protocol';
import type { Timers } from './timers';

export type Source = Exclude<DeviceKind, 'speaker'>;
export const SOURCES: readonly Source[] = ['face', 'document', 'microphone'];

export type SourceState =
  | { kind: 'closed' }
  | { kind: 'opening' }
  | { kind: 'live'; track: MediaStreamTrack; label: string; deviceId: string }
  | { kind: 'off'; label: string }
  | { kind: 'lost'; label: string; why?: BridgeTrouble }
  | { kind: 'missing'; why?: BridgeTrouble }
  | { kind: 'denied' }
  | { kind: 'busy' }
  | { kind: 'insecure' }; // not https: the browser gives no device at all

export interface DevicesState {
  sources: Record<Source, SourceState>;
  muted: boolean;
  speaker: { deviceId: string; label: string } | null;
  rotation: number;
  /** Address of the program of a document camera's maker; empty: there is none. */
  bridge: string;
  lists: Record<DeviceKind, readonly { deviceId: string; label: string }[]>;
}

interface DevicesEvents {
  change: DevicesState;
  /** What the other side should get for this source from now on. */
  track: { source: Source; track: MediaStreamTrack | null };
}

export interface DevicesDeps {
  /** Absent where the page is not served securely. */
  media: MediaDevices | undefined;
  /** The same devices, asked for from a new frame: a browser lets each frame's requests wait for one another. */
  anew: () => MediaDevices | undefined;
  /** Document cameras behind their maker's program. */
  bridge: BridgeCameras;
  storage: Storage;
  timers: Timers;
}

const AGAIN_MS = 2000; // a driver that was plugged in again may not be ready when the browser says so, and not every browser says so

const HUNG_MS = 8000; // no opening takes so long: the browser's camera process died under it, and this frame's others wait behind it

const CONSTRAINTS: Record<Source, MediaTrackConstraints> = {
  face: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } },
  document: { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 10 } },
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
};

export class Devices extends Emitter<DevicesEvents> {
  private window = '';
  private choices: Choices = {};
  private devices: DeviceInfo[] = [];
  private readonly sources: Record<Source, SourceState>;
  private readonly switchedOff = new Set<Source>();
  private readonly wanted = new Set<Source>();
  private readonly checked = new Map<Source, DeviceWord>(); // what the last opening found, for the report
  private readonly opening = new Map<Source, number>(); // the newest opening wins
  private muted = false;
  private openings = 0;
  private asked: MediaDevices | undefined; // who opens devices now
  private again: () => void = () => undefined; // cancels the next look for what was lost

  constructor(private readonly deps: DevicesDeps) {
    super();
    this.asked = deps.media;
    const none: SourceState = deps.media === undefined ? { kind: 'insecure' } : { kind: 'closed' };
    this.sources = { face: none, document: none, microphone: none };
    deps.media?.addEventListener('devicechange', () => void this.refresh());
  }

  get state(): DevicesState {
    const list = (kind: DeviceKind) => candidates(this.devices, kind).map(({ deviceId, label }) => ({ deviceId, label }));
    const speaker = pick(this.devices, 'speaker', this.choices);
    return {
      sources: { ...this.sources },
      muted: this.muted,
      speaker: speaker === null ? null : { deviceId: speaker.deviceId, label: speaker.label },
      rotation: this.choices.rotation ?? 0,
      bridge: this.choices.bridge ?? '',
      lists: { face: list('face'), document: list('document'), microphone: list('microphone'), speaker: list('speaker') },
    };
  }

  useWindow(window: string): void {
    this.window = window;
    this.choices = loadChoices(this.deps.storage, window);
    this.deps.bridge.use(this.choices.bridge ?? '');
    this.changed();
  }

  /** Opens all three, each for itself. The first time one question covers them, as browsers ask per kind. */
  async open(): Promise<void> {
    for (const source of SOURCES) this.wanted.add(source);
    await this.learnLabels();
    for (const source of SOURCES) await this.openOne(source); // one after the other: some drivers cannot do two at once
  }

  async openOnly(source: Source): Promise<void> {
    this.wanted.add(source);
    await this.learnLabels();
    await this.openOne(source);
  }

  /** The call is over: lamps out, switches back to "on" for the next. */
  close(): void {
    this.wanted.clear();
    this.switchedOff.clear();
    this.opening.clear();
    this.again();
    this.muted = false;
    for (const source of SOURCES) {
      this.release(source);
      if (this.deps.media !== undefined) this.sources[source] = { kind: 'closed' };
    }
    this.changed();
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    const microphone = this.sources.microphone;
    if (microphone.kind === 'live') microphone.track.enabled = !muted;
    this.changed();
  }

  async setOff(source: 'face' | 'document', off: boolean): Promise<void> {
    if (!off) {
      this.switchedOff.delete(source);
      await this.openOnly(source);
      return;
    }
    const label = this.labelOf(source);
    this.switchedOff.add(source);
    this.opening.delete(source);
    this.release(source);
    this.setSource(source, { kind: 'off', label });
  }

  async choose(kind: DeviceKind, deviceId: string): Promise<void> {
    const found = candidates(this.devices, kind).find((each) => each.deviceId === deviceId);
    if (found === undefined) return;
    this.choices = { ...this.choices, [kind]: { deviceId, label: found.label } };
    const swapped = kind === 'face' ? 'document' : 'face';
    const clash = (kind === 'face' || kind === 'document') && this.usesDevice(swapped, deviceId);
    if (clash) delete this.choices[swapped]; // the other purpose chooses anew among what is left
    saveChoices(this.deps.storage, this.window, this.choices);
    this.changed();
    if (kind === 'speaker') return;
    if (clash && this.wanted.has(swapped)) this.release(swapped);
    if (this.wanted.has(kind)) await this.openOne(kind);
    if (clash && this.wanted.has(swapped)) await this.openOne(swapped);
  }

  rotate(): void {
    this.choices = { ...this.choices, rotation: ((this.choices.rotation ?? 0) + 90) % 360 };
    saveChoices(this.deps.storage, this.window, this.choices);
    this.changed();
  }

  /** From now on this program is asked for document cameras too, and its first is chosen; empty: none any more. */
  async useBridge(address: string): Promise<void> {
    this.choices = { ...this.choices, bridge: address };
    if (address === '') delete this.choices.bridge;
    if (isBridge(this.choices.document?.deviceId ?? '')) delete this.choices.document;
    saveChoices(this.deps.storage, this.window, this.choices);
    this.deps.bridge.use(address);
    await this.refresh();
    const first = candidates(this.devices, 'document').find((each) => isBridge(each.deviceId));
    if (first !== undefined) await this.choose('document', first.deviceId);
    else if (this.wanted.has('document')) await this.openOne('document');
  }

  /** For window.take and devices.report: what the last opening found, and what is plugged in now. */
  report(): DeviceReport {
    const word = (source: Source): DeviceWord => {
      if (this.deps.media === undefined) return 'missing';
      const state = this.sources[source].kind;
      if (state === 'live') return 'ok';
      if (state === 'missing' || state === 'denied' || state === 'busy') return state;
      if (state === 'lost') return 'missing';
      if (this.labelled() && pick(this.devices, source, this.choices) === null) return 'missing';
      return this.checked.get(source) ?? 'unchecked';
    };
    const speaker = pick(this.devices, 'speaker', this.choices);
    return { face: word('face'), document: word('document'), microphone: word('microphone'), speaker: speaker ? 'ok' : 'unchecked' };
  }

  /** For media.set. */
  trackState(kind: TrackKind): TrackState {
    const source = kind === 'audio' ? 'microphone' : kind;
    const state = this.sources[source].kind;
    if (state === 'live') return source === 'microphone' && this.muted ? 'muted' : 'on';
    if (state === 'off') return 'muted';
    return state === 'lost' ? 'lost' : 'missing';
  }

  trackOf(source: Source): MediaStreamTrack | null {
    const state = this.sources[source];
    return state.kind === 'live' ? state.track : null;
  }

  /** Which device would be opened for this purpose now; null: none is left for it. */
  choiceOf(kind: DeviceKind): { deviceId: string; label: string } | null {
    const found = pick(this.devices, kind, this.choices);
    return found === null ? null : { deviceId: found.deviceId, label: found.label };
  }

  /** The camera for the papers is one that only its maker's program can open, whether that answers or not. */
  get needsBridge(): boolean {
    return this.choices.bridge !== undefined && isBridge((this.choiceOf('document') ?? this.choices.document)?.deviceId ?? '');
  }

  labelOf(source: Source): string {
    const state = this.sources[source];
    return 'label' in state ? state.label : '';
  }

  /** Something was plugged in or out. */
  async refresh(): Promise<void> {
    const media = this.deps.media;
    if (media === undefined) return;
    await this.enumerate(media);
    this.changed();
    for (const source of this.wanted) {
      const state = this.sources[source].kind;
      const back = (state === 'lost' || state === 'missing' || state === 'busy') && pick(this.devices, source, this.choices) !== null;
      if (back) await this.openOne(source);
    }
  }

  private labelled(): boolean {
    return this.devices.some((each) => each.label !== '' && !isBridge(each.deviceId));
  }

  private async enumerate(media: MediaDevices, instead: readonly DeviceInfo[] = []): Promise<void> {
    const [own, bridged] = await Promise.all([media.enumerateDevices().catch(() => instead.filter((each) => !isBridge(each.deviceId))), this.deps.bridge.list()]);
    this.devices = [...own, ...bridged.map(({ deviceId, label }) => ({ kind: 'videoinput' as const, deviceId, label }))];
  }

  private bridged(source: Source): boolean {
    return source === 'document' && this.needsBridge;
  }

  private usesDevice(source: Source, deviceId: string): boolean {
    const state = this.sources[source];
    const inUse = state.kind === 'live' ? state.deviceId : pick(this.devices, source, this.choices)?.deviceId;
    return inUse === deviceId;
  }

  private async learnLabels(): Promise<void> {
    const media = this.deps.media;
    if (media === undefined) return;
    await this.enumerate(media);
    if (!this.labelled()) {
      const audio = this.devices.some((each) => each.kind === 'audioinput');
      const video = this.devices.some((each) => each.kind === 'videoinput');
      if (audio || video) {
        const stream = await media.getUserMedia({ audio, video }).catch(() => null); // each is tried for itself below
        stream?.getTracks().forEach((track) => track.stop());
        await this.enumerate(media, this.devices);
      }
    }
    this.changed();
  }

  private async openOne(source: Source): Promise<void> {
    const media = this.asked;
    if (media === undefined || !this.wanted.has(source) || this.switchedOff.has(source)) return;
    const device = pick(this.devices, source, this.choices);
    const now = this.sources[source];
    if (device !== null && now.kind === 'live' && now.deviceId === device.deviceId && now.track.readyState === 'live') return;
    const ticket = ++this.openings;
    this.opening.set(source, ticket);
    this.release(source);
    if (device === null && (this.labelled() || this.bridged(source))) {
      this.finish(source, this.bridged(source) ? { kind: 'missing', why: this.deps.bridge.trouble ?? 'bridgeAbsent' } : { kind: 'missing' });
      return;
    }
    if (now.kind !== 'lost') this.setSource(source, { kind: 'opening' });
    const result = device !== null && isBridge(device.deviceId) ? await this.acquireBridged(device) : await acquire(media, source, device);
    if (this.opening.get(source) !== ticket || !this.wanted.has(source)) {
      if (result.kind === 'live') result.track.stop(); // no longer wanted, or another was chosen meanwhile
      return;
    }
    this.finish(source, result);
  }

  private async acquireBridged({ deviceId, label }: DeviceInfo): Promise<SourceState> {
    try {
      return { kind: 'live', track: await this.deps.bridge.open(deviceId), label, deviceId };
    } catch (error) {
      return { kind: 'missing', why: troubleOf(error) };
    }
  }

  private finish(source: Source, state: SourceState): void {
    if (state.kind === 'live') {
      const { track } = state;
      track.onended = () => this.handleEnded(source, track);
      if (source === 'microphone') track.enabled = !this.muted;
      this.checked.set(source, 'ok');
    } else if (state.kind === 'missing' || state.kind === 'denied' || state.kind === 'busy') {
      this.checked.set(source, state.kind);
    }
    if (this.sources[source].kind === 'lost' && (state.kind === 'missing' || state.kind === 'busy')) return;
    this.setSource(source, state);
  }

  private handleEnded(source: Source, track: MediaStreamTrack): void {
    const state = this.sources[source];
    if (state.kind !== 'live' || state.track !== track) return;
    const why = isBridge(state.deviceId) ? this.deps.bridge.trouble : null;
    this.setSource(source, { kind: 'lost', label: state.label, ...(why === null ? {} : { why }) });
    void this.refresh(); // the next best camera may stand in, or it was only a glitch
    this.lookAgain();
  }

  private lookAgain(): void {
    const lost = () => SOURCES.some((source) => this.sources[source].kind === 'lost');
    this.again();
    this.again = this.deps.timers.after(AGAIN_MS, () => {
      this.again = this.deps.timers.after(HUNG_MS, () => {
        this.asked = this.deps.anew() ?? this.asked;
        this.lookAgain();
      });
      void this.refresh().then(() => (lost() ? this.lookAgain() : this.again()));
    });
  }

  private release(source: Source): void {
    const state = this.sources[source];
    if (state.kind !== 'live') return;
    state.track.onended = null;
    state.track.stop();
  }

  private setSource(source: Source, state: SourceState): void {
    this.sources[source] = state;
    this.changed();
    this.emit('track', { source, track: this.trackOf(source) });
  }

  private changed(): void {
    this.emit('change', this.state);
  }
}

/** Without permission a browser shows devices without names, or none: asking for any tells what is really wrong. */
async function acquire(media: MediaDevices, source: Source, device: DeviceInfo | null): Promise<SourceState> {
  const wanted = { ...CONSTRAINTS[source], ...(device?.deviceId ? { deviceId: { exact: device.deviceId } } : {}) };
  try {
    const stream = await media.getUserMedia(source === 'microphone' ? { audio: wanted } : { video: wanted });
    const [track] = stream.getTracks();
    if (track === undefined) return { kind: 'missing' };
    return { kind: 'live', track, label: track.label || (device?.label ?? ''), deviceId: device?.deviceId ?? '' };
  } catch (error) {
    return { kind: trouble(error) };
  }
}

/** Why getUserMedia gave nothing, in the words of SourceState. */
export function trouble(error: unknown): 'denied' | 'missing' | 'busy' {
  const name = error instanceof Error || isNamed(error) ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return 'busy'; // NotReadableError, AbortError and what drivers invent: held by another program, or in need of replugging
}

function isNamed(error: unknown): error is { name: string } {
  return typeof error === 'object' && error !== null && typeof (error as { name?: unknown }).name === 'string';
}
