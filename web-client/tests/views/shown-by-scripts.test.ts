// SPDX-License-Identifier: Apache-2.0
// Styles come with the templates that use a component; what only a script shows has them from main.ts, or it has none.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const main = fs.readFileSync(path.join(src, 'main.ts'), 'utf8');
const SHOWN = { ElMessage: 'message', ElMessageBox: 'message-box', ElNotification: 'notification', ElLoading: 'loading' };

test('whatever a script shows has its style', () => {
  const files = (fs.readdirSync(src, { recursive: true }) as string[]).filter((name) => /\.(ts|vue)$/.test(name));
  const imports = files.flatMap((name) => fs.readFileSync(path.join(src, name), 'utf8').match(/import \{[^}]*\} from 'element-plus'/g) ?? []).join();
  const used = Object.entries(SHOWN).filter(([name]) => new RegExp(`\\b${name}\\b`).test(imports));
  expect(used.map(([name]) => name)).toContain('ElNotification');
  for (const [name, style] of used) expect(main, name).toContain(`element-plus/es/components/${style}/style/css`);
});
