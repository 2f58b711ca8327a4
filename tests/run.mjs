// SPDX-License-Identifier: Apache-2.0
// Runs a folder's Node tests against the server in FW_BUILD (build/): node tests/run.mjs FOLDER [NAME...]
// Ends with "N passed, N failed".
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [folder, ...wanted] = process.argv.slice(2);
const files = fs.readdirSync(folder).filter((name) => name.endsWith('.test.mjs') && (!wanted.length || wanted.some((part) => name.includes(part)))).sort();

let passed = 0;
let failed = 0;

// One file after the other: the machine that runs this may have two processors, and times are being measured.
for (const file of files) {
  const counted = await new Promise((done) => {
    const child = spawn(process.execPath, ['--test', '--test-reporter=tap', path.join(folder, file)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const counts = { pass: 0, fail: 0 };
    let rest = '';
    child.stdout.on('data', (bytes) => {
      process.stdout.write(bytes);
      rest += bytes;
    });
    child.once('exit', (code) => {
      for (const [, name, count] of rest.matchAll(/^# (pass|fail|cancelled) (\d+)$/gm)) counts[name === 'pass' ? 'pass' : 'fail'] += Number(count);
      if (code !== 0 && !counts.fail) counts.fail = 1;
      done(counts);
    });
  });
  passed += counted.pass;
  failed += counted.fail;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
