// SPDX-License-Identifier: Apache-2.0
// farwindow.v1, sections 2 to 2.5 of docs/PROTOCOL.md: the types of every message and the guards that read them.
// Nothing from the socket goes further into the client than parseMessage() and the result decoders of `methods`.
import {
  DecodeError, flag, integer, isRecord, listOf, nothing, number, object, oneOf, oneOfOr, optional, orNull, text,
  type Decoder, type Infer,
} from './decode';

export const SUB_PROTOCOL = 'farwindow.v1';

/** Close codes of section 2 after which coming back by itself would be wrong. */
export const CLOSE = { abuse: 4000, sessionEnded: 4001, notSignedIn: 4003, windowTaken: 4009 } as const;

const place = object({ id: text, name: text });
const areaName = object({ code: text, name: text });
export const account = object({ id: text, name: text });
export type AccountName = Infer<typeof account>;

export const windowName = object({ id: text, name: text, hall: place, area: areaName });
export type WindowName = Infer<typeof windowName>;

export const ownWindow = object({
  id: text, name: text, hall: place, area: areaName, applicant: flag, home: flag, last_used: optional(flag),
});
export type OwnWindow = Infer<typeof ownWindow>;

export const itemName = object({ id: text, name: text, version: integer });

export const presence = oneOf('ready', 'busy', 'away', 'offline');
export type Presence = Infer<typeof presence>;

export const AWAY_REASONS = ['counter', 'break', 'lunch', 'meeting', 'other'] as const;
export type AwayReason = (typeof AWAY_REASONS)[number];
/** Why a window is away, and when its clerk expects to be back. */
export const away = object({ reason: oneOfOr('other', ...AWAY_REASONS), text: orNull(text), until_us: integer });
export type Away = Infer<typeof away>;

export const DEVICES = ['face', 'document', 'microphone', 'speaker'] as const;
export type DeviceKind = (typeof DEVICES)[number];
export type DeviceWord = 'ok' | 'missing' | 'denied' | 'busy' | 'unchecked';
export type DeviceReport = Record<DeviceKind, DeviceWord>;

export const TRACKS = ['audio', 'face', 'document'] as const;
export type TrackKind = (typeof TRACKS)[number];
const trackState = oneOf('on', 'muted', 'missing', 'lost');
export type TrackState = Infer<typeof trackState>;

const media = object({
  audio: trackState, face: trackState, document: trackState,
  face_label: optional(text), document_label: optional(text),
});

const refuseReason = oneOfOr('other', 'not_our_matter', 'busy_with_citizen');
const part = oneOf('rung', 'in', 'refused', 'withdrawn', 'left');
const participant = object({
  participant: integer,
  side: oneOf('requester', 'responder'),
  part,
  connection: oneOf('none', 'connecting', 'up', 'lost'),
  lost_until_us: optional(integer),
  /** Brought into the running call by this participant; `transfer`: to take it over at once. */
  invited_by: optional(integer),
  transfer: optional(flag),
  /** On hold by this participant; by itself while its transfer rings. */
  held_by: optional(integer),
  refused: optional(object({ reason: refuseReason, text: optional(text) })),
  window: windowName,
  account,
  media,
});
export type Participant = Infer<typeof participant>;

const chatMessage = object({ number: integer, participant: integer, text, at_us: integer, key: text });
export type ChatMessage = Infer<typeof chatMessage>;

const recording = object({
  state: oneOf('off', 'recording', 'failed'),
  since_us: optional(integer),
  reason: optional(oneOfOr('error', 'disk_full', 'disk_slow')),
});

const callEnd = object({
  by: orNull(integer),
  reason: oneOfOr('other', 'hangup', 'cancelled', 'refused', 'unanswered', 'rejoin_timeout', 'server_restart', 'left', 'nobody_there'),
  text: optional(text),
});

export const callState = oneOf(
  'requested', 'ringing', 'answered', 'ended', 'cancelled', 'refused', 'unanswered', 'interrupted',
);
export type CallStateWord = Infer<typeof callState>;

const queue = { position: integer, wait_s: orNull(integer), since_us: integer };
export type QueuePlace = Infer<typeof queuePlace>;
const queuePlace = object(queue);

