// SPDX-License-Identifier: Apache-2.0
// The adapter against a program that speaks docs/CAPTURE-BRIDGE.md over a real socket.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { bridgeAddress, VendorBridge } from '../../src/core/capture/vendor-bridge';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]);

interface Answer {
  status?: number;
  type?: string;
  body?: Buffer | string;
}

let server: Server;
let answers: Record<string, Answer>;
let asked: string[];
let bridge: VendorBridge;

beforeEach(async () => {
  asked = [];
  answers = {
    'GET /farwindow-capture/v1/devices': {
      type: 'application/json',
      body: JSON.stringify({ devices: [{ id: 'a b', name: '良田 S1380', heads: 2, width: 4160, height: 3120 }] }),
    },
    'GET /farwindow-capture/v1/devices/a%20b/preview?head=1': { type: 'image/jpeg', body: JPEG },
    'POST /farwindow-capture/v1/devices/a%20b/stills': { type: 'image/jpeg', body: JPEG },
  };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += String(piece)));
    request.on('end', () => {
      const question = `${request.method ?? ''} ${request.url ?? ''}`;
      asked.push(question + body);
      const answer = answers[question] ?? { status: 404 };
      response.writeHead(answer.status ?? 200, { 'Content-Type': answer.type ?? 'text/plain' });
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  bridge = new VendorBridge(bridgeAddress(`http://127.0.0.1:${String(port)}`) ?? '', fetch);
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

describe('a maker\'s program', () => {
  test('lists devices, shows and takes pictures', async () => {
    expect(await bridge.devices()).toEqual([{ id: 'a b', name: '良田 S1380', heads: 2, width: 4160, height: 3120 }]);
    expect(Buffer.from(await (await bridge.preview('a b', 1)).arrayBuffer())).toEqual(JPEG);
    expect((await bridge.still('a b', 1)).size).toBe(JPEG.length);
    expect(asked[2]).toBe('POST /farwindow-capture/v1/devices/a%20b/stills{"head":1}');
  });

  test('that refuses, or answers strangely, is told apart', async () => {
    await expect(bridge.still('none', 0)).rejects.toMatchObject({ trouble: 'bridgeRefused' });
    answers['GET /farwindow-capture/v1/devices'] = { type: 'application/json', body: '{"devices":[{"id":3}]}' };
    await expect(bridge.devices()).rejects.toMatchObject({ trouble: 'bridgeStrange' });
    answers['GET /farwindow-capture/v1/devices'] = { type: 'text/html', body: '<html>' };
    await expect(bridge.devices()).rejects.toMatchObject({ trouble: 'bridgeStrange' });
    answers['POST /farwindow-capture/v1/devices/a%20b/stills'] = { type: 'text/html', body: '<html>' };
    await expect(bridge.still('a b', 0)).rejects.toMatchObject({ trouble: 'bridgeStrange' });
    answers['POST /farwindow-capture/v1/devices/a%20b/stills'] = { type: 'image/jpeg', body: '' };
    await expect(bridge.still('a b', 0)).rejects.toMatchObject({ trouble: 'bridgeStrange' });
  });

  test('that is not there is told', async () => {
    const nobody = new VendorBridge('http://127.0.0.1:9', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(nobody.devices()).rejects.toMatchObject({ trouble: 'bridgeAbsent' });
  });

  test('is only looked for on this computer', () => {
    expect(bridgeAddress('http://localhost:8765/')).toBe('http://localhost:8765/farwindow-capture/v1');
    for (const foreign of ['http://192.0.2.1:8765', 'https://127.0.0.1', 'http://127.0.0.1.example.cn', 'file:///etc', '']) {
      expect(bridgeAddress(foreign)).toBeNull();
    }
  });
});
