// SPDX-License-Identifier: Apache-2.0
// Why a call or its recording ended is told in words: every word of the contract has one.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

import { messages, type Messages } from '../../src/shell/i18n';

const contract = JSON.parse(fs.readFileSync(path.join(__dirname, '../../../docs/openapi.json'), 'utf8')) as unknown;

/** The texts of every `reason` enum of the contract that has this member. */
function reasons(member: string, part: unknown = contract): string[] {
  if (part === null || typeof part !== 'object') return [];
  return Object.entries(part).flatMap(([name, value]) => {
    const list = name === 'reason' ? (value as { enum?: unknown[] }).enum : undefined;
    return [...(list?.includes(member) ? list.filter((each) => typeof each === 'string') : []), ...reasons(member, value)];
  });
}

test.each(['zh-CN', 'en'] as const)('ends and failures have words in %s', (language) => {
  const words = (messages[language].audit as Messages).why as Messages;
  const wanted = [...reasons('rejoin_timeout'), ...reasons('disk_slow')];
  expect(wanted.length).toBeGreaterThan(8);
  expect(wanted.filter((reason) => typeof words[reason] !== 'string')).toEqual([]);
});
