import { bytesOf, fileNode } from '../../lib/image.ts';
import { bytesOfHex, hexOf } from '../../lib/sha256.ts';
import { pathOf } from '../layout.ts';
import { handleName, type Entry, type Op, type Opened, type Value } from '../ops.ts';
import { does, type TableOptions, type TableResult } from './does.ts';
import { start, type World } from './run.ts';

type Num = number | string;

interface RecordedEntry {
  readonly t: string;
  readonly space?: Num;
  readonly coords?: readonly number[];
  readonly revision?: Num;
  readonly data?: string;
  readonly block?: Num;
  readonly snapshot?: Num;
}

interface RecordedOp {
  readonly op: string;
  readonly entry?: RecordedEntry;
  readonly entries?: readonly RecordedEntry[];
  readonly track?: boolean;
  readonly len?: Num;
  readonly deadline?: 'zero' | 'long';
}

interface RecordedResult {
  readonly ok?: unknown;
  readonly err?: string;
  readonly abort?: true;
  readonly committed?: Num;
}

/** One line of the recordings. */
export interface RecordedCase {
  readonly id: string;
  readonly sessionId: number;
  readonly written: readonly (readonly [RecordedOp, RecordedResult])[];
  readonly damage: readonly string[];
  readonly before: string;
  readonly steps: readonly (readonly [RecordedOp, RecordedResult])[];
  readonly after: string | { readonly bytes: Num };
}

/** A line with its numbers above 2^53 as text, so that none loses digits. */
export function recordedCase(line: string): RecordedCase {
  return JSON.parse(line.replace(/([:[,]\s*)(\d{16,})/g, '$1"$2"')) as RecordedCase;
}

const u64 = (value: Num | undefined): bigint => BigInt(value ?? 0);

function entryOf(one: RecordedEntry): Entry {
  const address = { space: u64(one.space), coords: one.coords ?? [] };
  const revision = u64(one.revision);
  switch (one.t) {
    case 'write':
      return {
        t: 'write',
        ...address,
        revision,
        data: bytesOfHex(one.data ?? '') ?? new Uint8Array(),
      };
    case 'tombstone':
      return { t: 'tombstone', ...address, revision };
    case 'sealed':
      return {
        t: 'sealed',
        block: u64(one.block),
        space: u64(one.space),
        snapshot: u64(one.snapshot),
      };
    default:
      return { t: 'checkpoint', revision };
  }
}

function opOf(id: number, op: RecordedOp): Op {
  switch (op.op) {
    case 'append':
      return { op: 'append', id, entry: entryOf(op.entry ?? { t: '' }), track: op.track ?? false };
    case 'truncate':
      return { op: 'truncate', id, len: u64(op.len) };
    case 'seal':
      return {
        op: 'seal', id, entries: (op.entries ?? []).map(entryOf),
        deadlineMs: op.deadline === 'zero' ? 0 : 60_000,
      }; // prettier-ignore
    case 'read':
      return { op: 'readCommitted', id };
    case 'sync':
      return { op: 'syncGroup', id };
    case 'reset':
      return { op: 'reset', id };
    case 'open':
    case 'reopen':
      return { op: 'open', id };
    default:
      throw new Error(`no operation ${op.op}`);
  }
}

const codes: Readonly<Record<string, string>> = {
  UnexpectedEof: 'io-unexpected-eof',
  InvalidData: 'io-invalid-data',
  InvalidInput: 'io-invalid-input',
  'no-handle': 'no-handle',
};

/** Values as text, numbers in decimal. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? `${inner}` : inner instanceof Uint8Array ? hexOf(inner) : inner,
  );

function recordedValue(op: RecordedOp, ok: unknown): unknown {
  if (op.op === 'read') return (ok as readonly RecordedEntry[]).map(entryOf);
  if (op.op === 'append') return u64((ok as { readonly bytes: Num }).bytes);
  if (op.op === 'open' || op.op === 'reopen') return u64((ok as { committed: Num }).committed);
  if (op.op === 'seal') return ok === 'Sealed' ? 'sealed' : 'timed_out';
  return null;
}

function valueOf(op: RecordedOp, value: Value): unknown {
  return op.op === 'open' || op.op === 'reopen' ? (value as Opened).committed : value;
}

/** Whether a way of the table is what was recorded. */
function fits(id: number, op: RecordedOp, result: RecordedResult, way: TableResult): boolean {
  const { outcome, world } = way;
  if (result.abort === true) return outcome.is !== 'ok' && outcome.code === 'abort';
  const handle = world.handles.get(handleName({ id }));
  if (result.committed !== undefined && handle !== undefined) {
    const added = op.op === 'append' && op.track === true && 'ok' in result;
    const bytes = added ? u64((result.ok as { readonly bytes: Num }).bytes) : 0n;
    if (handle.committed !== u64(result.committed) + bytes) return false;
  }
  if (result.err !== undefined) {
    return outcome.is !== 'ok' && outcome.code === (codes[result.err] ?? result.err);
  }
  return (
    outcome.is === 'ok' && shown(valueOf(op, outcome.value)) === shown(recordedValue(op, result.ok))
  );
}

/** What a replay went through. */
export interface Replayed {
  readonly differences: readonly string[];
  readonly rows: ReadonlySet<string>;
}

/**
 * Puts the table, or a mutant of it, through a recorded case, both how the file was made and what
 * came after, and says where they differ: step by step, and in the bytes at the end.
 */
export function replayCase(one: RecordedCase, options: TableOptions = {}): Replayed {
  const rows = new Set<string>();
  const file = pathOf(one.sessionId);
  const before = Uint8Array.from(atob(one.before), (char) => char.charCodeAt(0));
  const image = new Map([
    ['sessions', { is: 'dir' as const }],
    [file, fileNode(before)],
  ]);
  const say: string[] = [];
  const run = (world: World, steps: RecordedCase['steps']): readonly World[] => {
    let worlds: readonly World[] = [world];
    for (const [op, result] of steps) {
      const ways = worlds.flatMap((w) => does(w, opOf(one.sessionId, op), '', options));
      for (const way of ways) for (const row of way.rows) rows.add(row);
      const fit = ways.filter((way) => fits(one.sessionId, op, result, way));
      if (fit.length === 0) {
        const table = ways.map((way) => shown(way.outcome)).join(' or ');
        say.push(`${one.id} ${op.op}: recorded ${shown(result)}, table ${table}`);
        return [];
      }
      worlds = fit.map((way) => way.world);
    }
    return worlds;
  };
  const made = run(start(new Map()), one.written);
  if (one.damage.length === 0 && !made.some((world) => endsAs(world, file, one.before))) {
    say.push(`${one.id}: made of other bytes`);
  }
  const ends = run(start(image), one.steps);
  if (ends.length > 0 && !ends.some((world) => endsAs(world, file, one.after))) {
    say.push(`${one.id}: other bytes at the end`);
  }
  return { differences: say, rows };
}

function endsAs({ image }: World, file: string, after: RecordedCase['after']): boolean {
  if (typeof after !== 'string') {
    const node = image.get(file);
    return node?.is === 'file' && BigInt(node.size) === u64(after.bytes);
  }
  const bytes = bytesOf(image, file);
  return bytes !== null && btoa(String.fromCharCode(...bytes)) === after;
}
