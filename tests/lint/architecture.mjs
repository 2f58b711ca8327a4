// SPDX-License-Identifier: Apache-2.0
// The tree is the architecture: dependencies point one way, each foreign library has its adapter, files stay small.

// Which of our folders a folder may include. recorder implements the sink that media defines.
const allowed = {
  base: [],
  media: ['base'],
  recorder: ['base', 'media/sink.h', 'media/rtp.h', 'media/vp8.h'], // the sink it implements, pure parsers
  capture: ['base'],
  signaling: ['base', 'media', 'recorder', 'capture'],
  demo: ['base', 'media', 'recorder', 'capture', 'signaling'],
  tests: ['base', 'media', 'recorder', 'capture', 'signaling', 'demo'],
};

// Foreign headers by prefix, and the files that may name them. demo/ and tests/ may use any.
const adapters = [
  ['sqlite3.h', /^base\/db(_\w+)?\.c$/],
  ['curl/', /^signaling\/sms\/gateway_http\.c$/],
  ['sodium.h', /^base\/password\.c$/],
  ['seccomp.h', /^base\/sandbox\.c$/],
  ['openssl/', /^(base\/(crypto|certificate)|media\/(dtls|dtls_farewell|srtp_cipher))\.c$/],
  ['libwebsockets.h', /^signaling\/net\/\w+\.[ch]$/],
  ['nice/', /^media\/stun\.c$/],
  ['stun/', /^media\/stun\.c$/],
  ['srtp2/', /^media\/srtp\w*\.[ch]$/],
  ['gst/', /^media\/sdp_\w+\.c$/],
  ['libavformat/', /^recorder\/\w+\.c$/],
  ['libavcodec/', /^recorder\/\w+\.c$/],
  ['libavutil/', /^recorder\/\w+\.c$/],
  ['turbojpeg.h', /^capture\/jpeg\.c$/],
  ['cairo-pdf.h', /^signaling\/cases\/paper\.c$/],
  ['pango/', /^signaling\/cases\/paper\.c$/],
  ['qrencode.h', /^signaling\/cases\/paper\.c$/],
  ['png.h', /^capture\/png\.c$/],
  ['zlib.h', /^capture\/deflate\.c$/],
  ['tesseract/', /^capture\/word_reader\.c$/],
];

// Vocabulary libraries, and what the C library and the kernel give.
const vocabulary = [/^(glib(\.h|-unix\.h|\/)|gio\/)/, /^jansson\.h$/];
const system = new RegExp(
  '^((sys|linux|arpa|net|netinet|asm)/[\\w./-]+|(assert|ctype|dirent|dlfcn|endian|errno|fcntl|fnmatch|ftw|getopt|glob|grp|ifaddrs|' +
    'inttypes|langinfo|limits|link|locale|malloc|math|netdb|poll|pthread|pwd|sched|search|semaphore|setjmp|signal|spawn|stdalign|' +
    'stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings|sysexits|syslog|termios|threads|time|' +
    'unistd|wchar|wctype|execinfo|byteswap|err|features|regex|mqueue|libgen)\\.h)$',
);

const includes = /^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]/gm;

function ownInclude(file, folder, target) {
  const to = target.split('/')[0];
  if (!target.includes('/') || !(to in allowed)) return `${file}: "${target}" is not a path from the top of the tree`;
  if (to === folder || allowed[folder].includes(to) || allowed[folder].includes(target)) return null;
  return `${file}: ${folder}/ may not include ${target}`;
}

function foreignInclude(file, target) {
  if (system.test(target) || vocabulary.some((known) => known.test(target))) return null;
  const adapter = adapters.find(([prefix]) => target.startsWith(prefix));
  if (!adapter) return `${file}: <${target}> has no adapter in tests/lint/architecture.mjs`;
  return adapter[1].test(file) ? null : `${file}: <${target}> belongs in its adapter ${adapter[1]}`;
}

export function architecture(tree) {
  const faults = [];
  for (const file of tree.ending('.c', '.h')) {
    const folder = file.split('/')[0];
    if (!(folder in allowed)) {
      faults.push(`${file}: C sources live in ${Object.keys(allowed).join('/, ')}/`);
      continue;
    }
    for (const [, quote, target] of tree.text(file).matchAll(includes)) {
      const own = quote === '"';
      const free = !own && (folder === 'demo' || folder === 'tests');
      const fault = own ? ownInclude(file, folder, target) : free ? null : foreignInclude(file, target);
      if (fault) faults.push(fault);
    }
  }
  return { faults };
}

const sizeOfFile = { aim: 600, limit: 800 };
const sizeOfFunction = { aim: 50, limit: 120 };
const sizeOfComponent = { aim: 200, limit: 400 };

function measure(what, lines, { aim, limit }, result) {
  if (lines > limit) result.faults.push(`${what}: ${lines} lines, the limit is ${limit}`);
  else if (lines > aim) result.notes.push(`${what}: ${lines} lines, the aim is ${aim}`);
}

export function sizes(tree) {
  const result = { faults: [], notes: [] };
  for (const file of tree.ending('.c', '.h', '.ts', '.mjs', '.js', '.vue', '.sh')) {
    const lines = tree.text(file).split('\n');
    measure(file, lines.length, file.endsWith('.vue') ? sizeOfComponent : sizeOfFile, result);
    if (!file.endsWith('.c')) continue;
    // In our layout a function's braces, and nothing else's, stand alone in the first column.
    let start = 0;
    lines.forEach((line, index) => {
      if (line === '{') start = index;
      else if (line === '}' && start) {
        const name = /(\w+)\(/.exec(lines.slice(Math.max(0, start - 6), start).reverse().find((l) => /^\w.*\(/.test(l)) ?? '');
        measure(`${file}:${start + 1} ${name?.[1] ?? ''}`, index - start - 1, sizeOfFunction, result);
        start = 0;
      }
    });
  }
  return result;
}
