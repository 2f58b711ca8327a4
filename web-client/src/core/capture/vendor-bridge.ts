// SPDX-License-Identifier: Apache-2.0
// A document camera that the browser cannot open itself, reached through its maker's own program on this computer:
// docs/CAPTURE-BRIDGE.md is the contract. Answers are from a foreign program: every size is bounded, every field checked.
import { integer, listOf, object, text } from '../decode';
import { FILE_MAX_BYTES } from './page-list';

export const bridgeDevice = object({ id: text, name: text, heads: integer, width: integer, height: integer });
const bridgeDevices = object({ devices: listOf(bridgeDevice) });
export type BridgeDevice = ReturnType<typeof bridgeDevice>;

/** Nobody answers there; too late; it lets no page of this server in; its camera cannot be opened; a refusal; not in the contract's words. */
export type BridgeTrouble = 'bridgeAbsent' | 'bridgeSlow' | 'bridgeForbidden' | 'bridgeBusy' | 'bridgeRefused' | 'bridgeStrange';

export class BridgeError extends Error {
  constructor(
    readonly trouble: BridgeTrouble,
    message: string,
  ) {
    super(message);
    this.name = 'BridgeError';
  }
}

/** What is wrong, in the words above. */
export const troubleOf = (error: unknown): BridgeTrouble => (error instanceof BridgeError ? error.trouble : 'bridgeStrange');

const STILL_MS = 10000; // a still of 13 Mpx over a slow USB port takes three seconds
const ANSWER_MS = 3000; // everything else: a page waits for the list before it opens any camera
const DEVICES_MAX = 16;
const HEADS_MAX = 4;
const NAME_MAX = 200;
const LIST_MAX_BYTES = 64 * 1024;
const PREVIEW_MAX_BYTES = 4 * 1024 * 1024;
const BUSY = 503;

export type BridgeFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Only a program of this computer is ever asked: pictures of papers do not go over the network to it. */
export function bridgeAddress(typed: string): string | null {
  const found = /^http:\/\/(127\.0\.0\.1|localhost)(?::(\d{1,5}))?\/?$/.exec(typed.trim());
  const port = Number(found?.[2] ?? 80);
  if (found === null || port < 1 || port > 65535) return null;
  return `http://${found[1] ?? ''}:${String(port)}/farwindow-capture/v1`;
}

function usable({ id, name, heads, width, height }: BridgeDevice): boolean {
  const named = id !== '' && id.length <= NAME_MAX && name !== '' && name.length <= NAME_MAX;
  return named && heads >= 1 && heads <= HEADS_MAX && width >= 1 && height >= 1;
}

/** The whole answer, unless it is larger than it may be. */
async function bounded(response: Response, most: number): Promise<Blob> {
  const type = (response.headers.get('Content-Type') ?? '').split(';')[0]?.trim() ?? '';
  const reader = response.body?.getReader();
  const pieces: BlobPart[] = [];
  let bytes = 0;
  for (let step = await reader?.read(); step !== undefined && !step.done; step = await reader?.read()) {
    bytes += step.value.length;
    if (bytes > most) {
      void reader?.cancel().catch(() => undefined);
      throw new BridgeError('bridgeStrange', 'too large');
    }
    pieces.push(step.value);
  }
  return new Blob(pieces, { type });
}

export class VendorBridge {
  constructor(
    private readonly base: string,
    private readonly fetch: BridgeFetch,
  ) {}

  async devices(): Promise<BridgeDevice[]> {
    const answer = await this.ask('/devices', 'GET', LIST_MAX_BYTES);
    try {
      return bridgeDevices(JSON.parse(await answer.text())).devices.filter(usable).slice(0, DEVICES_MAX);
    } catch (error) {
      throw new BridgeError('bridgeStrange', String(error));
    }
  }

  /** A small picture of what lies there now, for aiming. */
  preview(device: string, head: number): Promise<Blob> {
    return this.picture(`/devices/${encodeURIComponent(device)}/preview?head=${String(head)}`, 'GET', PREVIEW_MAX_BYTES);
  }

  /** A still at the camera's full size. */
  still(device: string, head: number): Promise<Blob> {
    return this.picture(`/devices/${encodeURIComponent(device)}/stills`, 'POST', FILE_MAX_BYTES, { head });
  }

  private async picture(path: string, method: string, most: number, body?: unknown): Promise<Blob> {
    const picture = await this.ask(path, method, most, body);
    if ((picture.type !== 'image/jpeg' && picture.type !== 'image/png') || picture.size === 0) {
      throw new BridgeError('bridgeStrange', 'not a picture');
    }
    return picture;
  }

  private async ask(path: string, method: string, most: number, body?: unknown): Promise<Blob> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), method === 'POST' ? STILL_MS : ANSWER_MS);
    try {
      const response = await this.fetch(this.base + path, {
        method,
        credentials: 'omit',
        cache: 'no-store',
        signal: abort.signal,
        ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new BridgeError(response.status === BUSY ? 'bridgeBusy' : 'bridgeRefused', `status ${String(response.status)}`);
      return await bounded(response, most);
    } catch (error) {
      if (error instanceof BridgeError) throw error;
      throw new BridgeError(abort.signal.aborted ? 'bridgeSlow' : await this.whyNot(), String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  /** A browser does not tell a page whether nobody answered or the answer was not for this page: a request whose answer stays unseen does. */
  private async whyNot(): Promise<BridgeTrouble> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), ANSWER_MS);
    return this.fetch(`${this.base}/devices`, { mode: 'no-cors', credentials: 'omit', cache: 'no-store', signal: abort.signal })
      .then((): BridgeTrouble => 'bridgeForbidden', (): BridgeTrouble => 'bridgeAbsent')
      .finally(() => clearTimeout(timer));
  }
}
