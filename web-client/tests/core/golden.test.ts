// SPDX-License-Identifier: Apache-2.0
// Every golden message of the protocol is understood; a broken one is refused with its path and never with a crash.
import { readdirSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { decoders } from '../../src/core/api';
import { catalogueDecoders } from '../../src/core/catalogue';
import { DecodeError } from '../../src/core/decode';
import { drillDecoders } from '../../src/core/drills';
import { decodeResult, methods, parseMessage, type MethodName } from '../../src/core/protocol';
import { supervisionDecoders } from '../../src/core/supervision';
import { golden } from './fakes';

const names = readdirSync(new URL('../../../tests/golden/', import.meta.url))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace(/\.json$/, ''));
const methodOf = (name: string): MethodName | undefined =>
  (Object.keys(methods) as MethodName[]).find((method) => name === `reply.${method}` || name.startsWith(`reply.${method}.`));

function read(name: string, message: unknown): unknown {
  const parsed = parseMessage(JSON.stringify(message));
  const method = methodOf(name);
  return parsed.type === 'reply' && parsed.ok && method !== undefined ? decodeResult(method, parsed.result) : parsed;
}

/** All places of a JSON value, as functions that give a copy with that place replaced. */
function places(value: unknown, rebuild: (part: unknown) => unknown = (part) => part): ((part: unknown) => unknown)[] {
  if (typeof value !== 'object' || value === null) return [rebuild];
  const inside = Object.entries(value).flatMap(([key, child]) =>
    places(child, (part) => rebuild(Array.isArray(value) ? value.map((each, i) => (String(i) === key ? part : each)) : { ...value, [key]: part })),
  );
  return [rebuild, ...inside];
}

describe('events', () => {
  const events = names.filter((name) => name.startsWith('event.'));
  test('there is one for every kind the client knows', () => expect(events.length).toBeGreaterThan(12));
  test.each(events)('%s', (name) => {
    const message = golden(name);
    const parsed = parseMessage(JSON.stringify(message));
    expect(parsed).toMatchObject({ type: 'event', event: message['event'] });
    if (parsed.type === 'event') expect(parsed.data).toEqual(message['data']);
  });
});

describe('replies', () => {
  test.each(names.filter((name) => name.startsWith('reply.')))('%s', (name) => {
    const message = golden(name);
    const parsed = parseMessage(JSON.stringify(message));
    expect(parsed).toEqual(message);
    const method = methodOf(name);
    if (message['ok'] === true && method !== undefined) expect(decodeResult(method, message['result'])).toEqual(message['result']);
  });
  test('every method has its reply', () => {
    expect(Object.keys(methods).filter((method) => !names.includes(`reply.${method}`))).toEqual([]);
    expect(Object.keys(methods).filter((method) => !names.includes(`request.${method}`))).toEqual([]);
  });
});

describe('HTTP bodies', () => {
  const bodies = {
    'http.session.post.reply': decoders.session, 'http.session.post.reply.taken_over': decoders.session, 'http.areas.get.reply': decoders.areas, 'http.windows.get.reply': decoders.windows,
    'http.items.get.reply': decoders.items, 'http.item.get.reply': decoders.item, 'http.today.get.reply': decoders.today,
    'http.ledger.get.reply': supervisionDecoders.ledger, 'http.ledger_row.get.reply': supervisionDecoders.ledgerRow,
    'http.escalations.get.reply': supervisionDecoders.escalations, 'http.escalation.get.reply': supervisionDecoders.escalation,
    'http.catalogue.get.reply': catalogueDecoders.page, 'http.catalogue_item.get.reply': catalogueDecoders.item,
    'http.catalogue_version.get.reply': catalogueDecoders.version, 'http.catalogue_draft.get.reply': catalogueDecoders.draft,
    'http.guide_faults.get.reply': catalogueDecoders.guideFaults, 'http.guide_fault.get.reply': catalogueDecoders.guideDetail,
    'http.drills.get.reply': drillDecoders.drills,
    'http.mirror.get.reply': supervisionDecoders.mirror, 'http.sms.get.reply': supervisionDecoders.sms,
  };
  test.each(Object.entries(bodies))('%s', (name, decoder) => expect(decoder(golden(name))).toEqual(golden(name)));
});

describe('broken messages', () => {
  const wrong: unknown[] = [null, 7, -1.5, 'x', true, [], {}, [[]], { type: 'event' }];
  test.each(names.filter((name) => /^(event|reply)\./.test(name)))('%s with any one value replaced', (name) => {
    for (const replace of places(golden(name))) {
      for (const value of wrong) {
        try {
          read(name, replace(value));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }
    }
  });

  test.each([
    ['', 'JSON'], ['{', 'JSON'], ['[]', 'object'], ['null', 'object'], ['{}', 'type'], ['{"type":"request"}', 'type'],
    ['{"type":"event"}', 'event'], ['{"type":"event","event":"hello","data":{}}', 'hello.data.server'],
    ['{"type":"event","event":"hello"}', 'hello.data'], ['{"type":"reply","id":"7","ok":true}', 'id'],
    ['{"type":"reply","id":7}', 'ok'], ['{"type":"reply","id":7,"ok":false}', 'error'],
  ])('%s', (frame, where) => expect(() => parseMessage(frame)).toThrow(where));

  test('names of the language itself are no events', () => {
    for (const event of ['constructor', '__proto__', 'toString']) {
      expect(parseMessage(JSON.stringify({ type: 'event', event, data: {} }))).toEqual({ type: 'unknown', what: event });
    }
  });

  test('an unknown event and unknown fields are ignored', () => {
    expect(parseMessage('{"type":"event","event":"call.held","data":{}}')).toEqual({ type: 'unknown', what: 'call.held' });
    const message = golden('event.presence.changed');
    const more = { ...message, data: { ...(message['data'] as object), more: 1 } };
    expect(parseMessage(JSON.stringify(more))).toEqual(message);
  });
});
