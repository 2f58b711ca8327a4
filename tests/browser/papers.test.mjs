// SPDX-License-Identifier: Apache-2.0
// A clerk's whole story with 防雷装置竣工验收, on the screens: the case is opened, its papers captured, a call about it; the home
// clerk asks for a page, one key takes it, both see it straightened, also over a line that is cut; the applicant is held against the document; verdicts are bound
// to the capture and to the second of the recording; the citizen gets the notice and a message; the pages are one file; an auditor
// goes from the recording to the case and back. (cases.test.mjs: the same without a call, to the end of the case.)
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Auditor } from './support/auditor.mjs';
import { cutMidUpload, eventually, openPage, startChromium } from './support/browsers.mjs';
import { CAMERA_SIZES, documentCamera } from './support/cameras.mjs';
import { Clerk } from './support/clerk.mjs';
import { Office } from './support/office.mjs';

const SHOTS = process.env.FW_SHOTS;
const MARK = '.glass svg path'; // the tools beside it have pictures of this kind too
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
const clickTab = (who, name) => who.page.locator('.call').getByRole('tab', { name }).click();
/** A place of the page itself, without loading it anew: the window stays taken. */
const go = (who, words) => who.page.locator('header nav a', { hasText: words }).click();
const material = (who, n) => who.page.locator('.materials > li').nth(n - 1);

before(async () => {
  office = await Office.open({ config: '[sms]\ngateway = file\nquiet_from = 00:00\nquiet_to = 00:00\n' }); // as ./dev serve, by night too
  camera = await documentCamera();
  [left, right] = await Promise.all([startChromium({ camera: camera.file, devices: 2 }), startChromium()]);
  clerk = new Clerk(await openPage(left, office.url));
  home = new Clerk(await openPage(right, office.url));
  await Promise.all([clerk.signIn('clerk1', 'demo-clerk1'), home.signIn('home1', 'demo-home1')]);
  await Promise.all([clerk.takeWindow('窗口', { document: path.basename(camera.file) }), home.takeWindow('窗口')]);
});
after(async () => {
  await Promise.all([left?.close(), right?.close()]);
  camera?.remove();
  await office?.close();
});

