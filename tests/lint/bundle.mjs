// SPDX-License-Identifier: Apache-2.0
// The built web client against Chromium 90: syntax, newer functions, newer CSS. A newer function may stand where
// the code asks for it first (`typeof x`, `'x' in y`, `y.x ? … : …`, `y.x?.()`), newer CSS inside @supports.
// Figures behind a name: the Chromium release that brought it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'acorn';
import { ancestor } from 'acorn-walk';
import postcss from 'postcss';

import { root } from './tree.mjs';

// Methods of any object. Names that our libraries use for their own methods would be false alarms and are left out.
const newMethods = new Set([
  'at', // 92
  'randomUUID', // 92
  'findLast', 'findLastIndex', // 97
  'showPicker', 'supportedValuesOf', // 99
  'checkVisibility', // 105
  'toReversed', 'toSorted', 'toSpliced', // 110
  'isWellFormed', 'toWellFormed', // 111
  'startViewTransition', // 111
  'showPopover', 'hidePopover', 'togglePopover', // 114
  'selectAudioOutput', 'setHTMLUnsafe', 'moveBefore',
]);

// Functions of one object.
const newStatics = new Set([
  'Object.hasOwn', // 93
  'AbortSignal.timeout', 'AbortSignal.any', // 103, 116
  'Object.groupBy', 'Map.groupBy', // 117
  'Promise.withResolvers', 'Promise.try', // 119, 128
  'Array.fromAsync', 'URL.canParse', 'URL.parse', // 121, 120, 126
  'Response.json', 'RegExp.escape', 'Error.isError', 'Iterator.from',
]);

const newGlobals = new Set([
  'structuredClone', 'reportError', 'scheduler', 'navigation', 'Temporal', 'CompressionStream', 'DecompressionStream',
  'MediaStreamTrackProcessor', 'MediaStreamTrackGenerator', 'VideoEncoder', 'VideoDecoder', 'AudioDecoder', 'AudioEncoder',
  'VideoFrame', 'CSSStyleSheet', 'Highlight', 'URLPattern', 'BarcodeDetector', 'SharedStorage', 'CloseWatcher',
]);

// Known and harmless: [file pattern, name, why].
const pardoned = [];

const nameOf = (node) =>
  node.type === 'MemberExpression' ? (node.computed ? node.property.value : node.property.name) : node.name;

// Does this condition speak of NAME?
function mentions(node, name) {
  let found = false;
  const look = (part) => {
    if (found || part === null || typeof part !== 'object') return;
    if (Array.isArray(part)) return part.forEach(look);
    if ((part.type === 'Identifier' && part.name === name) || (part.type === 'Literal' && part.value === name)) found = true;
    else for (const key of Object.keys(part)) if (key !== 'type') look(part[key]);
  };
  look(node);
  return found;
}

function guarded(ancestors, name) {
  for (let i = ancestors.length - 2; i >= 0; i--) {
    const node = ancestors[i];
    const child = ancestors[i + 1];
    if (node.type === 'UnaryExpression' && node.operator === 'typeof') return true;
    if (node.type === 'CallExpression' && node.callee === child && node.optional) return true;
    if ((node.type === 'IfStatement' || node.type === 'ConditionalExpression') && mentions(node.test, name)) return true;
    if (node.type === 'LogicalExpression' && (node.left === child || mentions(node.left, name))) return true;
    // A wrapper of the same name (Vue's reactive arrays) is called only by code that is looked at by itself.
    if (node.type === 'Property' && node.value === child && (node.key.name ?? node.key.value) === name) return true;
    if (node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator)) return true;
  }
  return false;
}

