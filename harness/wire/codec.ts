import { z } from 'zod';
import { isObject } from './ascii.ts';
import type { JsonObject } from './ascii.ts';
import { directOf, unknown } from './direct.ts';
import type { Large } from './recipe.ts';
import { wasHeardBefore } from './reply.ts';

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
