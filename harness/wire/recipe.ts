import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isObject } from './ascii.ts';
import type { Json, JsonObject } from './ascii.ts';
import { defaultMaxLineBytes } from './envelope.ts';

// Large data as a recipe: megabytes that both sides can make need not cross the pipe.

/** The names of the generators, as they stand on a line. */
export const generators = ['zero', 'counter', 'xorshift32le'] as const;

type Generator = (typeof generators)[number];

/** No recipe makes more, which is enough for an entry that is too long for any of the kinds. */
export const maxRecipeBytes = 128 * 1024 * 1024;

const decimal = /^(0|[1-9][0-9]{0,19})$/;
const maxU64 = 2n ** 64n - 1n;

/** What may stand where a call gives bytes, or the JSON text of a payload. */
export const recipeSchema = z
  .object({
    gen: z.enum(generators),
    seed: z
      .string()
      .regex(decimal)
      .refine((seed) => BigInt(seed) <= maxU64)
      .exactOptional(),
    bytes: z
      .string()
      .regex(/^(0|[1-9][0-9]{0,8})$/)
      .refine((bytes) => Number(bytes) <= maxRecipeBytes),
  })
  .refine(({ gen, seed }) => gen !== 'xorshift32le' || seedOf(seed) !== 0, {
    message: 'the low 32 bits of the seed are 0',
  })
  .describe('Bytes to be generated; only where the port has the feature `recipes`.');

export type Recipe = z.output<typeof recipeSchema>;

/** What may stand in a result where `digestsAbove` allows it. */
export const digestSchema = z
  .object({
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.string().regex(/^(0|[1-9][0-9]{0,15})$/),
  })
  .describe('Stands for longer bytes; only where the call allows it by `digestsAbove`.');

type Digest = z.output<typeof digestSchema>;

/**
 * What is longer than any line by default is told and given in other words: of nothing shorter is a
 * recipe made, or a digest asked for.
 */
export const longBytes = defaultMaxLineBytes;

/** The bytes of a recipe that fits its schema. */
export function recipeBytes({ gen, seed, bytes }: Recipe): Uint8Array<ArrayBuffer> {
  return generate[gen](seedOf(seed), Number(bytes));
}

/**
 * The JSON text of a recipe: a string of letters that is `bytes` characters long with its quotation
 * marks. Null below 2 bytes, which no string is.
 */
export function recipeText(recipe: Recipe): string | null {
  const inside = Number(recipe.bytes) - 2;
  if (inside < 0) return null;
  const letters = recipeBytes({ ...recipe, bytes: String(inside) });
  for (let i = 0; i < inside; i++) letters[i] = alphabet[letters[i]! & 63]!;
  return `"${Buffer.from(letters.buffer, letters.byteOffset, inside).toString('latin1')}"`;
}

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');

/**
 * The recipe of bytes that no line holds; null for what can be sent as it is, and for what no
 * recipe makes.
 */
export function recipeOfBytes(bytes: Uint8Array): Recipe | null {
  if (bytes.length <= longBytes || bytes.length > maxRecipeBytes) return null;
  const recipe = { gen: 'zero', bytes: String(bytes.length) } as const;
  return Buffer.compare(bytes, recipeBytes(recipe)) === 0 ? remembering(recipe, bytes) : null;
}

/** The same for JSON text. */
export function recipeOfText(json: string): Recipe | null {
  if (json.length <= longBytes || json.length > maxRecipeBytes) return null;
  const letter = String.fromCharCode(alphabet[0]!);
  if (json !== `"${letter.repeat(json.length - 2)}"`) return null;
  return remembering({ gen: 'zero', bytes: String(json.length) }, json);
}

interface Told {
  readonly value: Uint8Array | string;
  /** Made when a port first answers with a digest of so many bytes. */
  sha256: string | null;
}

/** What was told by a recipe: only the last few, of which a port may answer with a digest. */
const told: Told[] = [];
const toldMost = 3;