function scriptFaults(file, text) {
  const faults = [];
  let program;
  try {
    program = parse(text, { ecmaVersion: 2022, sourceType: 'module', locations: true });
  } catch (error) {
    return [`${file}: newer syntax than Chromium 90 knows: ${error.message}`];
  }
  const report = (node, what) => {
    if (pardoned.some(([pattern, name]) => pattern.test(file) && name === what)) return;
    const { line, column } = node.loc.start;
    const around = text.split('\n')[line - 1].slice(Math.max(0, column - 30), column + 60);
    faults.push(`${file}: ${what} is newer than Chromium 90: …${around}…`);
  };
  // Names the bundle declares itself are not the browser's.
  const declared = new Set();
  ancestor(program, {
    VariablePattern: (node) => declared.add(node.name),
    Function: (node) => node.id && declared.add(node.id.name),
    Class: (node) => node.id && declared.add(node.id.name),
  });
  ancestor(program, {
    StaticBlock: (node) => report(node, 'static block'), // 94
    BinaryExpression: (node) => node.left.type === 'PrivateIdentifier' && report(node, '#x in y'), // 91
    CallExpression(node, _, ancestors) {
      const callee = node.callee;
      if (callee.type !== 'MemberExpression') return;
      const name = nameOf(callee);
      const whole = callee.object.type === 'Identifier' ? `${callee.object.name}.${name}` : '';
      if (node.optional || guarded(ancestors, name)) return;
      if (newStatics.has(whole)) report(node, whole);
      else if (newMethods.has(name)) report(node, `.${name}()`);
    },
    Identifier(node, _, ancestors) {
      if (newGlobals.has(node.name) && !declared.has(node.name) && !guarded(ancestors, node.name)) report(node, node.name);
    },
  });
  return faults;
}

const newSelectors = /:has\(|:user-(in)?valid|:popover-open|:modal\b|:open\b|::backdrop-filter|:nth-child\([^)]* of /; // 105, 119, 114, 105
const newFunctions = /\b(color-mix|oklch|oklab|lch|lab|light-dark|linear|round|mod|rem|hypot|if|anchor|sibling-index)\(/; // 111 and later
const newUnits = /\b\d*\.?\d+(d|s|l)v(h|w|min|max|i|b)\b|\b\d*\.?\d+cq(w|h|i|b|min|max)\b/; // 108, 105
const newAtRules = new Set(['container', 'layer', 'scope', 'starting-style', 'view-transition', 'position-try']); // 105, 99, 118, 117
const newProperties = new Set(['translate', 'rotate', 'scale', 'container', 'container-type', 'accent-color', 'field-sizing', 'mask']); // 104, 105, 93, 123, 120

function styleFaults(file, text) {
  const faults = [];
  const report = (node, what) => faults.push(`${file}: ${what} is newer than Chromium 90: ${String(node).slice(0, 100).replace(/\s+/g, ' ')}`);
  const supported = (node) => {
    for (let up = node.parent; up; up = up.parent) if (up.type === 'atrule' && up.name === 'supports') return true;
    return false;
  };
  // An older value of the same property before it is the fallback; a prefixed twin counts.
  const fallsBack = (node) => {
    for (let before = node.prev(); before; before = before.prev()) {
      if (before.type === 'decl' && before.prop.replace(/^-webkit-/, '') === node.prop) return true;
    }
    return false;
  };
  postcss.parse(text, { from: file }).walk((node) => {
    if (supported(node)) return;
    if (node.type === 'rule') {
      if (newSelectors.test(node.selector)) report(node, 'a selector');
      if (node.parent.type === 'rule') report(node, 'nesting'); // 112
    } else if (node.type === 'atrule') {
      if (newAtRules.has(node.name)) report(node, `@${node.name}`);
      if (node.name === 'media' && /[<>]=?/.test(node.params)) report(node, 'a media range'); // 104
    } else if (node.type === 'decl' && !fallsBack(node)) {
      if (newProperties.has(node.prop)) report(node, node.prop);
      else if (!node.prop.startsWith('--') && (newFunctions.test(node.value) || newUnits.test(node.value))) report(node, node.value);
    }
  });
  return faults;
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(name) : [name];
  });
}

export function bundle() {
  const dist = path.join(root, 'web-client/dist');
  if (!existsSync(path.join(dist, 'index.html'))) return { faults: ['web-client/dist is missing: ./dev build'] };
  const faults = [];
  for (const file of filesBelow(dist)) {
    const name = path.relative(root, file);
    if (file.endsWith('.js')) faults.push(...scriptFaults(name, readFileSync(file, 'utf8')));
    else if (file.endsWith('.css')) faults.push(...styleFaults(name, readFileSync(file, 'utf8')));
    else if (file.endsWith('.html') && /https?:\/\//.test(readFileSync(file, 'utf8'))) faults.push(`${name}: fetches from another host`);
  }
  return { faults };
}
