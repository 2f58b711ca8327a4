// SPDX-License-Identifier: Apache-2.0
// Chromium as it treats a tab that nobody looks at: Playwright keeps every page visible and awake, Puppeteer lets it sleep.
import puppeteer from 'puppeteer-core';

import { eventually, generatedCameras, quiet } from './browsers.mjs';

/** What would keep a page in the background at full speed. */
const WAKEFUL = ['--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding'];

/**
 * After hours: Chromium lets the timers of a page that was hidden for five minutes wake it once a minute. The parameter has it begin at once;
 * the other conditions (no sound for half a minute, no live media) stay, so that it takes a minute or two all the same.
 */
export const LONG_IDLE = '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1';

export function startSleepyChromium(...more) {
  return puppeteer.launch({
    executablePath: '/usr/bin/chromium', headless: true, acceptInsecureCerts: true, ignoreDefaultArgs: WAKEFUL,
    args: [...quiet, generatedCameras(), '--lang=zh-CN', ...more], defaultViewport: { width: 1366, height: 768 },
  });
}

/** A page of its own context; it keeps every AudioContext it makes where the test can put it to sleep, and what it notified of. */
export async function openSleepyPage(browser, url) {
  const context = await browser.createBrowserContext();
  await context.overridePermissions(url, ['camera', 'microphone', 'notifications']);
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  await page.evaluateOnNewDocument(() => {
    const Native = window.AudioContext;
    window.testSounds = [];
    window.AudioContext = class extends Native {
      constructor(...args) {
        super(...args);
        window.testSounds.push(this);
      }
    };
    const Notice = window.Notification;
    window.testNotices = [];
    window.Notification = class extends Notice {
      constructor(title, options) {
        super(title, options);
        window.testNotices.push(`${title} ${options?.body}`);
      }
    };
  });
  await page.goto(url);
  return page;
}

/** Another tab of the same window comes to the front; the function brings the page back. */
export async function cover(page) {
  const other = await page.browserContext().newPage();
  await other.bringToFront();
  await eventually(() => page.evaluate(() => document.visibilityState), (state) => state === 'hidden', { what: 'the page hidden' });
  return async () => {
    await page.bringToFront();
    await other.close();
  };
}

/** The system puts the page's sound to sleep, and no page can wake it; the function lets it. */
export async function silence(page) {
  await page.evaluate(() => Promise.all(window.testSounds.map((context) => {
    context.resume = () => Promise.reject(new Error('kept silent'));
    return context.suspend();
  })));
  return () => page.evaluate(() => Promise.all(window.testSounds.map((context) => {
    delete context.resume;
    return context.resume();
  })));
}
