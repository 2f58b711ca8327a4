// SPDX-License-Identifier: Apache-2.0
// Every operation of the catalogue on the real server, held to docs/openapi.json: drafts, versions, files with faults, pictures,
// faults in guides.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';
import { check, neverDoneWell } from '../support/contract.mjs';

const ITEMS = '/api/v1/catalogue/items';
const ONE = `${ITEMS}/fanglei-jungong`;
const OCTETS = { 'Content-Type': 'application/octet-stream' };
let office, admin, clerk;

const ask = async (who, method, where, json) => check(method, where, await who.http(method, where, json === undefined ? {} : { json }));
const send = async (who, where, body) => check('POST', where, await who.http('POST', where, { body: Buffer.from(body), headers: OCTETS }));
const importAs = (format, text, apply = 0) => send(admin, `/api/v1/catalogue/import?format=${format}&apply=${apply}`, text);
const places = (answer) => (answer.json.faults ?? answer.json.error.faults).map((each) => `${each.line} ${each.item ?? ''} ${each.field} ${each.code}`);

async function document() {
  return (await ask(clerk, 'GET', `${ONE}/versions/1`)).json.document;
}

before(async () => {
  office = await Office.open();
  [admin, clerk] = await Promise.all(['admin1', 'clerk1'].map((name) => Clerk.signIn(office, name)));
});
after(() => office?.close());

test('a draft is saved, refused while faulty, published, compared, withdrawn', async () => {
  const whole = await document();
  assert.equal((await ask(admin, 'GET', `${ONE}/draft`)).status, 404);
  const saved = await ask(admin, 'PUT', `${ONE}/draft`, { revision: 0, document: { ...whole, name: '', conditions: [] } });
  assert.deepEqual([saved.status, saved.json.revision, places(saved)], [200, 1, ['0  name required', '0  conditions required']]);
  const refused = await ask(admin, 'POST', `${ONE}/publish`, { revision: 1 });
  assert.deepEqual([refused.status, refused.json.error.code, refused.json.error.fault_count], [400, 'faulty', 2]);
  const late = await ask(admin, 'PUT', `${ONE}/draft`, { revision: 0, document: whole });
  assert.deepEqual([late.status, late.json.error.code, late.json.error.revision, late.json.error.edited_by], [409, 'changed', 1, 'admin1']);
  assert.equal((await ask(admin, 'GET', `${ONE}/draft`)).json.fault_count, 2);
  assert.equal((await ask(admin, 'POST', `${ONE}/draft/discard`, { revision: 1 })).status, 204);
  await ask(admin, 'PUT', `${ONE}/draft`, { revision: 0, document: { ...whole, name: '防雷装置竣工验收（改）' } });
  assert.equal((await ask(admin, 'POST', `${ONE}/publish`, { revision: 1 })).json.version, 2);
  assert.equal((await document()).name, '防雷装置竣工验收', 'version 1 is as it was');
  const listed = await ask(clerk, 'GET', `${ITEMS}?q=flzzjgys&state=published`);
  assert.deepEqual([listed.json.total, listed.json.rows[0].version, listed.json.rows[0].published_by.id], [1, 2, 'admin1']);
  assert.deepEqual((await ask(clerk, 'GET', ONE)).json.versions.map((each) => [each.version, each.current]), [[2, true], [1, false]]);
  assert.equal((await ask(clerk, 'GET', '/api/v1/items/fanglei-jungong?version=1')).json.name, '防雷装置竣工验收');
  assert.equal((await ask(admin, 'POST', `${ONE}/withdraw`, { version: 2 })).status, 204);
  assert.equal((await ask(clerk, 'GET', '/api/v1/items/fanglei-jungong')).status, 404);
  assert.equal((await ask(clerk, 'PUT', `${ONE}/draft`, { revision: 0, document: whole })).status, 403);
  await ask(admin, 'PUT', `${ONE}/draft`, { revision: 0, document: whole });
  assert.equal((await ask(admin, 'POST', `${ONE}/publish`, { revision: 1 })).json.version, 3);
});

