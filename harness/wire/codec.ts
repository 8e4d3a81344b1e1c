import { z } from 'zod';
import { isObject } from './ascii.ts';
import type { JsonObject } from './ascii.ts';
import { directly, directOf, same, unknown } from './direct.ts';
import type { Direct } from './direct.ts';
import {
  bytesOfDigest,
  digestSchema,
  longBytes,
  recipeBytes,
  recipeOfBytes,
  recipeOfText,
  recipeSchema,
  recipeText,
  textOfDigest,
} from './recipe.ts';
import type { Large } from './recipe.ts';
import { wasHeardBefore } from './reply.ts';

const maxU64 = 2n ** 64n - 1n;
/** So many digits a number of JavaScript holds, whatever they are. */
const exactDigits = 15;
const decimal20 = /^(0|[1-9][0-9]{0,19})$/;
const decimal16 = /^(0|[1-9][0-9]{0,15})$/;

/** A 64-bit number: a decimal string on the line, a bigint in code. */
export const u64 = directly(
  z.codec(z.string().regex(decimal20), z.bigint().min(0n).max(maxU64), {
    decode: (text) => BigInt(text),
    encode: (value) => value.toString(),
  }),
  {
    decode: (line) => {
      if (typeof line !== 'string' || !decimal20.test(line)) return unknown;
      // The way over a number is several times faster.
      if (line.length <= exactDigits) return BigInt(Number(line));
      const value = BigInt(line);
      return value <= maxU64 ? value : unknown;
    },
    encode: (value) =>
      typeof value === 'bigint' && value >= 0n && value <= maxU64 ? value.toString() : unknown,
  },
);

const isPosition = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** A byte position: a decimal string on the line, a safe integer in code. */
export const byteOffset = directly(
  z.codec(z.string().regex(decimal16), z.number().int().min(0).max(Number.MAX_SAFE_INTEGER), {
    decode: (text) => Number(text),
    encode: (value) => value.toString(),
  }),
  {
    decode: (line) => {
      if (typeof line !== 'string' || !decimal16.test(line)) return unknown;
      const value = Number(line);
      return isPosition(value) ? value : unknown;
    },
    encode: (value) => (isPosition(value) ? value.toString() : unknown),
  },
);

/** A number that stands as one on the line too: whole, within these bounds. */
export const between = (least: number, most: number) =>
  directly(
    z.int().min(least).max(most),
    same((value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most),
  );

const base64 = /^(?:[0-9a-zA-Z+/]{4})*(?:[0-9a-zA-Z+/]{2}==|[0-9a-zA-Z+/]{3}=)?$/;
const fromBase64 = (line: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(line, 'base64'));
const toBase64 = (value: Uint8Array): string =>
  Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');

/** Bytes that are short enough for a line. */
const bytesDirectly: Direct = {
  decode: (line) => (typeof line === 'string' && base64.test(line) ? fromBase64(line) : unknown),
  encode: (value) =>
    value instanceof Uint8Array && value.length <= longBytes ? toBase64(value) : unknown,
};

/**
 * Bytes of a call: padded base64 (RFC 4648, section 4) on the line, or a recipe where they are too
 * many for one.
 */
export const givenBytes = directly(
  z.codec(z.union([z.base64(), recipeSchema]), z.instanceof(Uint8Array), {
    decode: (line) => (typeof line === 'string' ? fromBase64(line) : recipeBytes(line)),
    encode: (value) => recipeOfBytes(value) ?? toBase64(value),
  }),
  bytesDirectly,
);

/**
 * Bytes of a result: base64 on the line, or a digest; whether that was allowed is not seen here.
 */
export const toldBytes = directly(
  z.codec(z.union([z.base64(), digestSchema]), z.instanceof(Uint8Array), {
    decode: (line) => (typeof line === 'string' ? fromBase64(line) : bytesOfDigest(line)),
    encode: toBase64,
  }),
  bytesDirectly,
);

const isText = (value: unknown): boolean =>
  typeof value === 'string' && !/\p{Surrogate}/u.test(value);
const textDirectly = same(isText);

/** Text without lone surrogates, which most languages cannot hold in a string. */
export const text = directly(
  z.string().refine(isText, { message: 'lone surrogate' }),
  textDirectly,
);

/** JSON text that is short enough for a line. */
const jsonDirectly = same(
  (value) => typeof value === 'string' && value.length <= longBytes && isText(value),
);

/** JSON text of a call, or a recipe for it. */
export const givenJson = directly(
  z.codec(z.union([text, recipeSchema]), text, {
    decode: (line, context) => {
      const made = typeof line === 'string' ? line : recipeText(line);
      if (made !== null) return made;
      context.issues.push({ code: 'custom', input: line, message: 'JSON text of under 2 bytes' });
      return z.NEVER;
    },
    encode: (value) => recipeOfText(value) ?? value,
  }),
  jsonDirectly,
);

/** JSON text of a result, or a digest; whether that was allowed is not seen here. */
export const toldJson = directly(
  z.codec(z.union([text, digestSchema]), text, {
    decode: (line) => (typeof line === 'string' ? line : textOfDigest(line)),
    encode: (value) => value,
  }),
  jsonDirectly,
);

const handleText = /^[A-Za-z0-9_.:-]{1,64}$/;

/** The name of a handle; the caller chooses it. */
export const handleName = directly(z.string().regex(handleText), same(matches(handleText)));

const isPath = (value: unknown): boolean =>
  isText(value) && value !== '' && !String(value).includes('\0');

/** The absolute path of a store's directory. */
export const directory = directly(
  text.min(1).refine((path) => !path.includes('\0'), { message: 'NUL in a path' }),
  same(isPath),
);

const timeText = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The time to write: ISO 8601, UTC, three digits of a second. */
export const time = directly(z.string().regex(timeText), same(matches(timeText)));

function matches(pattern: RegExp): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && pattern.test(value);
}

