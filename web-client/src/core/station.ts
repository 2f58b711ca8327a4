// SPDX-License-Identifier: Apache-2.0
// Joins the parts of a window in service: each part speaks by events, only this file knows who listens to whom.
import { callOf, others, type CallPhase } from './call';
import { Calling, type OwnMedia } from './calling';
import type { Devices } from './devices';
import { Duty } from './duty';
import { Emitter } from './emitter';
import type { Notifications } from './notifications';
import type { Call, Notice } from './protocol';
import type { Ring, Sound } from './ring';
import { Signalling, type SocketLike } from './signalling';
import type { Timers } from './timers';

export interface StationDeps {
  openSocket: (subProtocol: string) => SocketLike;
  connect: (configuration: RTCConfiguration) => RTCPeerConnection;
  codecs: () => string[];
  devices: Devices;
  ring: Ring;
  notifications: Notifications;
  timers: Timers;
  random: () => number;
  /** UTC microseconds by this computer's clock. */
  wallClockUs: () => number;
  /** Words of the desktop notification and the flashing title. */
  ringWords: (call: Call, silent: boolean) => { title: string; body: string };
  /** The page is not seen: another tab or window is in front. */
  hidden: () => boolean;
}

/** `silent`: the server was not told of a tone in time; the clerk must see what cannot be heard. */
export interface SoundView {
  sounding: boolean;
  locked: boolean;
  silent: boolean;
}

interface StationEvents {
  notice: Notice;
  /** Readiness of windows changed somewhere. */
  directory: undefined;
  sessionEnded: { reason: string; at_us?: number; remote?: string };
  /** A tone is really being heard; or the browser forbids it until a click. */
  sound: SoundView;
}

export class Station extends Emitter<StationEvents> {
  readonly signalling: Signalling;
  readonly duty: Duty;
  readonly calling: Calling;
  private checking = false; // the device check wants the cameras although there is no call
  private clockOffsetUs = 0;
  private sounding = false;
  private silentFor: string | null = null;
  private tonedFor: string | null = null;
  private alertedFor: string | null = null;
  private devicesOpenFor: string | null = null;

  constructor(private readonly deps: StationDeps) {
    super();
    const { timers, devices } = deps;
    const nowUs = () => this.nowUs();
    this.signalling = new Signalling({ open: deps.openSocket, timers, random: deps.random });
    this.signalling.on('event', (event) => {
      if (event.event === 'hello') this.clockOffsetUs = event.data.time_us - deps.wallClockUs();
      if (event.event === 'notice') this.emit('notice', event.data);
      if (event.event === 'directory.changed') this.emit('directory', undefined);
      if (event.event === 'ring.silent') this.handleSilent(event.data.call);
      if (event.event === 'session.ended') this.emit('sessionEnded', event.data);
    });
    this.calling = new Calling({
      signalling: this.signalling, connect: deps.connect, timers, nowUs,
      media: () => this.ownMedia(),
      makeKey: () => `${deps.wallClockUs().toString(36)}-${Math.floor(deps.random() * 1e9).toString(36)}`,
    });
    this.duty = new Duty({
      signalling: this.signalling, timers, codecs: deps.codecs, nowUs,
      report: () => devices.report(),
      connection: () => this.calling.connection,
    });
    this.duty.on('taken', (taken) => this.calling.handleTaken(taken));
    this.duty.on('state', (state) => {
      deps.ring.keepAwake(state.kind !== 'off');
      if (state.kind === 'off') this.calling.reset();
    });
    this.calling.on('calls', () => this.settle());
    devices.on('change', () => {
      this.duty.devicesChanged();
      this.calling.mediaChanged();
    });
    deps.ring.on('sounding', (sounding) => this.handleSounding(sounding));
    deps.ring.on('locked', () => this.tellSound());
  }

  /** The server's clock, as far as the last hello told. */
  nowUs(): number {
    return this.deps.wallClockUs() + this.clockOffsetUs;
  }

