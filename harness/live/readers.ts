import type { Op as SessionOp } from '../../spec/session-store-v2/ops.ts';
import type { Op as WalOp } from '../../spec/wal-segment/ops.ts';
import type { AnyKind } from '../subjects.ts';

/** How one process reads a store of a kind while another one writes it. */
export interface LiveReader<O> {
  /** Opens its handle; null where reading needs none. */
  readonly open: O | null;
  /** Shows the whole log. */
  readonly read: O;
  /** Operations of the writer that take files or bytes away from under a reader. */
  readonly cuts: readonly string[];
}

/** The name of the reader's handle, which no history uses. */
const h = 'live';

const session: LiveReader<SessionOp> = {
  open: { op: 'inspect', h, max: 1200n },
  read: { op: 'all', h },
  cuts: ['rollback'],
};

// What a write in flight has not yet finished is no error to a reader that is told to expect it.
const wal: LiveReader<WalOp> = {
  open: null,
  read: { op: 'replay', after: 0n, strict: false },
  cuts: [],
};

const readers: Readonly<Record<string, LiveReader<unknown>>> = {
  'session-store-v2': session,
  'wal-segment': wal,
};

/** Why a kind has no live reader. */
const without: Readonly<Record<string, string>> = {
  'fast-segment': 'its only open cuts what is not committed, and a handle refuses what moved',
  'append-log': 'nobody knows whether opening an unknown log leaves it as it is',
};

/** Why no second process can read a store of this kind while the first one writes it. */
export const noLiveReader = (kind: string): string => without[kind] ?? 'none is known';

/** The live reader of a kind; null where it has none. */
export function liveReaderOf(kind: string): LiveReader<unknown> | null {
  return Object.hasOwn(readers, kind) ? readers[kind]! : null;
}

/** True where a port that claims these operations reads beside a writer. */
export function isClaimed(kind: AnyKind, ops: readonly string[]): boolean {
  const reader = liveReaderOf(kind.name);
  if (reader === null) return false;
  return [reader.open, reader.read].every((op) => op === null || ops.includes(kind.nameOf(op)));
}
