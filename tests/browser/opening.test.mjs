// SPDX-License-Identifier: Apache-2.0
// A page that opens while the server, or a part of the line, is slow: nobody is left with a blank window.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openPage, startChromium } from './support/browsers.mjs';
import { Clerk } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

let office, browser;

before(async () => {
  [office, browser] = await Promise.all([Office.open(), startChromium()]);
});

after(async () => {
  await browser?.close();
  await office?.close();
});

/** A page for which requests of the address are answered only when the returned function is called. */
async function heldPage(address) {
  let release;
  const released = new Promise((done) => { release = done; });
  const page = await openPage(browser, 'about:blank', { origin: office.url });
  await page.route(address, async (route) => {
    await released;
    await route.continue().catch(() => undefined); // the page may have given it up
  });
  return { page, release };
}

test('the form is there though the server does not say who is signed in', async () => {
  const { page, release } = await heldPage('**/api/v1/session');
  await page.goto(office.url);
  await page.waitForSelector('input[name=account]');
  release();
  await page.context().close();
});

test('who signs in meanwhile stays signed in when the late answer says that nobody is', async () => {
  let held;
  const page = await openPage(browser, 'about:blank', { origin: office.url });
  const asked = new Promise((done) => {
    void page.route('**/api/v1/session', (route) => {
      if (route.request().method() !== 'GET' || held) return route.continue();
      held = route;
      return done();
    });
  });
  await page.goto(office.url);
  await asked;
  await new Clerk(page).signIn('auditor1', 'demo-auditor1');
  await page.waitForURL('**/audit*');
  await held.fulfill({ status: 401, contentType: 'application/json', body: '{"error":{"code":"not_signed_in","text":"没有登录"}}' }).catch(() => undefined);
  await page.waitForSelector('.rows, .el-empty');
  assert.match(page.url(), /\/audit/);
  await page.context().close();
});

test('who was signed in all the time goes on from the form by themselves', async () => {
  const page = await openPage(browser, office.url);
  await new Clerk(page).signIn('auditor1', 'demo-auditor1');
  await page.waitForURL('**/audit*');
  let release;
  const released = new Promise((done) => { release = done; });
  await page.route('**/api/v1/session', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(office.url);
  await page.waitForSelector('input[name=account]');
  release();
  await page.waitForURL('**/audit*');
  await page.context().close();
});

test('a part of the program that does not load is told of, with a way on', async () => {
  const page = await openPage(browser, 'about:blank', { origin: office.url });
  await page.route('**/assets/SignIn-*.js', (route) => route.abort());
  await page.goto(office.url);
  await page.waitForSelector('[role=alert] button');
  await page.unroute('**/assets/SignIn-*.js');
  await page.click('[role=alert] button');
  await page.waitForSelector('input[name=account]');
  await page.context().close();
});
