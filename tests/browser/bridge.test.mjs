// SPDX-License-Identifier: Apache-2.0
// A document camera that only its maker's program can open: its address is given and tried at the device check, it is aimed and
// shot with, its bytes are filed as they came, it is seen in a call; and its program ends in the middle of it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { eventually, near, openPage, startChromium } from './support/browsers.mjs';
import { Clerk } from './support/clerk.mjs';
import { freePort, Office } from './support/office.mjs';
import { VendorBridge } from './support/vendor-bridge.mjs';

const SHOTS = process.env.FW_SHOTS;
const HEADS = [[30, 140, 60], [40, 80, 190]]; // what lies under each head: paper on a desk of that colour
const DESK = [[0.02, 0.02, 0.1, 0.1]]; // a corner of the picture
const applicant = { kind: 'person', name: '张三', document: 'id_card', number: '11010519491231002X', phone: '13800000000' };
let office, browser, program, foreign, clerk, page, theCase, stills, preview;

const shot = async (name) => SHOTS && page.screenshot({ path: `${SHOTS}/bridge-${name}.png` });
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const ask = (method, path, body) => page.evaluate(async ([verb, where, what]) => {
  const init = what ? { method: verb, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(what) } : { method: verb };
  return (await fetch(where, init)).json();
}, [method, path, body]);
const digests = async (material) => {
  const files = (await ask('GET', `/api/v1/cases/${theCase}`)).files.filter((each) => each.material === material);
  return Promise.all(files.map(({ id }) => page.evaluate(async (address) => {
    const bytes = await (await fetch(address)).arrayBuffer();
    return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((each) => each.toString(16).padStart(2, '0')).join('');
  }, `/api/v1/cases/${theCase}/files/${id}`)));
};
/** A video shows what lies under that head. */
const sees = (who, selector, head) => eventually(() => who.picture(selector, DESK), (colours) => colours !== null && near(colours[0], HEADS[head]), { what: `head ${head} in ${selector}` });

/** What a document camera of that size sees: a page with some print on the desk. */
async function photograph(width, height, colour) {
  const plain = await browser.newPage({ viewport: { width: 1040, height: 780 }, deviceScaleFactor: width / 1040 });
  await plain.setContent(`<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: rgb(${colour}); } main { position: absolute; left: 270px; top: 40px; width: 440px; height: 640px; padding: 30px; background: #fff; font: 24px/40px "Noto Sans CJK SC", sans-serif; }
    </style><main><h1>竣工验收申请书</h1>${'<p>申请单位：演示数据有限公司，工程名称：演示综合楼（演示数据）。</p>'.repeat(3)}</main>`);
  const picture = await plain.screenshot({ type: 'jpeg', quality: 90 });
  await plain.close();
  assert.equal(picture.readUInt16BE(0), 0xffd8, `${width} x ${height}`);
  return picture;
}

before(async () => {
  office = await Office.open();
  browser = await startChromium();
  stills = [await photograph(4160, 3120, HEADS[0]), await photograph(4160, 3120, HEADS[1])];
  preview = [await photograph(960, 720, HEADS[0]), await photograph(960, 720, HEADS[1])];
  const devices = [{ id: 'S1380/A', name: '良田 S1380', heads: 2, width: 4160, height: 3120 }];
  program = await VendorBridge.open({ origin: office.url, devices, preview, stills });
  foreign = await VendorBridge.open({ origin: 'https://other.example', devices, preview, stills });
  page = await openPage(browser, office.url);
  clerk = new Clerk(page);
  await clerk.signIn('clerk1', 'demo-clerk1');
});
after(async () => {
  await browser?.close();
  await Promise.all([program, foreign].map((each) => each?.stop()));
  await office?.close();
});

test('the program\'s address is tried, what is wrong is said, and its camera is seen at the device check', { timeout: 240000 }, async () => {
  await clerk.clickText('ul button', '窗口');
  await clerk.shows('设备检查');
  await page.getByTestId('bridge-setting').click();
  const dialog = page.getByRole('dialog');
  const tried = async (address, words) => {
    await dialog.locator('#bridge-address').fill(address);
    await dialog.getByTestId('bridge-test').click();
    await dialog.getByText(words).waitFor();
  };
  await tried('http://192.168.1.20:8765', '只能使用本机上的程序');
  await tried(`http://127.0.0.1:${await freePort()}`, '厂家程序没有应答');
  await shot('absent');
  await tried(foreign.address, '没有允许本系统使用');
  await tried(program.address, '良田 S1380，2 个镜头，4160 × 3120 像素');
  await shot('found');
  await dialog.locator('#bridge-address').press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await sees(clerk, '.page section:nth-child(2) video', 0);
  await shot('check');
  await clerk.beginDuty();
});

