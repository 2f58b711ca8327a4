// SPDX-License-Identifier: Apache-2.0
// Checks that other programs make: compilers, clang-format, clang-tidy, ESLint, vue-tsc, shellcheck.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { root, run } from './tree.mjs';

const build = process.env.FW_BUILD ?? path.join(root, 'build');

function compileCommands() {
  const file = path.join(build, 'compile_commands.json');
  if (!existsSync(file)) throw new Error(`${file} is missing: ./dev build`);
  return JSON.parse(readFileSync(file, 'utf8')).map((entry) => ({
    source: path.relative(root, path.resolve(entry.directory, entry.file)),
    directory: entry.directory,
    words: entry.command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g).map((word) => word.replace(/^'(.*)'$/s, '$1').replace(/\\"/g, '"')),
  }));
}

// inParallel(LIST, TASK): TASK for each, two at a time, results in order.
async function inParallel(list, task) {
  const results = [];
  let next = 0;
  const lane = async () => {
    for (let mine = next++; mine < list.length; mine = next++) results[mine] = await task(list[mine]);
  };
  await Promise.all([lane(), lane()]);
  return results;
}

function outcome({ status, output }) {
  return { faults: status === 0 ? [] : [output || `status ${status}`] };
}

// Each header compiles alone, with the flags of a source of its own folder.
export async function headers(tree) {
  const commands = compileCommands();
  const results = await inParallel(tree.ending('.h'), async (header) => {
    const folder = `${header.split('/')[0]}/`;
    const like = commands.find(({ source }) => path.dirname(source) === path.dirname(header)) ??
      commands.find(({ source }) => source.startsWith(folder)) ?? commands[0];
    if (!like) return null;
    const flags = like.words.slice(1).filter((word) => /^-[IDfWO]|^-std|^-isystem|^-pthread/.test(word) && !/^-W?p?,|^-MF|^-MQ/.test(word));
    const { status, output } = await run('gcc', [...flags, '-Werror', '-fsyntax-only', '-x', 'c', path.join(root, header)], {
      cwd: like.directory,
    });
    return status === 0 ? null : `${header} does not compile alone:\n${output}`;
  });
  return { faults: results.filter(Boolean) };
}

// clang-format differs between releases, so its one version comes from the lock file, not from Debian.
export async function format(tree) {
  const files = tree.ending('.c', '.h');
  if (files.length === 0) return { faults: [] };
  const { status, output } = await run('tests/lint/node_modules/clang-format/bin/linux_x64/clang-format', ['--dry-run', '--Werror', ...files]);
  if (status === 0) return { faults: [] };
  const names = [...new Set([...output.matchAll(/^([^\s:]+):\d+:/gm)].map((match) => match[1]))];
  return { faults: names.length > 0 ? names.map((name) => `${name} is not laid out as .clang-format says (./dev format)`) : [output] };
}

export async function tidy() {
  const commands = compileCommands().filter(({ source }) => !source.startsWith('tests/') && !source.startsWith('..'));
  const results = await inParallel([...new Set(commands.map(({ source }) => source))], async (source) => {
    const { status, output } = await run('clang-tidy', ['--quiet', '-p', build, source]);
    return status === 0 ? null : output.replace(/^\d+ warnings? .*$/gm, '');
  });
  return { faults: results.filter(Boolean) };
}

export async function eslint() {
  return outcome(await run('node', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'], { cwd: path.join(root, 'web-client') }));
}

export async function types() {
  return outcome(await run('node', ['node_modules/vue-tsc/bin/vue-tsc.js', '--noEmit'], { cwd: path.join(root, 'web-client') }));
}

export async function shell(tree) {
  const scripts = tree.files.filter((name) => !name.includes('.') || name.endsWith('.sh') || name === '.ci/run')
    .filter((name) => name.endsWith('.sh') || /^#!.*\b(ba)?sh\b/.test(tree.text(name)));
  return outcome(await run('shellcheck', ['-x', ...scripts]));
}
