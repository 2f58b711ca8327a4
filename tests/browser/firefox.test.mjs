// SPDX-License-Identifier: Apache-2.0
// The same call between Chromium and Firefox.
import { after, before, test } from 'node:test';

import { eventually, GENERATED_DOCUMENT, openPage, startChromium } from './support/browsers.mjs';
import { Clerk } from './support/clerk.mjs';
import { openFirefoxPage, ownAddress, startFirefox } from './support/firefox.mjs';
import { Office } from './support/office.mjs';

let office, chromium, firefox, applicant, home;

before(async () => {
  office = await Office.open({ listen: ownAddress() });
  [chromium, firefox] = await Promise.all([startChromium(), startFirefox()]);
  applicant = new Clerk(await openPage(chromium, office.url));
  home = new Clerk(await openFirefoxPage(firefox, office.url));
  await Promise.all([applicant.signIn('clerk1', 'demo-clerk1'), home.signIn('home1', 'demo-home1')]);
  await applicant.takeWindow('窗口', { document: GENERATED_DOCUMENT });
  await home.takeWindow('窗口');
});

after(async () => {
  await Promise.all([chromium?.close(), firefox?.close()]);
  await office?.close();
});

test('Firefox answers Chromium, and each decodes the other', async () => {
  await applicant.request('防雷装置竣工验收', '陆河县', '火狐浏览器');
  await home.shows('火狐浏览器');
  await home.answer();
  await Promise.all([applicant.inCall(), home.inCall()]);
  // Firefox's generated camera is one device: its face arrives; both of Chromium's do.
  await eventually(() => home.stats(), ({ inbound }) => (inbound['1f']?.frames ?? 0) > 15 && (inbound['1d']?.frames ?? 0) > 5 && (inbound['1a']?.packets ?? 0) > 50,
    { what: "Chromium's pictures and sound in Firefox" });
  await eventually(() => applicant.stats(), ({ inbound }) => (inbound['1f']?.frames ?? 0) > 15 && (inbound['1a']?.audioEnergy ?? 0) > 0,
    { what: "Firefox's face and sound in Chromium" });
  await home.say('火狐看得到');
  await applicant.clickText('.el-tabs__item', '聊天');
  await applicant.shows('火狐看得到');
  await applicant.hangUp();
  await home.over();
});
