// SPDX-License-Identifier: Apache-2.0
// Debian's Firefox ESR by WebDriver BiDi. It sends no connectivity check to 127.0.0.1, so the office must listen elsewhere.
import os from 'node:os';
import puppeteer from 'puppeteer-core';

import { observe } from './browsers.mjs';

export function startFirefox() {
  return puppeteer.launch({
    browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, acceptInsecureCerts: true,
    // Not setViewport(): it needs a command that Firefox ESR 140 does not have.
    args: ['--width', '1366', '--height', '854'], defaultViewport: null,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true, 'media.autoplay.default': 0,
      'media.peerconnection.ice.obfuscate_host_addresses': false, 'network.proxy.type': 0, 'intl.accept_languages': 'zh-CN',
      'dom.webnotifications.enabled': false,
    },
  });
}

export async function openFirefoxPage(browser, url) {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(observe);
  await page.goto(url);
  return page;
}

/** An address of this machine that Firefox will check; the traffic stays on the machine. */
export function ownAddress() {
  const found = Object.values(os.networkInterfaces()).flat().find((each) => each.family === 'IPv4' && !each.internal);
  if (!found) throw new Error('this machine has no address but loopback; Firefox needs one (ip link add veth)');
  return found.address;
}
