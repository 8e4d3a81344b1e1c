import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import nodeFs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../lib/error.ts';
import { inTempDir } from '../../lib/temp-tree.ts';
import type { Entry, FastSegment } from '../types.ts';
import { openOriginal } from './store.ts';

// What the original program did, undamaged and damaged: every step of every case comes out the same
// on a real directory, and so do the bytes at the end.

interface Step {
  readonly op: string;
  readonly entry?: RecordedEntry;
  readonly entries?: readonly RecordedEntry[];
  readonly track?: boolean;
  readonly len?: number | string;
  readonly deadline?: 'zero' | 'long';
}

interface Result {
  readonly ok?: unknown;
  readonly err?: string;
  readonly abort?: true;
  readonly committed?: number | string;
}

interface RecordedCase {
  readonly id: string;
  readonly sessionId: number;
  readonly written: readonly (readonly [Step, Result])[];
  readonly damage: readonly string[];
  readonly before: string;
  readonly steps: readonly (readonly [Step, Result])[];
  readonly after: string | { readonly bytes: number | string };
}

type RecordedEntry = Readonly<Record<string, unknown>> & { readonly t: Entry['t'] };

const recorded = new URL('../../../fixtures/fast-segment/recorded/cases.jsonl', import.meta.url);
const cases = readFileSync(recorded, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): RecordedCase => JSON.parse(line.replace(/([:[,])(\d{16,})/g, '$1"$2"')));

/** Members that are u64; in the recordings they are numbers, or text where they are long. */
const wide = ['space', 'revision', 'block', 'snapshot'];

function entryOf(one: RecordedEntry): Entry {
  const members = Object.entries(one).map(([name, value]) => {
    if (wide.includes(name)) return [name, BigInt(String(value))];
    return [name, name === 'data' ? Buffer.from(String(value), 'hex') : value];
  });
  return Object.fromEntries(members) as Entry;
}

/** Anything as text: bytes as hex, every number in decimal digits, members in one order. */
function told(value: unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(told);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, inner]) => [name, told(inner)] as const);
  return Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const kinds: Readonly<Record<string, string>> = {
  'io-unexpected-eof': 'UnexpectedEof',
  'io-invalid-data': 'InvalidData',
  'io-invalid-input': 'InvalidInput',
};

/** One process over a directory: the open handle, if there is one. */
class Process {
  readonly #root: string;
  readonly #id: number;
  #segment: FastSegment | null = null;

  constructor(root: string, id: number) {
    this.#root = root;
    this.#id = id;
  }

  run(step: Step): Result {
    try {
      const ok = this.#perform(step);
      const committed = this.#segment?.committedBytes();
      const opens = step.op === 'open' || step.op === 'reopen';
      const before = step.track === true ? this.#tracked(ok) : 0n;
      if (opens || committed === undefined) return { ok };
      return { ok, committed: String(committed - before) };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.code === 'abort') return { abort: true };
      const committed = this.#segment?.committedBytes();
      const err = kinds[error.code] ?? error.code;
      return committed === undefined ? { err } : { err, committed: String(committed) };
    }
  }

  drop(): void {
    this.#segment?.close();
    this.#segment = null;
  }

  #tracked(ok: unknown): bigint {
    return (ok as { readonly bytes: bigint }).bytes;
  }

  #perform(step: Step): unknown {
    if (step.op === 'open' || step.op === 'reopen') {
      this.drop();
      const env = { fs: nodeFs, clockMs: () => 0 };
      this.#segment = openOriginal(env, this.#root, this.#id);
      return { committed: this.#segment.committedBytes() };
    }
    if (this.#segment === null) throw new StoreError('no-handle', 'nothing is open');
    return ask(this.#segment, step);
  }
}

function ask(segment: FastSegment, { op, entry, entries = [], ...step }: Step): unknown {
  switch (op) {
    case 'append':
      return { bytes: segment.append(entryOf(entry!), { track: step.track === true }) };
    case 'sync':
      return segment.syncGroup() ?? null;
    case 'truncate':
      return segment.truncate(BigInt(step.len!)) ?? null;
    case 'reset':
      return segment.reset() ?? null;
    case 'read':
      return segment.read();
    case 'seal': {
      const deadlineMs = step.deadline === 'zero' ? 0 : 60_000;
      const sealing = segment.seal(entries.map(entryOf), deadlineMs);
      return sealing === 'sealed' ? 'Sealed' : 'TimedOut';
    }
    default:
      throw new Error(`no operation ${op}`);
  }
}

/** Plays steps over a file, or over none; the file at the end. */
function play(
  { id, sessionId }: RecordedCase,
  before: string | null,
  steps: RecordedCase['steps'],
) {
  return inTempDir((root) => {
    const path = join(root, 'sessions', `${sessionId}.fast`);
    if (before !== null) {
      mkdirSync(join(root, 'sessions'));
      writeFileSync(path, Buffer.from(before, 'base64'));
    }
    const process = new Process(root, sessionId);
    for (const [at, [step, result]] of steps.entries()) {
      const { message: _, ...wanted } = result as Result & { message?: string };
      expect(told(process.run(step)), `${id}, step ${at}: ${step.op}`).toEqual(told(wanted));
    }
    process.drop();
    const { size } = statSync(path);
    return size > 1 << 20 ? { bytes: size } : readFileSync(path).toString('base64');
  });
}

describe('recorded cases', () => {
  it.each(cases)('$id ($damage)', (one) => {
    const made = play(one, null, one.written);
    if (one.damage.length === 0) expect(made).toBe(one.before);
    expect(play(one, one.before, one.steps)).toEqual(one.after);
  });

  it('are all there', () => {
    expect(cases).toHaveLength(60);
    const steps = cases.flatMap((one) => [...one.written, ...one.steps]);
    expect(steps).toHaveLength(697);
  });
});
