import { z } from 'zod';

// Every line goes through a schema, in both directions, and a walk over one state has hundreds of
// values. What fits is read and written here, by functions made from the schema; whatever they do
// not know to fit is left to the schema itself, which decides, and says what is wrong.

/** Instead of a value: only the schema can tell. */
export const unknown: unique symbol = Symbol('unknown');

type Step = (value: unknown) => unknown;

/** Both ways of one schema; each answers `unknown` for what may not fit. */
export interface Direct {
  /** From the line to code. */
  readonly decode: Step;
  readonly encode: Step;
}

/** By the definition of a schema, which descriptions do not change. */
const known = new WeakMap<object, Direct>();

/**
 * Says how the values of a schema are read and written without it. Whatever this accepts, the
 * schema must accept with the same outcome.
 */
export function directly<T extends z.ZodType>(schema: T, own: Direct): T {
  known.set(schema.def, own);
  return schema;
}

/** Reads and writes values of a schema as far as its parts are known. */
export function directOf(schema: z.core.$ZodType): Direct {
  // oxlint-disable-next-line no-underscore-dangle -- what a member of a schema shows of itself.
  const { def } = schema._zod;
  let direct = known.get(def);
  if (direct === undefined) {
    direct = made(schema);
    known.set(def, direct);
  }
  return direct;
}

function made(schema: z.core.$ZodType): Direct {
  if (schema instanceof z.ZodArray) return listOf(directOf(schema.element));
  if (schema instanceof z.ZodNullable) return orNull(directOf(schema.unwrap()));
  if (schema instanceof z.ZodExactOptional) return directOf(schema.unwrap());
  if (schema instanceof z.ZodObject && schema.def.catchall === undefined) {
    return objectOf(Object.entries<z.core.$ZodType>(schema.shape));
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return oneOf(schema.def.discriminator, schema.options);
  }
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) {
    return same((value) => allowedBy(schema).has(value));
  }
  if (schema instanceof z.ZodBoolean) return same((value) => typeof value === 'boolean');
  return {
    decode: (value) => orUnknown(z.safeParse(schema, value)),
    encode: (value) => orUnknown(z.safeEncode(schema, value)),
  };
}

const allowedBy = (schema: z.ZodEnum | z.ZodLiteral): ReadonlySet<unknown> =>
  new Set<unknown>(schema instanceof z.ZodEnum ? schema.options : schema.values);

/** Values that are the same on the line and in code. */
export function same(fits: (value: unknown) => boolean): Direct {
  const step: Step = (value) => (fits(value) ? value : unknown);
  return { decode: step, encode: step };
}

function listOf({ decode, encode }: Direct): Direct {
  const each =
    (step: Step): Step =>
    (value) => {
      if (!Array.isArray(value)) return unknown;
      const items: unknown[] = [];
      for (const item of value as readonly unknown[]) {
        const one = step(item);
        if (one === unknown) return unknown;
        items.push(one);
      }
      return items;
    };
  return { decode: each(decode), encode: each(encode) };
}

const orNull = ({ decode, encode }: Direct): Direct => ({
  decode: (value) => (value === null ? null : decode(value)),
  encode: (value) => (value === null ? null : encode(value)),
});

interface Member {
  readonly name: string;
  readonly direct: Direct;
  readonly mayLack: boolean;
}

function objectOf(shape: readonly (readonly [string, z.core.$ZodType])[]): Direct {
  const members = shape.map(([name, schema]): Member => ({
    name,
    direct: directOf(schema),
    mayLack: schema instanceof z.ZodExactOptional,
  }));
  const each =
    (way: keyof Direct): Step =>
    (value) => {
      if (value === null || typeof value !== 'object' || Array.isArray(value)) return unknown;
      // A copy has the members at once, which is cheaper than adding one after the other.
      const found: Record<string, unknown> = { ...value };
      let count = 0;
      for (const { name, direct, mayLack } of members) {
        const was = found[name];
        if (was === undefined) {
          if (mayLack && !Object.hasOwn(found, name)) continue;
          return unknown;
        }
        const is = direct[way](was);
        if (is === unknown) return unknown;
        if (is !== was) found[name] = is;
        count++;
      }
      return Object.keys(found).length === count ? found : listedIn(found, members);
    };
  return { decode: each('decode'), encode: each('encode') };
}

/** Members that are not listed are left out, as the schema does. */
function listedIn(
  found: Readonly<Record<string, unknown>>,
  members: readonly Member[],
): Record<string, unknown> {
  const own = members.filter(({ name }) => Object.hasOwn(found, name));
  return Object.fromEntries(own.map(({ name }) => [name, found[name]]));
}

function oneOf(discriminator: string, options: readonly z.core.$ZodType[]): Direct {
  const byName = new Map<unknown, Direct>();
  for (const option of options) {
    const literal = option instanceof z.ZodObject ? option.shape[discriminator] : undefined;
    if (!(literal instanceof z.ZodLiteral))
      throw new TypeError(`an option without ${discriminator}`);
    for (const name of literal.values) byName.set(name, directOf(option));
  }
  const each =
    (way: keyof Direct): Step =>
    (value) => {
      if (value === null || typeof value !== 'object') return unknown;
      const name = (value as Readonly<Record<string, unknown>>)[discriminator];
      return byName.get(name)?.[way](value) ?? unknown;
    };
  return { decode: each('decode'), encode: each('encode') };
}

const orUnknown = (result: z.ZodSafeParseResult<unknown>): unknown =>
  result.success ? result.data : unknown;
