// SPDX-License-Identifier: Apache-2.0
// Small combinators that turn JSON from outside into typed values, or throw DecodeError with the path of what is
// wrong. Unknown fields are dropped, as the protocol wants it. Types come from the decoders: one spelling of each field.

export class DecodeError extends Error {
  constructor(
    readonly path: string,
    expected: string,
  ) {
    super(`${path || 'message'}: expected ${expected}`);
    this.name = 'DecodeError';
  }
}

export type Decoder<T> = (value: unknown, path?: string) => T;
export type Infer<D> = D extends Decoder<infer T> ? T : never;

export const text: Decoder<string> = (value, path = '') => {
  if (typeof value !== 'string') throw new DecodeError(path, 'text');
  return value;
};

export const number: Decoder<number> = (value, path = '') => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new DecodeError(path, 'number');
  return value;
};

/** A whole number that survives JSON: times in microseconds, counts, participants. */
export const integer: Decoder<number> = (value, path = '') => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new DecodeError(path, 'whole number');
  return value;
};

export const flag: Decoder<boolean> = (value, path = '') => {
  if (typeof value !== 'boolean') throw new DecodeError(path, 'true or false');
  return value;
};

export function oneOf<const T extends string>(...allowed: readonly T[]): Decoder<T> {
  return (value, path = '') => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new DecodeError(path, allowed.join(' | '));
    return found;
  };
}

/** Like oneOf, but a word this client does not know yet becomes `other`: for reasons, which may grow. */
export function oneOfOr<const T extends string, const F extends string>(other: F, ...known: readonly T[]): Decoder<T | F> {
  return (value, path = '') => known.find((candidate) => candidate === text(value, path)) ?? other;
}

export function listOf<T>(item: Decoder<T>): Decoder<T[]> {
  return (value, path = '') => {
    if (!Array.isArray(value)) throw new DecodeError(path, 'list');
    return value.map((each: unknown, index) => item(each, `${path}[${index}]`));
  };
}

export function orNull<T>(decoder: Decoder<T>): Decoder<T | null> {
  return (value, path = '') => (value === null || value === undefined ? null : decoder(value, path));
}

/** The field may be absent (or null); it is then absent from the result's meaning: undefined. */
export function optional<T>(decoder: Decoder<T>): Decoder<T | undefined> {
  return (value, path = '') => (value === null || value === undefined ? undefined : decoder(value, path));
}

type Fields = Record<string, Decoder<unknown>>;
type OptionalKeys<F extends Fields> = { [K in keyof F]: undefined extends Infer<F[K]> ? K : never }[keyof F];
type Flat<T> = { [K in keyof T]: T[K] };
export type ObjectOf<F extends Fields> = Flat<
  { [K in Exclude<keyof F, OptionalKeys<F>>]: Infer<F[K]> } & { [K in OptionalKeys<F>]?: Infer<F[K]> }
>;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function object<F extends Fields>(fields: F): Decoder<ObjectOf<F>> {
  const entries = Object.entries(fields);
  return (value, path = '') => {
    if (!isRecord(value)) throw new DecodeError(path, 'object');
    const result: Record<string, unknown> = {};
    for (const [name, decoder] of entries) {
      const decoded = decoder(value[name], path ? `${path}.${name}` : name);
      if (decoded !== undefined) result[name] = decoded;
    }
    return result as ObjectOf<F>;
  };
}

export const nothing: Decoder<Record<string, never>> = (value, path = '') => {
  if (!isRecord(value)) throw new DecodeError(path, 'object');
  return {};
};
