// SPDX-License-Identifier: Apache-2.0
// A short-message gateway that can fail in every way: it times out after accepting, answers 500, refuses, is slow.
import crypto from 'node:crypto';
import http from 'node:http';

export class FaultyGateway {
  /** @param {{secret?: string}} [options] the key of the signature it wants */
  static async open({ secret } = {}) {
    const gateway = new FaultyGateway();
    gateway.secret = secret;
    gateway.asked = []; // every request, in order
    gateway.sent = new Map(); // key -> message: what a phone would have got
    gateway.next = []; // how to treat the next requests: 'hang', 'refuse', a status, or milliseconds to wait
    gateway.waiting = new Set();
    gateway.server = http.createServer((request, response) => gateway.take(request, response));
    await new Promise((done) => gateway.server.listen(0, '127.0.0.1', done));
    gateway.url = `http://127.0.0.1:${gateway.server.address().port}/send`;
    return gateway;
  }

  async take(request, response) {
    let body = '';
    for await (const bytes of request) body += bytes;
    const message = JSON.parse(body);
    const how = this.next.shift();
    this.asked.push({ ...message, signed: this.signed(request, body) });
    if (how === 'refuse') return void response.writeHead(400).end();
    this.sent.set(message.key, message); // the same key once more is the same message
    if (how === 'hang') return void this.waiting.add(response);
    if (typeof how === 'number' && how >= 1000) await new Promise((done) => setTimeout(done, how - 1000));
    response.writeHead(typeof how === 'number' && how < 1000 ? how : 200).end('{}');
  }

  signed(request, body) {
    if (this.secret === undefined) return null;
    const at = request.headers['x-at'];
    const mac = crypto.createHmac('sha256', this.secret).update(`${at}.${body}`).digest('hex');
    return mac === request.headers['x-signature'];
  }

  async close() {
    for (const response of this.waiting) response.destroy();
    this.server.closeAllConnections?.();
    await new Promise((done) => this.server.close(done));
  }
}

/** The body of delivery receipts, signed. */
export function receipts(secret, list) {
  const text = list.map(({ key, state, at_us }) => `${key}\n${state}\n${at_us}\n`).join('');
  return { receipts: list, signature: crypto.createHmac('sha256', secret).update(text).digest('hex') };
}
