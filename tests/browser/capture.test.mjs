// SPDX-License-Identifier: Apache-2.0
// Papers into a case at the document camera: shot, put in order, filed; also over a line that is cut in between.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { eventually, openPage, startChromium } from './support/browsers.mjs';
import { CAMERA_SIZES, documentCamera } from './support/cameras.mjs';
import { Clerk } from './support/clerk.mjs';
import { Office } from './support/office.mjs';
import { printed } from '../support/pictures.mjs';

const SHOTS = process.env.FW_SHOTS;
const applicant = { kind: 'person', name: '张三', document: 'id_card', number: '11010519491231002X', phone: '13800000000' };
let office;
let camera;
let browser;
let page;
let theCase;

const shot = async (name) => SHOTS && page.screenshot({ path: `${SHOTS}/${name}.png` });
/** An HTTP request of the page itself, with its session. */
const ask = (method, path, body) => page.evaluate(async ([verb, where, what]) => {
  const init = what ? { method: verb, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(what) } : { method: verb };
  return (await fetch(where, init)).json();
}, [method, path, body]);
const files = async () => (await ask('GET', `/api/v1/cases/${theCase}`)).files;

async function capture(material, pages) {
  await page.locator('.materials > li').nth(material - 1).getByTestId('capture').click();
  const sheet = page.getByTestId('capture-sheet');
  await sheet.locator('video').waitFor();
  await eventually(() => sheet.locator('.size').count(), (count) => count === 1, { what: 'a live picture' });
  for (let n = 1; n <= pages; n++) {
    await page.keyboard.press('F9');
    await sheet.locator('ol.strip > li').nth(n - 1).waitFor();
  }
  await shot(`capture-${material}`);
  return sheet;
}

before(async () => {
  office = await Office.open();
  camera = await documentCamera();
  browser = await startChromium({ camera: camera.file });
  page = await openPage(browser, office.url);
  const clerk = new Clerk(page);
  await clerk.signIn('clerk1', 'demo-clerk1');
  await clerk.takeWindow('3号');
  theCase = (await ask('POST', '/api/v1/cases', { item: 'fanglei-jungong', area: '441523', applicant })).case;
  await page.goto(`${office.url}/cases/${theCase}`);
  await page.locator('.materials > li').first().waitFor();
});
after(async () => {
  await browser?.close();
  camera?.remove();
  await office?.close();
});

test('two pages are shot, put in order and filed to their material', { timeout: 240000 }, async () => {
  const sheet = await capture(1, 2);
  const addresses = () => sheet.locator('ol.strip img').evaluateAll((all) => all.map((each) => each.src));
  const before = await addresses();
  await sheet.getByRole('button', { name: '前移' }).nth(1).click();
  assert.deepEqual(await addresses(), [...before].reverse());
  await sheet.getByTestId('file-pages').click();
  await page.locator('.materials > li').first().getByTestId('thumbnail').nth(1).waitFor();
  const filed = await files();
  assert.deepEqual(filed.map((each) => [each.material, each.position, each.kind]), [[1, 1, 'capture'], [1, 2, 'capture']]);
  for (const { id, bytes } of filed) {
    const size = await page.evaluate(async (address) => {
      const bitmap = await createImageBitmap(await (await fetch(address)).blob());
      return [bitmap.width, bitmap.height];
    }, `/api/v1/cases/${theCase}/files/${id}`);
    assert.deepEqual(size, CAMERA_SIZES[13], 'the camera at its full size');
    assert.ok(bytes > 10000);
  }
});

test('a file chosen while the line is cut is kept, and filed once when it is back, also after a reload', { timeout: 240000 }, async () => {
  const text = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(1500000, 'x'), Buffer.from('\nstartxref\n9\n%%EOF\n')]);
  await page.locator('.materials > li').nth(1).getByTestId('capture').click();
  const sheet = page.getByTestId('capture-sheet');
  await sheet.locator('input[type=file]').setInputFiles([{ name: '图纸.pdf', mimeType: 'application/pdf', buffer: text },
    { name: '说明.txt', mimeType: 'text/plain', buffer: Buffer.from('no paper') }]);
  await sheet.getByText('“说明.txt”不是可以归档的文件').waitFor();
  await page.route('**/uploads/**', (route) => route.abort('internetdisconnected'));
  await sheet.getByTestId('file-pages').click();
  await page.getByText('网络中断，1 个文件已存在本机').waitFor();
  await shot('capture-cut');
  assert.equal((await files()).length, 2);
  await page.unroute('**/uploads/**');
  await page.reload();
  await page.locator('.materials > li').nth(1).locator('[data-file]').first().waitFor();
  const [file] = (await files()).filter((each) => each.material === 2);
  assert.equal(file.bytes, text.length);
  const digest = await page.evaluate(async (address) => {
    const bytes = await (await fetch(address)).arrayBuffer();
    return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((each) => each.toString(16).padStart(2, '0')).join('');
  }, `/api/v1/cases/${theCase}/files/${file.id}`);
  assert.equal(digest, createHash('sha256').update(text).digest('hex'));
  assert.equal((await files()).length, 3, 'filed once');
});

