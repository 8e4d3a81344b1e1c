import { mkdirSync, openSync, closeSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry, Op, Opened, Value } from '../../../spec/fast-segment/ops.ts';
import type { Port } from '../../../spec/lib/port.ts';
import { same, someTime, type Recording } from './recording.ts';

type Number64 = number | string;

interface RecordedEntry {
  readonly t: string;
  readonly space?: Number64;
  readonly coords?: readonly number[];
  readonly revision?: Number64;
  readonly data?: string;
  readonly block?: Number64;
  readonly snapshot?: Number64;
}

interface RecordedOp {
  readonly op: string;
  readonly entry?: RecordedEntry;
  readonly entries?: readonly RecordedEntry[];
  readonly track?: boolean;
  readonly len?: Number64;
  readonly deadline?: 'zero' | 'long';
}

interface RecordedResult {
  readonly ok?: unknown;
  readonly err?: string;
  readonly abort?: true;
  readonly committed?: Number64;
}

type Steps = readonly (readonly [RecordedOp, RecordedResult])[];

interface Case {
  readonly id: string;
  readonly sessionId: number;
  readonly written: Steps;
  readonly damage: readonly string[];
  readonly before: string;
  readonly steps: Steps;
  readonly after: string | { readonly bytes: Number64 };
}

/** What the original segments did with damaged files. */
export const fastSegmentRecordings: readonly Recording[] = [
  { kind: 'fast-segment', file: 'cases.jsonl', least: 60, longest, run: runCase },
];

/** A line with its numbers above 2^53 as text, so that none loses digits. */
const caseOf = (line: string): Case =>
  JSON.parse(line.replaceAll(/([:[,]\s*)(\d{16,})/g, '$1"$2"')) as Case;

function longest(line: string): number {
  const { after } = caseOf(line);
  return typeof after === 'string' ? 0 : Number(after.bytes);
}

type Ask = (op: Op) => ReturnType<Port<Op, Value>['step']>;

async function runCase(line: string, port: Port<Op, Value>, dir: string): Promise<number> {
  const each = caseOf(line);
  const { sessionId: id, damage, before } = each;
  const path = join(dir, 'sessions', `${id}.fast`);
  const ask: Ask = (op) => port.step(op, someTime);
  const bytes = Buffer.from(before, 'base64');
  let compared = await runSteps(ask, id, each.written, `${each.id} written`);
  await ask({ op: 'close', id });
  if (damage.length === 0) sameFile(path, bytes, `${each.id} before`);
  mkdirSync(join(dir, 'sessions'), { recursive: true });
  writeFileSync(path, bytes);
  compared += await runSteps(ask, id, each.steps, `${each.id} step`);
  const { after } = each;
  if (typeof after === 'string') sameFile(path, Buffer.from(after, 'base64'), `${each.id} after`);
  else same(BigInt(statSync(path).size), BigInt(after.bytes), `${each.id} after`);
  await ask({ op: 'close', id });
  return compared + 1;
}

async function runSteps(ask: Ask, id: number, steps: Steps, where: string): Promise<number> {
  for (const [i, [recorded, result]] of steps.entries()) {
    const say = `${where} ${i} ${recorded.op}`;
    const answer = await ask(opOf(id, recorded));
    if (result.abort === true || result.err !== undefined) {
      const wanted = result.abort === true ? 'abort' : codes[result.err ?? ''];
      same(answer.is === 'ok' ? 'ok' : answer.code, wanted, say);
    } else {
      if (answer.is !== 'ok') throw new Error(`${say}: ${answer.code}`);
      same(shownOf(recorded, answer.value), wantedOf(recorded, result.ok), say);
    }
    if (result.committed === undefined) continue;
    const tracked = await ask({ op: 'committedBytes', id });
    // A tracked append was recorded before its bytes were counted in.
    const bytes = recorded.track === true && result.ok !== undefined ? bytesOf(result.ok) : 0n;
    const wanted = BigInt(result.committed) + bytes;
    same(tracked.is === 'ok' ? tracked.value : tracked.code, wanted, `${say}, committed`);
  }
  return steps.length;
}

const codes: Readonly<Record<string, string>> = {
  UnexpectedEof: 'io-unexpected-eof',
  InvalidData: 'io-invalid-data',
  InvalidInput: 'io-invalid-input',
  'no-handle': 'no-handle',
};

const u64 = (value: Number64 | undefined): bigint => BigInt(value ?? 0);
const bytesOf = (ok: unknown): bigint => u64((ok as { readonly bytes: Number64 }).bytes);

function shownOf({ op }: RecordedOp, value: Value): unknown {
  return op === 'open' || op === 'reopen' ? (value as Opened).committed : value;
}

function wantedOf({ op }: RecordedOp, ok: unknown): unknown {
  if (op === 'read') return (ok as readonly RecordedEntry[]).map(entryOf);
  if (op === 'append') return bytesOf(ok);
  if (op === 'seal') return ok === 'Sealed' ? 'sealed' : 'timed_out';
  return op === 'open' || op === 'reopen' ? u64((ok as { committed: Number64 }).committed) : null;
}

function opOf(id: number, { op, entry, entries = [], track, len, deadline }: RecordedOp): Op {
  const plain: Readonly<Record<string, Op>> = {
    open: { op: 'open', id },
    reopen: { op: 'open', id },
    read: { op: 'readCommitted', id },
    sync: { op: 'syncGroup', id },
    reset: { op: 'reset', id },
    truncate: { op: 'truncate', id, len: u64(len) },
    seal: {
      op: 'seal',
      id,
      entries: entries.map(entryOf),
      deadlineMs: deadline === 'zero' ? 0 : 60_000,
    },
  };
  if (op === 'append' && entry !== undefined) {
    return { op, id, entry: entryOf(entry), track: track === true };
  }
  const found = plain[op];
  if (found === undefined) throw new Error(`no operation ${op}`);
  return found;
}

function entryOf({ t, space, coords = [], revision, data = '', ...rest }: RecordedEntry): Entry {
  const address = { space: u64(space), coords };
  if (t === 'write') {
    const held = new Uint8Array(Buffer.from(data, 'hex'));
    return { t, ...address, revision: u64(revision), data: held };
  }
  if (t === 'tombstone') return { t, ...address, revision: u64(revision) };
  if (t === 'checkpoint') return { t, revision: u64(revision) };
  if (t !== 'sealed') throw new Error(`no entry ${t}`);
  return { t, space: u64(space), block: u64(rest.block), snapshot: u64(rest.snapshot) };
}

/** Compares a file with bytes; a long one is never read whole. */
function sameFile(path: string, wanted: Buffer, say: string): void {
  same(statSync(path).size, wanted.length, `${say}: its size`);
  const got = Buffer.alloc(wanted.length);
  const fd = openSync(path, 'r');
  readSync(fd, got, 0, got.length, 0);
  closeSync(fd);
  same(got.toString('hex'), wanted.toString('hex'), say);
}
