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

/** Throws a `SuiteFault` where a call of ours does not fit the protocol. */
export function checkCall(method: string, params: JsonObject): void {
  const schema = paramsOf.get(method);
  if (schema === undefined) throw new SuiteFault(`no method is called ${method}`);
  if (directOf(schema).decode(params) !== unknown) return;
  const fits = schema.safeParse(withoutRecipes(params));
  if (fits.success) return;
  const issue = fits.error.issues[0];
  const place = issue?.path.map(String).join('.') ?? '';
  throw new SuiteFault(`${method}: ${place}: ${issue?.message ?? 'does not fit'}`);
}

/** A recipe that fits is as good as the megabytes that it makes, which nobody wants here. */
function withoutRecipes(value: Json): Json {
  if (isList(value)) return value.map(withoutRecipes);
  if (!isObject(value)) return value;
  if (recipeSchema.safeParse(value).success) return '';
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withoutRecipes(member)]),
  );
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