test('a page that lies sideways is told, and set upright by one click', { timeout: 240000 }, async () => {
  const row = page.locator('.materials > li').nth(2);
  await row.getByTestId('capture').click();
  const sheet = page.getByTestId('capture-sheet');
  await sheet.locator('input[type=file]').setInputFiles([{ name: '横放.png', mimeType: 'image/png', buffer: printed(true) }]);
  await sheet.getByTestId('file-pages').click();
  await row.locator('.el-tag', { hasText: '文字横放' }).waitFor();
  await shot('sideways');
  await row.getByRole('button', { name: '全屏查看' }).click();
  const dialog = page.getByTestId('page-dialog');
  const turned = (degrees) => eventually(() => dialog.locator('.sheet').getAttribute('style'), (style) => style.includes(`rotate(${degrees}deg)`), { what: `a turn by ${degrees}` });
  await dialog.getByRole('button', { name: '转正' }).waitFor();
  await turned(0);
  await shot('sideways-view');
  await dialog.getByTestId('upright').click();
  await turned(270);
  await shot('sideways-upright');
  await page.keyboard.press('z'); // had it been the wrong way
  await turned(90);
});

test('a page that is set upright stays so, for the other window too, and is turned back', { timeout: 240000 }, async () => {
  const other = await openPage(browser, office.url);
  const home = new Clerk(other);
  await home.signIn('home1', 'demo-home1');
  await home.takeWindow('窗口');
  await other.goto(`${office.url}/cases/${theCase}`);
  const thumbnail = (one, degrees) => one.locator(`.materials > li:nth-child(3) [data-testid=thumbnail][style*="rotate(${degrees}deg)"]`).waitFor();
  await page.keyboard.press('s');
  await Promise.all([thumbnail(page, 90), thumbnail(other, 90)]);
  await page.getByTestId('keep-turn').waitFor({ state: 'detached' });
  await shot('turn-kept');
  const row = other.locator('.materials > li').nth(2);
  await row.locator('.el-tag', { hasText: '文字横放' }).waitFor({ state: 'detached' }); // mended; a tag fades
  await row.getByRole('button', { name: '全屏查看' }).click();
  const sheet = other.getByTestId('page-dialog').locator('.sheet');
  const turned = (degrees) => eventually(() => sheet.getAttribute('style'), (style) => style.includes(`rotate(${degrees}deg)`), { what: `a turn by ${degrees}` });
  await turned(90);
  for (const degrees of [180, 270, 0]) {
    await other.keyboard.press('r');
    await turned(degrees);
  }
  await other.keyboard.press('s'); // turned back
  await page.locator('.materials > li:nth-child(3) [data-testid=thumbnail]:not([style*=rotate])').waitFor();
  await eventually(() => page.getByTestId('page-dialog').locator('.sheet').getAttribute('style'), (style) => style.includes('rotate(0deg)'), { what: 'the view of who had turned it' });
  await page.keyboard.press('Escape');
  await page.locator('.materials > li').nth(2).getByTestId('set-upright').click();
  await thumbnail(other, 270);
  await page.getByTestId('set-upright').waitFor({ state: 'detached' });
  await other.close();
});

