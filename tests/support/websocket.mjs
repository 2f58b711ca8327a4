// SPDX-License-Identifier: Apache-2.0
// A WebSocket client (RFC 6455) small enough to send what no library would: fragments, binary frames, frames cut short.
import { EventEmitter } from 'node:events';
import { createHash, randomBytes } from 'node:crypto';
import tls from 'node:tls';
import { PATIENCE_MS } from './patience.mjs';

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** Events: 'text' (string), 'close' (code), each once per message; `open()` rejects with the HTTP answer when refused. */
export class WebSocketClient extends EventEmitter {
  /** @param {{host: string, port: number, path?: string, protocol?: string|null, headers?: Record<string, string>}} options */
  static open({ host, port, path = '/api/v1/live', protocol = 'farwindow.v1', headers = {} }) {
    const client = new WebSocketClient();
    const key = randomBytes(16).toString('base64');
    client.received = Buffer.alloc(0);
    client.pieces = [];
    client.autoPong = true;
    client.socket = tls.connect({ host, port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
    client.socket.setNoDelay(true);
    const head = [`GET ${path} HTTP/1.1`, `Host: ${host}:${port}`, 'Connection: Upgrade', 'Upgrade: websocket',
      'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`, ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
    return new Promise((done, failed) => {
      client.socket.once('error', failed);
      client.socket.once('close', () => failed(new Error('closed before the upgrade')));
      client.socket.once('secureConnect', () => client.socket.write(head));
      client.socket.on('data', function upgrade(bytes) {
        client.received = Buffer.concat([client.received, bytes]);
        const end = client.received.indexOf('\r\n\r\n');
        if (end < 0) return;
        const answer = client.received.subarray(0, end).toString('latin1');
        const status = Number(answer.split(' ')[1]);
        client.socket.off('data', upgrade);
        if (status !== 101) {
          const body = client.received.subarray(end + 4).toString();
          client.socket.destroy();
          failed(Object.assign(new Error(`refused: ${status}`), { status, body, head: answer }));
          return;
        }
        const accept = createHash('sha1').update(key + guid).digest('base64');
        if (!answer.includes(accept)) failed(new Error('wrong Sec-WebSocket-Accept'));
        client.head = answer;
        client.received = client.received.subarray(end + 4);
        client.listen();
        done(client);
      });
    });
  }

  listen() {
    this.socket.removeAllListeners('close');
    this.socket.removeAllListeners('error');
    this.socket.on('error', () => {});
    this.socket.on('close', () => this.end(1006));
    this.socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.parse();
    });
    setImmediate(() => this.parse());
  }

  parse() {
    for (;;) {
      if (this.received.length < 2) return;
      const [first, second] = this.received;
      let size = second & 0x7f;
      let at = 2;
      if (size === 126) {
        if (this.received.length < 4) return;
        size = this.received.readUInt16BE(2);
        at = 4;
      } else if (size === 127) {
        if (this.received.length < 10) return;
        size = Number(this.received.readBigUInt64BE(2));
        at = 10;
      }
      if (this.received.length < at + size) return;
      const payload = this.received.subarray(at, at + size);
      this.received = this.received.subarray(at + size);
      this.frame(first & 0x0f, Boolean(first & 0x80), payload);
    }
  }

  frame(opcode, final, payload) {
    if (opcode === opcodes.ping) {
      this.emit('ping');
      if (this.autoPong) this.sendFrame(opcodes.pong, payload);
    } else if (opcode === opcodes.close) {
      this.end(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
      this.socket.end();
    } else if (opcode === opcodes.text || opcode === opcodes.continuation) {
      this.pieces.push(Buffer.from(payload));
      if (!final) return;
      const text = Buffer.concat(this.pieces).toString();
      this.pieces = [];
      this.emit('text', text);
    }
  }

  end(code) {
    if (this.closeCode !== undefined) return;
    this.closeCode = code;
    this.emit('close', code);
  }

  /** One frame, masked as a client's must be. */
  sendFrame(opcode, payload, { final = true } = {}) {
    const mask = randomBytes(4);
    const size = payload.length;
    let head;
    if (size < 126) head = Buffer.from([0, 0x80 | size]);
    else if (size < 65536) {
      head = Buffer.alloc(4);
      head[1] = 0x80 | 126;
      head.writeUInt16BE(size, 2);
    } else {
      head = Buffer.alloc(10);
      head[1] = 0x80 | 127;
      head.writeBigUInt64BE(BigInt(size), 2);
    }
    head[0] = (final ? 0x80 : 0) | opcode;
    const masked = Buffer.from(payload);
    for (let i = 0; i < masked.length; i++) masked[i] ^= mask[i & 3];
    this.socket.write(Buffer.concat([head, mask, masked]));
  }

  send(text) {
    this.sendFrame(opcodes.text, Buffer.from(text));
  }

  /** The close code, when it comes within the time; else it fails. */
  closed(withinMs = PATIENCE_MS) {
    if (this.closeCode !== undefined) return Promise.resolve(this.closeCode);
    return new Promise((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`not closed within ${withinMs} ms`)), withinMs);
      this.once('close', (code) => {
        clearTimeout(timer);
        done(code);
      });
    });
  }

  close(code = 1000) {
    if (this.closeCode !== undefined) return;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.sendFrame(opcodes.close, payload);
  }

  /** As when the cable is pulled: no close frame. */
  cut() {
    this.socket.destroy();
  }
}
