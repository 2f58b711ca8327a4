// SPDX-License-Identifier: Apache-2.0
// Holds the server's HTTP answers to docs/openapi.json: status, media type, and the body to the last field.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';

const top = new URL('../../', import.meta.url);
const Ajv = createRequire(new URL('tests/browser/package.json', top))('ajv/dist/2020.js').default;

export const document = JSON.parse(fs.readFileSync(new URL('docs/openapi.json', top), 'utf8'));

/** Receivers ignore fields they do not know, but the server may send none that is not written down. */
function close(schema) {
  if (Array.isArray(schema)) return schema.map(close);
  if (schema === null || typeof schema !== 'object') return schema;
  const closed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
  if (closed.type === 'object' && closed.properties && closed.additionalProperties === undefined) closed.additionalProperties = false;
  return closed;
}

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: 'api', ...close(document) });
const validators = new Map();

function pointer(...parts) {
  return `api#/${parts.map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
}

/** Operations and statuses that were seen, so that a test can ask what was never tried. */
export const seen = new Set();

/** Operations of these tags that were never answered with 20x in this process. */
export function neverDoneWell(...tags) {
  return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods)
    .filter(([, operation]) => operation.tags.some((tag) => tags.includes(tag)))
    .map(([method]) => `${method.toUpperCase()} ${path}`))
    .filter((operation) => ![...seen].some((one) => one.startsWith(`${operation} 20`)));
}

function templateOf(path) {
  const bare = path.split('?')[0].split('/');
  return Object.keys(document.paths).find((template) => {
    const parts = template.split('/');
    return parts.length === bare.length && parts.every((part, i) => part.startsWith('{') || part === bare[i]);
  });
}

export function check(method, path, answer) {
  const template = templateOf(path);
  assert.ok(template, `no such path in the description: ${path}`);
  const operation = document.paths[template][method.toLowerCase()];
  assert.ok(operation, `${method} ${template} is not described`);
  const described = operation.responses[answer.status];
  assert.ok(described, `${method} ${template}: status ${answer.status} is not described: ${answer.body}`);
  seen.add(`${method} ${template} ${answer.status}`);
  const response = described.$ref ? document.components.responses[described.$ref.split('/').pop()] : described;
  const type = answer.headers['content-type']?.split(';')[0];
  if (!response.content) {
    assert.equal(answer.body.length, 0, `${method} ${template} ${answer.status}: a body`);
    return answer;
  }
  assert.ok(response.content[type], `${method} ${template} ${answer.status}: ${type} is not described`);
  if (type === 'application/json' && response.content[type].schema.contentEncoding === undefined) {
    const at = described.$ref
      ? pointer('components', 'responses', described.$ref.split('/').pop(), 'content', type, 'schema')
      : pointer('paths', template, method.toLowerCase(), 'responses', answer.status, 'content', type, 'schema');
    if (!validators.has(at)) validators.set(at, ajv.compile({ $ref: at }));
    const validate = validators.get(at);
    assert.ok(validate(answer.json), `${method} ${template} ${answer.status}: ${ajv.errorsText(validate.errors)}\n${answer.body}`);
  }
  return answer;
}
