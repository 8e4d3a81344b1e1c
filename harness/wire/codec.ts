import { z } from 'zod';
import type { Json, JsonObject } from './ascii.ts';

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

/** Bytes: padded base64 (RFC 4648, section 4) on the line. */
export const bytes = z.codec(z.base64(), z.instanceof(Uint8Array), {
  decode: (text) => new Uint8Array(Buffer.from(text, 'base64')),
  encode: (value) => Buffer.from(value).toString('base64'),
});

/** Text without lone surrogates, which most languages cannot hold in a string. */
export const text = z.string().refine((value) => !/\p{Surrogate}/u.test(value), {
  message: 'lone surrogate',
});

/** The name of a handle; the caller chooses it. */
export const handleName = z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/);

/** The absolute path of a store's directory. */
export const directory = text.min(1).refine((path) => !path.includes('\0'), {
  message: 'NUL in a path',
});

/** The time to write: ISO 8601, UTC, three digits of a second. */
export const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** One method of a kind: what its lines carry, and which part of the result is the operation's value. */
export interface WireMethod {
  readonly params: z.ZodObject;
  readonly result: z.ZodObject;
  /** A member's name, `whole` where the result is the value, `none` where the value is null. */
  readonly value: 'whole' | 'none' | { readonly member: string };
}

/** Where a call goes: `handle` is put before the operation's own handle name, or is the name where it has none. */
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

/** The two directions of one kind's lines. All four functions throw a `WireError` where a value does not fit. */
export interface WireCodec<O, R> {
  readonly kind: string;
  readonly methods: Readonly<Record<string, WireMethod>>;
  call(op: O, site: CallSite): { readonly method: string; readonly params: JsonObject };
  readCall(opName: string, params: unknown): ReadCall<O>;
  result(opName: string, value: R): JsonObject;
  readResult(op: O, result: unknown): R;
}

/** A value that does not fit its line, or a line that does not fit its schema. `message` names the first place. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** `ownHandles`: the kind's operations name their handle in `h`; else a port is one handle. */
export function makeCodec<O extends { readonly op: string }, R>(
  kind: string,
  methods: Readonly<Record<string, WireMethod>>,
  ownHandles: boolean,
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
      const { op: name, ...rest } = op as { readonly op: string; readonly h?: string };
      const { shape } = methodOf(name).params;
      const raw = {
        ...rest,
        ...('h' in shape ? { h: `${site.handle}${rest.h ?? ''}` } : {}),
        ...('dir' in shape ? { dir: site.dir } : {}),
        ...('at' in shape ? { at: site.at } : {}),
      };
      const params = checked(z.safeEncode(methodOf(name).params, raw)) as JsonObject;
      return { method: name === 'drop' ? 'drop' : `${kind}/${name}`, params };
    },
    readCall(opName, params) {
      const read = checked(methodOf(opName).params.safeDecode((params ?? {}) as never));
      const { dir, at, ...rest } = read as Record<string, unknown>;
      const { h, ...others } = rest;
      return {
        op: { op: opName, ...(ownHandles ? rest : others) } as unknown as O,
        handle: stringOrNull(h),
        dir: stringOrNull(dir),
        at: stringOrNull(at),
      };
    },
    result(opName, value) {
      const { result, value: part } = methodOf(opName);
      if (part === 'none') return {};
      const raw = part === 'whole' ? value : { [part.member]: value };
      return checked(z.safeEncode(result, raw as never)) as JsonObject;
    },
    readResult(op, got) {
      const { result, value: part } = methodOf(op.op);
      const read = checked(result.safeDecode(got as never));
      if (part === 'none') return null as R;
      return (part === 'whole' ? read : read[part.member]) as R;
    },
  };
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

/** A JSON object, or null where the value is something else. */
export function objectOf(value: Json | undefined): JsonObject | null {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
}
