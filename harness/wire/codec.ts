import { z } from 'zod';
import type { JsonObject } from './ascii.ts';
import {
  bytesOfDigest,
  digestSchema,
  recipeBytes,
  recipeOfBytes,
  recipeOfText,
  recipeSchema,
  recipeText,
  textOfDigest,
} from './recipe.ts';
import type { Large } from './recipe.ts';

const maxU64 = 2n ** 64n - 1n;

/** A 64-bit number: a decimal string on the line, a bigint in code. */
export const u64 = z.codec(
  z.string().regex(/^(0|[1-9][0-9]{0,19})$/),
  z.bigint().min(0n).max(maxU64),
  { decode: (text) => BigInt(text), encode: (value) => value.toString() },
);

/** A byte position: a decimal string on the line, a safe integer in code. */
export const byteOffset = z.codec(
  z.string().regex(/^(0|[1-9][0-9]{0,15})$/),
  z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  { decode: (text) => Number(text), encode: (value) => value.toString() },
);

const fromBase64 = (line: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(line, 'base64'));
const toBase64 = (value: Uint8Array): string => Buffer.from(value).toString('base64');

/**
 * Bytes of a call: padded base64 (RFC 4648, section 4) on the line, or a recipe where they are too
 * many for one.
 */
export const givenBytes = z.codec(z.union([z.base64(), recipeSchema]), z.instanceof(Uint8Array), {
  decode: (line) => (typeof line === 'string' ? fromBase64(line) : recipeBytes(line)),
  encode: (value) => recipeOfBytes(value) ?? toBase64(value),
});

/** Bytes of a result: base64 on the line, or a digest; whether that was allowed is not seen here. */
export const toldBytes = z.codec(z.union([z.base64(), digestSchema]), z.instanceof(Uint8Array), {
  decode: (line) => (typeof line === 'string' ? fromBase64(line) : bytesOfDigest(line)),
  encode: toBase64,
});

/** Text without lone surrogates, which most languages cannot hold in a string. */
export const text = z.string().refine((value) => !/\p{Surrogate}/u.test(value), {
  message: 'lone surrogate',
});

/** JSON text of a call, or a recipe for it. */
export const givenJson = z.codec(z.union([text, recipeSchema]), text, {
  decode: (line, context) => {
    const made = typeof line === 'string' ? line : recipeText(line);
    if (made !== null) return made;
    context.issues.push({ code: 'custom', input: line, message: 'JSON text of under 2 bytes' });
    return z.NEVER;
  },
  encode: (value) => recipeOfText(value) ?? value,
});

/** JSON text of a result, or a digest; whether that was allowed is not seen here. */
export const toldJson = z.codec(z.union([text, digestSchema]), text, {
  decode: (line) => (typeof line === 'string' ? line : textOfDigest(line)),
  encode: (value) => value,
});

/** The name of a handle; the caller chooses it. */
export const handleName = z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/);

/** The absolute path of a store's directory. */
export const directory = text.min(1).refine((path) => !path.includes('\0'), {
  message: 'NUL in a path',
});

/** The time to write: ISO 8601, UTC, three digits of a second. */
export const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

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
      return { method, params: checked(z.safeEncode(params, raw)) };
    },
    readCall(opName, params) {
      const { dir, at, h, ...rest } = checked(methodOf(opName).params.safeParse(params ?? {}));
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
      return checked(z.safeEncode(result, raw ?? { [memberOf(part)]: value }));
    },
    readResult(op, got) {
      const { result, value: part } = methodOf(op.op);
      const read = checked(result.safeParse(got));
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

function checked<T>(result: z.ZodSafeParseResult<T>): T {
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue === undefined ? '' : issue.path.map(String).join('.');
  throw new WireError(`${place === '' ? 'value' : place}: ${issue?.message ?? 'does not fit'}`);
}
