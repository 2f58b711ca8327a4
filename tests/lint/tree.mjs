// SPDX-License-Identifier: Apache-2.0
// What the checks look at: the tracked files (and new ones not ignored), read once.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export function readTree({ full }) {
  const listed = execFileSync('git', ['-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    maxBuffer: 1 << 26,
  });
  const files = String(listed)
    .split('\0')
    .filter((name) => name && existsSync(path.join(root, name)) && statSync(path.join(root, name)).isFile());
  const texts = new Map();
  return {
    full,
    files,
    // ending('.c', '.h'): the tracked files with one of these endings.
    ending: (...endings) => files.filter((name) => endings.some((ending) => name.endsWith(ending))),
    text(name) {
      if (!texts.has(name)) texts.set(name, readFileSync(path.join(root, name), 'utf8'));
      return texts.get(name);
    },
  };
}

// run(COMMAND, ARGUMENTS): its status and everything it printed; never throws for a command that fails.
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: root, maxBuffer: 1 << 26, ...options }, (error, stdout, stderr) => {
      resolve({ status: error ? (error.code ?? 1) : 0, output: `${stdout}${stderr}`.trim() });
    });
  });
}
