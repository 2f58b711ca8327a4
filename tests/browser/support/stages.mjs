// SPDX-License-Identifier: Apache-2.0
// When the stages of a capture were reached: the page's own calls to the browser are noted, nothing of the page is changed.

/** Runs in the page before its own scripts. */
export function watchStages() {
  const marks = (window.fwMarks = []);
  const mark = (stage) => marks.push([stage, performance.timeOrigin + performance.now()]);
  const around = (owner, name, stage) => {
    if (typeof owner?.[name] !== 'function') return;
    const own = owner[name];
    owner[name] = function (...all) {
      mark(`${stage}_begun`);
      const result = own.apply(this, all);
      result.then(() => mark(`${stage}_done`), () => undefined);
      return result;
    };
  };
  addEventListener('click', () => mark('click'), true);
  around(window.ImageCapture?.prototype, 'takePhoto', 'photo');
  around(window.ImageCapture?.prototype, 'grabFrame', 'frame');
  around(SubtleCrypto.prototype, 'digest', 'digest');
  const toBlob = HTMLCanvasElement.prototype.toBlob;
  HTMLCanvasElement.prototype.toBlob = function (done, ...rest) {
    mark('encode_begun');
    return toBlob.call(this, (blob) => (mark('encode_done'), done(blob)), ...rest);
  };
  const order = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (what, transfer) {
    if (what?.frame) {
      mark('encode_begun');
      this.addEventListener('message', ({ data }) => mark(data.small ? 'small_done' : 'encode_done'));
    }
    return order.call(this, what, transfer);
  };
  const transaction = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...all) {
    const made = transaction.apply(this, all);
    if (all[1] === 'readwrite') made.addEventListener('complete', () => mark('kept'));
    return made;
  };
  const ask = window.fetch;
  window.fetch = async (...all) => {
    const [what] = all;
    const path = new URL(typeof what === 'string' ? what : what.url ?? String(what), location.href).pathname;
    const stage = path.endsWith('/pieces') ? 'piece' : path.endsWith('/uploads') ? 'promise' : /cases\/[^/]+$/.test(path) ? 'case' : null;
    if (stage) mark(`${stage}_begun`);
    const answer = await ask(...all);
    if (stage) mark(`${stage}_done`);
    return answer;
  };
  const listen = WebSocket.prototype.addEventListener;
  const seen = new WeakSet();
  const look = (socket) => {
    if (seen.has(socket)) return;
    seen.add(socket);
    listen.call(socket, 'message', ({ data }) => {
      const action = /"event":"case.changed".*"action":"([a-z]+)"/.exec(data);
      if (action) mark(`told_${action[1]}`);
    });
  };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...all) {
      super(...all);
      look(this);
    }
  };
  document.addEventListener('load', ({ target }) => target instanceof HTMLImageElement && target.src.includes('/thumbnail') && mark('thumbnail_loaded'), true);
}

/** Of each side and stage the milliseconds from the press to its first and last time; forgets them. */
export async function splitOf(pages, began) {
  const all = await Promise.all(pages.map((page) => page.evaluate(() => window.fwMarks.splice(0))));
  const found = new Map();
  all.forEach((marks, side) => {
    for (const [stage, at] of marks) {
      const name = `${['own', 'other'][side]}_${stage}`;
      if (at < began) continue;
      if (!found.has(name)) found.set(name, at - began);
      else found.set(`${name}_last`, at - began);
    }
  });
  return [...found];
}
