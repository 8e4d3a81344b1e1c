import type { Outcome } from '../../spec/lib/history.ts';
import { asciiJson } from './ascii.ts';
import type { JsonObject } from './ascii.ts';
import { WireError } from './codec.ts';
import {
  defaultMaxLineBytes,
  errorCodes,
  exitParamsSchema,
  initializeParamsSchema,
  protocolError,
  protocolRange,
  storeError,
  success,
} from './envelope.ts';
import type { Request } from './envelope.ts';
import { createLineCutter } from './lines.ts';
import type { Line } from './lines.ts';
import { readRequest } from './request.ts';
import type { ServedHandle, ServedKind } from './served.ts';

/**
 * Everything that a driver needs from outside. `write` resolves when more may be written, to false
 * once nobody reads.
 */
export interface ServerOptions {
  readonly input: AsyncIterable<Uint8Array>;
  readonly write: (line: string) => Promise<boolean>;
  readonly kinds: readonly ServedKind[];
  readonly name: string;
  readonly version: string;
  readonly maxLineBytes?: number;
  readonly inFlight?: number;
  /** Ends this process at once, with nothing cleaned up; without it the feature is not claimed. */
  readonly exit?: () => void;
}

/** Why a driver ended: told to, no more input, or nobody reads its answers. */
export type ServerEnd = 'shutdown' | 'eof' | 'closed' | 'exit';

interface Session {
  readonly options: ServerOptions;
  readonly kinds: ReadonlyMap<string, ServedKind>;
  readonly handles: Map<string, ServedHandle>;
  readonly maxLineBytes: number;
  initialized: boolean;
  /** The longest line that the other side accepts. */
  peerLineBytes: number;
}

/** Answers every line in order until the input ends. Never throws for what a line holds. */
export async function serve(options: ServerOptions): Promise<ServerEnd> {
  const session: Session = {
    options,
    kinds: new Map(options.kinds.map((kind) => [kind.claims.kind, kind])),
    handles: new Map(),
    maxLineBytes: options.maxLineBytes ?? defaultMaxLineBytes,
    initialized: false,
    peerLineBytes: defaultMaxLineBytes,
  };
  const cutter = createLineCutter(() => session.maxLineBytes);
  try {
    for await (const chunk of options.input) {
      for (const line of cutter.push(chunk)) {
        const end = await answerLine(session, line);
        if (end !== null) return end;
      }
    }
    for (const line of cutter.end()) await answerLine(session, line);
    return 'eof';
  } finally {
    abandonAll(session);
  }
}

async function answerLine(session: Session, line: Line): Promise<ServerEnd | null> {
  const read = readRequest(line);
  if (read.is === 'nothing') return null;
  const reply = read.is === 'refused' ? read.answer : await answerSafely(session, read.request);
  const method = read.is === 'request' ? read.request.method : '';
  const exits = method === 'exit' && Object.hasOwn(reply, 'result');
  if (exits && read.is === 'request' && read.request.params?.['when'] === 'before_reply') {
    session.options.exit?.();
    return 'exit';
  }
  const open = await session.options.write(`${fitted(session, reply)}\n`);
  if (exits) {
    session.options.exit?.();
    return 'exit';
  }
  if (!open) return 'closed';
  return method === 'shutdown' ? 'shutdown' : null;
}

/** An answer that the other side would not take is replaced by an error that says so. */
function fitted(session: Session, reply: JsonObject): string {
  const text = asciiJson(reply);
  if (text.length <= session.peerLineBytes) return text;
  const id = typeof reply['id'] === 'number' ? reply['id'] : null;
  const say = `the result is a line of ${text.length} bytes`;
  return asciiJson(protocolError(id, errorCodes.resultTooLong, say));
}

async function answerSafely(session: Session, request: Request): Promise<JsonObject> {
  try {
    return await answer(session, request);
  } catch (error) {
    const code = error instanceof WireError ? errorCodes.invalidParams : errorCodes.internal;
    const say = error instanceof Error ? error.message : String(error);
    return protocolError(request.id, code, say.slice(0, 500));
  }
}