function remembering(recipe: Recipe, value: Told['value']): Recipe {
  told.push({ value, sha256: null });
  if (told.length > toldMost) told.shift();
  return recipe;
}

/** The bytes that a digest stands for; of bytes that no recipe told, others that say so. */
export function bytesOfDigest(digest: Digest): Uint8Array<ArrayBuffer> {
  const value = told.find((one) => typeof one.value !== 'string' && isMeant(one, digest))?.value;
  return new Uint8Array(value instanceof Uint8Array ? value : Buffer.from(unknownText(digest)));
}

/** The same for JSON text. */
export function textOfDigest(digest: Digest): string {
  const value = told.find((one) => typeof one.value === 'string' && isMeant(one, digest))?.value;
  return typeof value === 'string' ? value : JSON.stringify(unknownText(digest));
}

function isMeant(one: Told, { sha256, bytes }: Digest): boolean {
  if (String(one.value.length) !== bytes) return false;
  one.sha256 ??= sha256Of(one.value);
  return one.sha256 === sha256;
}

const unknownText = ({ sha256, bytes }: Digest): string => `${bytes} bytes of SHA-256 ${sha256}`;

const sha256Of = (value: Uint8Array | string): string =>
  createHash('sha256').update(value).digest('hex');

/** The low 32 bits of a seed, without a sign. */
function seedOf(seed = '1'): number {
  return Number(BigInt.asUintN(32, BigInt(seed)));
}

const generate: Readonly<
  Record<Generator, (seed: number, count: number) => Uint8Array<ArrayBuffer>>
> = {
  zero: (_, count) => new Uint8Array(count),
  counter: (seed, count) => new Uint8Array(count).map((_, i) => seed + i),
  xorshift32le: (seed, count) => {
    const words = Buffer.alloc(Math.ceil(count / 4) * 4);
    let x = seed;
    for (let at = 0; at < words.length; at += 4) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      words.writeInt32LE(x, at);
    }
    return new Uint8Array(words.buffer, words.byteOffset, count);
  },
};

/** Members of a result that may be long: the path to each, `*` for every item of a list. */
export interface Large {
  readonly at: readonly string[];
  /** How they stand on the line. */
  readonly as: 'base64' | 'text';
}

/** A result in which digests stand for what is longer than `above` bytes. */
export function withDigests(result: JsonObject, large: Large, above: bigint): JsonObject {
  const [member = '', ...rest] = large.at;
  const found = Object.hasOwn(result, member) ? result[member] : undefined;
  if (found === undefined) return result;
  return { ...result, [member]: shorten(found, { ...large, at: rest }, above) };
}

function shorten(value: Json, large: Large, above: bigint): Json {
  const [next, ...rest] = large.at;
  if (next === '*' && Array.isArray(value)) {
    return value.map((item: Json) => shorten(item, { ...large, at: rest }, above));
  }
  if (next !== undefined) return isObject(value) ? withDigests(value, large, above) : value;
  if (typeof value !== 'string') return value;
  const bytes = Buffer.from(value, large.as === 'base64' ? 'base64' : 'utf8');
  if (BigInt(bytes.length) <= above) return value;
  return { sha256: sha256Of(bytes), bytes: String(bytes.length) };
}

/**
 * True where a digest stands in a result for what is no longer than `above` bytes: nobody asked for
 * that one.
 */
export function hasUnaskedDigest(
  result: Json | undefined,
  [next, ...rest]: Large['at'],
  above: number,
): boolean {
  if (next === undefined) return isObject(result) && !(Number(result['bytes']) > above);
  if (Array.isArray(result)) {
    return result.some((item: Json) => hasUnaskedDigest(item, rest, above));
  }
  if (!isObject(result) || !Object.hasOwn(result, next)) return false;
  return hasUnaskedDigest(result[next], rest, above);
}
