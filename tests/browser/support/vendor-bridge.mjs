// SPDX-License-Identifier: Apache-2.0
// A document camera's maker's program, as docs/CAPTURE-BRIDGE.md wants it: answers the pages of one server, on 127.0.0.1
// alone. What it sees is handed in; a test makes it refuse, answer strangely, or stop and start again on its port.
import { createServer } from 'node:http';

const BASE = '/farwindow-capture/v1';

export class VendorBridge {
  /** @param {{origin?: string, devices: object[], preview: Buffer[], stills: Buffer[]}} what pictures one per head, as every device's */
  static async open({ origin, devices, preview, stills }) {
    const bridge = new VendorBridge();
    Object.assign(bridge, { origin, devices, preview, stills, asked: [], instead: new Map(), port: 0 });
    await bridge.start();
    return bridge;
  }

  get address() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** On the port it had before. */
  start() {
    this.server = createServer((request, response) => this.#handle(request, response));
    return new Promise((done, failed) => {
      this.server.once('error', failed).listen(this.port, '127.0.0.1', () => {
        this.port = this.server.address().port;
        done();
      });
    });
  }

  /** As a program that is ended or crashes: also what is being answered breaks off. */
  stop() {
    const ended = new Promise((done) => this.server.close(done));
    this.server.closeAllConnections();
    return ended;
  }

  async #handle(request, response) {
    let body = '';
    for await (const piece of request) body += piece;
    const question = `${request.method} ${request.url.replace(BASE, '')}`;
    if (!request.url.includes('/preview')) this.asked.push(question + body);
    const { status = 200, type = 'text/plain', body: said = '' } = this.#answer(request, question, body);
    response.writeHead(status, { 'Content-Type': type, ...this.#admits() });
    response.end(said);
  }

  #admits() {
    return this.origin === undefined ? {} : {
      'Access-Control-Allow-Origin': this.origin, 'Access-Control-Allow-Methods': 'GET, POST',
      'Access-Control-Allow-Headers': 'Content-Type', 'Access-Control-Allow-Private-Network': 'true',
    };
  }

  #answer(request, question, body) {
    if (this.origin !== undefined && (request.headers.origin ?? this.origin) !== this.origin) return { status: 403 };
    if (request.method === 'OPTIONS') return { status: 204 };
    const instead = this.instead.get(question);
    if (instead) return instead;
    if (question === 'GET /devices') return { type: 'application/json', body: JSON.stringify({ devices: this.devices }) };
    const [, id, what] = /^\w+ \/devices\/([^/]+)\/(stills$|preview\?)/.exec(question) ?? [];
    const device = this.devices.find((each) => encodeURIComponent(each.id) === id);
    const head = what === 'stills' ? JSON.parse(body).head : Number(new URL(request.url, this.address).searchParams.get('head'));
    if (device === undefined || !(head >= 0 && head < device.heads)) return { status: 404 };
    return { type: 'image/jpeg', body: (what === 'stills' ? this.stills : this.preview)[head] };
  }
}
