// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test } from 'vitest';

import { Peer, type PeerState, type Slot } from '../../src/core/peer';
import { parseMessage, type Offer } from '../../src/core/protocol';
import { asTrack, connectFake, FakePeerConnection, FakeTimers, FakeTrack, golden, settled } from './fakes';

const offer = ((): Offer => {
  const parsed = parseMessage(JSON.stringify(golden('event.rtc.offer')));
  if (parsed.type !== 'event' || parsed.event !== 'rtc.offer') throw new Error('golden offer');
  return parsed.data;
})();

let timers: FakeTimers;
let peer: Peer;
let heard: { answers: object[]; states: PeerState[]; slots: readonly Slot[]; asked: string[]; stalled: string[] };
const pc = (): FakePeerConnection => {
  const last = FakePeerConnection.all[FakePeerConnection.all.length - 1];
  if (last === undefined) throw new Error('no connection was made');
  return last;
};

beforeEach(() => {
  FakePeerConnection.all = [];
  timers = new FakeTimers();
  peer = new Peer({ connect: connectFake, timers }, [{ urls: 'stun:192.0.2.1' }]);
  heard = { answers: [], states: [], slots: [], asked: [], stalled: [] };
  peer.on('answer', (answer) => heard.answers.push(answer));
  peer.on('state', (state) => heard.states.push(state));
  peer.on('slots', (slots) => (heard.slots = slots));
  peer.on('restart', ({ connection }) => heard.asked.push(`restart ${connection}`));
  peer.on('reopen', ({ connection }) => heard.asked.push(`reopen ${connection}`));
  peer.on('broken', ({ connection }) => heard.asked.push(`broken ${connection}`));
  peer.on('stalled', (stalled) => (heard.stalled = [...stalled]));
});

async function offered(change: Partial<Offer> = {}): Promise<void> {
  peer.handleOffer({ ...offer, ...change });
  await settled();
}

/** Bytes arrive as they do on a living line. */
async function live(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    const bytes = Number(pc().stats.find((each) => each['type'] === 'transport')?.['bytesReceived'] ?? 0) + 1000;
    pc().stats = [{ type: 'transport', bytesReceived: bytes }, ...pc().stats.filter((each) => each['type'] !== 'transport')];
    await timers.advance(500);
  }
}

