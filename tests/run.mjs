// SPDX-License-Identifier: Apache-2.0
// Runs a folder's Node tests against the server in FW_BUILD (build/): node tests/run.mjs [--lanes N] [--without PART,...] [--beside PART,...] [--alone PART,...] FOLDER [NAME...]
// N files at a time (1), beside them from the beginning those that only wait, and after them, each by itself, those that measure times; some not at
// all: named by a PART of theirs.
// Says how long each file took, repeats what failed where the eye is, at the end, and ends with "N passed, N failed".
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const parts = { type: 'string', default: '' };
const { values, positionals: [folder, ...wanted] } = parseArgs({
  allowPositionals: true,
  options: { lanes: { type: 'string', default: '1' }, without: parts, beside: parts, alone: parts },
});
const lanes = Number(values.lanes);
const isOneOf = (named) => (file) => named.split(',').some((part) => part && file.includes(part));
const files = fs.readdirSync(folder)
  .filter((file) => file.endsWith('.test.mjs') && (!wanted.length || isOneOf(wanted.join())(file)) && !isOneOf(values.without)(file)).sort();

/** The failed tests of a file's TAP, each with the lines that say why. */
function failures(tap) {
  return tap.match(/^not ok .*(?:\n {2}.*)*/gm) ?? [];
}

/** One file in a process of its own: what it counted, and what of it failed. */
function run(file) {
  return new Promise((done) => {
    const started = Date.now();
    const child = spawn(process.execPath, ['--test', '--test-reporter=tap', path.join(folder, file)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let tap = '';
    child.stdout.on('data', (bytes) => {
      if (lanes === 1) process.stdout.write(bytes);
      tap += bytes;
    });
    child.once('exit', (code, signal) => {
      if (lanes > 1) process.stdout.write(tap);
      const counts = { pass: 0, fail: 0, cancelled: 0 };
      for (const [, name, count] of tap.matchAll(/^# (pass|fail|cancelled) (\d+)$/gm)) counts[name] += Number(count);
      const failed = failures(tap);
      if (code !== 0 && !counts.fail && !counts.cancelled) {
        counts.fail = 1;
        failed.push(`ended with ${code ?? signal}`);
      }
      console.log(`# file ${file}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
      done({ passed: counts.pass, failed: counts.fail + counts.cancelled, why: failed.map((each) => `${file}: ${each}`) });
    });
  });
}

/** Each file by the next lane that is free. */
async function runAll(queue, count) {
  const results = [];
  const lane = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) results.push(await run(file));
  };
  await Promise.all(Array.from({ length: count }, lane));
  return results;
}

const [beside, alone] = [values.beside, values.alone].map((named) => files.filter(isOneOf(named)));
const others = files.filter((file) => !beside.includes(file) && !alone.includes(file));
const together = [...beside.map((file) => runAll([file], 1)), runAll(others, lanes)];
const results = [...(await Promise.all(together)).flat(), ...(await runAll(alone, 1))];

const sum = (member) => results.reduce((total, each) => total + each[member], 0);
for (const why of results.flatMap((each) => each.why)) console.log(`\n${why}`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') ? 1 : 0;
