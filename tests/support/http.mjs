// SPDX-License-Identifier: Apache-2.0
// HTTP requests to a server under test, ordinary ones and, over a bare TLS connection, ones no library would send.
import https from 'node:https';
import tls from 'node:tls';

/**
 * @param {{host: string, port: number}} server
 * @returns {Promise<{status: number, headers: object, body: Buffer, json: any}>} json: the body, if it is JSON
 */
export function request(server, method, path, { cookie, json, body, headers = {}, agent } = {}) {
  const bytes = json !== undefined ? Buffer.from(JSON.stringify(json)) : body;
  const all = { ...(json !== undefined ? { 'Content-Type': 'application/json' } : {}), ...(bytes ? { 'Content-Length': bytes.length } : {}),
    ...(cookie ? { Cookie: cookie } : {}), ...headers };
  return new Promise((done, failed) => {
    const sent = https.request({ host: server.host, port: server.port, method, path, headers: all, rejectUnauthorized: false, agent, timeout: 20000 }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('error', failed);
      answer.on('end', () => {
        const whole = Buffer.concat(pieces);
        const isJson = answer.statusCode !== 206 && answer.headers['content-type']?.startsWith('application/json');
        done({ status: answer.statusCode, headers: answer.headers, body: whole, json: isJson && whole.length ? JSON.parse(whole) : undefined });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
    sent.on('error', failed);
    sent.end(bytes);
  });
}

/** Sends the bytes and gathers what comes back until the server closes, or the time is over. */
export function raw(server, bytes, { forMs = 3000, until } = {}) {
  return new Promise((done, failed) => {
    const socket = tls.connect({ host: server.host, port: server.port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
    let text = '';
    const finish = (closed) => {
      clearTimeout(timer);
      socket.destroy();
      done({ text, closed });
    };
    const timer = setTimeout(() => finish(false), forMs);
    socket.once('secureConnect', () => socket.write(bytes));
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
      if (until && until.test(text)) finish(false);
    });
    socket.on('error', (error) => (error.code === 'ECONNRESET' ? finish(true) : failed(error)));
    socket.on('close', () => finish(true));
  });
}
