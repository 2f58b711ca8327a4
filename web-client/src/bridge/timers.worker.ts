// SPDX-License-Identifier: Apache-2.0
// Keeps time beside the page: a browser slows the timers of a page in the background down to once a minute, not those
// of its workers. {id, ms, again} begins one, {id} ends it; the answer is its id, each time it is due.
interface Order {
  id: number;
  ms?: number;
  again?: boolean;
}
interface Scope {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage: (id: number) => void;
}

const scope = self as unknown as Scope;
const running = new Map<number, ReturnType<typeof setInterval>>();

function end(id: number): void {
  clearInterval(running.get(id));
  running.delete(id);
}

scope.onmessage = ({ data: { id, ms, again } }) => {
  end(id);
  if (ms === undefined) return;
  const due = () => {
    if (again !== true) end(id);
    scope.postMessage(id);
  };
  running.set(id, setInterval(due, ms));
};
