import { z } from 'zod';
import type { Json } from './ascii.ts';
import type { WireMethod, WireObject } from './codec.ts';
import type { Large } from './recipe.ts';
import { byteOffset, handleName, text, time } from './values.ts';

// What the methods of every kind are made of.

export type Shape = Readonly<Record<string, z.ZodType<unknown, Json>>>;

/** Parameters of a call on a handle that may write: it carries the time. */
export const writes = (shape: Shape = {}) => z.object({ h: handleName, ...shape, at: time });

/** Parameters of a call on a handle that only reads. */
export const reads = (shape: Shape = {}) => z.object({ h: handleName, ...shape });

/** A method whose value is one member of its result. */
export function answers(
  params: WireObject,
  member: string,
  schema: z.ZodType<unknown, Json>,
  large?: Large,
): WireMethod {
  const method = { params, result: z.object({ [member]: schema }), value: { member } };
  return large === undefined ? method : { ...method, large };
}

/** A method whose result is the value. */
export function whole(params: WireObject, result: WireObject): WireMethod {
  return { params, result, value: 'whole' };
}

/** A method whose value is null. */
export function silent(params: WireObject): WireMethod {
  return { params, result: z.object({}), value: 'none' };
}

const repair = z.object({
  did: z.enum(['cut', 'adopted', 'rebuilt', 'set aside', 'finished']),
  file: text,
  from: byteOffset,
  to: byteOffset,
  why: text,
  keptIn: text.exactOptional(),
});

const notice = z.object({
  code: text,
  file: text.exactOptional(),
  detail: text.exactOptional(),
});

/** What every open reports, as members of its result. */
export const reports = { repairs: z.array(repair), notices: z.array(notice) };
