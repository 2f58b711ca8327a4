// SPDX-License-Identifier: Apache-2.0
// Every text a screen names exists: a missing one would show its key to a clerk.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { messages, type Messages } from '../../src/shell/i18n';

const source = fileURLToPath(new URL('../../src/', import.meta.url));

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(path.join(folder, entry.name)) : /\.(vue|ts)$/.test(entry.name) ? [path.join(folder, entry.name)] : [],
  );
}

function find(key: string): Messages | string | undefined {
  return key.split('.').reduce<Messages | string | undefined>((part, name) => (typeof part === 'object' ? part[name] : undefined), messages['zh-CN']);
}

const used = files(source).flatMap((file) => {
  const text = readFileSync(file, 'utf8');
  const whole = [...text.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((match) => ({ file, key: match[1] ?? '', whole: true }));
  const begun = [...text.matchAll(/\bt\(\s*`([\w.-]+)\.\$\{/g)].map((match) => ({ file, key: match[1] ?? '', whole: false }));
  return [...whole, ...begun];
});

test('there are some', () => expect(used.length).toBeGreaterThan(100));

test('each has its words', () => {
  const missing = used.filter(({ key, whole }) => (whole ? typeof find(key) !== 'string' : typeof find(key) !== 'object'));
  expect(missing.map(({ file, key }) => `${path.relative(source, file)}: ${key}`)).toEqual([]);
});

test('each cause of a gap that a manifest may name has a word', () => {
  const causes = readFileSync(path.join(source, '../../recorder/causes.c'), 'utf8');
  const named = [...causes.matchAll(/\[FW_CAUSE_\w+\] = "(\w+)"/g)].map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((cause) => typeof find(`audit.cause.${cause}`) !== 'string')).toEqual([]);
});