test('a page whose picture cannot be encoded after all is taken back, nothing is filed of it, and the next one is encoded by the page', { timeout: 240000 }, async () => {
  const other = await openPage(browser, office.url);
  await other.context().route('**/stills.worker*.js', async (route) => {
    const answer = await route.fetch();
    const broken = `const own = OffscreenCanvas.prototype.convertToBlob;
      OffscreenCanvas.prototype.convertToBlob = function (how) { return this.width > 1000 ? Promise.reject(new Error('no memory')) : own.call(this, how); };\n`;
    await route.fulfill({ response: answer, body: broken + await answer.text() });
  });
  const clerk = new Clerk(other);
  await clerk.signIn('home1', 'demo-home1');
  await clerk.takeWindow('窗口');
  await other.goto(`${office.url}/cases/${theCase}`);
  await other.locator('.materials > li').nth(3).getByTestId('capture').click();
  const sheet = other.getByTestId('capture-sheet');
  await sheet.locator('.size').waitFor();
  const taken = (pages) => sheet.getByText(`已拍 ${pages} 页`).waitFor();
  const before = await files();
  await other.keyboard.press('F9');
  await taken(1); // the camera's own photo, from which the page learns that a frame does
  await other.keyboard.press('F9');
  await sheet.getByText('没有拍到，请再试一次').waitFor();
  await taken(1);
  SHOTS && await other.screenshot({ path: `${SHOTS}/not-encoded.png` });
  await other.keyboard.press('F9');
  await taken(2);
  await sheet.getByTestId('file-pages').click();
  await other.locator('.materials > li').nth(3).getByTestId('thumbnail').nth(1).waitFor();
  assert.equal((await files()).length, before.length + 2);
  await other.close();
});

/** Takes the window again and goes to the case as a clerk does: a page that was loaded anew is at no window. */
async function backAtTheWindow() {
  await page.goto(office.url);
  await new Clerk(page).takeWindow('3号');
  await page.locator('a[href="/cases"]').first().click();
  await page.locator('.el-table__row .link').first().click();
  await page.locator('.materials > li').first().waitFor();
}

test('the empty desk is learnt by one key, shown, learnt again and forgotten; pages are made by it', { timeout: 240000 }, async () => {
  await backAtTheWindow();
  const row = page.locator('.materials > li').nth(1);
  await row.getByTestId('capture').click();
  const sheet = page.getByTestId('capture-sheet');
  await sheet.locator('.size').waitFor();
  await sheet.getByTestId('empty-desk').click();
  const dialog = page.getByTestId('desk-dialog');
  await dialog.getByText('还没有学习过空桌面').waitFor();
  await shot('desk-none');
  const picture = () => dialog.getByTestId('desk-picture').getAttribute('src');
  await page.keyboard.press('F9');
  await dialog.getByText('学习，高拍仪').waitFor();
  await eventually(() => dialog.getByTestId('desk-picture').evaluate((one) => [one.naturalWidth, one.naturalHeight]), ([width]) => width === CAMERA_SIZES[13][0], { what: 'the picture taken' });
  await shot('desk-learnt');
  const first = await picture();
  await dialog.getByTestId('desk-learn').click();
  await eventually(picture, (src) => src !== first, { what: 'the desk learnt again' });
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await sheet.getByText('已拍 0 页').waitFor(); // its keys were the dialog's
  await page.keyboard.press('F9');
  await sheet.locator('ol.strip > li').waitFor();
  await sheet.getByTestId('file-pages').click();
  await row.getByTestId('thumbnail').waitFor();
  const facts = await eventually(async () => (await files()).find((each) => each.material === 2 && each.kind === 'capture')?.page?.facts, (found) => found !== null && found !== undefined, { what: 'the page' });
  assert.notEqual(facts.desk, 'none');
  await row.getByTestId('capture').click();
  await sheet.locator('.size').waitFor();
  await sheet.getByTestId('empty-desk').click();
  await dialog.getByTestId('desk-forget').click();
  await dialog.getByText('还没有学习过空桌面').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
});

test('the format of the paper is chosen once for the window, and its pages are made by it', { timeout: 240000 }, async () => {
  const row = page.locator('.materials > li').nth(2);
  await row.getByTestId('capture').click();
  const sheet = page.getByTestId('capture-sheet');
  await sheet.locator('.size').waitFor();
  const option = page.getByRole('option', { name: 'A3', exact: true });
  await sheet.getByTestId('paper-format').click();
  await option.waitFor();
  await page.keyboard.press('Escape'); // of the list, not of the sheet
  await option.waitFor({ state: 'hidden' });
  await sheet.getByTestId('paper-format').click();
  await option.click();
  await page.keyboard.press('F9');
  await sheet.locator('ol.strip > li').waitFor();
  await shot('paper-format');
  await sheet.getByTestId('file-pages').click();
  const mine = async () => (await files()).find((each) => each.material === 3 && each.kind === 'capture')?.page?.facts?.format;
  await eventually(mine, (format) => format === 'a3', { what: 'a page of A3' });
  await row.getByTestId('capture').click();
  await sheet.getByTestId('paper-format').getByText('A3').waitFor();
  await sheet.locator('.size').waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
});