export const call = object({
  id: text,
  state: callState,
  item: itemName,
  area: areaName,
  drill: flag,
  material: orNull(integer),
  note: orNull(text),
  case: orNull(text),
  requested_us: integer,
  queue: optional(queuePlace),
  ringing_us: orNull(integer),
  answered_us: orNull(integer),
  ended_us: orNull(integer),
  end: orNull(callEnd),
  you: integer,
  own_part: part,
  participants: listOf(participant),
  /** Whom each slot of the connection carries, from slot 1. */
  slots: listOf(orNull(integer)),
  recording,
  messages: listOf(chatMessage),
});
export type Call = Infer<typeof call>;

const iceServer = object({
  urls: (value: unknown, path?: string): string | string[] => (Array.isArray(value) ? listOf(text)(value, path) : text(value, path)),
  username: optional(text),
  credential: optional(text),
});

const mids = { audio: text, face: text, document: text };
const offer = object({
  call: text,
  connection: text,
  revision: integer,
  sdp: text,
  up: object(mids),
  down: listOf(object({ slot: integer, participant: orNull(integer), ...mids })),
});
export type Offer = Infer<typeof offer>;

const qualityLevel = oneOf('good', 'fair', 'poor', 'lost');
export type QualityLevel = Infer<typeof qualityLevel>;
const participantQuality = object({
  participant: integer, level: qualityLevel, rtt_ms: orNull(number), loss_up_pct: orNull(number),
  loss_down_pct: orNull(number), up_kbps: orNull(number), down_kbps: orNull(number),
});
export type ParticipantQuality = Infer<typeof participantQuality>;

/** A hall that rehearses; `item` null: every item. */
const drill = object({ id: integer, hall: place, item: orNull(place), until_us: integer });
export type Drill = Infer<typeof drill>;

const hallRow = object({
  id: text, name: text, area: areaName, windows: integer, ready: integer, busy: integer, away: integer, expected: integer, missing: integer,
  overdue: integer, silent: integer, faulty: integer, sms_failed: integer, sms_uncertain: integer, drill: orNull(drill),
});
export type WallHall = Infer<typeof hallRow>;
const deviceWord = oneOf('ok', 'missing', 'denied', 'busy', 'unchecked');
const windowRow = object({
  id: text, name: text, applicant: flag, home: flag, presence, away: optional(away), since_us: orNull(integer), expected: flag,
  silent_us: orNull(integer), account: orNull(account), call: orNull(text),
  devices: orNull(object({ face: deviceWord, document: deviceWord, microphone: deviceWord, speaker: deviceWord })),
});
export type WallWindow = Infer<typeof windowRow>;
const wallCall = object({
  id: text, state: callState, waits: flag, drill: flag, item: place, area: areaName, requested_us: integer, answered_us: orNull(integer),
  parties: listOf(object({
    side: oneOf('requester', 'responder'), part, connection: oneOf('none', 'connecting', 'up', 'lost'), window: windowName, account: orNull(account),
  })),
  rung: integer,
});
export type WallCall = Infer<typeof wallCall>;
const wallQueue = object({ area: areaName, waiting: integer, since_us: integer });
export type WallQueue = Infer<typeof wallQueue>;
export const ALARMS = ['silent', 'ringing', 'queue', 'flood', 'missing', 'overdue', 'devices', 'sms', 'disk'] as const;
const alarm = object({
  kind: oneOfOr('other', ...ALARMS), since_us: orNull(integer), area: orNull(areaName), hall: orNull(place), window: orNull(place),
  call: orNull(text), count: integer,
});
export type WallAlarm = Infer<typeof alarm>;

/** Every event and its data. */
/** Drawn over a picture; points in ten-thousandths of it. */
const stroke = object({ shape: oneOf('box', 'arrow', 'line'), points: listOf(listOf(integer)) });
export type Stroke = Infer<typeof stroke>;

