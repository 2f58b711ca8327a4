// SPDX-License-Identifier: Apache-2.0
// The cameras behind the maker's program whose address this window was given (vendor-bridge.ts), as devices beside the
// browser's own: each head is one, with an id that says so. A camera that somebody looks through is asked for a small
// picture a few times a second; drawn on a screen of the page, they are a track as any camera's.
import type { Timers } from '../timers';
import { whole } from './encoder';
import type { Still, StillSource } from './still';
import { bridgeAddress, BridgeError, troubleOf, VendorBridge, type BridgeDevice, type BridgeFetch, type BridgeTrouble } from './vendor-bridge';

export interface BridgeCamera {
  deviceId: string;
  label: string;
  device: string;
  head: number;
  width: number;
  height: number;
}

/** Where small pictures are drawn. */
export interface Screen {
  /** Rejects what is no picture of a size that can be shown. */
  draw(picture: Blob): Promise<void>;
  /** What is drawn from now on; one for everybody who looks. */
  track(): MediaStreamTrack;
  /** Ends a track so that who has it is told, as of a camera that was unplugged. */
  end(track: MediaStreamTrack): void;
}

export interface BridgePorts {
  fetch: BridgeFetch;
  makeScreen: () => Screen;
  timers: Timers;
}

const PREVIEW_MS = 200; // five times a second, by the contract
const FAILURES = 3; // so many in a row, and the camera counts as gone
const PREFIX = 'bridge:';

export const isBridge = (deviceId: string): boolean => deviceId.startsWith(PREFIX);

/** The other lenses of the same camera have ids of the same end. */
export const sameCamera = (one: string, other: string): boolean => isBridge(one) && one.split(':').slice(2).join(':') === other.split(':').slice(2).join(':');

function headsOf({ id, name, heads, width, height }: BridgeDevice): BridgeCamera[] {
  return Array.from({ length: heads }, (_none, head) => ({
    deviceId: `${PREFIX}${String(head)}:${id}`, label: heads === 1 ? name : `${name} · ${String(head + 1)}`, device: id, head, width, height,
  }));
}

/** One camera that somebody looks through. */
class Feed {
  private tracks: MediaStreamTrack[] = [];
  private failures = 0;
  private still = 0; // stills being taken: small programs do one thing at a time

  constructor(
    private readonly look: () => Promise<Blob>,
    private readonly screen: Screen,
    private readonly timers: Timers,
    private readonly over: (why: BridgeTrouble | null) => void,
  ) {}

  async add(): Promise<MediaStreamTrack> {
    try {
      await this.screen.draw(await this.look());
    } catch (error) {
      if (this.tracks.length === 0) this.over(null);
      throw error;
    }
    const track = this.screen.track();
    this.tracks.push(track);
    if (this.tracks.length === 1) this.again();
    return track;
  }

  async meanwhile<T>(take: () => Promise<T>): Promise<T> {
    this.still++;
    return take().finally(() => this.still--);
  }

  private again(): void {
    this.timers.after(PREVIEW_MS, () => void this.round());
  }

  private async round(): Promise<void> {
    this.tracks = this.tracks.filter((each) => each.readyState === 'live');
    if (this.tracks.length === 0) return this.over(null);
    try {
      if (this.still === 0) await this.screen.draw(await this.look());
      this.failures = 0;
    } catch (error) {
      if (++this.failures >= FAILURES) return this.end(troubleOf(error));
    }
    this.again();
  }

  private end(why: BridgeTrouble): void {
    this.over(why);
    for (const each of this.tracks.splice(0)) this.screen.end(each);
  }
}

export class BridgeCameras {
  /** Why the program could not be asked, or a camera of it ended; null: all is well, or there is no program. */
  trouble: BridgeTrouble | null = null;
  private bridge: VendorBridge | null = null;
  private known: readonly BridgeCamera[] = [];
  private readonly feeds = new Map<string, Feed>();

  constructor(private readonly ports: BridgePorts) {}

  /** The program's address, as it was typed; what is no address of this computer means there is none. */
  use(typed: string): void {
    const base = bridgeAddress(typed);
    this.bridge = base === null ? null : new VendorBridge(base, this.ports.fetch);
    this.known = [];
    this.trouble = null;
  }

  /** The program at an address that is not used yet: rejects with what is wrong with it. */
  async tried(typed: string): Promise<BridgeDevice[]> {
    return new VendorBridge(bridgeAddress(typed) ?? '', this.ports.fetch).devices();
  }

  /** What is there now; a program that does not answer has no cameras. */
  async list(): Promise<readonly BridgeCamera[]> {
    const { bridge } = this;
    if (bridge === null) return [];
    try {
      this.known = (await bridge.devices()).flatMap(headsOf);
      this.trouble = null;
    } catch (error) {
      this.known = [];
      this.trouble = troubleOf(error);
    }
    return this.known;
  }

  async open(deviceId: string): Promise<MediaStreamTrack> {
    const [bridge, { device, head }] = this.found(deviceId);
    try {
      const feed = this.feedOf(deviceId, () => bridge.preview(device, head));
      const track = await feed.add();
      this.feeds.set(deviceId, feed); // whoever looked through it before may have left meanwhile
      return track;
    } catch (error) {
      this.trouble = troubleOf(error);
      throw error;
    }
  }

  /** The camera for stills, open; who has it stops its track. */
  async source(deviceId: string): Promise<StillSource> {
    const [bridge, { device, head, width, height }] = this.found(deviceId);
    const track = await this.open(deviceId);
    const take = async (): Promise<Still> => {
      const picture = await (this.feeds.get(deviceId)?.meanwhile(() => bridge.still(device, head)) ?? bridge.still(device, head));
      return { ...whole(picture), way: 'bridge' };
    };
    return { track, size: { width, height }, prepare: () => Promise.resolve(), take };
  }

  private found(deviceId: string): [VendorBridge, BridgeCamera] {
    const camera = this.known.find((each) => each.deviceId === deviceId);
    if (this.bridge === null || camera === undefined) throw new BridgeError(this.trouble ?? 'bridgeAbsent', 'no such camera');
    return [this.bridge, camera];
  }

  private feedOf(deviceId: string, look: () => Promise<Blob>): Feed {
    const running = this.feeds.get(deviceId);
    if (running !== undefined) return running;
    const feed = new Feed(look, this.ports.makeScreen(), this.ports.timers, (why) => {
      if (this.feeds.get(deviceId) === feed) this.feeds.delete(deviceId);
      if (why !== null) this.trouble = why;
    });
    this.feeds.set(deviceId, feed);
    return feed;
  }
}
