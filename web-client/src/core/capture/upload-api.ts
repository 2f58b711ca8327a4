// SPDX-License-Identifier: Apache-2.0
// The server's side of upload-queue.ts, over HTTP (PROTOCOL-CASES.md, uploads).
import type { Http } from '../api';
import { integer, object, oneOf, orNull, text } from '../decode';
import type { UploadEntry, UploadServer, UploadState } from './upload-queue';

export const uploadState = object({
  upload: text, offset: integer, state: oneOf('open', 'sealing', 'filed'), file: orNull(text),
});

export class UploadApi implements UploadServer {
  constructor(private readonly http: Http) {}

  async promise(entry: UploadEntry): Promise<UploadState> {
    const { key, material, kind, name, rotation, bytes, sha256, desk = null, format = null } = entry;
    const path = `/api/v1/cases/${encodeURIComponent(entry.caseId)}/uploads`;
    return uploadState(await this.http.post(path, { key, material, kind, name, rotation, bytes, sha256, desk, format }));
  }

  async send(upload: string, offset: number, piece: Blob): Promise<UploadState> {
    const path = `/api/v1/uploads/${encodeURIComponent(upload)}/pieces?offset=${String(offset)}`;
    return uploadState(await this.http.postBytes(path, piece));
  }

  async look(upload: string): Promise<UploadState> {
    return uploadState(await this.http.get(`/api/v1/uploads/${encodeURIComponent(upload)}`));
  }
}
