// SPDX-License-Identifier: Apache-2.0
// Runs before the program. When the program itself does not load it is asked for once more (src/shell/once-more.ts has
// the same rule for its later parts); when that fails too, the window says so instead of opening for ever.
(function () {
  const KEY = 'farwindow.once-more';
  const PAUSE_MS = 600000;
  const TEXTS = {
    'zh-CN': ['页面没有加载完整：网络中断，或者系统刚升级过', '重新加载'],
    en: ['The page did not load completely: the line broke, or the system has just been upgraded', 'Load again'],
  };

  function reloadOnce() {
    try {
      const last = sessionStorage.getItem(KEY);
      if (last !== null && !(Date.now() - Number(last) > PAUSE_MS)) return false;
      sessionStorage.setItem(KEY, String(Date.now()));
    } catch {
      return false;
    }
    location.reload();
    return true;
  }

  /** In place of whatever the window shows: without its program or layout it is of no use. */
  function tell() {
    let language = 'zh-CN';
    try {
      if (localStorage.getItem('farwindow.language') === 'en') language = 'en';
    } catch {
      // then in the first language
    }
    const place = document.getElementById('app');
    const text = document.createElement('p');
    const button = document.createElement('button');
    text.setAttribute('role', 'alert');
    text.textContent = TEXTS[language][0];
    button.textContent = TEXTS[language][1];
    button.onclick = function () { location.reload(); };
    place.replaceChildren(text, button);
    button.focus();
    // The program's own layout may be what did not come.
    Object.assign(place.style, { display: 'grid', placeContent: 'center', justifyItems: 'center', gap: '16px', height: '100vh', font: '16px/1.5 sans-serif' });
    Object.assign(button.style, { padding: '10px 28px', font: 'inherit', cursor: 'pointer' });
  }

  /** Scripts are the page's own only, and so is the first layout; those of later parts, behind it, the program sees to itself. */
  function isOwn(part) {
    return part instanceof HTMLScriptElement || (part instanceof HTMLLinkElement && part === document.querySelector('link[rel=stylesheet]'));
  }

  // Errors of loading do not bubble: they are caught on the way down. They come before the window is there, or after the
  // program began without its layout.
  let failed = false;
  addEventListener('error', function (event) {
    if (failed || !isOwn(event.target)) return;
    failed = true;
    if (reloadOnce()) return;
    if (document.getElementById('app') !== null) tell();
    else addEventListener('DOMContentLoaded', tell);
  }, true);
})();