describe('answering', () => {
  test('empty senders on our mids, sendonly, one answer with its revision', async () => {
    await offered();
    expect(heard.answers).toEqual([{ connection: 'c17', revision: 1, sdp: 'answer 1' }]);
    for (const mid of ['ua', 'uf', 'ud']) {
      expect(pc().on(mid).direction).toBe('sendonly');
      expect(pc().on(mid).sender.track).toBeNull();
    }
    expect(pc().on('1a').direction).toBe('recvonly');
    expect(pc().configuration).toMatchObject({ bundlePolicy: 'max-bundle', iceServers: [{ urls: 'stun:192.0.2.1' }] });
  });

  test('tracks are put on later, with limits and hints; the document stays sharp', async () => {
    await offered();
    const [sound, paper] = [new FakeTrack('audio', 'm'), new FakeTrack('video', 'd')];
    peer.setTrack('audio', asTrack(sound));
    peer.setTrack('document', asTrack(paper));
    await settled();
    expect(pc().on('ua').sender.track).toBe(sound);
    expect(pc().on('ud').sender.track).toBe(paper);
    expect(paper.contentHint).toBe('detail');
    const limits = (mid: string): RTCRtpEncodingParameters | undefined => pc().on(mid).sender.parameters.encodings[0];
    expect(limits('ud')).toMatchObject({ maxFramerate: 10, priority: 'high' });
    expect(limits('uf')?.maxBitrate ?? 0).toBeLessThan(limits('ud')?.maxBitrate ?? 0);
    expect(heard.answers.length).toBe(1);
  });

  test('tracks set before the offer go on with it', async () => {
    const face = new FakeTrack('video', 'f');
    peer.setTrack('face', asTrack(face));
    await offered();
    expect(pc().on('uf').sender.track).toBe(face);
  });

  test('a newer revision is answered on the same connection, an old one not at all', async () => {
    await offered();
    await offered({ revision: 2 });
    await offered({ revision: 2 });
    await offered({ revision: 1 });
    expect(heard.answers.length).toBe(2);
    expect(FakePeerConnection.all.length).toBe(1);
  });

  test('another connection replaces the first and takes the tracks along', async () => {
    const face = new FakeTrack('video', 'f');
    peer.setTrack('face', asTrack(face));
    await offered();
    const old = pc();
    await offered({ connection: 'c18' });
    expect(old.closed).toBe(true);
    expect(pc()).not.toBe(old);
    expect(pc().on('uf').sender.track).toBe(face);
    expect(heard.answers[1]).toMatchObject({ connection: 'c18', revision: 1 });
  });

  test('slots name their receivers by mid', async () => {
    await offered();
    expect(heard.slots).toMatchObject([{ slot: 1, participant: 2, tracks: { audio: { label: '1a' }, face: { label: '1f' }, document: { label: '1d' } } }]);
  });

  test('a later offer brings further slots on the same connection', async () => {
    await offered();
    const more = golden('event.rtc.offer.party')['data'] as Offer;
    await offered({ revision: 2, down: more.down, sdp: more.sdp });
    expect(FakePeerConnection.all.length).toBe(1);
    expect(heard.answers.length).toBe(2);
    expect(heard.slots).toMatchObject([{ slot: 1 }, { slot: 2, participant: 3, tracks: { audio: { label: '2a' }, face: { label: '2f' }, document: { label: '2d' } } }]);
  });

  test('the more others, the less a face may take; the document keeps its share', async () => {
    await offered();
    peer.setTrack('face', asTrack(new FakeTrack('video', 'f')));
    const rates: unknown[] = [];
    for (const others of [1, 2, 4]) {
      peer.setOthers(others);
      await settled();
      rates.push(pc().on('uf').sender.getParameters().encodings[0]?.maxBitrate);
    }
    expect(rates).toEqual([1_500_000, 600_000, 300_000]);
    expect(pc().on('ud').sender.getParameters().encodings[0]?.maxBitrate).toBe(3_000_000);
  });

  test('an offer that the browser refuses asks for a new connection, and the next works', async () => {
    await offered();
    pc().failOffers = true;
    await offered({ revision: 2 });
    expect(heard.asked).toEqual(['broken c17']);
    await offered({ connection: 'c18' });
    expect(heard.answers.length).toBe(2);
  });

  test('after close() nothing is answered and nothing runs', async () => {
    await offered();
    peer.close();
    await offered({ connection: 'c18' });
    await timers.advance(60000);
    expect(pc().closed).toBe(true);
    expect(heard.answers.length).toBe(1);
    expect(heard.asked).toEqual([]);
    expect(peer.state).toBe('closed');
  });
});

describe('the line', () => {
  beforeEach(async () => {
    await offered();
    pc().become('connected');
    await live(2000);
  });

  test('silence is called lost within two seconds, the next packet brings it back', async () => {
    await timers.advance(2000);
    expect(peer.state).toBe('lost');
    await live(1000);
    expect(heard.states).toEqual(['connected', 'lost', 'connected']);
    expect(heard.asked).toEqual([]);
  });

  test('a restart is asked for first, then a new connection, again and again', async () => {
    await timers.advance(6000);
    expect(heard.asked).toEqual(['restart c17']);
    await timers.advance(17000);
    expect(heard.asked).toEqual(['restart c17', 'reopen c17', 'reopen c17']);
  });

  test("the browser's own word counts at once", () => {
    pc().become('failed');
    expect(peer.state).toBe('lost');
    pc().become('connected');
    expect(peer.state).toBe('connected');
  });

  test('a connection the server closed is let go, a strange name is not', () => {
    peer.handleClosed('c1');
    expect(pc().closed).toBe(false);
    peer.handleClosed('c17');
    expect(pc().closed).toBe(true);
  });

  test('a picture that stands still is noticed', async () => {
    pc().stats.push({ type: 'inbound-rtp', mid: '1d', framesDecoded: 5 }, { type: 'inbound-rtp', mid: '1f', framesDecoded: 5 });
    for (let i = 0; i < 6; i++) {
      Object.assign(pc().stats.find((each) => each['mid'] === '1f') ?? {}, { framesDecoded: 10 + i });
      await live(500);
    }
    expect(heard.stalled).toEqual(['1-document']);
  });

  test('a report goes out every ten seconds while connected', async () => {
    const reports: unknown[] = [];
    peer.on('report', (report) => reports.push(report));
    await live(21000);
    expect(reports.length).toBe(2);
    expect(reports[0]).toMatchObject({ connection: 'c17', up: { rtt_ms: null } });
  });
});
