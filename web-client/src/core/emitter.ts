// SPDX-License-Identifier: Apache-2.0
// A typed emitter: what every part of core/ speaks out through. Listeners are called in order of registration; one
// that throws does not keep the next from hearing.

export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<(data: never) => void>>();

  /** Returns the function that ends the listening. */
  on<N extends keyof Events>(name: N, listener: (data: Events[N]) => void): () => void {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  protected emit<N extends keyof Events>(name: N, data: Events[N]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      try {
        (listener as (data: Events[N]) => void)(data);
      } catch (error) {
        queueMicrotask(() => {
          throw error; // reaches the page's error handler without harming the next listener
        });
      }
    }
  }
}