  /** Opens the devices for the check before duty. */
  async beginCheck(): Promise<void> {
    this.checking = true;
    await this.deps.devices.open();
  }

  endCheck(): void {
    this.checking = false;
    this.settle();
    if (this.devicesOpenFor === null) this.deps.devices.close();
  }

  private ownMedia(): OwnMedia {
    const { devices } = this.deps;
    const { sources } = devices.state;
    return {
      settled: Object.values(sources).every((each) => each.kind !== 'opening' && each.kind !== 'closed'),
      tracks: { audio: devices.trackOf('microphone'), face: devices.trackOf('face'), document: devices.trackOf('document') },
      states: { audio: devices.trackState('audio'), face: devices.trackState('face'), document: devices.trackState('document') },
      face_label: devices.labelOf('face'),
      document_label: devices.labelOf('document'),
    };
  }

  /** Sound, notification and cameras as the calls want them. */
  private settle(): void {
    const { phase } = this.calling.calls;
    const live = phase.kind === 'incoming' || phase.kind === 'outgoing' || phase.kind === 'talking';
    this.signalling.watchClosely(live);
    this.settleSound(soundOf(phase, this.calling.isAnswering));
    this.settleAlert(phase);
    const id = live ? phase.call.id : null;
    if (id === this.devicesOpenFor) return;
    const was = this.devicesOpenFor;
    this.devicesOpenFor = id;
    if (id === null) {
      if (!this.checking) this.deps.devices.close();
    } else if (was === null) {
      void this.deps.devices.open(); // each source says for itself what is wrong with it
    }
  }

  private settleSound(sound: Sound | null): void {
    if (sound === null) this.deps.ring.stop();
    else this.deps.ring.start(sound);
  }

  private settleAlert(phase: CallPhase): void {
    const call = phase.kind === 'incoming' && !this.calling.isAnswering ? phase.call : null;
    if ((call?.id ?? null) === this.alertedFor) return;
    this.alertedFor = call?.id ?? null;
    if (call === null) {
      this.deps.notifications.clear();
      this.silentFor = null;
      this.tellSound();
    } else if (this.alert(call, false) && this.deps.hidden()) {
      this.calling.ringSeen(call.id, 'displayed'); // in front of the clerk, though not on this page
    }
  }

  private alert(call: Call, silent: boolean): boolean {
    const { title, body } = this.deps.ringWords(call, silent);
    return this.deps.notifications.alert(title, body);
  }

  private handleSilent(id: string): void {
    const { phase } = this.calling.calls;
    if (phase.kind !== 'incoming' || phase.call.id !== id || this.tonedFor === id) return;
    this.silentFor = id;
    this.alert(phase.call, true);
    this.tellSound();
  }

  private tellSound(): void {
    this.emit('sound', { sounding: this.sounding, locked: this.deps.ring.locked, silent: this.silentFor !== null });
  }

  private handleSounding(sounding: boolean): void {
    this.sounding = sounding;
    if (sounding) this.silentFor = null;
    this.tellSound();
    const { phase } = this.calling.calls;
    if (!sounding || phase.kind !== 'incoming' || this.tonedFor === phase.call.id) return;
    this.tonedFor = phase.call.id;
    this.calling.ringSeen(phase.call.id, 'tone');
  }
}

function soundOf(phase: CallPhase, answering: boolean): Sound | null {
  if (phase.kind === 'incoming' && !answering) return 'incoming';
  return phase.kind === 'outgoing' && phase.call.state === 'ringing' ? 'ringback' : null;
}

/** "Hall · window · person" of the other side, for titles. */
export function otherSide(call: Call): string {
  return others(call)
    .map((each) => `${each.window.hall.name}·${each.window.name}·${each.account.name}`)
    .join('、');
}

export function currentCall(station: Station): Call | null {
  return callOf(station.calling.calls.phase);
}