async function answer(session: Session, request: Request): Promise<JsonObject> {
  const { id, method } = request;
  if (method === 'ping') return success(id, {});
  if (method === 'initialize') return initialize(session, request);
  if (method === 'shutdown') return success(id, {});
  if (!session.initialized) {
    return protocolError(id, errorCodes.notInitialized, 'the first call is initialize');
  }
  if (method === 'reset') {
    abandonAll(session);
    return success(id, {});
  }
  if (method === 'drop') return drop(session, request);
  if (method === 'exit' && session.options.exit !== undefined) {
    if (exitParamsSchema.safeParse(request.params).success) return success(id, {});
    return protocolError(id, errorCodes.invalidParams, 'when: before_reply or after_reply');
  }
  const slash = method.lastIndexOf('/');
  const kind = session.kinds.get(method.slice(0, slash));
  const name = method.slice(slash + 1);
  if (kind === undefined || !kind.hasMethod(name) || name === 'drop') {
    return protocolError(id, errorCodes.methodNotFound, 'no such method');
  }
  return replyOf(id, await perform(session, kind, name, request.params));
}

function initialize(session: Session, request: Request): JsonObject {
  const params = initializeParamsSchema.safeParse(request.params);
  if (!params.success) {
    return protocolError(request.id, errorCodes.invalidParams, 'not the parameters of initialize');
  }
  if (session.initialized) {
    return protocolError(request.id, errorCodes.invalidRequest, 'initialize was called before');
  }
  const { protocol, limits } = params.data;
  if (protocol.min > protocolRange.max || protocol.max < protocolRange.min) {
    const say = `this driver speaks versions ${protocolRange.min} to ${protocolRange.max}`;
    return protocolError(request.id, errorCodes.noCommonVersion, say);
  }
  session.initialized = true;
  session.peerLineBytes = limits.maxLineBytes;
  const kinds: Record<string, JsonObject> = {};
  for (const { claims } of session.options.kinds) {
    const { kind, policy, profiles, ops, holds } = claims;
    kinds[kind] = { policy, profiles, ops, holds };
  }
  return success(request.id, {
    protocol: Math.min(protocol.max, protocolRange.max),
    port: { name: session.options.name, version: session.options.version },
    kinds,
    features: session.options.exit === undefined ? ['recipes'] : ['recipes', 'exit'],
    limits: { maxLineBytes: session.maxLineBytes, inFlight: session.options.inFlight ?? 64 },
  });
}

function drop(session: Session, request: Request): JsonObject {
  const handle = request.params?.['h'];
  if (typeof handle !== 'string') {
    return protocolError(request.id, errorCodes.invalidParams, 'h: expected a string');
  }
  const held = session.handles.get(handle);
  if (held === undefined) return storeError(request.id, 'no-handle', true);
  held.abandon();
  session.handles.delete(handle);
  return success(request.id, {});
}

async function perform(
  session: Session,
  kind: ServedKind,
  name: string,
  params: unknown,
): Promise<Outcome<JsonObject>> {
  const call = kind.read(name, params);
  if (call.handle === null) return call.run(null);
  const held = session.handles.get(call.handle);
  const ofKind = held?.kind === kind.claims.kind ? held : undefined;
  if (call.dir === null) {
    if (ofKind === undefined) return { is: 'fail', code: 'no-handle' };
    const outcome = await call.run(ofKind);
    if (name === 'close') forget(session, call.handle);
    return outcome;
  }
  if (ofKind !== undefined && ofKind.dir === call.dir) return call.run(ofKind);
  forget(session, call.handle);
  const fresh = kind.makeHandle(call.dir);
  session.handles.set(call.handle, fresh);
  const outcome = await call.run(fresh);
  if (outcome.is !== 'ok') forget(session, call.handle);
  return outcome;
}

function forget(session: Session, name: string): void {
  session.handles.get(name)?.abandon();
  session.handles.delete(name);
}

function replyOf(id: number, outcome: Outcome<JsonObject>): JsonObject {
  return outcome.is === 'ok'
    ? success(id, outcome.value)
    : storeError(id, outcome.code, outcome.is === 'fail');
}

function abandonAll(session: Session): void {
  for (const handle of session.handles.values()) handle.abandon();
  session.handles.clear();
}
