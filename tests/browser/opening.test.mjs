// SPDX-License-Identifier: Apache-2.0
// A page that opens while the server, or a part of the line, is slow: nobody is left with a blank window.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openPage, startChromium } from './support/browsers.mjs';
import { Clerk } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

let office, browser, program, layout;

before(async () => {
  [office, browser] = await Promise.all([Office.open(), startChromium()]);
  const page = await openPage(browser, office.url);
  [program, layout] = await page.evaluate(() => [document.querySelector('script[type=module]').src, document.querySelector('link[rel=stylesheet]').href]);
  await page.context().close();
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

/** A page for which an address cannot be had the first times that the page is loaded; `loads` counts how often it was. */
async function brokenPage(address, times) {
  const page = await openPage(browser, 'about:blank', { origin: office.url });
  const line = { page, loads: 0 };
  page.on('request', (request) => { line.loads += request.isNavigationRequest() ? 1 : 0; });
  await page.route(address, (route) => (line.loads <= times ? route.abort() : route.continue()));
  return line;
}

const PARTS = [['the program', () => program], ['its layout', () => layout], ['a part of the program', () => '**/assets/SignIn-*.js']];

for (const [what, address] of PARTS) {
  test(`${what} that does not load at once is loaded once more by itself`, async () => {
    const line = await brokenPage(address(), 1);
    await line.page.goto(office.url);
    await line.page.waitForSelector('input[name=account]');
    assert.equal(line.loads, 2);
    await line.page.context().close();
  });
}

for (const [what, address] of PARTS) {
  test(`${what} that does not load either time is told of, with a way on`, async () => {
    const line = await brokenPage(address(), 2);
    await line.page.goto(office.url);
    await line.page.waitForSelector('text=重新加载');
    assert.match(await line.page.innerText('[role=alert]'), /页面没有加载完整/);
    assert.equal(line.loads, 2);
    await line.page.click('text=重新加载');
    await line.page.waitForSelector('input[name=account]');
    await line.page.context().close();
  });
}

test('without the part that shows calls nobody works on unaware', async () => {
  const line = await brokenPage('**/assets/CallLayer-*.js', 2);
  await line.page.goto(office.url);
  await new Clerk(line.page).signIn('clerk1', 'demo-clerk1');
  await line.page.waitForSelector('[role=alert] button');
  assert.equal(line.loads, 2);
  await line.page.click('[role=alert] button');
  await line.page.waitForSelector('text=通办窗口');
  await line.page.context().close();
});
