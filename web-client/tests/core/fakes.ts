// SPDX-License-Identifier: Apache-2.0
// Stand-ins for what core/ gets handed in: time, sockets, peer connections, cameras, sound.
import { readFileSync } from 'node:fs';

import type { BridgeCameras } from '../../src/core/capture/bridge-cameras';
import type { BridgeTrouble } from '../../src/core/capture/vendor-bridge';
import type { SocketLike } from '../../src/core/signalling';
import type { Timers } from '../../src/core/timers';

export function golden(name: string): Record<string, unknown> {
  const url = new URL(`../../../tests/golden/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Record<string, unknown>;
}

/** Lets promises that are ready run. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}

export class FakeTimers implements Timers {
  private nowMs = 0;
  private nextId = 1;
  private readonly due = new Map<number, { at: number; every: number | null; run: () => void }>();

  now = (): number => this.nowMs;

  after = (ms: number, run: () => void): (() => void) => this.add(ms, null, run);

  every = (ms: number, run: () => void): (() => void) => this.add(ms, ms, run);

  async advance(ms: number): Promise<void> {
    const end = this.nowMs + ms;
    for (;;) {
      const next = [...this.due.entries()].sort((a, b) => a[1].at - b[1].at)[0];
      if (next === undefined || next[1].at > end) break;
      const [id, entry] = next;
      this.nowMs = entry.at;
      if (entry.every === null) this.due.delete(id);
      else entry.at += entry.every;
      entry.run();
      await settled();
    }
    this.nowMs = end;
    await settled();
  }

  private add(ms: number, every: number | null, run: () => void): () => void {
    const id = this.nextId++;
    this.due.set(id, { at: this.nowMs + ms, every, run });
    return () => this.due.delete(id);
  }
}

interface Sent {
  type: string;
  id: number;
  method: string;
  params: Record<string, unknown>;
}

export class FakeSocket implements SocketLike {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly sent: Sent[] = [];
  closed = false;

  send(frame: string): void {
    this.sent.push(JSON.parse(frame) as Sent);
  }

  close(): void {
    this.closed = true;
  }

  say(message: unknown): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) } as MessageEvent);
  }

  event(event: string, data: unknown): void {
    this.say({ type: 'event', event, data });
  }

  die(code = 1006): void {
    this.onclose?.({ code } as CloseEvent);
  }

  all(method: string): Sent[] {
    return this.sent.filter((each) => each.method === method);
  }

  last(method: string): Sent {
    const found = this.all(method).pop();
    if (found === undefined) throw new Error(`nothing asked ${method}: ${this.sent.map((each) => each.method).join()}`);
    return found;
  }

  async reply(method: string, result: unknown = {}): Promise<void> {
    this.say({ type: 'reply', id: this.last(method).id, ok: true, result });
    await settled();
  }

  async refuse(method: string, code: string, more: object = {}): Promise<void> {
    this.say({ type: 'reply', id: this.last(method).id, ok: false, error: { code, text: code, ...more } });
    await settled();
  }
}

export class FakeTrack {
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  contentHint = '';
  onended: (() => void) | null = null;

  constructor(
    readonly kind: 'audio' | 'video',
    readonly label: string,
  ) {}

  stop(): void {
    this.readyState = 'ended';
  }

  unplug(): void {
    this.readyState = 'ended';
    this.onended?.();
  }
}

export function asTrack(track: FakeTrack): MediaStreamTrack {
  return track as unknown as MediaStreamTrack;
}

class FakeSender {
  track: unknown = null;
  parameters: RTCRtpSendParameters = { encodings: [{}], transactionId: '', codecs: [], headerExtensions: [], rtcp: {} };

  replaceTrack(track: unknown): Promise<void> {
    this.track = track;
    return Promise.resolve();
  }

  getParameters(): RTCRtpSendParameters {
    return this.parameters;
  }

  setParameters(parameters: RTCRtpSendParameters): Promise<void> {
    this.parameters = parameters;
    return Promise.resolve();
  }
}

export class FakePeerConnection {
  static all: FakePeerConnection[] = [];
  connectionState = 'new';
  onconnectionstatechange: (() => void) | null = null;
  localDescription: { sdp: string } | null = null;
  offers: string[] = [];
  closed = false;
  stats: Record<string, unknown>[] = [];
  failOffers = false;
  private transceivers: { mid: string; direction: string; sender: FakeSender; receiver: { track: FakeTrack } }[] = [];

  constructor(readonly configuration: RTCConfiguration) {
    FakePeerConnection.all.push(this);
  }

  setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    if (this.failOffers) return Promise.reject(new Error('bad offer'));
    this.offers.push(sdp);
    for (const [, kind, mid] of sdp.matchAll(/m=(audio|video)[^]*?a=mid:(\S+)/g)) {
      if (kind === undefined || mid === undefined || this.transceivers.some((each) => each.mid === mid)) continue;
      const track = new FakeTrack(kind as 'audio' | 'video', mid);
      this.transceivers.push({ mid, direction: 'recvonly', sender: new FakeSender(), receiver: { track } });
    }
    return Promise.resolve();
  }

  getTransceivers(): unknown[] {
    return this.transceivers;
  }

  on(mid: string): { direction: string; sender: FakeSender } {
    const found = this.transceivers.find((each) => each.mid === mid);
    if (found === undefined) throw new Error(`no mid ${mid}`);
    return found;
  }

  createAnswer(): Promise<{ sdp: string }> {
    return Promise.resolve({ sdp: `answer ${this.offers.length}` });
  }

  setLocalDescription(answer: { sdp: string }): Promise<void> {
    this.localDescription = answer;
    return Promise.resolve();
  }

  getStats(): Promise<unknown> {
    return Promise.resolve(new Map(this.stats.map((each, index) => [String(index), each])));
  }

  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  close(): void {
    this.closed = true;
  }
}

export const connectFake = (configuration: RTCConfiguration): RTCPeerConnection =>
  new FakePeerConnection(configuration) as unknown as RTCPeerConnection;

export interface FakeDevice {
  kind: MediaDeviceKind;
  deviceId: string;
  label: string;
  fails?: string;
}

export class FakeMedia {
  labelled = false;
  denied = false;
  hangs = false; // as a frame of Chromium's whose camera process died under a request
  readonly opened: FakeTrack[] = [];
  private listener: () => void = () => undefined;

  constructor(public devices: FakeDevice[]) {}

  addEventListener(_name: string, listener: () => void): void {
    this.listener = listener;
  }

  plug(devices: FakeDevice[]): Promise<void> {
    this.devices = devices;
    this.listener();
    return settled();
  }

  enumerateDevices(): Promise<MediaDeviceInfo[]> {
    const shown = this.devices.map((each) => ({ ...each, label: this.labelled ? each.label : '' }));
    return Promise.resolve(shown as unknown as MediaDeviceInfo[]);
  }

  getUserMedia(wanted: MediaStreamConstraints): Promise<MediaStream> {
    if (this.hangs) return new Promise(() => undefined);
    if (this.denied) return Promise.reject(Object.assign(new Error(), { name: 'NotAllowedError' }));
    this.labelled = true;
    const kind = wanted.video ? 'videoinput' : 'audioinput';
    const constraint = (wanted.video || wanted.audio) as MediaTrackConstraints | true;
    const id = constraint === true ? undefined : ((constraint.deviceId as { exact: string } | undefined)?.exact);
    const device = this.devices.find((each) => each.kind === kind && (id === undefined || each.deviceId === id));
    if (device === undefined) return Promise.reject(Object.assign(new Error(), { name: 'NotFoundError' }));
    if (device.fails !== undefined) return Promise.reject(Object.assign(new Error(), { name: device.fails }));
    const track = new FakeTrack(wanted.video ? 'video' : 'audio', device.label);
    this.opened.push(track);
    return Promise.resolve({ getTracks: () => [track] } as unknown as MediaStream);
  }

  asMedia(): MediaDevices {
    return this as unknown as MediaDevices;
  }
}

/** Document cameras behind a program that is there or not. */
export class FakeBridge {
  trouble: BridgeTrouble | null = null;
  cameras: { deviceId: string; label: string }[] = [];
  address = '';
  readonly opened: FakeTrack[] = [];

  use(address: string): void {
    this.address = address;
  }

  list(): Promise<{ deviceId: string; label: string }[]> {
    return Promise.resolve(this.address === '' || this.trouble !== null ? [] : this.cameras);
  }

  open(): Promise<MediaStreamTrack> {
    const track = new FakeTrack('video', '');
    this.opened.push(track);
    return Promise.resolve(asTrack(track));
  }

  asBridge(): BridgeCameras {
    return this as unknown as BridgeCameras;
  }
}

export class FakeStorage {
  readonly items = new Map<string, string>();
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.items.set(key, value);
}

export const HALL: FakeDevice[] = [
  { kind: 'videoinput', deviceId: 'v1', label: 'HD Webcam' },
  { kind: 'videoinput', deviceId: 'v2', label: 'DocCam S1000' },
  { kind: 'audioinput', deviceId: 'a1', label: 'Headset' },
  { kind: 'audiooutput', deviceId: 'o1', label: 'Headset' },
];

class FakeParam {
  value = 0;
  events: [number, number][] = [];
  setValueAtTime(value: number, at: number): void {
    this.events.push([value, at]);
  }
  linearRampToValueAtTime(value: number, at: number): void {
    this.events.push([value, at]);
  }
}

export class FakeAudioContext {
  state: 'suspended' | 'running' = 'suspended';
  currentTime = 0;
  destination = {};
  onstatechange: (() => void) | null = null;
  allowed = false;
  oscillators: { started: boolean; stopped: number; frequency: FakeParam }[] = [];
  /** A context may say that it runs while its clock stands. */
  clockRuns = true;
  private ending: { onended: (() => void) | null }[] = [];

  resume(): Promise<void> {
    if (!this.allowed) return new Promise(() => undefined); // browsers leave it hanging until a gesture
    this.state = 'running';
    this.onstatechange?.();
    this.tick();
    return Promise.resolve();
  }

  /** The audio clock moves on, and what was to end by then ends. */
  tick(): void {
    if (this.state !== 'running' || !this.clockRuns) return;
    this.currentTime += 0.1;
    for (const source of this.ending.splice(0)) source.onended?.();
  }

  createConstantSource(): unknown {
    const source = {
      offset: new FakeParam(), onended: null as (() => void) | null, connect: () => undefined, disconnect: () => undefined,
      start: () => undefined,
      stop: () => {
        this.ending.push(source);
        queueMicrotask(() => this.tick());
      },
    };
    return source;
  }

  createGain(): unknown {
    return { gain: new FakeParam(), connect: () => undefined, disconnect: () => undefined };
  }

  createOscillator(): unknown {
    const oscillator = {
      started: false, stopped: 0, frequency: new FakeParam(), connect: () => undefined, disconnect: () => undefined,
      start: () => (oscillator.started = true),
      stop: () => oscillator.stopped++,
    };
    this.oscillators.push(oscillator);
    return oscillator;
  }

  asContext(): AudioContext {
    return this as unknown as AudioContext;
  }
}
