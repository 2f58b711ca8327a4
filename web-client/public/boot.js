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

  function tell(place) {
    let language = 'zh-CN';
    try {
      if (localStorage.getItem('farwindow.language') === 'en') language = 'en';
    } catch {
      // then in the first language
    }
    const button = document.createElement('button');
    place.setAttribute('role', 'alert');
    place.textContent = TEXTS[language][0];
    button.textContent = TEXTS[language][1];
    button.onclick = function () { location.reload(); };
    place.after(button);
    button.focus();
    // The program's own layout may be what did not come.
    Object.assign(place.parentElement.style, { display: 'grid', placeContent: 'center', justifyItems: 'center', gap: '16px', height: '100vh', font: '16px/1.5 sans-serif' });
    Object.assign(button.style, { padding: '10px 28px', font: 'inherit', cursor: 'pointer' });
  }

  // Errors of loading do not bubble: they are caught on the way down.
  addEventListener('error', function (event) {
    const place = document.getElementById('booting');
    const part = event.target;
    const needed = part instanceof HTMLScriptElement || (part instanceof HTMLLinkElement && part.rel === 'stylesheet');
    if (place === null || place.hasAttribute('role') || !needed) return; // the program runs: it sees to its parts itself
    if (!reloadOnce()) tell(place);
  }, true);
})();
