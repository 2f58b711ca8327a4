// SPDX-License-Identifier: Apache-2.0
// Stills encoded by a worker that was started beforehand; where there is none, or once it failed, by the page.
//
//   frame -> small, which lists show: the person goes on -> picture
//
// A frame that comes while another is being encoded waits for its turn.

/** Handed from thread to thread without being copied. */
export type Frame = ImageBitmap | VideoFrame;

export interface Encoded {
  /** A few hundred pixels wide, of the same kind: a browser draws a dozen of the large ones slowly. Where nobody made one, the picture itself. */
  small: Blob;
  /** Rejects when it cannot be made after all. */
  picture: Promise<Blob>;
}

/** The worker's: first the small picture, then the picture. null: this browser's workers cannot. */
export type Answer = { id: number; small: Blob } | { id: number; picture: Blob | null };

export interface EncoderWorker {
  postMessage(order: { id: number; frame: Frame; quality: number }, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<Answer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface EncoderPorts {
  /** Absent where workers cannot draw. */
  make?: () => EncoderWorker;
  byPage: (frame: Frame) => Promise<Blob>;
  quality: number;
}

interface Later {
  promise: Promise<Blob>;
  resolve: (blob: Blob) => void;
  reject: (error: Error) => void;
}

function later(): Later {
  const made = {} as Later;
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  made.promise.catch(() => undefined); // nobody may wait for it any more
  return made;
}

/** A picture that is there already, and nothing smaller. */
export const whole = (picture: Blob): Encoded => ({ small: picture, picture: Promise.resolve(picture) });

export class StillEncoder {
  private worker: EncoderWorker | null = null;
  private begun = false;
  private nextId = 1;
  private readonly waiting = new Map<number, { small: Later; picture: Later }>();

  constructor(private readonly ports: EncoderPorts) {}

  prepare(): void {
    if (this.begun || this.ports.make === undefined) return;
    this.begun = true;
    try {
      this.worker = this.ports.make();
    } catch {
      return; // the page encodes
    }
    this.worker.onmessage = ({ data }) => this.answer(data);
    this.worker.onerror = () => [...this.waiting.keys()].forEach((id) => this.answer({ id, picture: null }));
  }

  /** The frame is the encoder's from now on. Resolves once there is something to show. */
  async encode(frame: Frame): Promise<Encoded> {
    this.prepare();
    const { worker } = this;
    if (worker === null) return whole(await this.ports.byPage(frame).finally(() => frame.close()));
    const id = this.nextId++;
    const [small, picture] = [later(), later()];
    this.waiting.set(id, { small, picture });
    worker.postMessage({ id, frame, quality: this.ports.quality }, [frame]);
    return { small: await small.promise, picture: picture.promise };
  }

  private answer(answer: Answer): void {
    const asked = this.waiting.get(answer.id);
    if ('small' in answer) {
      asked?.small.resolve(answer.small);
      return;
    }
    this.waiting.delete(answer.id);
    if (answer.picture !== null) {
      asked?.picture.resolve(answer.picture);
      return;
    }
    for (const each of [asked?.small, asked?.picture]) each?.reject(new Error('not encoded'));
    this.worker = null; // the next one is the page's
  }
}
