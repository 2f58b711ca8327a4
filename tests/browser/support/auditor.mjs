// SPDX-License-Identifier: Apache-2.0
// What an auditor does on a page of Chromium.
import { createHash } from 'node:crypto';
import fs from 'node:fs';

import { eventually } from './browsers.mjs';
import { Clerk } from './clerk.mjs';

export class Auditor {
  constructor(page) {
    this.page = page;
  }

  async signIn(account, password) {
    await new Clerk(this.page).signIn(account, password);
    await this.page.waitForURL('**/audit*');
  }

  /** Opens the newest call of the list for replay and waits for its pictures; returns the call's id. */
  async openNewest() {
    const { page } = this;
    await page.locator('.rows .link').first().click();
    await page.waitForURL('**/audit/calls/*');
    await page.locator('[data-testid=play]').waitFor({ timeout: 60000 });
    return page.url().split('/').pop();
  }

  /** An answer of the API with the page's own session. */
  get(path) {
    return this.page.evaluate(async (from) => {
      const response = await fetch(from);
      if (!response.ok) throw new Error(`${from}: ${response.status} ${await response.text()}`);
      return response.json();
    }, path);
  }

  /** Plays until the time line has gone on for so many seconds; returns what each source shows. */
  async play(seconds) {
    const { page } = this;
    await page.locator('[data-testid=play]').click();
    const at = () => page.evaluate(() => Number(document.querySelector('[data-testid=timeline]').getAttribute('aria-valuenow')));
    await eventually(at, (now) => now >= seconds, { what: `the replay at ${seconds} s`, timeout: 30000 });
    return page.evaluate(() => [...document.querySelectorAll('[data-testid^=source-]')].map((video) => ({
      source: video.dataset.testid, time: video.currentTime, width: video.videoWidth, error: video.error?.message ?? null,
    })));
  }

  /** What the player says of itself: paused, waiting, finding, in. */
  step() {
    return this.page.evaluate(() => document.querySelector('[data-testid=step]').dataset.step);
  }

  async rate(times) {
    await this.page.locator('.rates label', { hasText: `${times}×` }).click();
  }

  /** Jumps to a moment by a click on the time line. */
  async seek(seconds) {
    const line = this.page.locator('[data-testid=timeline]');
    const [box, whole] = [await line.boundingBox(), Number(await line.getAttribute('aria-valuemax'))];
    await this.page.mouse.click(box.x + (box.width * seconds) / whole, box.y + box.height / 2);
  }

  /** Plays from a moment until the player says that it is in step; from there again if the recording ended before. */
  async playInStep(from) {
    await this.seek(from);
    await eventually(async () => {
      const step = await this.step();
      if (step === 'paused') {
        await this.seek(from);
        await this.page.locator('[data-testid=play]').click();
      }
      return step;
    }, (step) => step === 'in', { what: 'a replay in step', timeout: 60000 });
  }

  /** How far apart the sources are on the wall clock, in seconds, in so many looks from now on, smallest first. */
  spreads(manifest, looks) {
    const starts = Object.fromEntries(manifest.sources.filter((each) => each.part === 1)
      .map((each) => [`source-${each.participant}-${each.kind}`, (each.start_us - manifest.started_us) / 1e6]));
    return this.page.evaluate(([from, count]) => new Promise((done, failed) => {
      const found = [];
      const timer = setInterval(() => {
        const { step } = document.querySelector('[data-testid=step]').dataset;
        if (step === 'paused') {
          clearInterval(timer);
          failed(new Error(`the recording ended after ${found.length} looks`));
        }
        const moments = [...document.querySelectorAll('[data-testid^=source-]')].map((video) => from[video.dataset.testid] + video.currentTime);
        found.push(Math.max(...moments) - Math.min(...moments));
        if (found.length < count) return;
        clearInterval(timer);
        done(found.sort((a, b) => a - b));
      }, 100);
    }), [starts, looks]);
  }

  /** Opens the download dialog, gives the reason, saves the first file; returns its name and SHA-256. */
  async download(reason) {
    const { page } = this;
    await page.locator('[data-testid=download]').click();
    await page.locator('#download-reason').fill(reason);
    await page.keyboard.press('Enter');
    const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('[data-testid=save-file]').first().click()]);
    const digest = createHash('sha256').update(fs.readFileSync(await saved.path())).digest('hex');
    return { name: saved.suggestedFilename(), digest };
  }

  async verify() {
    const { page } = this;
    await page.locator('[data-testid=verify]').click();
    const text = await page.locator('.el-message-box__message').textContent({ timeout: 30000 });
    await page.locator('.el-message-box__btns button').click();
    return text.includes('校验通过');
  }
}
