// SPDX-License-Identifier: Apache-2.0
// From pressing F9 to the straightened page on both screens: two Chromium windows, a document camera of 8 and of 13
// megapixels over a page on a desk, the server, its page workers; all on this machine.
import { openPage, startChromium } from './support/browsers.mjs';
import { CAMERA_SIZES, documentCamera } from './support/cameras.mjs';
import { Clerk } from './support/clerk.mjs';
import { Office } from './support/office.mjs';
import { splitOf, watchStages } from './support/stages.mjs';

const at = process.argv.indexOf('--shots');
const shots = at > 0 ? Number(process.argv[at + 1]) : 20;
const split = process.argv.includes('--split'); // where the time goes, stage by stage
const applicant = { kind: 'person', name: '张三', document: 'id_card', number: '11010519491231002X', phone: '13800000000' };

const stages = new Map();

/** The n-th page of the first material is shown, its picture loaded. */
const shown = (page, n) => page.waitForFunction((count) => {
  const all = [...document.querySelectorAll('.materials > li:first-child [data-testid=thumbnail]')];
  return all.length >= count && all.every((each) => each.complete && each.naturalWidth > 0);
}, n, { polling: 'raf', timeout: 120000 });

/** Its exact page too: the next press is not to wait for the last one's work. */
const made = (page, n) => page.waitForFunction((count) => {
  const list = document.querySelector('.materials > li:first-child [data-testid=filed-pages]');
  return list !== null && list.querySelectorAll('button [data-testid=thumbnail]').length >= count;
}, n, { timeout: 120000 });

async function once(applicantPage, homePage, n) {
  await applicantPage.locator('.materials > li').first().getByTestId('capture').click();
  const sheet = applicantPage.getByTestId('capture-sheet');
  await sheet.locator('.size').waitFor();
  const both = Promise.all([shown(applicantPage, n), shown(homePage, n)]);
  const began = performance.now();
  const wallBegan = performance.timeOrigin + began;
  await applicantPage.keyboard.press('F9');
  await sheet.locator('ol.strip > li').first().waitFor();
  await sheet.getByTestId('file-pages').click();
  await both;
  const took = performance.now() - began;
  await Promise.all([made(applicantPage, n), made(homePage, n)]);
  if (split) for (const [stage, ms] of await splitOf([applicantPage, homePage], wallBegan)) stages.set(stage, [...(stages.get(stage) ?? []), ms]);
  return took;
}

async function signedIn(browser, office, account, theCase) {
  const page = await openPage(browser, office.url);
  if (split) await page.addInitScript(watchStages);
  const clerk = new Clerk(page);
  await clerk.signIn(account, `demo-${account}`);
  await clerk.takeWindow('窗口');
  const id = theCase ?? await page.evaluate(async (who) => (await (await fetch('/api/v1/cases', { method: 'POST',
    headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ item: 'fanglei-jungong', area: '441523', applicant: who }) })).json()).case, applicant);
  await page.goto(`${office.url}/cases/${id}`);
  await page.locator('.materials > li').first().waitFor();
  return [page, id];
}

const say = (figure, value, mpx) => console.log(JSON.stringify({ bench: 'capture', figure, value: Math.round(value), unit: 'ms', mpx }));
const rank = (sorted, share) => sorted[Math.ceil(share * sorted.length) - 1];

async function measure(mpx) {
  const office = await Office.open();
  const camera = await documentCamera(mpx, { noise: 0 }); // its file is read beside what is measured, on the same cores
  const [left, right] = await Promise.all([startChromium({ camera: camera.file }), startChromium()]);
  try {
    const [applicantPage, theCase] = await signedIn(left, office, 'clerk1');
    const [homePage] = await signedIn(right, office, 'home1', theCase);
    await once(applicantPage, homePage, 1); // what is loaded once does not count
    const times = [];
    stages.clear();
    for (let n = 2; n < shots + 2; n++) times.push(await once(applicantPage, homePage, n));
    const [file] = (await applicantPage.evaluate(async (id) => (await fetch(`/api/v1/cases/${id}`)).json(), theCase)).files;
    const { still, page_found: found } = file.page.facts;
    if (still.width_px !== CAMERA_SIZES[mpx][0] || !found) throw new Error(`not the picture that was to be measured: ${JSON.stringify(still)} page_found=${found}`);
    times.sort((a, b) => a - b);
    for (const [stage, all] of stages) say(`after_press_${stage}_p50_ms`, rank(all.sort((a, b) => a - b), 0.5), mpx);
    say('press_to_both_p50_ms', rank(times, 0.5), mpx);
    say('press_to_both_p95_ms', rank(times, 0.95), mpx);
  } finally {
    await Promise.all([left.close(), right.close()]);
    camera.remove();
    await office.close();
  }
}

for (const mpx of [8, 13]) await measure(mpx);
