// SPDX-License-Identifier: Apache-2.0
// The calls of this window with their connections: puts the server's words through call.ts, keeps one Peer per call
// that rings or runs, asks the server for what the clerk wants. After every change settle() brings peers and tracks to
// what the state asks for, so no path can forget to.
import { callOf, isOver, nextCalls, noCalls, others, type CallInput, type CallsState } from './call';
import { Emitter } from './emitter';
import { Outbox } from './outbox';
import { Peer, type PeerDeps, type PeerState, type Slot } from './peer';
import type { Call, InviteTarget, MethodParams, RefuseReason, ServerEvent, Taken, TrackKind, TrackState } from './protocol';
import { RequestError, type Signalling } from './signalling';
import type { Reading } from './stats';

/** How the current call's connection stands; the views draw from this. */
export interface LinkView {
  state: PeerState;
  slots: readonly Slot[];
  stalled: ReadonlySet<string>; // stalledKey()
  reading: Reading | null;
}

const noLink: LinkView = { state: 'connecting', slots: [], stalled: new Set(), reading: null };

interface CallingEvents {
  calls: CallsState;
  link: LinkView;
}

/** What this window sends, as the devices have it now. */
export interface OwnMedia {
  settled: boolean; // no device is being opened just now
  tracks: Record<TrackKind, MediaStreamTrack | null>;
  states: Record<TrackKind, TrackState>;
  face_label: string;
  document_label: string;
}

export interface CallingDeps extends PeerDeps {
  signalling: Signalling;
  media: () => OwnMedia;
  nowUs: () => number;
  makeKey: () => string;
}

export class Calling extends Emitter<CallingEvents> {
  readonly outbox: Outbox;
  private state: CallsState = noCalls;
  private readonly peers = new Map<string, Peer>();
  private iceServers: RTCIceServer[] = [];
  private ringTimeUs = 0;
  private view: LinkView = noLink;
  private viewOf: string | null = null;
  private mediaSent = '';
  private leftWithoutWord: string | null = null; // hung up while the line was away: said when it is back
  private holds = ''; // who is held by whom, as last seen
  private answering: string | null = null;

  constructor(private readonly deps: CallingDeps) {
    super();
    this.outbox = new Outbox((message) => deps.signalling.request('chat.send', message), deps.makeKey);
    this.outbox.on('stored', ({ call, message }) => this.apply({ kind: 'chat', call, message }));
    deps.signalling.on('event', (event) => this.handleEvent(event));
  }

  get calls(): CallsState {
    return this.state;
  }

  get link(): LinkView {
    return this.view;
  }

  /** The clerk has pressed "answer"; the ring is to stop now, not when the server has replied. */
  get isAnswering(): boolean {
    return this.answering !== null && this.answering === callOf(this.state.phase)?.id;
  }

  get connection(): string | null {
    const id = this.currentId();
    return id === null ? null : (this.peers.get(id)?.connection ?? null);
  }

  async request(params: MethodParams['call.request']): Promise<void> {
    this.apply({ kind: 'requesting' });
    try {
      const { call } = await this.deps.signalling.request('call.request', params);
      this.apply({ kind: 'placed', call });
    } catch (error) {
      this.apply({ kind: 'request_failed' });
      throw error;
    }
  }

  async cancel(): Promise<void> {
    await this.ask('call.cancel');
  }

  async answer(): Promise<void> {
    const id = this.currentId();
    if (id === null || this.answering === id) return;
    this.answering = id;
    this.emit('calls', this.state);
    try {
      const { call } = await this.deps.signalling.request('call.answer', { call: id });
      this.apply({ kind: 'call', call });
    } finally {
      this.answering = null;
      this.emit('calls', this.state);
    }
  }

  async refuse(reason: RefuseReason, text?: string): Promise<void> {
    const call = callOf(this.state.phase);
    if (call === null) return;
    await this.deps.signalling.request('call.refuse', { call: call.id, reason, ...(text ? { text } : {}) });
    this.apply({ kind: 'call', call: { ...call, own_part: 'refused' } });
  }

