// SPDX-License-Identifier: Apache-2.0
// The business form of a case on the real server: what is filled in badly is named and changes nothing, what is right is kept with the
// case's own version, and nobody of another area gets at it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Office } from '../browser/support/office.mjs';
import { Clerk } from '../support/clerk.mjs';
import { check } from '../support/contract.mjs';

const ITEM = 'fanglei-jungong';
const APPLICANT = { kind: 'person', name: '张三', document: 'id_card', number: '11010519491231002X', phone: '13812345678' };
const TICKED = { conditions: [1, 2, 3, 4], materials: [1, 2, 3, 4].map((number) => ({ number, ticked: true, medium: 'paper', copies: 1 })) };
const GOOD = { 工程名称: '演示学校教学楼', '建筑面积（平方米）': '3200.5', 防雷类别: '第二类', 竣工日期: '2028-02-29', 防雷装置简况: '接闪器\n引下线' };
let office, admin, clerk, home;

const ask = async (who, method, where, json) => check(method, where, await who.http(method, where, json === undefined ? {} : { json }));
const open = (form, more = {}) => ask(clerk, 'POST', '/api/v1/cases', { item: ITEM, area: '441523', applicant: APPLICANT, form, ...more });
const cases = async () => (await ask(clerk, 'POST', '/api/v1/cases/search', { list: 'all' })).json.total;
const seen = async (who, id) => (await ask(who, 'GET', `/api/v1/cases/${id}`)).json;
const refusal = ({ status, json }) => [status, json.error.code, json.error.field];

/** A new version of the item, its form as `change` makes it. */
async function publish(change) {
  const { json: { version } } = await ask(admin, 'GET', `/api/v1/items/${ITEM}`);
  const { json: { document } } = await ask(admin, 'GET', `/api/v1/catalogue/items/${ITEM}/versions/${version}`);
  assert.equal((await ask(admin, 'PUT', `/api/v1/catalogue/items/${ITEM}/draft`, { revision: 0, document: { ...document, form: change(document.form) } })).json.fault_count, 0);
  return (await ask(admin, 'POST', `/api/v1/catalogue/items/${ITEM}/publish`, { revision: 1 })).json.version;
}

before(async () => {
  office = await Office.open();
  [admin, clerk, home] = await Promise.all(['admin1', 'clerk1', 'home1'].map((name) => Clerk.signIn(office, name)));
  await Promise.all([clerk.connect(), home.connect()]);
  await clerk.take_window('441521-01-3');
});
after(() => office?.close());

test('what does not fit its field is named, and no case is made of it', async () => {
  const before = await cases();
  const faults = [
    [{ 没有这一项: '甲' }, '没有这一项'], [{ 工程名称: 7 }, '工程名称'], [{ 工程名称: null }, '工程名称'], [{ 工程名称: ['甲'] }, '工程名称'],
    [{ 工程名称: '字'.repeat(201) }, '工程名称'], [{ 工程名称: '两\n行' }, '工程名称'], [{ 工程名称: '甲\u0007乙' }, '工程名称'], [{ 防雷装置简况: '字'.repeat(2001) }, '防雷装置简况'],
    [{ '建筑面积（平方米）': '约三千' }, '建筑面积（平方米）'], [{ '建筑面积（平方米）': '1'.repeat(16) }, '建筑面积（平方米）'], [{ '建筑面积（平方米）': '1.' }, '建筑面积（平方米）'],
    [{ 竣工日期: '2026-02-30' }, '竣工日期'], [{ 竣工日期: '20261031' }, '竣工日期'], [{ 防雷类别: '第四类' }, '防雷类别'], [{ 工程名称: '甲', 竣工日期: 'x' }, '竣工日期'],
  ];
  for (const [form, field] of faults) assert.deepEqual(refusal(await open(form)), [400, 'bad_form', field], JSON.stringify(form).slice(0, 80));
  for (const form of ['工程名称', 7, ['工程名称'], true, { 工程名称: '甲\u0000乙' }]) assert.deepEqual(refusal(await open(form)), [400, 'malformed', undefined]);
  assert.deepEqual(refusal(await open({ 防雷装置简况: '字'.repeat(22000) })), [413, 'too_large', undefined]);
  assert.deepEqual(refusal(await open(GOOD, { item_version: '1' })), [400, 'malformed', undefined]);
  assert.equal(await cases(), before);
});

