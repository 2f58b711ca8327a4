// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { Api, Http } from '../../src/core/api';
import { golden } from './fakes';

interface Asked {
  path: string;
  init: RequestInit;
}

function made(status: number, body: unknown, asked: Asked[] = [], onSignedOut?: () => void): Api {
  const answer = { ok: status < 400, status, json: () => (body === undefined ? Promise.reject(new Error()) : Promise.resolve(body)) };
  return new Api(
    new Http((path, init) => {
      asked.push({ path, init });
      return status === 0 ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(answer as Response);
    }, onSignedOut),
  );
}

test('asks as the protocol wants it', async () => {
  const asked: Asked[] = [];
  await made(200, golden('http.session.post.reply'), asked).signIn('clerk1', 'demo-password');
  expect(JSON.parse(String(asked[0]?.init.body))).toEqual(golden('http.session.post.request'));
  expect(asked[0]?.init).toMatchObject({ method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/json' } });
  await made(200, golden('http.items.get.reply'), asked).items({ q: '防雷&x' });
  expect(asked[1]?.path).toBe(`/api/v1/items?q=${encodeURIComponent('防雷&x')}`);
  await made(200, golden('http.item.get.reply'), asked).item('a/b');
  expect(asked[2]?.path).toBe('/api/v1/items/a%2Fb');
  await made(204, undefined, asked).signOut();
  expect(asked[3]?.init.method).toBe('DELETE');
});

test('errors carry code, words and time', async () => {
  await expect(made(423, golden('http.error.account_locked')).signIn('a', 'b')).rejects.toMatchObject({ code: 'account_locked', status: 423, retryAfterS: 840 });
  await expect(made(401, golden('http.error.bad_credentials')).signIn('a', 'b')).rejects.toMatchObject({ code: 'bad_credentials' });
  await expect(made(502, undefined).today()).rejects.toMatchObject({ code: 'internal', status: 502 });
  await expect(made(0, undefined).today()).rejects.toMatchObject({ code: 'offline', status: 0 });
});

test('a 401 of a session that ended is heard once asked', async () => {
  let ended = 0;
  const gone = made(401, { error: { code: 'not_signed_in', text: '' } }, [], () => ended++);
  await expect(gone.today()).rejects.toMatchObject({ code: 'not_signed_in' });
  await expect(made(401, golden('http.error.bad_credentials'), [], () => ended++).signIn('a', 'b')).rejects.toThrow();
  expect(ended).toBe(1);
});
