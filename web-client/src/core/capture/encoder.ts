// SPDX-License-Identifier: Apache-2.0
// Stills encoded by a worker that was started beforehand; where there is none, or once it failed, by the page.

/** Handed from thread to thread without being copied. */
export type Frame = ImageBitmap | VideoFrame;

export interface Encoded {
  picture: Blob;
  /** The same, a few hundred pixels wide, for lists: a browser draws a dozen of the large ones slowly. */
  small: Blob | null;
}

export interface EncoderWorker {
  postMessage(order: { id: number; frame: Frame; quality: number }, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<{ id: number; encoded: Encoded | null }>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface EncoderPorts {
  /** Absent where workers cannot draw. */
  make?: () => EncoderWorker;
  byPage: (frame: Frame) => Promise<Blob>;
  quality: number;
}

interface Waiting {
  resolve: (encoded: Encoded) => void;
  reject: (error: Error) => void;
}

export class StillEncoder {
  private worker: EncoderWorker | null = null;
  private begun = false;
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();

  constructor(private readonly ports: EncoderPorts) {}

  prepare(): void {
    if (this.begun || this.ports.make === undefined) return;
    this.begun = true;
    try {
      this.worker = this.ports.make();
    } catch {
      return; // the page encodes
    }
    this.worker.onmessage = ({ data }) => this.answer(data.id, data.encoded);
    this.worker.onerror = () => [...this.waiting.keys()].forEach((id) => this.answer(id, null));
  }

  /** The frame is the encoder's from now on. */
  async encode(frame: Frame): Promise<Encoded> {
    this.prepare();
    const { worker } = this;
    if (worker === null) return { picture: await this.ports.byPage(frame).finally(() => frame.close()), small: null };
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, frame, quality: this.ports.quality }, [frame]);
    });
  }

  private answer(id: number, encoded: Encoded | null): void {
    const asked = this.waiting.get(id);
    this.waiting.delete(id);
    if (encoded !== null) asked?.resolve(encoded);
    else asked?.reject(new Error('not encoded'));
    if (encoded === null) this.worker = null; // the next one is the page's
  }
}