test('a bad edit leaves what was there, and a late one is told who was first', async () => {
  const { json: { case: id } } = await open(GOOD, { item_version: 1 });
  const edit = (who, revision, form) => ask(who, 'POST', `/api/v1/cases/${id}/edit`, { revision, form });
  assert.deepEqual((await seen(home, id)).form, GOOD);
  assert.deepEqual(refusal(await edit(clerk, 1, { ...GOOD, 竣工日期: '昨天' })), [400, 'bad_form', '竣工日期']);
  assert.deepEqual([(await seen(clerk, id)).form, (await seen(clerk, id)).revision], [GOOD, 1]);
  assert.equal((await edit(clerk, 1, { 工程名称: '' })).status, 200);
  const late = await edit(clerk, 1, GOOD);
  assert.deepEqual([late.status, late.json.error.code, late.json.error.changes[0].action], [409, 'changed', 'edited']);
  assert.deepEqual((await seen(clerk, id)).form, { 工程名称: '' }, 'the form is set as a whole');
  assert.equal((await ask(clerk, 'POST', `/api/v1/cases/${id}/edit`, { revision: 2, project: '甲' })).status, 200);
  assert.deepEqual((await seen(clerk, id)).form, { 工程名称: '' }, 'an edit of something else leaves it');
});

test('another area neither reads nor writes it; the home side only reads it', async () => {
  const { json: { case: other } } = await open(GOOD, { area: '441581' });
  const hidden = await ask(home, 'GET', `/api/v1/cases/${other}`);
  assert.equal(hidden.status, 403);
  assert.ok(!String(hidden.body).includes('演示学校'));
  assert.equal((await ask(home, 'POST', `/api/v1/cases/${other}/edit`, { revision: 1, form: {} })).status, 403);
  const { json: { case: id } } = await open(GOOD);
  assert.equal((await ask(home, 'POST', `/api/v1/cases/${id}/edit`, { revision: 1, form: {} })).status, 403);
  assert.deepEqual((await seen(home, id)).form, GOOD);
});

test('a case keeps the form of its version, and what that requires is filled in before it is sent', async () => {
  const { json: { case: early } } = await open(GOOD);
  const version = await publish((form) => [...form.filter((each) => each.name !== '工程名称'), { name: '检测报告编号', kind: 'text', required: true, choices: [], hint: '' }]);
  assert.deepEqual(refusal(await open(GOOD)), [400, 'bad_form', '工程名称'], 'the new version knows it no more');
  const of = Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== '工程名称'));
  assert.deepEqual(refusal(await open(of, { item_version: version - 1 })), [409, 'changed', undefined]);
  const { json: { case: late } } = await open(of, { item_version: version, ...TICKED });
  const send = (id, revision) => ask(clerk, 'POST', `/api/v1/cases/${id}/actions`, { revision, action: 'send' });
  const open1 = await send(late, 1);
  assert.deepEqual([open1.status, open1.json.error.code, open1.json.error.open], [409, 'incomplete', 1]);
  assert.equal((await ask(clerk, 'POST', `/api/v1/cases/${late}/edit`, { revision: 1, form: { ...of, 检测报告编号: 'GD-1' } })).status, 200);
  assert.equal((await send(late, 2)).json.state, 'sent');
  assert.deepEqual((await seen(home, early)).form_fields.map((each) => each.name).slice(0, 1), ['工程名称']);
  assert.equal((await ask(clerk, 'POST', `/api/v1/cases/${early}/edit`, { revision: 1, form: { 工程名称: '乙' }, ...TICKED })).status, 200);
  assert.equal((await send(early, 2)).json.state, 'sent', 'its own version requires nothing');
});
