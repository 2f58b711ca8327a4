// SPDX-License-Identifier: Apache-2.0
// The adapter against a program that speaks docs/CAPTURE-BRIDGE.md over a real socket.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { bridgeAddress, VendorBridge } from '../../src/core/capture/vendor-bridge';
import { VendorBridge as Program } from '../../../tests/browser/support/vendor-bridge.mjs';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]);
const OTHER = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 7, 0xff, 0xd9]);
const S1380 = { id: 'a b', name: '良田 S1380', heads: 2, width: 4160, height: 3120 };

let program: Program;
let bridge: VendorBridge;

beforeEach(async () => {
  program = await Program.open({ devices: [S1380], preview: [JPEG, OTHER], stills: [JPEG, OTHER] });
  bridge = new VendorBridge(bridgeAddress(program.address) ?? '', fetch);
});

afterEach(() => program.stop());

describe('a maker\'s program', () => {
  test('lists devices, shows and takes pictures of either head', async () => {
    expect(await bridge.devices()).toEqual([S1380]);
    expect(Buffer.from(await (await bridge.preview('a b', 1)).arrayBuffer())).toEqual(OTHER);
    expect((await bridge.still('a b', 1)).size).toBe(OTHER.length);
    expect(program.asked).toEqual(['GET /devices', 'POST /devices/a%20b/stills{"head":1}']);
  });

  test('that refuses, or answers strangely, is told apart', async () => {
    await expect(bridge.still('none', 0)).rejects.toMatchObject({ trouble: 'bridgeRefused' });
    program.instead.set('POST /devices/a%20b/stills', { status: 503 });
    await expect(bridge.still('a b', 0)).rejects.toMatchObject({ trouble: 'bridgeBusy' });
    for (const body of ['{"devices":[{"id":3}]}', '<html>', `{"devices":[]${' '.repeat(70000)}}`]) {
      program.instead.set('GET /devices', { type: 'application/json', body });
      await expect(bridge.devices()).rejects.toMatchObject({ trouble: 'bridgeStrange' });
    }
    for (const answer of [{ type: 'text/html', body: '<html>' }, { type: 'image/jpeg', body: '' }]) {
      program.instead.set('POST /devices/a%20b/stills', answer);
      await expect(bridge.still('a b', 0)).rejects.toMatchObject({ trouble: 'bridgeStrange' });
    }
  });

  test('has no cameras without a name, a lens or a size', async () => {
    program.devices = [{ ...S1380, id: '' }, { ...S1380, heads: 0 }, { ...S1380, heads: 99 }, { ...S1380, width: 0 }, S1380];
    expect(await bridge.devices()).toEqual([S1380]);
  });

  test('that is not there, or lets no page of this server in, is told', async () => {
    const refused = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));
    await expect(new VendorBridge('http://127.0.0.1:9', refused).devices()).rejects.toMatchObject({ trouble: 'bridgeAbsent' });
    const foreign = new VendorBridge(program.address, (_url, { mode }) => (mode === 'no-cors' ? Promise.resolve(new Response()) : refused()));
    await expect(foreign.devices()).rejects.toMatchObject({ trouble: 'bridgeForbidden' });
  });

  test('is only looked for on this computer', () => {
    expect(bridgeAddress('http://localhost:8765/')).toBe('http://localhost:8765/farwindow-capture/v1');
    expect(bridgeAddress(' http://127.0.0.1 ')).toBe('http://127.0.0.1:80/farwindow-capture/v1');
    for (const foreign of ['http://192.0.2.1:8765', 'https://127.0.0.1', 'http://127.0.0.1.example.cn', 'http://127.0.0.1:65536', 'http://127.0.0.1:0', 'file:///etc', '']) {
      expect(bridgeAddress(foreign)).toBeNull();
    }
  });
});
