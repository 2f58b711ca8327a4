// SPDX-License-Identifier: Apache-2.0
// Chat messages that the server has not acknowledged yet. A message lost with the line is sent again with the same
// key when the line is back; the server stores it once.
import { Emitter } from './emitter';
import type { ChatMessage } from './protocol';
import { RequestError } from './signalling';

export interface Unsent {
  call: string;
  key: string;
  text: string;
  state: 'sending' | 'waiting' | 'failed';
}

interface OutboxEvents {
  change: readonly Unsent[];
  stored: { call: string; message: ChatMessage };
}

export class Outbox extends Emitter<OutboxEvents> {
  private entries: readonly Unsent[] = [];

  constructor(
    private readonly post: (message: { call: string; text: string; key: string }) => Promise<{ message: ChatMessage }>,
    private readonly makeKey: () => string,
  ) {
    super();
  }

  get unsent(): readonly Unsent[] {
    return this.entries;
  }

  send(call: string, text: string): void {
    const entry: Unsent = { call, key: this.makeKey(), text, state: 'sending' };
    this.set([...this.entries, entry]);
    void this.deliver(entry);
  }

  /** The line is back, or a person pressed "send again". */
  retry(): void {
    for (const entry of this.entries) {
      if (entry.state !== 'sending') void this.deliver(entry);
    }
  }

  /** The call is over; what was not sent stays unsent. */
  clear(): void {
    if (this.entries.length > 0) this.set([]);
  }

  private async deliver({ call, key, text }: Unsent): Promise<void> {
    this.mark(key, 'sending');
    try {
      const { message } = await this.post({ call, text, key });
      this.set(this.entries.filter((each) => each.key !== key));
      this.emit('stored', { call, message });
    } catch (error) {
      const later = error instanceof RequestError && (error.code === 'not_connected' || error.code === 'timeout');
      this.mark(key, later ? 'waiting' : 'failed');
    }
  }

  private mark(key: string, state: Unsent['state']): void {
    this.set(this.entries.map((each) => (each.key === key ? { ...each, state } : each)));
  }

  private set(entries: readonly Unsent[]): void {
    this.entries = entries;
    this.emit('change', entries);
  }
}