/** An object on the line and as it is in code. */
export type WireObject = z.ZodType<Record<string, unknown>, JsonObject> & {
  readonly shape: Readonly<Record<string, z.ZodType>>;
};

/**
 * One method of a kind: what its lines carry, and which part of the result is the operation's
 * value.
 */
export interface WireMethod {
  readonly params: WireObject;
  readonly result: WireObject;
  /** A member's name, `whole` where the result is the value, `none` where the value is null. */
  readonly value: 'whole' | 'none' | { readonly member: string };
  /** Which members of the result a digest may stand for; none where missing. */
  readonly large?: Large;
}

/**
 * Where a call goes: `handle` is put before the operation's own handle name, or is the name where
 * it has none.
 */
export interface CallSite {
  readonly handle: string;
  readonly dir: string;
  readonly at: string;
}

/** A call as it was read from a line; `handle` and `dir` are null where the method has none. */
export interface ReadCall<O> {
  readonly op: O;
  readonly handle: string | null;
  readonly dir: string | null;
  readonly at: string | null;
}

/** A call as it stands on a line. */
export interface WireCall {
  readonly method: string;
  readonly params: JsonObject;
}

/**
 * The two directions of one kind's lines. All four functions throw a `WireError` where a value does
 * not fit.
 */
export interface WireCodec<O, R> {
  readonly kind: string;
  readonly methods: Readonly<Record<string, WireMethod>>;
  call(op: O, site: CallSite): WireCall;
  readCall(opName: string, params: unknown): ReadCall<O>;
  result(opName: string, value: R): JsonObject;
  readResult(op: O, result: unknown): R;
}

/**
 * A value that does not fit its line, or a line that does not fit its schema. `message` names the
 * first place.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/**
 * `handle`: where the kind's operations name the handle that they are asked of. `in h`: in their
 * own member of that name; else it tells the name, empty where a port is one handle.
 */
export function makeCodec<O extends { readonly op: string }, R>(
  kind: string,
  methods: Readonly<Record<string, WireMethod>>,
  handle: 'in h' | ((op: O) => string),
): WireCodec<O, R> {
  const methodOf = (name: string): WireMethod => {
    const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (found === undefined) throw new WireError(`${kind} has no operation ${name}`);
    return found;
  };
  return {
    kind,
    methods,
    call(op, site) {
      const { op: name, ...rest } = op;
      const { params } = methodOf(name);
      const own = handle === 'in h' ? ('h' in rest ? String(rest.h) : '') : handle(op);
      const raw = {
        ...rest,
        ...('h' in params.shape ? { h: `${site.handle}${own}` } : {}),
        ...('dir' in params.shape ? { dir: site.dir } : {}),
        ...('at' in params.shape ? { at: site.at } : {}),
      };
      const method = name === 'drop' ? 'drop' : `${kind}/${name}`;
      return { method, params: encoded(params, raw) };
    },
    readCall(opName, params) {
      const { dir, at, h, ...rest } = decoded(methodOf(opName).params, params ?? {});
      const op = { op: opName, ...(handle === 'in h' && h !== undefined ? { h } : {}), ...rest };
      return {
        op: trusted<O>(op),
        handle: stringOrNull(h),
        dir: stringOrNull(dir),
        at: stringOrNull(at),
      };
    },
    result(opName, value) {
      const { result, value: part } = methodOf(opName);
      if (part === 'none') return {};
      const raw = part === 'whole' ? trusted<Record<string, unknown>>(value) : null;
      return encoded(result, raw ?? { [memberOf(part)]: value });
    },
    readResult(op, got) {
      const { result, value: part } = methodOf(op.op);
      const read = decodedOnce(result, got);
      if (part === 'none') return trusted<R>(null);
      return trusted<R>(part === 'whole' ? read : read[memberOf(part)]);
    },
  };
}

/**
 * What a kind's schema has just checked has the kind's type; `codec.test.ts` holds the two
 * together.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function trusted<T>(checkedValue: unknown): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return checkedValue as T;
}

function memberOf(part: WireMethod['value']): string {
  return typeof part === 'object' ? part.member : '';
}

function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** What a result holds; one that was heard again is read once. */
function decodedOnce(schema: WireObject, line: unknown): Record<string, unknown> {
  if (!isObject(line) || !wasHeardBefore(line)) return decoded(schema, line);
  const before = readBefore.get(line);
  if (before?.schema === schema) return before.value;
  const value = decoded(schema, line);
  readBefore.set(line, { schema, value });
  return value;
}

const readBefore = new WeakMap<
  object,
  { readonly schema: WireObject; readonly value: Record<string, unknown> }
>();

function decoded(schema: WireObject, line: unknown): Record<string, unknown> {
  const value = directOf(schema).decode(line);
  return value === unknown ? checked(schema.safeParse(line)) : trusted(value);
}

function encoded(schema: WireObject, value: Record<string, unknown>): JsonObject {
  const line = directOf(schema).encode(value);
  return line === unknown ? checked(z.safeEncode(schema, value)) : trusted(line);
}

function checked<T>(result: z.ZodSafeParseResult<T>): T {
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue === undefined ? '' : issue.path.map(String).join('.');
  throw new WireError(`${place === '' ? 'value' : place}: ${issue?.message ?? 'does not fit'}`);
}
