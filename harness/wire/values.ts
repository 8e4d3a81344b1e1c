import { z } from 'zod';
import { directly, same, unknown } from './direct.ts';
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

// What the lines of all kinds are made of: each a schema, and the same by hand.

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
