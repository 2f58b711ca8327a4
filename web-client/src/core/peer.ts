// SPDX-License-Identifier: Apache-2.0
// The one owner of a call's RTCPeerConnection. The server offers, this answers: first with empty senders, so that ICE
// and DTLS are up while the phone rings; tracks are put on with replaceTrack when the call is answered.
//
//   connecting -> connected <-> lost -> (restart, then reopen, asked for by event) ... closed
//
// "lost" is said when the browser says so or when nothing at all has arrived for a good second: the server's feedback alone
// comes every 50 ms, so silence that long is a dead line long before ICE notices.
import { Emitter } from './emitter';
import { TRACKS, type Offer, type TrackKind } from './protocol';
import { readStats, summarise, type MidName, type Reading } from './stats';
import type { Timers } from './timers';

const POLL_MS = 400;
const SILENT_MS = 1100;
const STALLED_MS = 2000;
const RESTART_AFTER_MS = 3000; // lost for so long: ask for new ICE credentials
const REOPEN_AFTER_MS = 9000; // the restart did not help: ask for a new connection
const REPORT_MS = 10000;

/** The document stays sharp and the face gives way first; 10 fps is what the recording seeks well with. */
const ENCODING: Record<TrackKind, RTCRtpEncodingParameters> = {
  audio: { maxBitrate: 48_000, priority: 'high', networkPriority: 'high' },
  face: { maxBitrate: 1_500_000, maxFramerate: 30, priority: 'low' },
  document: { maxBitrate: 3_000_000, maxFramerate: 10, priority: 'high' },
};
/** Of the face, by how many others see it: what each of them receives is shared by all who send. */
const FACE_SHARED: readonly RTCRtpEncodingParameters[] = [
  ENCODING.face,
  { ...ENCODING.face, maxBitrate: 600_000, maxFramerate: 20 },
  { ...ENCODING.face, maxBitrate: 300_000, maxFramerate: 15 },
];
const HINT: Record<TrackKind, string> = { audio: 'speech', face: 'motion', document: 'detail' };

export type PeerState = 'connecting' | 'connected' | 'lost' | 'closed';
export type RemoteTracks = Record<TrackKind, MediaStreamTrack | null>;
export interface Slot {
  slot: number;
  participant: number | null;
  tracks: RemoteTracks;
}

interface PeerEvents {
  answer: { connection: string; revision: number; sdp: string };
  /** An offer could not be used: only a new connection helps. */
  broken: { connection: string };
  restart: { connection: string };
  reopen: { connection: string };
  state: PeerState;
  slots: readonly Slot[];
  /** Received pictures that stand still, by stalledKey(). */
  stalled: ReadonlySet<string>;
  reading: Reading;
  report: ReturnType<typeof summarise> & { connection: string };
}

export interface PeerDeps {
  connect: (configuration: RTCConfiguration) => RTCPeerConnection;
  timers: Timers;
}

export const stalledKey = (slot: number, kind: TrackKind): string => `${slot}-${kind}`;

export class Peer extends Emitter<PeerEvents> {
  private pc: RTCPeerConnection | null = null;
  private offer: Offer | null = null;
  private work: Promise<void> = Promise.resolve();
  private readonly outgoing: RemoteTracks = { audio: null, face: null, document: null };
  private stateNow: PeerState = 'connecting';
  private lostSince: number | null = null;
  private asked: 'nothing' | 'restart' | 'reopen' = 'nothing';
  private lastBytes = { count: -1, atMs: 0 };
  private lastFrames = new Map<string, { frames: number; atMs: number }>();
  private stalledKeys = new Set<string>();
  private others = 1;
  private reported: Reading | null = null;
  private cancelPoll: () => void = () => undefined;

  constructor(
    private readonly deps: PeerDeps,
    private readonly iceServers: RTCIceServer[],
  ) {
    super();
  }

  get connection(): string | null {
    return this.offer?.connection ?? null;
  }

  get state(): PeerState {
    return this.stateNow;
  }