test('a faulty file names every place and changes nothing', async () => {
  const head = '事项编码,事项名称,实施部门名称,实施范围（区划代码）,受理条件,材料名称,材料必要性,材料形式,材料类型,材料份数,审查要点\r\n';
  const good = 'a-1,甲,某局,441500,条件一,申请表,必要,纸质,原件,1,签名\r\n';
  const faulty = `${head}${good}a-2,,某局,441500 999999,条件一,申请表,也许,纸质,原件,一百,"签名\n日期\n签名"\r\n,,,,,身份证,有条件,纸质,复印件,1,\r\n`;
  const wanted = ['3 a-2 name required', '3 a-2 areas[1] unknown', '3 a-2 materials[0].necessity form', '3 a-2 materials[0].copies type',
    '3 a-2 materials[0].review_points[2] duplicate', '6 a-2 materials[1].review_points required', '6 a-2 materials[1].condition_text required'];
  const checked = await importAs('csv', faulty);
  assert.deepEqual([checked.status, checked.json.applied, places(checked)], [200, false, wanted]);
  const refused = await importAs('csv', faulty, 1);
  assert.deepEqual([refused.status, refused.json.error.code, places(refused)], [400, 'faulty', wanted]);
  assert.equal((await ask(admin, 'GET', `${ITEMS}?q=a-1`)).json.total, 0);
  const forms = `${head.replace('受理条件', '受理条件,业务表格')}a-4,甲,某局,441500,条件一,"工程名称|文字|必填\n类别|选择||甲\n工程名称|也许|是",申请表,必要,纸质,原件,1,签名\r\n`;
  assert.deepEqual(places(await importAs('csv', forms)), ['form[1].choices required', 'form[2].kind form', 'form[2].required type', 'form[2] duplicate'].map((each) => `2 a-4 ${each}`));
  assert.deepEqual(places(await importAs('csv', '事项编码,没有的列\r\nx,"y')), ['2   quotes']);
  assert.deepEqual(places(await importAs('json', '{"items":[{"id":"x","id":"y"}]}')), ['1   syntax']);
  assert.deepEqual(places(await importAs('json', '{"items":[7]}')), ['0  items[0] type']);
  assert.equal((await importAs('json', Buffer.from([0xff, 0xfe, 0x00]))).status, 400);
  assert.equal((await importAs('json', Buffer.alloc(4 * 1024 * 1024 + 1, 0x20))).status, 413);
  const taken = await importAs('csv', head + good, 1);
  assert.deepEqual([taken.status, taken.json.created, taken.json.applied], [200, 1, true]);
  assert.deepEqual(places(await importAs('csv', head + good)), ['2 a-1 id draft_exists']);
});

test('what is exported comes back unchanged', async () => {
  for (const format of ['json', 'csv']) {
    const { json } = await ask(admin, 'GET', `/api/v1/catalogue/export?format=${format}`);
    const back = await importAs(format, json.text);
    assert.deepEqual([back.status, back.json.items, back.json.same, back.json.fault_count], [200, 44, 44, 0]);
  }
});

test('a sample picture belongs to a version', async () => {
  const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100)]);
  const stored = await send(admin, '/api/v1/catalogue/pictures', png);
  assert.equal(stored.status, 201);
  const back = await ask(clerk, 'GET', `/api/v1/catalogue/pictures/${stored.json.picture}`);
  assert.ok(Buffer.from(back.json.base64, 'base64').equals(png));
  assert.equal((await send(admin, '/api/v1/catalogue/pictures', 'GIF89a')).status, 415);
  assert.equal((await send(admin, '/api/v1/catalogue/pictures', Buffer.concat([png, Buffer.alloc(512 * 1024)]))).status, 413);
  const whole = await document();
  whole.materials[0].picture = stored.json.picture;
  whole.materials[1].picture = '0'.repeat(64);
  const saved = await ask(admin, 'PUT', `${ONE}/draft`, { revision: 0, document: whole });
  assert.deepEqual(places(saved), ['0  materials[1].picture unknown']);
});

test('a fault in a guide goes to its owner and back', async () => {
  const FAULTS = '/api/v1/guide-faults';
  const reported = await ask(clerk, 'POST', FAULTS, { item: 'fanglei-jungong', area: '441523', material: 1, review_point: 2, text: '公章种类没有写明' });
  assert.equal(reported.status, 201);
  const one = `${FAULTS}/${reported.json.fault}`;
  assert.equal((await ask(clerk, 'GET', `${FAULTS}?list=mine&state=open`)).json.total, 1);
  assert.equal((await ask(admin, 'GET', `${FAULTS}?list=answer`)).json.rows[0].material_name, '《防雷装置竣工验收申请书》');
  assert.equal((await ask(admin, 'POST', `${one}/actions`, { action: 'answer', outcome: 'right', text: '任何公章都可以' })).status, 204);
  const seen = await ask(clerk, 'GET', one);
  assert.deepEqual([seen.json.state, seen.json.outcome, seen.json.actions, seen.json.steps.length], ['answered', 'right', ['object', 'close'], 2]);
  assert.equal((await ask(clerk, 'POST', `${one}/actions`, { action: 'close' })).status, 204);
  assert.equal((await ask(clerk, 'POST', `${one}/actions`, { action: 'close' })).status, 409);
  assert.equal((await ask(clerk, 'POST', FAULTS, { item: 'fanglei-jungong', area: '441523', material: 40, text: 'x' })).status, 404);
});

test('every operation of the catalogue was answered well at least once', () => assert.deepEqual(neverDoneWell('items'), []));
