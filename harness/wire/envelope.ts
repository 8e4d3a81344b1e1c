import { z } from 'zod';
import type { JsonObject } from './ascii.ts';

/** The versions of the protocol that this suite speaks. */
export const protocolRange = { min: 1, max: 1 } as const;

/** The longest line that a side accepts where it says nothing else, without its LF. */
export const defaultMaxLineBytes = 8 * 1024 * 1024;

/**
 * `error.code` of an answer. Everything that a store refuses is `store`; the rest is between the
 * two programs.
 */
export const errorCodes = {
  store: 1,
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  resultTooLong: -32001,
  notInitialized: -32002,
  noCommonVersion: -32003,
} as const;

const count = z.int().min(1);
const id = z.int().min(1).describe('Counts up from 1; never used again within a process.');
const version = z.literal('2.0');
const members = z.looseObject({});

/** A call, from the suite to the port. */
export const requestSchema = z.object({
  jsonrpc: version,
  id,
  method: z.string().min(1).max(128),
  params: members.exactOptional(),
});

/** A message that wants no answer; both sides ignore those they do not know. */
export const notificationSchema = z.object({
  jsonrpc: version,
  method: z.string().min(1).max(128),
  params: members.exactOptional(),
});

export const successSchema = z.object({ jsonrpc: version, id, result: members });

const storeCode = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** `data.code` is the store's error, `data.definite` says that no call changed the disk. */
export const storeErrorSchema = z.object({
  code: z.literal(errorCodes.store),
  message: z.string(),
  data: z.object({
    code: z.string().regex(storeCode),
    definite: z.boolean(),
  }),
});

const protocolErrorSchema = z.object({
  code: z.int().min(-32768).max(-32000),
  message: z.string(),
  data: z.unknown().exactOptional(),
});

/** `id` is null only where the line could not be read. */
export const failureSchema = z.object({
  jsonrpc: version,
  id: id.nullable(),
  error: z.union([storeErrorSchema, protocolErrorSchema]),
});

const limitsSchema = z.object({
  maxLineBytes: count.describe('The longest line that this side accepts, without its LF.'),
});

/** The first call of every process. */
export const initializeParamsSchema = z.object({
  protocol: z.object({ min: count, max: count }),
  suite: z.object({ name: z.string(), version: z.string() }),
  limits: limitsSchema,
});

/** What a port claims for one kind. */
export const kindClaimsSchema = z.object({
  policy: z.enum(['original', 'safe']),
  profiles: z.array(z.enum(['codec', 'reader', 'core', 'full'])),
  ops: z.array(z.string()),
  holds: z.array(z.enum(['memory', 'process', 'power'])),
});

/** What a port may be able to do beyond the methods that every port has. */
export const features = ['recipes', 'exit'] as const;

export type Feature = (typeof features)[number];

export const initializeResultSchema = z.object({
  protocol: count,
  port: z.looseObject({ name: z.string().min(1).max(128), version: z.string().max(128) }),
  kinds: z.record(z.string(), kindClaimsSchema),
  features: z
    .array(z.string().max(64))
    .max(64)
    .exactOptional()
    .describe('`recipes`, `exit`; others are ignored, and absent means none.'),
  limits: limitsSchema.extend({
    inFlight: count.max(1024).describe('How many calls may be unanswered at once.'),
  }),
});

/** Ends the process as its death would, before or after the answer. */
export const exitParamsSchema = z.object({ when: z.enum(['before_reply', 'after_reply']) });

export const dropParamsSchema = z.object({
  h: z
    .string()
    .regex(/^[A-Za-z0-9_.:-]{1,64}$/)
    .describe('The name of a handle.'),
});

/** A member that a call which reads may carry: above how many bytes a digest may be answered. */
export const digestsAboveSchema = z.string().regex(/^(0|[1-9][0-9]{0,15})$/);

export type InitializeResult = z.output<typeof initializeResultSchema>;
export type Request = z.output<typeof requestSchema>;

/** A line that answers call `callId` well. */
export function success(callId: number, result: JsonObject): JsonObject {
  return { jsonrpc: '2.0', id: callId, result };
}

/**
 * A line that says what is wrong with a call as a call. `callId` is null where the call could not
 * be read.
 */
export function protocolError(callId: number | null, code: number, message: string): JsonObject {
  return { jsonrpc: '2.0', id: callId, error: { code, message } };
}

/**
 * A line with an error of the store. A code that a line may not hold becomes `io-` and the errno
 * where it is one, else `internal`, which is never definite; the message keeps it as it was.
 */
export function storeError(callId: number, code: string, definite: boolean): JsonObject {
  const errno = /^E[A-Z0-9]{1,20}$/.test(code) ? `io-${code.toLowerCase()}` : 'internal';
  const data = storeCode.test(code)
    ? { code, definite }
    : { code: errno, definite: definite && errno !== 'internal' };
  const error = { code: errorCodes.store, message: code.slice(0, 300), data };
  return { jsonrpc: '2.0', id: callId, error };
}