  /** Offers are handled one after the other; an older revision than the last is not answered. */
  handleOffer(offer: Offer): void {
    this.work = this.work.then(() => this.negotiate(offer)).catch(() => this.emit('broken', { connection: offer.connection }));
  }

  /** Puts a track on (or takes it off); remembered for connections to come. */
  setTrack(kind: TrackKind, track: MediaStreamTrack | null): void {
    if (this.outgoing[kind] === track) return;
    this.outgoing[kind] = track;
    if (track !== null && 'contentHint' in track) track.contentHint = HINT[kind];
    this.work = this.work.then(() => this.putOn(kind)).catch(() => undefined); // the connection was closed under it
  }

  /** Pictures that were not to come are to come again: what stood still meanwhile is no fault. */
  watchAnew(): void {
    this.lastFrames.clear();
  }

  /** How many others there are: the more, the less a face may take, so that documents stay sharp. */
  setOthers(others: number): void {
    if (this.others === others) return;
    this.others = others;
    this.work = this.work.then(() => this.limit('face')).catch(() => undefined);
  }

  /** The server has closed this connection; another may be offered. */
  handleClosed(connection: string): void {
    if (connection === this.connection) this.letGo();
  }

  close(): void {
    this.letGo();
    this.setState('closed');
  }

  private letGo(): void {
    this.cancelPoll();
    const pc = this.pc;
    this.pc = null;
    if (pc !== null) {
      pc.onconnectionstatechange = null;
      pc.close();
    }
    this.lastBytes = { count: -1, atMs: 0 };
    this.lastFrames.clear();
    this.reported = null;
  }

  private async negotiate(offer: Offer): Promise<void> {
    if (this.stateNow === 'closed') return;
    const current = this.offer;
    if (current !== null && current.connection === offer.connection && offer.revision <= current.revision) return;
    if (this.pc === null || current === null || current.connection !== offer.connection) this.begin();
    this.offer = offer;
    const pc = this.pc;
    if (pc === null) return;
    await pc.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    for (const kind of TRACKS) {
      const transceiver = this.transceiver(offer.up[kind]);
      if (transceiver === undefined) continue;
      transceiver.direction = 'sendonly';
      await transceiver.sender.replaceTrack(this.outgoing[kind]);
    }
    const answer = await pc.createAnswer();
    await pc.setLocalDescription(answer);
    if (this.pc !== pc) return; // closed or replaced meanwhile
    for (const kind of TRACKS) await this.limit(kind);
    const sdp = pc.localDescription?.sdp ?? answer.sdp ?? '';
    this.emit('answer', { connection: offer.connection, revision: offer.revision, sdp });
    this.emit('slots', this.slots());
  }

  private begin(): void {
    this.letGo();
    const pc = this.deps.connect({ bundlePolicy: 'max-bundle', iceServers: this.iceServers });
    this.pc = pc;
    this.asked = 'nothing';
    this.lostSince = this.stateNow === 'lost' ? this.deps.timers.now() : null;
    pc.onconnectionstatechange = () => this.handleConnectionState(pc);
    this.cancelPoll = this.deps.timers.every(POLL_MS, () => void this.poll(pc));
  }

  private transceiver(mid: string): RTCRtpTransceiver | undefined {
    return this.pc?.getTransceivers().find((each) => each.mid === mid);
  }

  private async putOn(kind: TrackKind): Promise<void> {
    const mid = this.offer?.up[kind];
    const transceiver = mid === undefined ? undefined : this.transceiver(mid);
    if (transceiver === undefined) return;
    await transceiver.sender.replaceTrack(this.outgoing[kind]);
    await this.limit(kind);
  }

  private async limit(kind: TrackKind): Promise<void> {
    const mid = this.offer?.up[kind];
    const sender = mid === undefined ? undefined : this.transceiver(mid)?.sender;
    const parameters = sender?.getParameters();
    const encoding = parameters?.encodings?.[0];
    if (sender === undefined || parameters === undefined || encoding === undefined) return;
    Object.assign(encoding, this.encodingOf(kind));
    // An older browser that refuses a member still sends, with its own limits.
    await sender.setParameters(parameters).catch(() => undefined);
  }

