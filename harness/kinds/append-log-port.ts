import type { Outcome } from '../../spec/lib/history.ts';
import type { Claims } from '../../spec/lib/port.ts';
import { opNames, type Durability, type Op, type Value } from '../../spec/append-log/ops.ts';
import type { PortMaker } from '../kind.ts';

/** `node:fs` as far as a disk of ours has it: the synchronous calls, and `promises`. */
export type NodeFs = typeof import('node:fs');

type Maybe<T> = T | Promise<T>;

/** An open log of anybody. Whatever it throws fails the operation under the error's `code`. */
export interface AppendLog {
  append(payload: Uint8Array): Maybe<unknown>;
  sync(): Maybe<unknown>;
  read(): Maybe<Iterable<Uint8Array>>;
  close(): Maybe<unknown>;
}

/** Opens a log in the existing directory `dir`; with `entry` it syncs each append itself. */
export type OpenAppendLog = (fs: NodeFs, dir: string, durability: Durability) => Maybe<AppendLog>;

/** What a log says of itself; `holds` is what its acknowledgements survive, all by default. */
export type LogClaims = Partial<Pick<Claims, 'name' | 'version' | 'holds'>>;

/**
 * Makes any log a port of the kind `append-log`: ten lines test your own. A log that buffers
 * appends in memory claims `holds: ['memory', 'power']`.
 */
export function logPort(open: OpenAppendLog, claims: LogClaims = {}): PortMaker<Op, Value> {
  const full: Claims = {
    name: 'append-log',
    version: '0',
    holds: ['memory', 'process', 'power'],
    ...claims,
    kind: 'append-log',
    policy: 'safe',
    profiles: ['full'],
    ops: opNames,
  };
  return (fs, root) => {
    let log: AppendLog | null = null;
    const openIt = async (op: Extract<Op, { op: 'open' }>): Promise<null> => {
      // A disk has the calls of `node:fs` that a store needs; the type asks for all of them.
      log = await open(fs as unknown as NodeFs, root, op.durability ?? 'none');
      return null;
    };
    const step = async (op: Op): Promise<Outcome<Value>> => {
      if (op.op === 'open') return log === null ? answer(openIt(op)) : refuse('already-open');
      if (log === null) return refuse('no-handle');
      const held = log;
      if (op.op === 'close') log = null;
      return answer(ask(held, op));
    };
    return { claims: full, step };
  };
}

async function ask(log: AppendLog, op: Exclude<Op, { op: 'open' }>): Promise<Value> {
  // Copied one by one: a reader may yield the same buffer again and again.
  if (op.op === 'read') return Array.from(await log.read(), (payload) => Uint8Array.from(payload));
  // A copy, so that a log that keeps or changes what it was given does not reach the history.
  if (op.op === 'append') await log.append(Uint8Array.from(op.payload));
  else await log[op.op]();
  return null;
}

async function answer(asked: Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { is: 'ok', value: await asked };
  } catch (error) {
    return { is: 'info', code: codeOf(error) };
  }
}

const refuse = (code: string): Outcome<Value> => ({ is: 'fail', code });

/**
 * The `code` of what was thrown. An error of the language's own (a TypeError, a RangeError of a
 * Buffer) is no answer of a store: the log died of it. A plain error without a code is `untyped`.
 */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'untyped';
  const code: unknown = 'code' in error ? error.code : undefined;
  const isTyped = typeof code === 'string' && !code.startsWith('ERR_');
  if (isTyped) return code;
  return error.constructor === Error ? 'untyped' : `died: ${error.name}: ${error.message}`;
}