const events = {
  hello: object({
    server: text, version: text, protocol: text, time_us: integer, account,
    limits: object({ message_bytes: integer, chat_chars: integer, sdp_bytes: integer }),
    ring_time_s: number, rejoin_s: number, ice_servers: listOf(iceServer),
  }),
  'presence.changed': object({ presence, away: optional(away), since_us: integer }),
  'drill.changed': object({ drill: orNull(drill) }),
  'directory.changed': nothing,
  'session.ended': object({
    reason: oneOfOr('other', 'taken_over', 'expired', 'signed_out', 'account_closed', 'password_reset'),
    at_us: optional(integer), remote: optional(text),
  }),
  'window.taken': object({ window: text }),
  notice: object({ level: oneOfOr('info', 'warning', 'error'), code: text, text, call: optional(text) }),
  'call.incoming': object({ call, ring_until_us: integer, invited_by: optional(integer), transfer: optional(flag) }),
  'call.queue': object({ call: text, ...queue }),
  'ring.silent': object({ call: text }),
  'call.state': object({ call }),
  'chat.message': object({ call: text, message: chatMessage }),
  'rtc.offer': offer,
  'rtc.closed': object({ call: text, connection: text }),
  'call.quality': object({ call: text, participants: listOf(participantQuality) }),
  'capture.asked': object({ call: text, participant: integer, ask: integer, material: integer }),
  'capture.answered': object({ call: text, participant: integer, ask: integer, state: oneOfOr('failed', 'taken', 'declined') }),
  'pointer.moved': object({ call: text, participant: integer, on: text, x: orNull(integer), y: orNull(integer) }),
  'mark.shown': object({ call: text, participant: integer, on: text, mark: orNull(stroke) }),
  'wall.halls': object({ first: flag, rows: listOf(hallRow) }),
  'wall.windows': object({ hall: text, rows: listOf(windowRow), total: integer }),
  'wall.calls': object({ rows: listOf(wallCall), total: integer }),
  'wall.queues': object({ rows: listOf(wallQueue) }),
  'wall.alarms': object({ rows: listOf(alarm), total: integer }),
  'case.changed': object({ case: text, revision: integer, state: text, action: text, material: orNull(integer) }),
  'guide.answered': object({ fault: text }),
};
export type EventName = keyof typeof events;
export type EventData<N extends EventName> = Infer<(typeof events)[N]>;
export type ServerEvent = { [N in EventName]: { event: N; data: EventData<N> } }[EventName];
export type Hello = EventData<'hello'>;
export type Notice = EventData<'notice'>;

const taken = object({ window: ownWindow, presence, away: optional(away), drill: orNull(drill), call: orNull(call) });
export type Taken = Infer<typeof taken>;
const targets = object({ windows: integer, ready: integer, busy: integer, away: integer, on_duty: integer, back_us: orNull(integer), closed_until_us: orNull(integer), queued: integer, wait_s: orNull(integer), drill: orNull(drill) });
export type Targets = Infer<typeof targets>;

/** Every method and what its reply's result holds. */
export const methods = {
  'window.take': taken,
  'window.release': nothing,
  'presence.set': object({ presence, away: optional(away) }),
  'devices.report': nothing,
  'directory.targets': targets,
  'call.request': object({ call }),
  'call.cancel': nothing,
  'call.ring_ack': nothing,
  'call.answer': object({ call }),
  'call.refuse': nothing,
  'call.hangup': nothing,
  'call.invite': object({ call }),
  'call.take_back': nothing,
  'call.transfer': nothing,
  'call.hold': nothing,
  'media.set': nothing,
  'chat.send': object({ message: chatMessage }),
  'rtc.answer': nothing,
  'rtc.restart': nothing,
  'rtc.reopen': nothing,
  'stats.report': nothing,
  'case.watch': nothing,
  'capture.ask': object({ ask: integer }),
  'capture.answer': nothing,
  'pointer.move': nothing,
  'mark.show': nothing,
  'wall.watch': nothing,
};
export type MethodName = keyof typeof methods;
export type MethodResult<M extends MethodName> = Infer<(typeof methods)[M]>;

export type RefuseReason = Infer<typeof refuseReason>;
interface OfCall {
  call: string;
}

/** One window, or whoever of the department is ready in the area. */
export type InviteTarget = { window: string } | { department: true; area: string };

export interface GoingAway {
  reason: AwayReason;
  text?: string;
  until_us: number;
}

