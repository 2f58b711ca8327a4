// SPDX-License-Identifier: Apache-2.0
// What a clerk does, step by step, on a page of either browser: only CSS selectors and keys, so that Playwright's and
// Puppeteer's pages both serve.
import { eventually } from './browsers.mjs';
import { PATIENCE_MS } from '../../support/patience.mjs';

const words = (page, selector) => page.evaluate((css) => document.querySelector(css)?.textContent?.trim() ?? '', selector);

/** Clicks the first element of the selector that has the text. */
async function clickText(page, selector, text, timeout = PATIENCE_MS) {
  await eventually(
    () => page.evaluate(([css, wanted]) => {
      const found = [...document.querySelectorAll(css)].find((each) => each.textContent.includes(wanted) && !each.disabled && each.getClientRects().length > 0);
      found?.click();
      return found !== undefined;
    }, [selector, text]),
    (clicked) => clicked,
    { what: `something to click with 「${text}」`, timeout },
  );
}

const shows = (page, text, timeout = PATIENCE_MS) =>
  eventually(() => page.evaluate((wanted) => document.body.innerText.includes(wanted), text), (yes) => yes, { what: `the text 「${text}」`, timeout });

export class Clerk {
  constructor(page) {
    this.page = page;
  }

  async signIn(account, password) {
    const { page } = this;
    await page.waitForSelector('input[name=account]').catch((error) => {
      throw new Error(`${error.message}; at ${page.url()}, waiting for [${[...(page.pending ?? [])]}], faults [${page.faults ?? ''}]`);
    });
    await page.type('input[name=account]', account);
    await page.type('input[name=password]', password);
    await page.keyboard.press('Enter');
  }

  /** Chooses the window whose button has the text and goes on duty, with the cameras named or those the page chose. */
  async takeWindow(name, cameras = {}) {
    await clickText(this.page, 'ul button', name);
    await this.shows('设备检查');
    for (const [source, camera] of Object.entries(cameras)) {
      await this.choose(source === 'face' ? 0 : 1, camera, '.page');
    }
    await this.beginDuty();
  }

  async beginDuty() {
    await clickText(this.page, 'button.begin', '签到上岗');
    await eventually(() => this.page.evaluate(() => location.pathname), (path) => path === '/work', { what: 'the workbench' });
  }

  /** Fills in the call panel and presses F2. */
  async request(item, area, note = '') {
    const { page } = this;
    await this.choose(0, item);
    await this.choose(1, area);
    if (note) await page.type('.panel input[maxlength="200"]', note);
    await clickText(page, '.notice .el-checkbox', '已告知');
    await eventually(() => page.evaluate(() => document.querySelector('.panel .go button')?.disabled), (disabled) => disabled === false, { what: 'the call button' });
    await page.keyboard.press('F2');
  }

  /** Opens the n-th select of a part of the page and picks an option. */
  async choose(index, option, part = '.panel') {
    const { page } = this;
    const chosen = () => page.evaluate(([css, n, wanted]) => document.querySelectorAll(`${css} .el-select`)[n]?.textContent.includes(wanted) ?? false, [part, index, option]);
    if (await chosen()) return;
    await eventually(
      () => page.evaluate(([css, n, wanted]) => {
        const select = document.querySelectorAll(`${css} .el-select`)[n];
        const open = [...document.querySelectorAll('.el-select-dropdown__item')].find((each) => each.textContent.includes(wanted) && each.getClientRects().length > 0);
        if (open) open.click();
        else if (select && !select.querySelector('[aria-expanded=true]')) select.querySelector('.el-select__wrapper')?.click();
        return open !== undefined;
      }, [part, index, option]),
      (clicked) => clicked,
      { what: `the option ${option}` },
    );
    await eventually(chosen, (yes) => yes, { what: `the choice of ${option}` });
  }

  ringing() {
    return this.page.waitForSelector('[role=dialog]');
  }

  async answer() {
    await shows(this.page, '接听 F2');
    await this.page.keyboard.press('F2');
  }

  /** On the call screen, with the recording running. */
  inCall(timeout = PATIENCE_MS) {
    return eventually(() => words(this.page, '.call .record'), (text) => text.includes('REC'), { what: 'the REC mark', timeout });
  }

  async say(text) {
    await clickText(this.page, '.el-tabs__item', '聊天');
    await this.page.waitForSelector('.el-tab-pane textarea, .el-tab-pane input');
    await this.page.type('.el-tab-pane textarea, .el-tab-pane input', text);
    await this.page.keyboard.press('Enter');
    await shows(this.page, text);
  }

  async hangUp() {
    await this.page.keyboard.press('F4');
    await this.page.keyboard.press('F4');
    await this.over();
  }

  over() {
    return eventually(() => words(this.page, '[role=dialog] h2'), (text) => text !== '', { what: 'the end of the call' });
  }

  /** Stats of the newest connection: mids "ua", "uf", "ud" up and "1a", "1f", "1d" down. */
  stats() {
    return this.page.evaluate(() => window.testStats());
  }

  /** Mean colours in parts of a video's picture; null while there is none. */
  picture(selector, parts) {
    return this.page.evaluate(([css, wanted]) => {
      const video = document.querySelector(css);
      return video ? window.testColours(video, wanted) : null;
    }, [selector, parts]);
  }

  shows(text, timeout) {
    return shows(this.page, text, timeout);
  }

  clickText(selector, text) {
    return clickText(this.page, selector, text);
  }
}
