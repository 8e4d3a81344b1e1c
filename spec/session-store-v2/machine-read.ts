import type { Outcome } from '../lib/history.ts';
import { brokenRule } from './machine-log.ts';
import type { Stored } from './machine-log.ts';
import type { Frame, Op, Summary, Value } from './ops.ts';

/** An operation that only looks at the entries. */
export type ReadOp = Extract<
  Op,
  { op: 'lookup' | 'all' | 'from' | 'tail' | 'path' | 'segment' | 'index' | 'summary' | 'validate' }
>;

const readOps: ReadonlySet<string> = new Set<ReadOp['op']>([
  'lookup', 'all', 'from', 'tail', 'path', 'segment', 'index', 'summary', 'validate',
]); // prettier-ignore

/** True for the operations that `read` answers. */
export function isRead(op: Op): op is ReadOp {
  return readOps.has(op.op);
}

/** What a reader answers about these entries; both policies agree here. */
export function read(entries: readonly Stored[], op: ReadOp): Outcome<Value> {
  const frames = (some: readonly Stored[]): Outcome<Value> => ok(some.map((e) => e.frame));
  switch (op.op) {
    case 'lookup':
      return ok(entries.find((e) => e.row.entrySeq === op.seq)?.frame ?? null);
    case 'all':
      return frames(entries);
    case 'from':
      return frames(entries.filter((e) => e.row.entrySeq >= op.seq));
    case 'tail':
      return frames(op.n >= BigInt(entries.length) ? entries : lastOf(entries, Number(op.n)));
    case 'segment':
      return frames(entries.filter((e) => e.row.segmentSeq === op.seq));
    case 'path':
      return pathTo(entries, op.leaf);
    case 'index':
      return ok(entries.map((e) => e.row));
    case 'summary':
      return ok(summaryOf(entries));
    case 'validate': {
      const code = brokenRule(entries);
      return code === null ? ok(null) : fail(code);
    }
  }
}

export const ok = (value: Value): Outcome<Value> => ({ is: 'ok', value });
export const fail = (code: string): Outcome<Value> => ({ is: 'fail', code });

function lastOf(entries: readonly Stored[], count: number): readonly Stored[] {
  return count === 0 ? [] : entries.slice(-count);
}

function summaryOf(entries: readonly Stored[]): Summary | null {
  const first = entries[0];
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    entryCount: BigInt(entries.length),
    firstEntrySeq: first.row.entrySeq,
    lastEntrySeq: last.row.entrySeq,
    lastEntryId: last.row.entryId,
  };
}

/**
 * From a leaf to its root, answered root first; an unknown leaf is no error, an unknown parent is.
 */
function pathTo(entries: readonly Stored[], leaf: string): Outcome<Value> {
  const byId = new Map<string, Frame>();
  for (const { frame } of entries) {
    if (byId.has(frame.entryId)) return fail('path-id-duplicate');
    byId.set(frame.entryId, frame);
  }
  const found: Frame[] = [];
  const seen = new Set<string>();
  for (let at: string | null = leaf; at !== null;) {
    if (seen.has(at)) return fail('path-cycle');
    seen.add(at);
    const frame = byId.get(at);
    if (frame === undefined) return found.length === 0 ? ok([]) : fail('path-parent-missing');
    found.push(frame);
    at = frame.parentEntryId;
  }
  return ok(found.toReversed());
}
