// SPDX-License-Identifier: Apache-2.0
// The lint suite: `node tests/lint/run.mjs [--full] [CHECK...]`. Each check is a function of the tree that returns
// { faults, notes }; a fault fails the suite, a note is printed and no more. Ends with `lint: N passed, N failed`.
import { cpus } from 'node:os';

import { bundle } from './bundle.mjs';
import { architecture, sizes } from './architecture.mjs';
import { commits, configuration, documents, hygiene } from './hygiene.mjs';
import { engines } from './packages.mjs';
import { eslint, format, headers, shell, tidy, types } from './tools.mjs';
import { readTree } from './tree.mjs';

const checks = { headers, types, eslint, tidy, format, bundle, architecture, sizes, engines, hygiene, documents, configuration, commits, shell };

const full = process.argv.includes('--full') || Boolean(process.env.FW_FULL);
const chosen = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const tree = readTree({ full });
const waiting = Object.entries(checks).filter(([name]) => chosen.length === 0 || chosen.includes(name));
let passed = 0;
let failed = 0;

async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [name, check] = next;
    const started = Date.now();
    let result;
    try {
      result = await check(tree);
    } catch (error) {
      result = { faults: [String(error.stack ?? error)] };
    }
    const { faults, notes = [] } = result;
    for (const note of notes) console.log(`${name}: note: ${note}`);
    for (const fault of faults) console.log(`${name}: ${fault}`);
    console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name} ${((Date.now() - started) / 1000).toFixed(1)} s`);
    if (faults.length === 0) passed++;
    else failed++;
  }
}

await Promise.all(Array.from({ length: cpus().length }, work));
console.log(`lint: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