export interface MethodParams {
  'window.take': { window: string; devices: DeviceReport; codecs: string[]; takeover?: boolean; connection?: string };
  'window.release': Record<string, never>;
  'presence.set': { state: 'ready' } | ({ state: 'away' } & GoingAway);
  'devices.report': { devices: DeviceReport };
  'directory.targets': { item: string; area: string };
  'call.request': {
    item: string; area: string; window?: string; material?: number; note?: string; case?: string; citizen_informed: boolean; drill?: boolean;
  };
  'call.cancel': OfCall;
  'call.ring_ack': OfCall & { stage: 'delivered' | 'displayed' | 'tone' };
  'call.answer': OfCall;
  'call.refuse': OfCall & { reason: RefuseReason; text?: string };
  'call.hangup': OfCall;
  'call.invite': OfCall & InviteTarget;
  'call.take_back': OfCall & { participant: number };
  'call.transfer': OfCall & (InviteTarget | { participant: number });
  'call.hold': OfCall & { on: boolean; participant?: number };
  'media.set': OfCall & Record<TrackKind, TrackState> & { face_label?: string; document_label?: string };
  'chat.send': OfCall & { text: string; key: string };
  'rtc.answer': OfCall & { connection: string; revision: number; sdp: string };
  'rtc.restart': OfCall & { connection: string };
  'rtc.reopen': OfCall;
  'stats.report': OfCall & { connection: string; up: UpStats; down: DownStats };
  'case.watch': { case?: string };
  'capture.ask': OfCall & { material: number };
  'capture.answer': OfCall & { ask: number; state: 'taken' | 'declined' | 'failed' };
  'pointer.move': OfCall & { on: string; x?: number; y?: number };
  'mark.show': OfCall & { on: string; mark?: Stroke };
  'wall.watch': { hall?: string; off?: boolean };
}

export interface VideoStats {
  kbps: number;
  loss_pct: number;
  width: number;
  height: number;
  fps: number;
}
export interface UpStats {
  available_kbps: number | null;
  rtt_ms: number | null;
  audio?: { kbps: number; loss_pct: number };
  face?: VideoStats & { limited: string };
  document?: VideoStats & { limited: string };
}
export interface DownStats {
  audio?: { kbps: number; loss_pct: number; jitter_ms: number };
  face?: VideoStats & { freezes: number };
  document?: VideoStats & { freezes: number };
}

/** What a refused request said; `windows` comes with no_window_ready, `retry_after_s` with too_many requests, `until_us` with drill_running. */
const wireError = object({ code: text, text, windows: optional(integer), retry_after_s: optional(integer), until_us: optional(integer) });
export type WireError = Infer<typeof wireError>;

export type ServerMessage =
  | { type: 'reply'; id: number; ok: true; result: unknown }
  | { type: 'reply'; id: number; ok: false; error: WireError }
  | ({ type: 'event' } & ServerEvent)
  | { type: 'unknown'; what: string };

const okReply = object({ id: integer });
const failedReply = object({ id: integer, error: wireError });
const eventHead = object({ event: text });

function isEventName(name: string): name is EventName {
  return Object.prototype.hasOwnProperty.call(events, name);
}

function decodeEvent(name: EventName, data: unknown): ServerEvent {
  const decoder: Decoder<unknown> = events[name];
  return { event: name, data: decoder(data, `${name}.data`) } as ServerEvent;
}

/** Reads one text frame. Throws DecodeError (never anything else) when it is not a message of the protocol. */
export function parseMessage(frame: string): ServerMessage {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    throw new DecodeError('', 'JSON');
  }
  if (!isRecord(value)) throw new DecodeError('', 'object');
  if (value['type'] === 'reply') {
    if (value['ok'] === true) return { type: 'reply', ...okReply(value), ok: true, result: value['result'] };
    if (value['ok'] === false) return { type: 'reply', ...failedReply(value), ok: false };
    throw new DecodeError('ok', 'true or false');
  }
  if (value['type'] === 'event') {
    const { event } = eventHead(value);
    if (!isEventName(event)) return { type: 'unknown', what: event };
    return { type: 'event', ...decodeEvent(event, value['data']) };
  }
  throw new DecodeError('type', 'reply | event');
}

export function decodeResult<M extends MethodName>(method: M, result: unknown): MethodResult<M> {
  const decoder: Decoder<unknown> = methods[method];
  return decoder(result, `${method}.result`) as MethodResult<M>;
}
