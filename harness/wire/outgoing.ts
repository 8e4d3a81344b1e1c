import { z } from 'zod';
import { isObject } from './ascii.ts';
import type { Json, JsonObject } from './ascii.ts';
import { codecs } from './codecs.ts';
import { directOf, unknown } from './direct.ts';
import { dropParamsSchema, exitParamsSchema, initializeParamsSchema } from './envelope.ts';
import { SuiteFault } from './fault.ts';
import { recipeSchema } from './recipe.ts';

const nothing = z.object({});

const own: Readonly<Record<string, z.ZodType>> = {
  initialize: initializeParamsSchema,
  ping: nothing,
  drop: dropParamsSchema,
  reset: nothing,
  exit: exitParamsSchema,
  shutdown: nothing,
};

/** The parameters of every method that a suite may call. */
const paramsOf: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ...codecs.flatMap(({ kind, methods }) =>
    Object.entries(methods).map(([name, method]) => [`${kind}/${name}`, method.params] as const),
  ),
  ...Object.entries(own),
]);

/** What is known of a call that fits. */
export interface Checked {
  /** It has a recipe: the port has megabytes to make before it can do anything. */
  readonly isLong: boolean;
}

/** Throws a `SuiteFault` where a call of ours does not fit the protocol. */
export function checkCall(method: string, params: JsonObject): Checked {
  const schema = paramsOf.get(method);
  if (schema === undefined) throw new SuiteFault(`no method is called ${method}`);
  if (directOf(schema).decode(params) !== unknown) return { isLong: false };
  const short = withoutRecipes(params);
  const fits = schema.safeParse(short.value);
  if (fits.success) return { isLong: short.recipes > 0 };
  const issue = fits.error.issues[0];
  const place = issue?.path.map(String).join('.') ?? '';
  throw new SuiteFault(`${method}: ${place}: ${issue?.message ?? 'does not fit'}`);
}

/** A recipe that fits is as good as the megabytes that it makes, which nobody wants here. */
function withoutRecipes(params: JsonObject): { readonly value: Json; readonly recipes: number } {
  let recipes = 0;
  const short = (value: Json): Json => {
    if (isList(value)) return value.map(short);
    if (!isObject(value)) return value;
    if (recipeSchema.safeParse(value).success) {
      recipes++;
      return '';
    }
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, short(one)]));
  };
  return { value: short(params), recipes };
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