  private encodingOf(kind: TrackKind): RTCRtpEncodingParameters {
    if (kind !== 'face') return ENCODING[kind];
    return FACE_SHARED[Math.min(Math.max(this.others, 1), FACE_SHARED.length) - 1] ?? ENCODING.face;
  }

  private slots(): Slot[] {
    return (this.offer?.down ?? []).map((down) => {
      const track = (kind: TrackKind) => this.transceiver(down[kind])?.receiver.track ?? null;
      const tracks = { audio: track('audio'), face: track('face'), document: track('document') };
      return { slot: down.slot, participant: down.participant, tracks };
    });
  }

  private handleConnectionState(pc: RTCPeerConnection): void {
    if (pc !== this.pc) return;
    if (pc.connectionState === 'connected') this.setState('connected');
    else if (pc.connectionState === 'failed' || pc.connectionState === 'disconnected') this.setState('lost');
  }

  private async poll(pc: RTCPeerConnection): Promise<void> {
    const report: unknown = await pc.getStats().catch(() => null);
    const offer = this.offer;
    if (report === null || pc !== this.pc || offer === null) return;
    const reading = readStats(report as Iterable<unknown>, this.deps.timers.now(), (mid) => kindOf(offer, mid));
    this.watchBytes(pc, reading);
    this.watchFrames(reading);
    this.recover(reading.atMs);
    this.emit('reading', reading);
    this.reported ??= reading;
    if (reading.atMs - this.reported.atMs >= REPORT_MS && this.stateNow === 'connected') {
      this.emit('report', { connection: offer.connection, ...summarise(reading, this.reported) });
      this.reported = reading;
    }
  }

  private watchBytes(pc: RTCPeerConnection, { bytesReceived, atMs }: Reading): void {
    if (bytesReceived !== this.lastBytes.count) {
      const first = this.lastBytes.count < 0;
      this.lastBytes = { count: bytesReceived, atMs };
      if (!first && this.stateNow === 'lost' && pc.connectionState === 'connected') this.setState('connected');
    } else if (this.stateNow === 'connected' && atMs - this.lastBytes.atMs >= SILENT_MS) {
      this.setState('lost');
    }
  }

  private watchFrames(reading: Reading): void {
    const stalled = new Set<string>();
    for (const [slot, tracks] of reading.slots) {
      for (const kind of ['face', 'document'] as const) {
        const key = stalledKey(slot, kind);
        const frames = tracks[kind]?.frames ?? 0;
        const last = this.lastFrames.get(key);
        if (last === undefined || last.frames !== frames) this.lastFrames.set(key, { frames, atMs: reading.atMs });
        else if (reading.atMs - last.atMs >= STALLED_MS) stalled.add(key);
      }
    }
    if (stalled.size !== this.stalledKeys.size || [...stalled].some((key) => !this.stalledKeys.has(key))) {
      this.stalledKeys = stalled;
      this.emit('stalled', stalled);
    }
  }

  private recover(nowMs: number): void {
    const connection = this.connection;
    if (this.stateNow !== 'lost' || this.lostSince === null || connection === null) return;
    const lostFor = nowMs - this.lostSince;
    if (lostFor >= REOPEN_AFTER_MS) {
      this.lostSince = nowMs; // and again, should the new connection not come up either
      this.asked = 'reopen';
      this.emit('reopen', { connection });
    } else if (lostFor >= RESTART_AFTER_MS && this.asked === 'nothing') {
      this.asked = 'restart';
      this.emit('restart', { connection });
    }
  }

  private setState(state: PeerState): void {
    if (state === this.stateNow || this.stateNow === 'closed') return;
    this.stateNow = state;
    this.lostSince = state === 'lost' ? this.deps.timers.now() : null;
    if (state === 'connected') this.asked = 'nothing';
    this.emit('state', state);
  }
}

function kindOf(offer: Offer, mid: string): MidName | null {
  for (const kind of TRACKS) {
    if (offer.up[kind] === mid) return { way: 'up', kind };
    const down = offer.down.find((each) => each[kind] === mid);
    if (down !== undefined) return { way: 'down', kind, slot: down.slot };
  }
  return null;
}
