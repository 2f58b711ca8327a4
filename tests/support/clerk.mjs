// SPDX-License-Identifier: Apache-2.0
// Somebody at a window: signs in over HTTP, speaks farwindow.v1, answers offers with a test peer of its own.
import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { request } from './http.mjs';
import { WebSocketClient } from './websocket.mjs';
import { PATIENCE_MS } from './patience.mjs';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const build = process.env.FW_BUILD ?? path.join(top, 'build');

export const devices = { face: 'ok', document: 'ok', microphone: 'ok', speaker: 'ok' };

export class Clerk {
  /** Signs in and returns somebody with a cookie, without a WebSocket yet. */
  static async signIn(server, account, password = `demo-${account}`) {
    const clerk = new Clerk();
    const answer = await request(server, 'POST', '/api/v1/session', { json: { account, password } });
    if (answer.status !== 200) throw new Error(`sign-in of ${account}: ${answer.status} ${answer.body}`);
    clerk.server = server;
    clerk.account = account;
    clerk.session = answer.json;
    clerk.cookie = answer.headers['set-cookie'][0].split(';')[0];
    return clerk;
  }

  http(method, path, options = {}) {
    return request(this.server, method, path, { cookie: this.cookie, ...options });
  }

  /** Opens the WebSocket and waits for `hello`. */
  async connect() {
    this.events = [];
    this.waiting = new Set();
    this.replies = new Map();
    this.nextId = 1;
    this.socket = await WebSocketClient.open({ host: this.server.host, port: this.server.port, headers: { Cookie: this.cookie } });
    this.socket.on('text', (text) => this.take(JSON.parse(text)));
    this.socket.on('close', (code) => {
      for (const { failed } of this.replies.values()) failed(new Error(`closed with ${code}`));
    });
    this.hello = await this.event('hello');
    return this;
  }

  take(message) {
    if (message.type === 'reply') {
      const waiting = this.replies.get(message.id);
      this.replies.delete(message.id);
      if (waiting) waiting.done(message);
      else this.stray = message;
      return;
    }
    const event = { name: message.event, data: message.data };
    this.events.push(event);
    for (const one of this.waiting) one(event);
  }

  /** The whole reply, good or bad. */
  ask(method, params = {}, withinMs = PATIENCE_MS) {
    const id = this.nextId++;
    return new Promise((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`no reply to ${method}`)), withinMs);
      this.replies.set(id, { done: (reply) => (clearTimeout(timer), done(reply)), failed: (error) => (clearTimeout(timer), failed(error)) });
      this.socket.send(JSON.stringify({ type: 'request', id, method, params }));
    });
  }

  /** The result; fails when the reply is an error. */
  async call(method, params = {}) {
    const reply = await this.ask(method, params);
    if (!reply.ok) throw new Error(`${method}: ${JSON.stringify(reply.error)}`);
    return reply.result;
  }

  /** The code of the error a request is answered with. */
  async code(method, params = {}) {
    const reply = await this.ask(method, params);
    return reply.ok ? 'ok' : reply.error.code;
  }

  /** The data of the first event of that name that fits, from now or from before (each is given once). */
  event(name, fits = () => true, withinMs = PATIENCE_MS) {
    const before = this.events.findIndex((event) => event.name === name && fits(event.data));
    if (before >= 0) return Promise.resolve(this.events.splice(before, 1)[0].data);
    return new Promise((done, failed) => {
      const look = (event) => {
        if (event.name !== name || !fits(event.data)) return;
        this.events.splice(this.events.indexOf(event), 1);
        finish();
        done(event.data);
      };
      const timer = setTimeout(() => {
        finish();
        failed(new Error(`${this.account}: no ${name} within ${withinMs} ms; had ${this.events.map((event) => event.name).join(' ')}`));
      }, withinMs);
      const finish = () => {
        clearTimeout(timer);
        this.waiting.delete(look);
      };
      this.waiting.add(look);
    });
  }

  take_window(window, more = {}) {
    return this.call('window.take', { window, devices, codecs: ['VP8'], ...more });
  }

  /** Answers the next offer of the call with a test peer of its own. */
  async joinMedia(call, options = {}) {
    const offer = await this.event('rtc.offer', (data) => data.call === call && (!options.connection || data.connection === options.connection));
    this.peer = new TestPeer(options.arguments);
    const sdp = await this.peer.answer(offer.sdp);
    await this.call('rtc.answer', { call, connection: offer.connection, revision: offer.revision, sdp });
    this.connection = offer.connection;
    return offer;
  }

  leave() {
    this.peer?.end();
    this.socket?.cut();
  }
}

/** farwindow-test-peer: a WebRTC peer of another hand, driven by lines of JSON. */
export class TestPeer {
  constructor(args = ['--face', '320x240x15x300', '--document', '640x480x5x200']) {
    this.process = spawn(path.join(build, 'tests/peer/farwindow-test-peer'), args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.stdin.on('error', () => {});
    this.events = [];
    this.waiting = new Set();
    readline.createInterface({ input: this.process.stdout }).on('line', (line) => {
      const event = JSON.parse(line);
      this.events.push(event);
      for (const look of this.waiting) look(event);
    });
  }

  say(request) {
    this.process.stdin.write(`${JSON.stringify(request)}\n`);
  }

  event(fits, withinMs = PATIENCE_MS) {
    const before = this.events.findIndex(fits);
    if (before >= 0) return Promise.resolve(this.events.splice(before, 1)[0]);
    return new Promise((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`test peer: nothing within ${withinMs} ms; had ${JSON.stringify(this.events)}`)), withinMs);
      const look = (event) => {
        if (!fits(event)) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        this.events.splice(this.events.indexOf(event), 1);
        done(event);
      };
      this.waiting.add(look);
    });
  }

  async answer(sdp) {
    this.say({ op: 'offer', sdp });
    return (await this.event((event) => event.event === 'answer')).sdp;
  }

  up() {
    return this.event((event) => event.event === 'state' && event.state === 'up');
  }

  play() {
    this.say({ op: 'play' });
  }

  first(slot, track) {
    return this.event((event) => event.event === 'first' && event.slot === slot && event.track === track);
  }

  async stats() {
    this.say({ op: 'stats' });
    return this.event((event) => event.event === 'stats');
  }

  end() {
    this.process.stdin.end();
  }
}
