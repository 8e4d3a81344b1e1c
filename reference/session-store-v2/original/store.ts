import { StoreError } from '../../lib/error.ts';
import type { StoreEnv } from '../../lib/fs.ts';
import { storePaths } from '../paths.ts';
import type { Opened, SessionStore } from '../types.ts';
import { append } from './append.ts';
import { bootstrap } from './bootstrap.ts';
import { appendEvent, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { asStoreError, isRecoverable } from './errors.ts';
import { makeDirectories, segmentsHoldData } from './files.ts';
import { emptyMemory, entryCount, headOf, originalLimits } from './handle.ts';
import type { Handle, Limits } from './handle.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { activePath, framesOf, readIndex, readLedger, readSegment } from './read.ts';
import { rebuild } from './rebuild.ts';
import { rollback } from './rollback.ts';
import { validate } from './validate.ts';
import { watchWrites } from './watch.ts';

/**
 * How a handle of the original is opened: the rotation threshold in bytes, and bounds to test at.
 */
export interface OriginalOptions {
  readonly max: bigint;
  readonly limits?: Partial<Limits>;
}

/**
 * Opens or creates the store at `root` as the original does (format page, Opening in the original),
 * repairs and losses included. Throws a `StoreError` with the codes of the original's errors and
 * its text.
 */
export function openOriginal(env: StoreEnv, root: string, options: OriginalOptions): SessionStore {
  return openWith(env, root, { options, prepare: create });
}

/**
 * A handle for inspection: touches nothing, so its head and counters are those of an empty store,
 * and it can write.
 */
export function inspectOriginal(
  env: StoreEnv,
  root: string,
  options: OriginalOptions,
): SessionStore {
  return openWith(env, root, { options, prepare: () => undefined });
}

interface Opening {
  readonly options: OriginalOptions;
  readonly prepare: (handle: Handle) => void;
}

function openWith(env: StoreEnv, root: string, { options, prepare }: Opening): SessionStore {
  if (options.max <= 0n) {
    throw new StoreError('max-segment-bytes-zero', 'max_segment_bytes must be > 0');
  }
  const watched = watchWrites(env.fs);
  const handle: Handle = {
    env: { fs: watched.fs, now: env.now },
    paths: storePaths(root),
    maxSegmentBytes: options.max,
    limits: { ...originalLimits, ...options.limits },
    memory: emptyMemory(),
  };
  const run = <T>(work: () => T): T => {
    watched.forget();
    try {
      return work();
    } catch (error) {
      const { code, message } = asStoreError(error);
      throw new StoreError(code, message, { definite: !watched.wrote(), cause: error });
    }
  };
  run(() => prepare(handle));
  const opened: Opened = { entryCount: entryCount(handle.memory), repairs: [], notices: [] };
  return storeOver(handle, opened, run);
}

/**
 * Opening for writing: bootstrap, rebuild where the error says so or data is not indexed, validate,
 * rebuild again.
 */
function create(handle: Handle): void {
  const { fs } = handle.env;
  const { segments, indexDir, checkpoints, migrations, tmp } = handle.paths;
  for (const dir of [segments, indexDir, checkpoints, migrations, tmp]) {
    makeDirectories(fs, dir);
  }
  if (!recovered(() => bootstrap(handle))) {
    rebuild(handle);
    bootstrap(handle);
  }
  if (entryCount(handle.memory) === 0n && segmentsHoldData(handle)) {
    rebuild(handle);
    bootstrap(handle);
  }
  if (!recovered(() => validate(handle))) {
    rebuild(handle);
    bootstrap(handle);
    validate(handle);
  }
}

/**
 * True where `work` succeeds, false where it fails in a way that a rebuild answers; throws
 * otherwise.
 */
function recovered(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    const known = asStoreError(error);
    if (isRecoverable(known)) return false;
    throw known;
  }
}

type Run = <T>(work: () => T) => T;

function storeOver(handle: Handle, opened: Opened, run: Run): SessionStore {
  const { memory } = handle;
  const from = (seq: bigint) => readIndex(handle).filter((row) => row.entrySeq >= seq);
  return {
    opened,
    append: (entry) => run(() => append(handle, entry)),
    sync() {
      throw new StoreError('not_supported', 'the original never syncs what it appends');
    },
    close() {},
    lookup: (seq) =>
      run(() => {
        const row = readIndex(handle).find((each) => each.entrySeq === seq);
        return row === undefined ? null : (framesOf(handle, [row])[0] ?? null);
      }),
    all: () => run(() => framesOf(handle, from(1n))),
    from: (seq) => run(() => framesOf(handle, from(seq))),
    tail: (count) =>
      run(() => {
        const rows = readIndex(handle);
        return framesOf(
          handle,
          count >= rows.length ? rows : rows.slice(rows.length - Number(count)),
        );
      }),
    path: (leafId) => run(() => activePath(handle, leafId)),
    segment: (seq) => run(() => readSegment(handle, seq)),
    index: () => run(() => readIndex(handle)),
    summary: () => run(() => summary(handle)),
    state: () => ({
      entryCount: entryCount(memory),
      chainHash: memory.chainHash,
      totalBytes: memory.totalBytes,
      head: headOf(memory),
    }),
    checkpoint: (seq, reason) => run(() => writeCheckpoint(handle, seq, reason)),
    readCheckpoint: (seq) => run(() => readCheckpoint(handle, seq)),
    rollback: (seq, ids) => run(() => rollback(handle, seq, ids)),
    ledgerAppend: (event) => run(() => appendEvent(handle, event)),
    ledger: () => run(() => readLedger(handle)),
    manifest: (ids) => run(() => writeManifest(handle, ids)),
    readManifest: () => run(() => readManifest(handle)),
    rebuild: () => run(() => rebuild(handle)),
    validate: () => run(() => validate(handle)),
  };
}

function summary(handle: Handle): ReturnType<SessionStore['summary']> {
  const rows = readIndex(handle);
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    entryCount: BigInt(rows.length),
    firstEntrySeq: first.entrySeq,
    lastEntrySeq: last.entrySeq,
    lastEntryId: last.entryId,
  };
}
