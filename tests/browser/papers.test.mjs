// SPDX-License-Identifier: Apache-2.0
// The papers of a case in a call: the home clerk asks for a page, one key takes it, both see it straightened, verdicts are
// bound to it and to the second of the recording; the citizen's notice says what is wanting.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { eventually, openPage, startChromium } from './support/browsers.mjs';
import { paperCamera } from './support/cameras.mjs';
import { Clerk } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const SHOTS = process.env.FW_SHOTS;
const applicant = { kind: 'person', name: '张三', document: 'id_card', number: '11010519491231002X', phone: '13800000000' };
let office, camera, left, right, clerk, home, theCase, serial;

const shot = async (name) => {
  if (!SHOTS) return;
  await clerk.page.screenshot({ path: `${SHOTS}/${name}-left.png` });
  await home.page.screenshot({ path: `${SHOTS}/${name}-right.png` });
};
/** An HTTP request of the page itself, with its session. */
const ask = (page, method, path, body) => page.evaluate(async ([verb, where, what]) => {
  const init = what ? { method: verb, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(what) } : { method: verb };
  return (await fetch(where, init)).json();
}, [method, path, body]);
const found = () => ask(clerk.page, 'GET', `/api/v1/cases/${theCase}`);
const material = (who, n) => who.page.locator('.materials > li').nth(n - 1);

before(async () => {
  office = await Office.open();
  const plain = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: ['--no-sandbox'] });
  camera = await paperCamera(plain);
  await plain.close();
  [left, right] = await Promise.all([startChromium({ camera: camera.file, devices: 2 }), startChromium()]);
  clerk = new Clerk(await openPage(left, office.url));
  home = new Clerk(await openPage(right, office.url));
  await Promise.all([clerk.signIn('clerk1', 'demo-clerk1'), home.signIn('home1', 'demo-home1')]);
  await Promise.all([clerk, home].map((each) => each.takeWindow('窗口')));
  ({ case: theCase, serial } = await ask(clerk.page, 'POST', '/api/v1/cases', { item: 'fanglei-jungong', area: '441523', applicant }));
});
after(async () => {
  await Promise.all([left?.close(), right?.close()]);
  camera?.remove();
  await office?.close();
});

test('a call about the case shows its papers to both', { timeout: 240000 }, async () => {
  await clerk.choose(0, '防雷装置竣工验收');
  await clerk.choose(1, '陆河县');
  await clerk.choose(3, serial);
  await clerk.clickText('.notice .el-checkbox', '已告知');
  await eventually(() => clerk.page.evaluate(() => document.querySelector('.panel .go button')?.disabled), (disabled) => disabled === false, { what: 'the call button' });
  await clerk.page.keyboard.press('F2');
  await home.answer();
  await Promise.all([clerk.inCall(), home.inCall()]);
  await Promise.all([clerk, home].map((each) => material(each, 1).waitFor()));
});

test('the home clerk asks for a page, one key takes it, both see it', { timeout: 240000 }, async () => {
  await material(home, 1).getByTestId('ask-capture').click();
  const asked = clerk.page.getByTestId('asked-capture');
  await asked.waitFor();
  await eventually(() => clerk.page.getByTestId('asked-shoot').isEnabled(), (yes) => yes, { what: 'the open camera' });
  await shot('asked');
  await clerk.page.keyboard.press('F9');
  await Promise.all([clerk, home].map((each) => material(each, 1).getByTestId('thumbnail').waitFor()));
  const [file] = (await found()).files;
  assert.deepEqual([file.material, file.kind, file.page.state, file.page.pictures], [1, 'capture', 'made', true]);
  const { width_px, height_px } = file.page.facts.still;
  assert.deepEqual([width_px, height_px], [1920, 1080], 'the camera at its full size');
});

test('a mark of one is seen by the other, beside the picture', { timeout: 240000 }, async () => {
  for (const each of [clerk, home]) await material(each, 1).getByTestId('thumbnail').click();
  const view = home.page.getByTestId('page-view');
  await view.getByRole('button', { name: '方框' }).click();
  const box = await view.locator('.sheet').boundingBox();
  await home.page.mouse.move(box.x + box.width / 4, box.y + box.height / 4);
  await home.page.mouse.down();
  await home.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  await clerk.page.getByTestId('page-view').locator('.pointer').waitFor();
  await home.page.mouse.up();
  await clerk.page.getByTestId('page-view').locator('svg path').first().waitFor({ state: 'attached' });
  assert.equal((await found()).files[0].marks.length, 1);
  await shot('marked');
});

test('verdicts are given on the capture, at a second of the recording, and both see them', { timeout: 240000 }, async () => {
  await material(home, 1).getByRole('button', { name: '✔ 符合' }).click();
  await material(clerk, 1).locator('.verdict').first().waitFor();
  await material(home, 2).getByRole('button', { name: /✘/ }).click();
  const dialog = home.page.getByRole('dialog').filter({ hasText: '哪里不符合' });
  await dialog.locator('textarea').fill('缺竣工章');
  await dialog.getByRole('button', { name: '确定' }).click();
  await material(clerk, 2).locator('.verdict').first().waitFor();
  const now = await found();
  const [conforms, wanting] = now.verdicts;
  assert.deepEqual([conforms.verdict, conforms.file, wanting.verdict, wanting.note], ['conforms', now.files[0].id, 'wanting', '缺竣工章']);
  assert.ok(conforms.call && conforms.recording_us > 0 && wanting.recording_us > conforms.recording_us);
  await shot('verdicts');
});

test('the page over the whole screen: 1:1, turned, by keyboard', { timeout: 240000 }, async () => {
  await material(home, 1).getByTestId('filed-pages').locator('li').first().getByRole('button', { name: '全屏查看' }).click();
  const dialog = home.page.getByTestId('page-dialog');
  await dialog.locator('img').first().waitFor();
  await home.page.keyboard.press('1');
  await eventually(() => dialog.locator('output').first().textContent(), (text) => text === '100%', { what: '1:1' });
  await home.page.keyboard.press('r');
  await eventually(() => dialog.locator('.sheet').getAttribute('style'), (style) => style.includes('rotate(90deg)'), { what: 'a quarter turn' });
  await shot('dialog');
  await home.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('after the call the notice says what is wanting', { timeout: 240000 }, async () => {
  await clerk.hangUp();
  const made = await ask(clerk.page, 'POST', `/api/v1/cases/${theCase}/notices`, { kind: 'one_time' });
  assert.ok(made.number ?? made.notice ?? made.id, JSON.stringify(made));
});