test('the case is opened on the screen, and a paper captured', { timeout: 240000 }, async () => {
  const { page } = clerk;
  await page.locator('header .cases').click();
  await go(clerk, '新建办件');
  await page.locator('.head .el-select').first().click();
  await page.keyboard.type('flzz');
  await page.getByRole('option', { name: /防雷装置竣工验收/ }).click();
  await page.locator('.head .el-select').nth(1).click();
  await page.getByRole('option', { name: '陆河县' }).click();
  await page.getByLabel('姓名或名称').fill('张三丰');
  await page.getByLabel('证件号码').fill('11010519491231002X');
  await page.getByLabel('联系电话').fill('13812345678');
  await page.getByLabel('工程名称').fill('演示学校教学楼');
  for (const n of [0, 1]) await page.locator('.el-checkbox.all').nth(n).click();
  await page.getByRole('button', { name: '保存' }).click();
  await material(clerk, 2).getByTestId('capture').click();
  theCase = page.url().split('/').pop();
  ({ serial } = await found());
  const sheet = page.getByTestId('capture-sheet');
  await sheet.locator('.size').waitFor();
  for (const n of [0, 1]) {
    await page.keyboard.press('F9');
    await sheet.locator('ol.strip > li').nth(n).waitFor();
  }
  await sheet.getByTestId('file-pages').click();
  await material(clerk, 2).getByTestId('thumbnail').nth(1).waitFor();
  await go(clerk, '工作台');
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

test('one points and draws on the live picture, both see it, and it goes again', { timeout: 240000 }, async () => {
  // The home clerk has the clerk's document camera large by itself; the clerk chooses it too.
  await clerk.page.getByRole('button', { name: '我 · 高拍仪' }).click();
  const stages = [home, clerk].map((each) => each.page.locator('section.stage'));
  const [own, theirs] = stages;
  for (const stage of stages) await eventually(() => stage.locator('.glass').boundingBox(), (box) => box !== null && box.width > 100, { what: 'the live picture' });
  const glass = await own.locator('.glass').boundingBox();
  const at = (x, y) => [glass.x + x * glass.width, glass.y + y * glass.height];
  const shares = async (stage, selector) => {
    const [box, whole] = await Promise.all([stage.locator(selector).boundingBox(), stage.locator('.glass').boundingBox()]);
    return [(box.x + box.width / 2 - whole.x) / whole.width, (box.y + box.height / 2 - whole.y) / whole.height];
  };
  const near = ([x, y], [wantedX, wantedY]) => Math.abs(x - wantedX) < 0.02 && Math.abs(y - wantedY) < 0.02;
  await home.page.mouse.move(...at(0.2, 0.3));
  await theirs.locator('.pointer').waitFor();
  await home.page.mouse.move(...at(0.25, 0.4));
  await eventually(() => shares(theirs, '.pointer'), (place) => near(place, [0.25, 0.4]), { what: 'the pointer at the same place of the other screen' });
  const draw = async () => {
    await home.page.mouse.move(...at(0.3, 0.3));
    await home.page.mouse.down();
    await home.page.mouse.move(...at(0.5, 0.6), { steps: 4 });
    await home.page.mouse.up();
    await Promise.all(stages.map((each) => each.locator(MARK).waitFor({ state: 'attached' })));
  };
  await own.getByRole('button', { name: '方框' }).click();
  await draw();
  assert.ok(near(await shares(theirs, MARK), [0.4, 0.45]));
  await shot('live-mark');
  await home.page.keyboard.press('Escape');
  await Promise.all(stages.map((each) => each.locator(MARK).waitFor({ state: 'detached' })));
  await own.getByRole('button', { name: '箭头' }).click();
  await draw();
  await Promise.all(stages.map((each) => each.locator(MARK).waitFor({ state: 'detached' }))); // by itself
  await own.getByRole('button', { name: '箭头' }).click(); // out of the hand
  assert.equal((await found()).files.flatMap((each) => each.marks).length, 0, 'nothing is kept beside a file');
});

test('the business form stands beside the pictures: read by both, filled in by the applicant side, with keys', { timeout: 240000 }, async () => {
  const tab = (who) => who.page.locator('.call').getByRole('tab', { name: '业务表格' });
  for (const who of [clerk, home]) {
    await who.page.locator('.call').getByRole('tab', { name: '材料要点' }).focus();
    await who.page.keyboard.press('ArrowRight');
    await who.page.locator('.call').getByTestId('case-form').getByText('演示学校教学楼').waitFor();
    assert.equal(await tab(who).getAttribute('aria-selected'), 'true');
    await who.page.locator('.call section.stage').waitFor(); // what is talked about is still in sight
  }
  assert.equal(await home.page.getByTestId('call-form-edit').count(), 0, 'the home side reads');
  await clerk.page.getByTestId('call-form-edit').press('Enter');
  const form = clerk.page.getByTestId('call-form');
  await form.getByLabel('建筑面积').fill('约三千');
  await clerk.page.keyboard.press('Enter');
  await form.getByText('业务表格“建筑面积（平方米）”填得不对').waitFor();
  await eventually(() => form.getByText('只能填数字').evaluate((note) => {
    const { left, right, top, bottom } = note.getBoundingClientRect();
    return [top + 2, bottom - 2].every((y) => note.contains(document.elementFromPoint((left + right) / 2, y)));
  }), (uncovered) => uncovered, { what: 'what is wrong with the field in sight above the buttons' });
  await shot('form-wrong');
  await clerk.page.keyboard.press('Control+a');
  await clerk.page.keyboard.type('３２００');
  await clerk.page.keyboard.press('Enter');
  await home.page.getByTestId('case-form').getByText('3200').waitFor();
  await clerk.page.getByTestId('case-form').getByText('3200').waitFor();
  await shot('form-read');
  // A verdict of the other side does not stop who is typing, and hanging up keeps it.
  await clerk.page.getByTestId('call-form-edit').click();
  await form.getByLabel('建设单位').fill('演示建设单位');
  for (const who of [clerk, home]) await clickTab(who, '材料要点');
});

test('the home clerk asks for a page, one key takes it, both see it', { timeout: 240000 }, async () => {
  await material(home, 1).getByTestId('ask-capture').click();
  const asked = clerk.page.getByTestId('asked-capture');
  await asked.waitFor();
  await eventually(() => clerk.page.getByTestId('asked-shoot').isEnabled(), (yes) => yes, { what: 'the open camera' });
  await shot('asked');
  await clerk.page.keyboard.press('F9');
  await Promise.all([clerk, home].map((each) => material(each, 1).getByTestId('thumbnail').waitFor()));
  const file = await eventually(async () => (await found()).files.find((each) => each.material === 1), (each) => each.page.state !== 'making', { what: 'the page' });
  assert.deepEqual([file.material, file.kind, file.page.state, file.page.pictures], [1, 'capture', 'made', true]);
  const { width_px, height_px } = file.page.facts.still;
  assert.deepEqual([width_px, height_px], CAMERA_SIZES[13], 'the camera at its full size');
});

test('the line is cut while a page that was asked for is on its way: it goes on from there, and is filed once', { timeout: 240000 }, async () => {
  await material(home, 3).getByTestId('ask-capture').click();
  await eventually(() => clerk.page.getByTestId('asked-shoot').isEnabled(), (yes) => yes, { what: 'the open camera' });
  const line = await cutMidUpload(clerk.page);
  await clerk.page.keyboard.press('F9');
  await line.cut;
  await clerk.page.getByText('网络中断，1 个文件已存在本机').waitFor();
  await shot('cut');
  const third = async () => (await found()).files.filter((each) => each.material === 3);
  assert.deepEqual(await third(), [], 'half of it is no page');
  await line.mend();
  await Promise.all([clerk, home].map((each) => material(each, 3).getByTestId('thumbnail').waitFor()));
  await clerk.page.getByTestId('uploads').waitFor({ state: 'detached' });
  const [file, ...more] = await eventually(third, ([each]) => each.page.state !== 'making', { what: 'the page' });
  assert.deepEqual([more.length, file.page.state, file.page.facts.page_found], [0, 'made', true]);
  assert.ok(file.bytes > 2 ** 20, 'more than the piece that had arrived');
});

test('a mark of one is seen by the other, beside the picture', { timeout: 240000 }, async () => {
  for (const each of [clerk, home]) await material(each, 1).getByTestId('filed-pages').getByRole('button', { name: '第 1 页' }).click();
  const view = home.page.getByTestId('page-view');
  await view.getByRole('button', { name: '方框' }).click();
  const box = await view.locator('.sheet').boundingBox();
  await home.page.mouse.move(box.x + box.width / 4, box.y + box.height / 4);
  await home.page.mouse.down();
  await home.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  await clerk.page.getByTestId('page-view').locator('.pointer').waitFor();
  await home.page.mouse.up();
  await clerk.page.getByTestId('page-view').locator('svg path').first().waitFor({ state: 'attached' });
  assert.equal((await found()).files.find((each) => each.material === 1).marks.length, 1);
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
  assert.deepEqual([conforms.verdict, conforms.file, wanting.verdict, wanting.note], ['conforms', now.files.find((each) => each.material === 1).id, 'wanting', '缺竣工章']);
  assert.ok(conforms.call && conforms.recording_us > 0 && wanting.recording_us > conforms.recording_us);
  await shot('verdicts');
});

test('the papers of a call without a mouse: a verdict, a page asked for', { timeout: 240000 }, async () => {
  const { keyboard } = home.page;
  for (let n = 0; n < 5; n++) await keyboard.press('p'); // from wherever the focus was: the first
  for (const key of 'nnf') await keyboard.press(key);
  await material(clerk, 3).locator('.verdict').first().waitFor();
  assert.deepEqual((await found()).verdicts.map((each) => [each.material, each.verdict]).at(-1), [3, 'conforms']);
  await keyboard.press('q');
  await clerk.page.getByTestId('asked-capture').waitFor();
  await shot('by-keyboard');
  await clerk.page.getByRole('button', { name: '暂不能拍' }).click();
  await clerk.page.getByTestId('asked-capture').waitFor({ state: 'detached' });
});

test('face and document are held against each other, and both sides have the result', { timeout: 240000 }, async () => {
  await home.page.getByTestId('identity-open').click();
  const dialog = home.page.getByTestId('identity');
  await dialog.locator('[data-kind=face] .el-select').click(); // the other side has one camera in this test
  await home.page.getByRole('option', { name: '我 · 摄像头' }).click();
  await dialog.locator('[data-kind=face] video').waitFor();
  await dialog.getByTestId('identity-stop').click();
  await dialog.locator('figure img').nth(1).waitFor();
  await shot('identity');
  await dialog.getByRole('button', { name: '✔ 一致' }).click();
  await Promise.all([clerk, home].map((each) => each.page.getByTestId('identity-checks').locator('.el-tag', { hasText: '一致' }).waitFor()));
  const { identity_checks: [check], files } = await found();
  assert.deepEqual([check.result, check.account.id], ['same', 'home1']);
  assert.ok(check.call && check.recording_us > 0);
  for (const id of [check.face_file, check.document_file]) assert.equal(files.find((each) => each.id === id).material, null);
  assert.notEqual(check.face_file, check.document_file);
  await shot('identity-checked');
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

test('two captures beside each other, looked at together', { timeout: 240000 }, async () => {
  await material(home, 2).getByTestId('filed-pages').locator('li').first().getByRole('button', { name: '全屏查看' }).click();
  const dialog = home.page.getByTestId('page-dialog');
  const panes = dialog.getByTestId('page-view');
  await home.page.keyboard.press('c');
  await panes.nth(1).waitFor();
  await dialog.locator('.el-select').click(); // another page of the same size
  await home.page.getByRole('option', { name: '防雷装置竣工图纸 第 2 页' }).click();
  await eventually(() => dialog.locator('img').evaluateAll((all) => all.filter((each) => each.naturalWidth > 0).length), (loaded) => loaded === 2, { what: 'both pictures' });
  const percents = () => panes.locator('output').allTextContents();
  const places = () => panes.locator('.sheet').evaluateAll((all) => all.map((each) => each.style.transform.match(/(?<=\) translate\()[^)]*/)[0].split(',').map(parseFloat)));
  const near = ([[x1, y1], [x2, y2]]) => Math.abs(x1 - x2) < 2 && Math.abs(y1 - y2) < 2;
  const began = await percents();
  const box = await panes.first().locator('.frame').boundingBox();
  await home.page.mouse.move(box.x + box.width / 4, box.y + box.height / 4);
  for (let n = 0; n < 4; n++) await home.page.mouse.wheel(0, -100);
  const zoomed = await eventually(percents, (now) => parseFloat(now[0]) > 2 * parseFloat(began[0]), { what: 'the left one larger' });
  assert.ok(parseFloat(zoomed[1]) > 2 * parseFloat(began[1]), `the right one with it: ${zoomed}`);
  const before = await places();
  assert.ok(near(before) && before[0][0] > 0, `the same part of both: ${before}`);
  await home.page.mouse.down();
  await home.page.mouse.move(box.x + box.width / 8, box.y + box.height / 8, { steps: 3 });
  await home.page.mouse.up();
  const after = await eventually(places, (now) => now[0][0] < before[0][0], { what: 'the left one moved' });
  assert.ok(near(after), `the right one with it: ${after}`);
  await home.page.keyboard.press('r');
  await eventually(() => panes.locator('.sheet').evaluateAll((all) => all.filter((each) => each.style.transform.includes('rotate(90deg)')).length), (turned) => turned === 1, { what: 'the one in hand turned alone' });
  await home.page.keyboard.press('0');
  await eventually(places, (now) => now.flat().every((each) => each === 0), { what: 'both whole' });
  await shot('compare');
  await home.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('after the call: the notice by clicking, the pages as one PDF, a message to the citizen', { timeout: 240000 }, async () => {
  const { page } = clerk;
  await clerk.hangUp();
  await page.getByText('业务表格里填写的内容已保存').waitFor();
  assert.deepEqual((await found()).form, { '工程名称': '演示学校教学楼', '建设单位': '演示建设单位', '建筑面积（平方米）': '3200' });
  await page.locator('[role=dialog] .back').click();
  await page.locator('header .cases').click();
  await page.getByRole('tab', { name: '全部办件' }).click();
  await page.locator('.el-table__row .link', { hasText: serial }).click();
  await material(clerk, 2).waitFor();
  await page.getByRole('button', { name: '收件完成' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '完成' }).click();
  await page.locator('.head .el-tag', { hasText: '待受理' }).first().waitFor();
  await page.getByRole('button', { name: '制作文书' }).click();
  await page.getByRole('menuitem', { name: '一次性告知书' }).click();
  const sheet = await page.getByRole('link', { name: '一次性告知书' }).getAttribute('href');
  const pdf = await page.request.get(`${office.url}${sheet}`);
  assert.deepEqual([pdf.headers()['content-type'], (await pdf.body()).subarray(0, 5).toString()], ['application/pdf', '%PDF-']);

  const [joined] = await Promise.all([page.waitForEvent('download'), material(clerk, 2).getByTestId('join').click()]);
  const bytes = fs.readFileSync(await joined.path());
  assert.equal(joined.suggestedFilename(), `${serial}-2.pdf`);
  assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
  assert.equal(bytes.toString('latin1').match(/\/Type\s*\/Page\b/g).length, 2);

  await page.getByTestId('case-message').click();
  const dialog = page.getByRole('dialog');
  const text = dialog.locator('textarea');
  assert.match(await text.inputValue(), new RegExp(serial));
  await text.fill(`${await text.inputValue()}（已补充说明）`);
  await shot('message');
  await dialog.getByRole('button', { name: '发送', exact: true }).click();
  const sent = page.getByTestId('case-messages').locator('li');
  await sent.first().waitFor();
  await sent.first().getByRole('button', { name: '再次发送' }).click();
  await dialog.getByRole('button', { name: '发送', exact: true }).click();
  await sent.nth(1).waitFor();
  const { messages } = await found();
  assert.deepEqual(messages.map((each) => [each.recipient, each.phone, each.text.endsWith('（已补充说明）')]),
    [['applicant', '138****5678', true], ['applicant', '138****5678', true]]);
  await shot('after');
  assert.deepEqual([clerk, home].flatMap((each) => each.page.faults), []);
});

test('the messages of the case are in the outbox, and went out', { timeout: 240000 }, async () => {
  const page = await openPage(right, office.url);
  await new Clerk(page).signIn('supervisor1', 'demo-supervisor1');
  await page.waitForURL('**/supervision**');
  await page.goto(`${office.url}/supervision/sms`);
  const rows = page.locator('.el-table__row', { hasText: serial });
  await rows.nth(1).waitFor();
  for (const n of [0, 1]) assert.match(await rows.nth(n).innerText(), /办件[\s\S]*138\*\*\*\*5678[\s\S]*（已补充说明）[\s\S]*已提交/);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/outbox.png` });
  assert.deepEqual(page.faults, []);
  await page.close();
});

test('an auditor goes from the recording to the case, and from its verdict back to the second', { timeout: 240000 }, async () => {
  const auditor = new Auditor(await openPage(right, office.url));
  await auditor.signIn('auditor1', 'demo-auditor1');
  const call = await auditor.openNewest();
  const events = auditor.page.locator('.events');
  await events.getByText('材料审查：材料 1 符合').waitFor();
  await events.getByText('身份核验：一致').waitFor();
  for (const shape of ['方框', '箭头']) await events.getByText(`在实时画面上标注：${shape}`).waitFor();
  if (SHOTS) await auditor.page.screenshot({ path: `${SHOTS}/replay.png` });
  await auditor.page.getByRole('button', { name: serial }).click();
  await auditor.page.waitForURL(`**/cases/${theCase}`);
  await auditor.page.getByTestId('identity-checks').locator('.el-tag').waitFor();
  assert.equal(await auditor.page.getByRole('button', { name: '制作文书' }).count(), 0, 'it would be refused');
  if (SHOTS) await auditor.page.screenshot({ path: `${SHOTS}/case-auditor.png` });
  const verdict = auditor.page.locator('.materials > li').nth(1).locator('.verdict');
  await verdict.getByRole('link', { name: /录像/ }).click();
  await auditor.page.waitForURL(`**/audit/calls/${call}?at=*`);
  const at = Number(new URL(auditor.page.url()).searchParams.get('at')) / 1e6;
  const now = () => auditor.page.evaluate(() => Number(document.querySelector('[data-testid=timeline]')?.getAttribute('aria-valuenow') ?? -1));
  await eventually(now, (seconds) => Math.abs(seconds - at) < 2, { what: `the replay at ${at} s` });
});
