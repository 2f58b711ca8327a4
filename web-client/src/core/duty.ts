// SPDX-License-Identifier: Apache-2.0
// Being on duty at a window: taking it, keeping it across lost lines and reloads, presence, the device report.
//
//   off -> taking -> on <-> away from the line (taken again by itself when the line is back) -> off (reason)
import { Emitter } from './emitter';
import type { Away, DeviceReport, Drill, GoingAway, MethodParams, OwnWindow, Presence, ServerEvent, Taken } from './protocol';
import { RequestError, type ClosedBecause, type LineState, type Signalling } from './signalling';
import type { Timers } from './timers';

const CONNECT_TIMEOUT_MS = 12000;
const REPORT_DELAY_MS = 1000;

export type DutyState =
  | { kind: 'off'; because: ClosedBecause | 'refused' | null }
  | { kind: 'taking'; window: OwnWindow }
  | { kind: 'on'; window: OwnWindow; presence: Presence; away: Away | null; sinceUs: number; drill: Drill | null };

interface DutyEvents {
  state: DutyState;
  /** The window is ours (again): what the server knows of its call. */
  taken: Taken;
}

export interface DutyDeps {
  signalling: Signalling;
  timers: Timers;
  report: () => DeviceReport;
  codecs: () => string[];
  /** The living RTCPeerConnection's name, if there is one. */
  connection: () => string | null;
  nowUs: () => number;
}

export class Duty extends Emitter<DutyEvents> {
  private stateNow: DutyState = { kind: 'off', because: null };
  private reported = '';
  private cancelReport: () => void = () => undefined;

  constructor(private readonly deps: DutyDeps) {
    super();
    deps.signalling.on('state', (line) => this.handleLine(line));
    deps.signalling.on('event', (event) => this.handleEvent(event));
  }

  get state(): DutyState {
    return this.stateNow;
  }

  /** Throws RequestError: `window_occupied` asks for `takeover`, `not_connected` says the server was not reached. */
  async begin(window: OwnWindow, takeover: boolean): Promise<void> {
    this.setState({ kind: 'taking', window });
    try {
      await this.lineOpen();
      this.accept(await this.take(window, takeover));
    } catch (error) {
      this.setState({ kind: 'off', because: null });
      this.deps.signalling.stop();
      throw error;
    }
  }

  async end(): Promise<void> {
    if (this.stateNow.kind === 'on') await this.deps.signalling.request('window.release', {}).catch(() => undefined);
    this.setState({ kind: 'off', because: null });
    this.deps.signalling.stop();
  }

  async beReady(): Promise<void> {
    const result = await this.deps.signalling.request('presence.set', { state: 'ready' });
    this.handlePresence(result.presence, result.away, this.deps.nowUs());
  }

  /** Again while away: another reason or end. */
  async goAway(how: GoingAway): Promise<void> {
    const result = await this.deps.signalling.request('presence.set', { state: 'away', ...how });
    this.handlePresence(result.presence, result.away, this.deps.nowUs());
  }

  /** A device came or went; told once things have settled. */
  devicesChanged(): void {
    this.cancelReport();
    this.cancelReport = this.deps.timers.after(REPORT_DELAY_MS, () => {
      const devices = this.deps.report();
      const now = JSON.stringify(devices);
      if (this.stateNow.kind !== 'on' || now === this.reported) return;
      this.deps.signalling.request('devices.report', { devices }).then(
        () => (this.reported = now),
        () => undefined, // the next take carries it
      );
    });
  }

  private lineOpen(): Promise<void> {
    const { signalling, timers } = this.deps;
    if (signalling.state.kind === 'open') return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (error?: RequestError) => {
        cancel();
        off();
        if (error) reject(error);
        else resolve();
      };
      const cancel = timers.after(CONNECT_TIMEOUT_MS, () => done(new RequestError('not_connected', '')));
      const off = signalling.on('state', (line) => {
        if (line.kind === 'open') done();
        if (line.kind === 'closed') done(new RequestError(line.because, ''));
      });
      signalling.connect();
    });
  }

  private take(window: OwnWindow, takeover: boolean): Promise<Taken> {
    const connection = this.deps.connection();
    const devices = this.deps.report();
    this.reported = JSON.stringify(devices);
    const params: MethodParams['window.take'] = { window: window.id, devices, codecs: this.deps.codecs() };
    if (takeover) params.takeover = true;
    if (connection !== null) params.connection = connection;
    return this.deps.signalling.request('window.take', params);
  }

  private accept(taken: Taken): void {
    const { window, presence, away = null, drill } = taken;
    this.setState({ kind: 'on', window, presence, away, sinceUs: this.deps.nowUs(), drill });
    this.emit('taken', taken);
  }

  private handleLine(line: LineState): void {
    const { stateNow } = this;
    if (line.kind === 'closed' && stateNow.kind === 'on') this.setState({ kind: 'off', because: line.because });
    if (line.kind !== 'open' || stateNow.kind !== 'on') return;
    this.take(stateNow.window, false).then(
      (taken) => this.accept(taken),
      (error: unknown) => {
        // A line that died again is dialled again; a window that is no longer ours is not fought for.
        if (error instanceof RequestError && (error.code === 'not_connected' || error.code === 'timeout')) return;
        const occupied = error instanceof RequestError && error.code === 'window_occupied';
        this.setState({ kind: 'off', because: occupied ? 'window_taken' : 'refused' });
        this.deps.signalling.stop();
      },
    );
  }

  private handleEvent(event: ServerEvent): void {
    if (event.event === 'presence.changed') this.handlePresence(event.data.presence, event.data.away, event.data.since_us);
    if (event.event === 'drill.changed' && this.stateNow.kind === 'on') this.setState({ ...this.stateNow, drill: event.data.drill });
  }

  private handlePresence(presence: Presence, away: Away | undefined, sinceUs: number): void {
    if (this.stateNow.kind === 'on') this.setState({ ...this.stateNow, presence, away: away ?? null, sinceUs });
  }

  private setState(state: DutyState): void {
    this.stateNow = state;
    this.emit('state', state);
  }
}
