// SPDX-License-Identifier: Apache-2.0
// For the web client's own tests, which are checked.
export interface Answer {
  status?: number;
  type?: string;
  body?: Buffer | string;
}

export interface Device {
  id: string;
  name: string;
  heads: number;
  width: number;
  height: number;
}

export class VendorBridge {
  static open(what: { origin?: string; devices: Device[]; preview: Buffer[]; stills: Buffer[] }): Promise<VendorBridge>;
  readonly address: string;
  readonly asked: string[];
  /** What a question ("GET /devices") is answered by instead. */
  readonly instead: Map<string, Answer>;
  devices: Device[];
  start(): Promise<void>;
  stop(): Promise<void>;
}
