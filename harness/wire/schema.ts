import { z } from 'zod';
import type { JsonObject } from './ascii.ts';
import type { WireMethod } from './codec.ts';
import {
  digestsAboveSchema,
  dropParamsSchema,
  exitParamsSchema,
  failureSchema,
  initializeParamsSchema,
  initializeResultSchema,
  notificationSchema,
  requestSchema,
  successSchema,
} from './envelope.ts';
import { codecs } from './kinds.ts';

/**
 * The JSON Schemas of the protocol by file name, in `ports/schema/`; each has its parts under
 * `$defs`.
 */
export function protocolSchemas(): Readonly<Record<string, JsonObject>> {
  return {
    'envelope-1.json': document('The envelope of the port protocol, version 1', {
      request: requestSchema,
      notification: notificationSchema,
      success: successSchema,
      failure: failureSchema,
      'initialize.params': initializeParamsSchema,
      'initialize.result': initializeResultSchema,
      'drop.params': dropParamsSchema,
      'exit.params': exitParamsSchema,
      digestsAbove: digestsAboveSchema,
    }),
    ...Object.fromEntries(
      codecs.map(({ kind, methods }) => [`${kind}-1.json`, ofKind(kind, methods)]),
    ),
  };
}

function ofKind(kind: string, methods: Readonly<Record<string, WireMethod>>): JsonObject {
  const parts: Record<string, z.ZodType> = {};
  for (const [name, method] of Object.entries(methods)) {
    parts[`${name}.params`] = method.large === undefined ? method.params : mayAsk(method.params);
    parts[`${name}.result`] = method.result;
  }
  return document(`Parameters and results of ${kind}, protocol version 1`, parts);
}

/** A call whose result may be long, where the port has the feature `recipes`. */
function mayAsk(params: WireMethod['params']): z.ZodType {
  const digestsAbove = digestsAboveSchema
    .describe('Only where the port has the feature `recipes`.')
    .exactOptional();
  return z.object({ ...params.shape, digestsAbove });
}

function document(title: string, parts: Readonly<Record<string, z.ZodType>>): JsonObject {
  const defs: Record<string, JsonObject> = {};
  for (const [name, part] of Object.entries(parts)) defs[name] = schemaOf(part);
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, $defs: defs };
}

/**
 * The line's side of a schema. Members beyond those listed are allowed: both sides ignore what they
 * do not know.
 */
function schemaOf(part: z.ZodType): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(part, { io: 'input', reused: 'inline' });
  const plain: JsonObject = JSON.parse(JSON.stringify(schema));
  return plain;
}
