// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { messages, type Messages } from '../src/shell/i18n';

function keys(part: Messages, prefix = ''): string[] {
  return Object.entries(part).flatMap(([name, value]) =>
    typeof value === 'string' ? [prefix + name] : keys(value, `${prefix}${name}.`),
  );
}

test('both languages have the same keys', () => {
  expect(keys(messages.en).sort()).toEqual(keys(messages['zh-CN']).sort());
});