  async hangUp(): Promise<void> {
    const call = callOf(this.state.phase);
    if (call === null) return;
    try {
      await this.ask('call.hangup');
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.code === 'not_connected' || error.code === 'timeout') this.leftWithoutWord = call.id;
    }
    // Whatever became of the request, who hangs up is out at once.
    const ended = { ...call, own_part: 'left' as const, ended_us: call.ended_us ?? this.deps.nowUs() };
    const goesOn = others(call).filter((each) => each.part === 'in').length > 1;
    this.apply({ kind: 'call', call: { ...ended, end: call.end ?? (goesOn ? null : { by: call.you, reason: 'hangup' }) } });
  }

  /** Brings a window, or whoever of the department is ready, into the running call. */
  async invite(target: InviteTarget): Promise<void> {
    const id = this.currentId();
    if (id === null) return;
    const { call } = await this.deps.signalling.request('call.invite', { call: id, ...target });
    this.apply({ kind: 'call', call });
  }

  /** Ends the ringing of an invitation, or of a transfer, which then comes back. */
  async takeBack(participant: number): Promise<void> {
    const id = this.currentId();
    if (id !== null) await this.deps.signalling.request('call.take_back', { call: id, participant });
  }

  /** Hands the call on: to a window that is rung for it, or to somebody who is in it. */
  async transfer(to: InviteTarget | { participant: number }): Promise<void> {
    const id = this.currentId();
    if (id !== null) await this.deps.signalling.request('call.transfer', { call: id, ...to });
  }

  /** All others, or one of them. */
  async hold(on: boolean, participant?: number): Promise<void> {
    const id = this.currentId();
    if (id === null) return;
    await this.deps.signalling.request('call.hold', { call: id, on, ...(participant === undefined ? {} : { participant }) });
  }

  dismiss(): void {
    this.apply({ kind: 'dismissed' });
  }

  /** Acknowledges a ring to the server; a failure is not the clerk's matter. */
  ringSeen(call: string, stage: 'delivered' | 'displayed' | 'tone'): void {
    this.deps.signalling.request('call.ring_ack', { call, stage }).catch(() => undefined);
  }

  handleTaken(taken: Taken): void {
    const { call } = taken;
    if (call !== null && call.id === this.leftWithoutWord && !isOver(call)) {
      this.leftWithoutWord = null;
      this.deps.signalling.request('call.hangup', { call: call.id }).catch(() => undefined);
      return;
    }
    this.mediaSent = '';
    this.apply({ kind: 'taken', call, ringUntilUs: this.ringBegan(call) + this.ringTimeUs });
    this.outbox.retry();
  }

  /** An invitation into a running call rings from now on, as far as we know; call.incoming says it exactly. */
  private ringBegan(call: Call | null): number {
    return call === null || call.answered_us !== null ? this.deps.nowUs() : (call.ringing_us ?? this.deps.nowUs());
  }

  /** A device opened, closed, was muted, was lost. */
  mediaChanged(): void {
    this.settle();
  }

  /** Off duty: nothing rings and nothing runs here any more. */
  reset(): void {
    this.state = noCalls;
    this.settle();
    this.emit('calls', this.state);
  }

  private ask(method: 'call.cancel' | 'call.hangup'): Promise<unknown> {
    const id = this.currentId();
    return id === null ? Promise.resolve() : this.deps.signalling.request(method, { call: id });
  }

  private currentId(): string | null {
    const { phase } = this.state;
    return phase.kind === 'over' ? null : (callOf(phase)?.id ?? null);
  }

  private handleEvent(event: ServerEvent): void {
    switch (event.event) {
      case 'hello':
        this.iceServers = event.data.ice_servers;
        this.ringTimeUs = event.data.ring_time_s * 1e6;
        break;
      case 'call.incoming':
        this.ringSeen(event.data.call.id, 'delivered');
        this.apply({ kind: 'incoming', call: event.data.call, ringUntilUs: event.data.ring_until_us });
        break;
      case 'call.state':
        this.apply({ kind: 'call', call: event.data.call });
        break;
      case 'call.queue': {
        const { call, ...place } = event.data;
        this.apply({ kind: 'queue', call, place });
        break;
      }
      case 'chat.message':
        this.apply({ kind: 'chat', call: event.data.call, message: event.data.message });
        break;
      case 'call.quality':
        this.apply({ kind: 'quality', call: event.data.call, participants: event.data.participants });
        break;
      case 'rtc.offer':
        if (event.data.call !== this.leftWithoutWord) this.peer(event.data.call).handleOffer(event.data);
        break;
      case 'rtc.closed':
        this.peers.get(event.data.call)?.handleClosed(event.data.connection);
        break;
    }
  }

  private apply(input: CallInput): void {
    const before = this.state;
    this.state = nextCalls(before, input);
    if (this.state === before) return;
    this.settle();
    this.emit('calls', this.state);
  }

  /** Peers and tracks as the state wants them. */
  private settle(): void {
    const { phase, waiting } = this.state;
    const current = this.currentId();
    const alive = new Set([...waiting.map((each) => each.call.id), ...(current === null ? [] : [current])]);
    for (const [id, peer] of this.peers) {
      // While our request is on its way its call's name is not known yet: the offer may have come first.
      if (alive.has(id) || phase.kind === 'requesting') continue;
      peer.close();
      this.peers.delete(id);
    }
    if (current !== this.viewOf) this.show(current);
    if (current === null) {
      this.outbox.clear();
      this.mediaSent = '';
      return;
    }
    const media = this.deps.media();
    const peer = this.peers.get(current);
    for (const kind of ['audio', 'face', 'document'] as const) {
      peer?.setTrack(kind, phase.kind === 'talking' ? media.tracks[kind] : null);
    }
    const call = callOf(phase);
    if (call !== null) {
      peer?.setOthers(others(call).length);
      const holds = call.participants.map((each) => each.held_by ?? 0).join();
      if (holds !== this.holds) peer?.watchAnew();
      this.holds = holds;
    }
    this.tellMedia(current, media);
  }

  private tellMedia(call: string, media: OwnMedia): void {
    if (!media.settled || this.deps.signalling.state.kind !== 'open') return;
    const labels = { face_label: media.face_label.slice(0, 100), document_label: media.document_label.slice(0, 100) };
    const params: MethodParams['media.set'] = { call, ...media.states };
    if (labels.face_label !== '') params.face_label = labels.face_label;
    if (labels.document_label !== '') params.document_label = labels.document_label;
    const now = JSON.stringify(params);
    if (now === this.mediaSent) return;
    this.mediaSent = now;
    this.deps.signalling.request('media.set', params).catch(() => {
      if (this.mediaSent === now) this.mediaSent = ''; // said again with the next change
    });
  }

  private show(call: string | null): void {
    this.viewOf = call;
    const peer = call === null ? undefined : this.peers.get(call);
    this.setView({ ...noLink, ...(peer === undefined ? {} : { state: peer.state }) });
  }

  private setView(view: LinkView): void {
    this.view = view;
    this.emit('link', view);
  }

  private peer(call: string): Peer {
    const known = this.peers.get(call);
    if (known !== undefined) return known;
    const peer = new Peer(this.deps, this.iceServers);
    this.peers.set(call, peer);
    const { signalling } = this.deps;
    const quietly = (asked: Promise<unknown>) => void asked.catch(() => undefined); // the next poll asks again
    peer.on('answer', (answer) => {
      signalling.request('rtc.answer', { call, ...answer }).catch((error: unknown) => {
        if (error instanceof RequestError && error.code === 'bad_sdp') quietly(signalling.request('rtc.reopen', { call }));
      });
    });
    peer.on('broken', () => quietly(signalling.request('rtc.reopen', { call })));
    peer.on('restart', ({ connection }) => quietly(signalling.request('rtc.restart', { call, connection })));
    peer.on('reopen', () => quietly(signalling.request('rtc.reopen', { call })));
    peer.on('report', (report) => quietly(signalling.request('stats.report', { call, ...report })));
    const see = (part: Partial<LinkView>) => call === this.viewOf && this.setView({ ...this.view, ...part });
    peer.on('state', (state) => see({ state }));
    peer.on('slots', (slots) => see({ slots }));
    peer.on('stalled', (stalled) => see({ stalled }));
    peer.on('reading', (reading) => see({ reading }));
    this.settle();
    return peer;
  }
}