test('it is aimed and shot with, by either head, and its bytes are filed as they came', { timeout: 240000 }, async () => {
  theCase = (await ask('POST', '/api/v1/cases', { item: 'fanglei-jungong', area: '441523', applicant })).case;
  await page.goto(`${office.url}/cases/${theCase}`);
  await page.locator('.materials > li').first().getByTestId('capture').click();
  const sheet = page.getByTestId('capture-sheet');
  await sheet.getByText('4160 × 3120 像素').waitFor();
  await sees(clerk, '.sheet video', 0);
  await page.keyboard.press('F9');
  await sheet.locator('ol.strip > li').first().waitFor();
  await sheet.getByRole('button', { name: '切换镜头' }).click();
  await sees(clerk, '.sheet video', 1);
  await page.keyboard.press('F9');
  await sheet.locator('ol.strip > li').nth(1).waitFor();
  await shot('sheet');
  await sheet.getByTestId('file-pages').click();
  await page.locator('.materials > li').first().getByTestId('thumbnail').nth(1).waitFor();
  assert.deepEqual(await digests(1), stills.map(sha256));
  assert.deepEqual(program.asked.filter((each) => each.startsWith('POST')), ['POST /devices/S1380%2FA/stills{"head":0}', 'POST /devices/S1380%2FA/stills{"head":1}']);
});

test('its program ends: said at once, what was shot is kept, and goes on when it is back', { timeout: 240000 }, async () => {
  await page.locator('.materials > li').nth(1).getByTestId('capture').click();
  const sheet = page.getByTestId('capture-sheet');
  await sees(clerk, '.sheet video', 1);
  program.instead.set('POST /devices/S1380%2FA/stills', { status: 503 });
  await page.keyboard.press('F9');
  await sheet.getByText('厂家程序打不开高拍仪').waitFor();
  program.instead.clear();
  await page.keyboard.press('F9');
  await sheet.locator('ol.strip > li').first().waitFor();
  await program.stop();
  await sheet.getByRole('alert').getByText('厂家程序没有应答').waitFor();
  assert.equal(await sheet.locator('ol.strip > li').count(), 1);
  await shot('gone');
  await sheet.getByRole('button', { name: '重新打开' }).click();
  await sheet.getByRole('alert').getByText('厂家程序没有应答').waitFor();
  await program.start();
  await sheet.getByRole('button', { name: '重新打开' }).click();
  await sees(clerk, '.sheet video', 1);
  await page.keyboard.press('F9');
  await sheet.locator('ol.strip > li').nth(1).waitFor();
  await sheet.getByTestId('file-pages').click();
  await page.locator('.materials > li').nth(1).getByTestId('thumbnail').nth(1).waitFor();
  assert.deepEqual(await digests(2), [stills[1], stills[1]].map(sha256));
});

test('the sheet without a mouse: continuous shooting, the other head, turned, taken again, deleted, filed', { timeout: 240000 }, async () => {
  const sheet = page.getByTestId('capture-sheet');
  const pages = sheet.locator('ol.strip > li');
  const pictures = () => pages.locator('img').evaluateAll((all) => all.map((each) => each.src));
  const counted = (n) => eventually(() => pages.count(), (count) => count === n, { what: `${n} pages` });
  const press = async (name, n) => {
    await sheet.getByRole('button', { name }).nth(n).focus();
    await page.keyboard.press('Enter');
  };
  const shots = () => program.asked.filter((each) => each.startsWith('POST')).length;
  const before = shots();
  for (const key of 'ppppnnc') await page.keyboard.press(key); // from wherever it was: the third material, captured
  await sees(clerk, '.sheet video', 1);
  await page.keyboard.press('l');
  await counted(1); // what lay there
  await shot('continuous');
  program.preview = [preview[0], preview[0]]; // another page, on another desk
  await counted(2);
  await page.keyboard.press('l');
  assert.equal(shots(), before + 2);
  program.preview = preview;
  await page.keyboard.press('j');
  await sees(clerk, '.sheet video', 0);
  await page.keyboard.press('r');
  await page.keyboard.press('F9');
  await counted(3);
  assert.match(await pages.nth(2).locator('img').getAttribute('style'), /rotate\(90deg\)/);
  const taken = await pictures();
  await press('重拍', 0);
  await page.keyboard.press('F9');
  const retaken = await eventually(pictures, (now) => now[0] !== taken[0], { what: 'the first page taken again' });
  assert.deepEqual(retaken.slice(1), taken.slice(1));
  await press('删除', 1);
  await counted(2);
  assert.deepEqual(await pictures(), [retaken[0], retaken[2]]);
  await pages.nth(0).dragTo(pages.nth(1)); // what a mouse may do besides
  await eventually(pictures, (now) => now[0] === retaken[2], { what: 'the dragged page last' });
  await page.keyboard.press('g');
  await sheet.waitFor({ state: 'detached' });
  await page.locator('.materials > li').nth(2).getByTestId('thumbnail').nth(1).waitFor();
  assert.deepEqual(await digests(3), [stills[0], stills[0]].map(sha256));
  await page.keyboard.press('n');
  await page.keyboard.press('x'); // no button has it
  await shot('row-in-hand');
});

test('the other side of a call sees it, is told when its program ends, and sees it again by itself', { timeout: 240000 }, async () => {
  const home = new Clerk(await openPage(browser, office.url));
  await home.signIn('home1', 'demo-home1');
  await home.takeWindow('窗口');
  await page.goto(`${office.url}/work`);
  await clerk.request('防雷装置竣工验收', '陆河县');
  await home.answer();
  await Promise.all([clerk.inCall(), home.inCall()]);
  await sees(home, '.stage video', 0);
  await shot('call');
  await program.stop();
  await clerk.shows('厂家程序没有应答');
  await home.shows('高拍仪');
  await program.start();
  await sees(home, '.stage video', 0);
  await clerk.hangUp();
});
