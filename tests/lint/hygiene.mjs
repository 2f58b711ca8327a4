// SPDX-License-Identifier: Apache-2.0
// Small things that must not creep in: paths of one machine, mirror hosts, missing licence lines, forgotten work,
// broken links in documents, commit subjects nobody can read.
import { existsSync } from 'node:fs';
import path from 'node:path';

import { root, run } from './tree.mjs';

const sources = ['.c', '.h', '.ts', '.vue', '.mjs', '.js', '.sh', '.py', 'meson.build', 'meson_options.txt'];
const binary = /\.(png|jpe?g|gif|ico|woff2?|mp3|ogg|webm|y4m|mjpeg|bin|wav|gz)$/;
const mirror = new RegExp('https?://(deb|security|registry|mirrors?|archive)\\.' + '[a-z]');
const unfinished = new RegExp('\\b(TO' + 'DO|FIX' + 'ME|XX' + 'X|HA' + 'CK)\\b|\\b(test|it|describe)\\.(on' + 'ly|sk' + 'ip)\\(');

export function hygiene(tree) {
  const faults = [];
  const parent = path.dirname(root);
  // Absolute: a relative path may go through a folder of that name.
  const here = new RegExp(`(?<![\\w.])${parent.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/`);
  for (const file of tree.files) {
    if (binary.test(file) || file.startsWith('tests/fuzz/corpus/') || file.endsWith('package-lock.json')) continue;
    const text = tree.text(file);
    if (parent.length > 1 && here.test(text)) faults.push(`${file}: names a folder of this machine (${parent}/)`);
    if (mirror.test(text)) faults.push(`${file}: names a package mirror`);
    const isSource = sources.some((ending) => file.endsWith(ending)) || file === 'dev' || file === '.ci/run';
    if (!isSource) continue;
    const head = text.split('\n', 2).join('\n');
    if (!head.includes('SPDX-License-Identifier: Apache-2.0')) faults.push(`${file}: no SPDX line at its head`);
    if (/\.[ch]$/.test(file) && !text.startsWith('/* SPDX-License-Identifier: Apache-2.0 */\n')) {
      faults.push(`${file}: its first line is not the SPDX comment`);
    }
    text.split('\n').forEach((line, index) => {
      if (unfinished.test(line)) faults.push(`${file}:${index + 1}: unfinished work: ${line.trim()}`);
    });
  }
  return { faults };
}

// Every relative link leads somewhere, and every `./dev X` a document shows is a command that `dev` has.
export function documents(tree) {
  const faults = [];
  const commands = new Set([...tree.text('dev').matchAll(/^([a-z]+)(?: \| [^)]*)?\) /gm)].map((match) => match[1]));
  for (const file of tree.ending('.md')) {
    const text = tree.text(file);
    for (const [, target] of text.matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      if (!existsSync(path.join(root, path.dirname(file), decodeURI(target)))) faults.push(`${file}: ${target} does not exist`);
    }
    for (const [, command] of text.matchAll(/\.\/dev ([a-z]+)/g)) {
      if (!commands.has(command)) faults.push(`${file}: ./dev ${command} is no command`);
    }
  }
  return { faults };
}

// docs/CONFIGURATION.md has each key of the table in base/config.c, in its section, and no other.
export function configuration(tree) {
  const inCode = [...tree.text('base/config.c').matchAll(/^\t\{"(\w+)", "(\w+)",/gm)].map(([, section, key]) => `[${section}] ${key}`);
  const inText = tree.text('docs/CONFIGURATION.md').split(/^## /m).slice(1).flatMap((part) => {
    const section = part.slice(0, part.indexOf('\n'));
    const names = [...part.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1]));
    return names.map((name) => `${section} ${name}`);
  });
  return {
    faults: [
      ...inCode.filter((key) => !inText.includes(key)).map((key) => `docs/CONFIGURATION.md lacks ${key}`),
      ...inText.filter((key) => !inCode.includes(key)).map((key) => `docs/CONFIGURATION.md has ${key}, which is none`),
    ],
  };
}

// Only commits that are not on the main branch yet: what is published cannot be mended.
export async function commits() {
  const faults = [];
  for (const main of ['origin/main', 'main']) {
    const { status, output } = await run('git', ['log', '--no-merges', '--format=%h %s', `${main}..HEAD`]);
    if (status !== 0) continue;
    for (const line of output.split('\n').filter(Boolean)) {
      const subject = line.slice(line.indexOf(' ') + 1);
      if (subject.length > 60 || !/^[\w./, -]+: [a-z].*[^.]$/.test(subject)) faults.push(`${line}: want \`module: imperative\`, at most 60 characters`);
    }
    break;
  }
  return { faults };
}
