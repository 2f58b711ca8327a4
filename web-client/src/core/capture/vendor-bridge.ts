// SPDX-License-Identifier: Apache-2.0
// A document camera that the browser cannot open itself, reached through its maker's own program on this computer:
// docs/CAPTURE-BRIDGE.md is the contract. Answers are from a foreign program: every size is bounded, every field checked.
import { integer, listOf, object, text } from '../decode';
import { FILE_MAX_BYTES } from './page-list';

export const bridgeDevice = object({ id: text, name: text, heads: integer, width: integer, height: integer });
const bridgeDevices = object({ devices: listOf(bridgeDevice) });
export type BridgeDevice = ReturnType<typeof bridgeDevice>;

export type BridgeTrouble = 'bridgeAbsent' | 'bridgeRefused' | 'bridgeStrange';

export class BridgeError extends Error {
  constructor(
    readonly trouble: BridgeTrouble,
    message: string,
  ) {
    super(message);
    this.name = 'BridgeError';
  }
}

const TIMEOUT_MS = 10000; // a still of 13 Mpx over a slow USB port takes three seconds
const DEVICES_MAX = 16;

export type BridgeFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Only a program of this computer is ever asked: pictures of papers do not go over the network to it. */
export function bridgeAddress(typed: string): string | null {
  const found = /^http:\/\/(127\.0\.0\.1|localhost)(:\d{1,5})?\/?$/.exec(typed.trim());
  return found === null ? null : `http://${found[1] ?? ''}${found[2] ?? ''}/farwindow-capture/v1`;
}

export class VendorBridge {
  constructor(
    private readonly base: string,
    private readonly fetch: BridgeFetch,
  ) {}

  async devices(): Promise<BridgeDevice[]> {
    const answer: unknown = await (await this.ask('/devices', 'GET')).json().catch(() => null);
    try {
      return bridgeDevices(answer).devices.slice(0, DEVICES_MAX);
    } catch (error) {
      throw new BridgeError('bridgeStrange', String(error));
    }
  }

  /** A small picture of what lies there now, for aiming. */
  preview(device: string, head: number): Promise<Blob> {
    return this.picture(`/devices/${encodeURIComponent(device)}/preview?head=${String(head)}`, 'GET');
  }

  /** A still at the camera's full size. */
  still(device: string, head: number): Promise<Blob> {
    return this.picture(`/devices/${encodeURIComponent(device)}/stills`, 'POST', { head });
  }

  private async picture(path: string, method: string, body?: unknown): Promise<Blob> {
    const response = await this.ask(path, method, body);
    if (Number(response.headers.get('Content-Length') ?? 0) > FILE_MAX_BYTES) {
      throw new BridgeError('bridgeStrange', 'too large');
    }
    const picture = await response.blob();
    const type = (response.headers.get('Content-Type') ?? '').split(';')[0]?.trim();
    if ((type !== 'image/jpeg' && type !== 'image/png') || picture.size === 0 || picture.size > FILE_MAX_BYTES) {
      throw new BridgeError('bridgeStrange', 'not a picture');
    }
    return picture;
  }

  private async ask(path: string, method: string, body?: unknown): Promise<Response> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    let response: Response;
    try {
      response = await this.fetch(this.base + path, {
        method,
        credentials: 'omit',
        cache: 'no-store',
        signal: abort.signal,
        ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new BridgeError('bridgeAbsent', String(error));
    } finally {
      clearTimeout(timer);
    }
    if (!response.ok) throw new BridgeError('bridgeRefused', `status ${String(response.status)}`);
    return response;
  }
}
