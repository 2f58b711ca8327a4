// SPDX-License-Identifier: Apache-2.0
// The one WebSocket of a window in service: requests with replies and time-outs, events out, coming back by itself.
//
//   idle --connect()--> connecting --hello--> open --close--> waiting --back-off--> connecting ...
//   any --stop() or a final close code--> closed
//
// A browser cannot see the server's pings, so a line that died silently is found by `ping` requests of our own.
import { DecodeError } from './decode';
import { Emitter } from './emitter';
import {
  CLOSE, decodeResult, parseMessage, SUB_PROTOCOL, type Hello, type MethodName, type MethodParams, type MethodResult,
  type ServerEvent, type WireError,
} from './protocol';
import type { Timers } from './timers';

export interface SocketLike {
  send(frame: string): void;
  close(code?: number): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
}

export type ClosedBecause = 'stopped' | 'session_ended' | 'not_signed_in' | 'window_taken' | 'abuse';

export type LineState =
  | { kind: 'idle' }
  | { kind: 'connecting'; attempt: number }
  | { kind: 'open'; hello: Hello }
  | { kind: 'waiting'; attempt: number; retryInMs: number }
  | { kind: 'closed'; because: ClosedBecause };

/** A request that was refused, or whose reply never came (codes `timeout`, `not_connected`: effect unknown or none). */
export class RequestError extends Error {
  constructor(
    readonly code: string,
    readonly text: string,
    readonly windows?: number,
    readonly retryAfterS?: number,
  ) {
    super(`${code}: ${text}`);
    this.name = 'RequestError';
  }
}

const HELLO_TIMEOUT_MS = 8000;
const REQUEST_TIMEOUT_MS = 10000;
const BACK_OFF_MS = [300, 1000, 2000, 4000, 8000];
/** How long the line may be quiet before we ask, and how long the answer may take. */
const PACE = { idle: { quiet: 10000, reply: 5000 }, call: { quiet: 2500, reply: 2000 } };

interface Pending {
  method: MethodName | 'ping';
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
  cancelTimeout: () => void;
}

export interface SignallingDeps {
  open: (subProtocol: string) => SocketLike;
  timers: Timers;
  random: () => number;
}

interface SignallingEvents {
  state: LineState;
  event: ServerEvent;
  /** A message that is not of the protocol: counted and shown to developers, otherwise ignored. */
  bad: DecodeError;
}

const FINAL: ReadonlyMap<number, ClosedBecause> = new Map([
  [CLOSE.abuse, 'abuse'],
  [CLOSE.sessionEnded, 'session_ended'],
  [CLOSE.notSignedIn, 'not_signed_in'],
  [CLOSE.windowTaken, 'window_taken'],
]);

export class Signalling extends Emitter<SignallingEvents> {
  private line: LineState = { kind: 'idle' };
  private socket: SocketLike | null = null;
  private pending = new Map<number, Pending>();
  private nextId = 1;
  private lastHeard = 0;
  private pace = PACE.idle;
  private cancelTimer: () => void = () => undefined;
  private cancelWatch: () => void = () => undefined;

  constructor(private readonly deps: SignallingDeps) {
    super();
  }

  get state(): LineState {
    return this.line;
  }

  connect(): void {
    if (this.line.kind === 'idle' || this.line.kind === 'closed') this.dial(0);
  }

  /** The network came back, or a person asked: do not wait for the back-off. */
  retryNow(): void {
    if (this.line.kind === 'waiting') this.dial(this.line.attempt);
  }

  stop(because: ClosedBecause = 'stopped'): void {
    this.drop();
    this.setState({ kind: 'closed', because });
  }

  /** During a call a dead line must be known within seconds. */
  watchClosely(inCall: boolean): void {
    this.pace = inCall ? PACE.call : PACE.idle;
  }

  request<M extends MethodName>(method: M, params: MethodParams[M]): Promise<MethodResult<M>> {
    return this.ask(method, params, REQUEST_TIMEOUT_MS).then((result) => decodeResult(method, result));
  }

