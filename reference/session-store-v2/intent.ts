import { StoreError } from '../lib/error.ts';
import { peek, take } from '../lib/json.ts';
import type { Field } from '../lib/record.ts';
import { readWhole, record, text, u64 } from '../lib/record.ts';
import type { Entries } from './entries.ts';
import type { Files } from './files.ts';
import type { Limits } from './limits.ts';
import { replaceFile } from './replace.ts';
import { join } from 'node:path';
import type { SafePaths } from './tree.ts';

export const intentName = 'tmp/rollback.intent.json';
const schema = 'tearproof.rollback_intent.v1';

/**
 * The last entry at some moment: its number, the segment it is in (0 where there is no entry), the
 * chain up to it.
 */
export interface ChainHead {
  readonly segmentSeq: bigint;
  readonly entrySeq: bigint;
  readonly chainHash: string;
}

/** Where a rollback ends: the head, and how many bytes of its segment stay. */
export interface Goal extends ChainHead {
  readonly entryId: string;
  readonly byteLength: bigint;
}

/**
 * A rollback that was begun. It stands on the disk from before the first change until after the
 * last.
 */
export interface Intent {
  readonly schema: string;
  readonly checkpointSeq: bigint;
  readonly migrationId: string;
  readonly correlationId: string;
  readonly at: string;
  readonly before: ChainHead;
  readonly after: Goal;
  /** The head at the end of every segment from that of `after` to that of `before`, ascending. */
  readonly heads: readonly ChainHead[];
}

const head = record<ChainHead>({ segmentSeq: u64, entrySeq: u64, chainHash: text });

const intentRecord = record<Intent>({
  schema: text,
  checkpointSeq: u64,
  migrationId: text,
  correlationId: text,
  at: text,
  before: head,
  after: record<Goal>({
    segmentSeq: u64,
    entrySeq: u64,
    entryId: text,
    chainHash: text,
    byteLength: u64,
  }),
  heads: listOf(head),
});

function listOf<T>(item: Field<T>): Field<readonly T[]> {
  return {
    read(c) {
      const items: T[] = [];
      take(c, 0x5b);
      while (peek(c) !== 0x5d) {
        if (items.length > 0) take(c, 0x2c);
        items.push(item.read(c));
      }
      take(c, 0x5d);
      return items;
    },
    print: (items, pad) => `[${items.map((one) => item.print(one, pad)).join(',')}]`,
  };
}

/** What a rollback to the first `count` entries would have to write down. */
export function intentOf(
  entries: Entries,
  count: number,
  what: Pick<Intent, 'checkpointSeq' | 'migrationId' | 'correlationId' | 'at'>,
): Intent {
  const after = goalAt(entries, count);
  const before = headAt(entries, entries.count);
  const heads = headsBetween(entries, after.segmentSeq, before.segmentSeq);
  return { schema, ...what, before, after, heads };
}

function goalAt(entries: Entries, count: number): Goal {
  const byteLength = count === 0 ? 0 : entries.offsetOf(count) + entries.lengthOf(count);
  const entryId = entries.idOf(count);
  return { ...headAt(entries, count), entryId, byteLength: BigInt(byteLength) };
}

function headAt(entries: Entries, count: number): ChainHead {
  return {
    segmentSeq: count === 0 ? 0n : entries.segmentOf(count).seq,
    entrySeq: BigInt(count),
    chainHash: entries.chainAt(count),
  };
}

function headsBetween(entries: Entries, from: bigint, to: bigint): ChainHead[] {
  return entries.segments
    .map((segment, i) => ({
      segmentSeq: segment.seq,
      last: entries.segments[i + 1]?.before ?? entries.count,
    }))
    .filter(({ segmentSeq }) => segmentSeq >= from && segmentSeq <= to)
    .map(({ segmentSeq, last }) => ({
      segmentSeq,
      entrySeq: BigInt(last),
      chainHash: entries.chainAt(last),
    }));
}

/** Writes the intent durably: from here on the rollback will happen. */
export function writeIntent(files: Files, paths: SafePaths, intent: Intent): void {
  const staged = join(paths.tmp, 'rollback.intent.tmp');
  const bytes = Buffer.from(`${intentRecord.print(intent, null)}\n`);
  replaceFile(files, { path: paths.intent, dir: paths.tmp, staged }, bytes);
}

/** The intent on the disk, or null; one that cannot be understood throws `intent_unreadable`. */
export function readIntent(files: Files, paths: SafePaths, limits: Limits): Intent | null {
  try {
    const bytes = files.readWhole(paths.intent, limits.lineBytes);
    if (bytes === null) return null;
    const intent = readWhole(intentRecord, bytes, { arrays: false });
    if (intent.schema === schema) return intent;
    throw new StoreError('json', `unknown schema ${intent.schema}`);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new StoreError('intent_unreadable', `${intentName}: ${error.message}`, { cause: error });
  }
}

/**
 * True where the entries are what a rollback of this intent passes through: its goal is a prefix of
 * them to the last member, for its byte length is where a segment will be cut, and they end before
 * it began, at its goal, or at the end of a segment between.
 */
export function intentFits(intent: Intent, entries: Entries): boolean {
  const { after, before, heads } = intent;
  if (after.entrySeq > BigInt(entries.count)) return false;
  const goal = goalAt(entries, Number(after.entrySeq));
  const members = ['segmentSeq', 'entryId', 'chainHash', 'byteLength'] as const;
  if (members.some((name) => goal[name] !== after[name])) return false;
  const count = BigInt(entries.count);
  return [after, before, ...heads].some(
    (one) => one.entrySeq === count && one.chainHash === entries.chain,
  );
}