  private ask(method: MethodName | 'ping', params: object, timeoutMs: number): Promise<unknown> {
    const socket = this.socket;
    if (socket === null || this.line.kind !== 'open') {
      return Promise.reject(new RequestError('not_connected', ''));
    }
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.deps.timers.after(timeoutMs, () => {
        this.pending.delete(id);
        reject(new RequestError('timeout', ''));
      });
      this.pending.set(id, { method, resolve, reject, cancelTimeout });
      socket.send(JSON.stringify({ type: 'request', id, method, params }));
    });
  }

  private dial(attempt: number): void {
    this.drop();
    const socket = this.deps.open(SUB_PROTOCOL);
    this.socket = socket;
    socket.onmessage = (event) => this.socket === socket && this.handleFrame(event.data);
    socket.onclose = (event) => this.socket === socket && this.handleClose(event.code, attempt);
    this.cancelTimer = this.deps.timers.after(HELLO_TIMEOUT_MS, () => this.handleClose(0, attempt));
    this.setState({ kind: 'connecting', attempt });
  }

  /** Lets go of the socket without a word to the listeners; what was asked on it fails. */
  private drop(): void {
    this.cancelTimer();
    this.cancelWatch();
    const socket = this.socket;
    this.socket = null;
    if (socket !== null) {
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
    const pending = [...this.pending.values()];
    this.pending.clear();
    for (const each of pending) {
      each.cancelTimeout();
      each.reject(new RequestError('not_connected', ''));
    }
  }

  private handleClose(code: number, attempt: number): void {
    const because = FINAL.get(code);
    if (because !== undefined) {
      this.stop(because);
      return;
    }
    this.drop();
    const longest = BACK_OFF_MS[Math.min(attempt, BACK_OFF_MS.length - 1)] ?? 0;
    // Jitter: after a server restart a thousand windows must not come back in the same instant.
    const retryInMs = Math.round(longest * (0.5 + this.deps.random()));
    this.setState({ kind: 'waiting', attempt: attempt + 1, retryInMs });
    this.cancelTimer = this.deps.timers.after(retryInMs, () => this.dial(attempt + 1));
  }

  private handleFrame(data: unknown): void {
    this.lastHeard = this.deps.timers.now();
    try {
      const message = parseMessage(typeof data === 'string' ? data : '');
      if (message.type === 'reply') {
        if (message.ok) this.settle(message.id, (each) => each.resolve(message.result));
        else this.settle(message.id, (each) => each.reject(asRequestError(message.error)));
      } else if (message.type === 'event') {
        this.handleEvent(message);
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.emit('bad', error);
    }
  }

  private settle(id: number, how: (each: Pending) => void): void {
    const found = this.pending.get(id);
    if (found === undefined) return;
    this.pending.delete(id);
    found.cancelTimeout();
    how(found);
  }

  private handleEvent(event: ServerEvent): void {
    if (event.event === 'hello') {
      this.cancelTimer();
      this.cancelWatch = this.deps.timers.every(1000, () => this.watch());
      this.setState({ kind: 'open', hello: event.data });
    }
    this.emit('event', event);
  }

  private watch(): void {
    const quietFor = this.deps.timers.now() - this.lastHeard;
    if (quietFor < this.pace.quiet || [...this.pending.values()].some((each) => each.method === 'ping')) return;
    const socket = this.socket;
    this.ask('ping', {}, this.pace.reply).catch((error: unknown) => {
      // Any reply, even a refusal, shows that the line lives.
      if (error instanceof RequestError && error.code === 'timeout' && this.socket === socket) this.handleClose(0, 0);
    });
  }

  private setState(state: LineState): void {
    this.line = state;
    this.emit('state', state);
  }
}

function asRequestError(error: WireError): RequestError {
  return new RequestError(error.code, error.text, error.windows, error.retry_after_s);
}
