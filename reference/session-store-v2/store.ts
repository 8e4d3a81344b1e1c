import { join } from 'node:path';
import { StoreError } from '../lib/error.ts';
import type { StoreEnv } from '../lib/fs.ts';
import { append, rowOf } from './append.ts';
import { checkpoint } from './checkpoint.ts';
import { schemas } from './codec-records.ts';
import { attempt } from '../lib/file-calls.ts';
import { Files } from './files.ts';
import type { Handle } from './handle.ts';
import {
  refreshTails,
  releaseFds,
  requireOpen,
  requireWritable,
  staleError,
  syncAll,
} from './handle.ts';
import { allEvents, appendEvent } from './ledger.ts';
import type { Limits } from './limits.ts';
import { defaultLimits, requireU64, requireUnicode } from './limits.ts';
import type { Look } from './look.ts';
import { lookBeside } from './look-beside.ts';
import { lookAt } from './look.ts';
import { headOf, manifest } from './manifest.ts';
import { checkpointName, segmentName } from './paths.ts';
import { activePath, frames, verifyAgain, verifyIndex } from './reads.ts';
import { rebuild } from './rebuild.ts';
import { repairStore } from './repair.ts';
import { rollback } from './rollback.ts';
import type { SafePaths } from './tree.ts';
import { safePaths } from './tree.ts';
import type { MigrationEvent, Opened, SessionStore } from './types.ts';
import { readCheckpointAt, readManifest } from './witnesses.ts';

/**
 * `none`: what is written survives a kill; `entry`: every append is synced before it is
 * acknowledged.
 */
export type Durability = 'none' | 'entry';

/** How to open a store for writing. */
export interface SafeOptions {
  /**
   * The segment size in bytes at which a new one is begun; a longer entry still goes into one of
   * its own.
   */
  readonly max: bigint;
  /** The default is `none`. */
  readonly durability?: Durability;
  /**
   * What to do where valid frames follow a hole and nothing proves that it was durable; the default
   * refuses.
   */
  readonly onGap?: 'refuse' | 'keep-prefix';
  readonly limits?: Partial<Limits>;
}

/**
 * Opens a store for writing, or begins one. It verifies everything, repairs what is torn and
 * reports it in `opened`. Throws a `StoreError` and changes nothing where the bytes are CORRUPT or
 * AMBIGUOUS, or cannot be kept (`no_space`).
 */
export function openSafe(env: StoreEnv, root: string, options: SafeOptions): SessionStore {
  const site = siteOf(env, root, options);
  return attempt(site.files, () => {
    const keepPrefix = options.onGap === 'keep-prefix';
    const look = lookAt(site.files, site.paths, { limits: site.limits, keepPrefix });
    if (look.refusal !== null) {
      const { code, file, detail } = look.refusal;
      throw new StoreError(code, `${file}: ${detail}`);
    }
    const repairs = repairStore(site, look);
    const h = handleOver(env, site, look, options);
    refreshTails(h);
    requireUnmoved(h, look);
    const entryCount = BigInt(h.entries.count);
    return storeOver(h, { entryCount, repairs, notices: look.notices });
  });
}

/**
 * Opens what verifies of a store for reading, also while another process writes it. It writes
 * nothing, ever; what is wrong stands in `opened.notices`. Throws `store_changing` where rollbacks
 * never let it see a whole state.
 */
export function inspectSafe(
  env: StoreEnv,
  root: string,
  options: { readonly max: bigint; readonly limits?: Partial<Limits> },
): SessionStore {
  const site = siteOf(env, root, options);
  return attempt(site.files, () => {
    const look = lookBeside(site.files, site.paths, site.limits);
    const notices = [...look.notices];
    if (look.refusal !== null) notices.push(look.refusal);
    if (look.intent !== null && look.refusal === null) {
      look.scan.entries.keep(Number(look.intent.after.entrySeq));
      notices.push({ code: 'rollback_pending', file: 'tmp/rollback.intent.json' });
    }
    const h = handleOver(env, site, look, { ...options, readOnly: true });
    return storeOver(h, { entryCount: BigInt(h.entries.count), repairs: [], notices });
  });
}

interface Site {
  readonly files: Files;
  readonly paths: SafePaths;
  readonly limits: Limits;
}

function siteOf(
  env: StoreEnv,
  root: string,
  options: { readonly max: bigint; readonly limits?: Partial<Limits> },
): Site {
  if (options.max <= 0n) {
    throw new StoreError('max-segment-bytes-zero', 'max_segment_bytes must be > 0');
  }
  const limits = { ...defaultLimits, ...options.limits };
  return { files: new Files(env.fs), paths: safePaths(root), limits };
}

function handleOver(
  env: StoreEnv,
  site: Site,
  look: Look,
  options: { readonly max: bigint; readonly durability?: Durability; readonly readOnly?: boolean },
): Handle {
  const { files, paths, limits } = site;
  return {
    files,
    paths,
    limits,
    entries: look.scan.entries,
    now: env.now,
    maxBytes: clamp(options.max, Number.MAX_SAFE_INTEGER),
    syncEach: options.durability === 'entry',
    readOnly: options.readOnly ?? false,
    refusal: look.refusal,
    active: null,
    index: { path: site.paths.index, mark: null, fd: null },
    numbers: look.tree.numbers,
    namesDurable: false,
    stale: false,
    closed: false,
    scratch: Buffer.alloc(0),
  };
}

/** Sees whether another writer came between reading the store and taking hold of it. */
function requireUnmoved(h: Handle, look: Look): void {
  if (look.intent !== null || look.scan.last === null) return;
  const { last, adopt, bad } = look.scan;
  const grown = adopt.some(({ file }) => file === `segments/${segmentName(last.seq)}`) ? 1 : 0;
  const size = bad === null ? last.size + grown : bad.from;
  const isSame = h.active?.seq === last.seq && h.active.mark?.size === size;
  const index = look.index?.why === null ? look.index.mark : h.index.mark;
  if (isSame && index?.size === h.index.mark?.size) return;
  throw staleError('another writer changed the store while it was being opened');
}

function storeOver(h: Handle, opened: Opened): SessionStore {
  const { files, paths, limits, entries } = h;
  const reading = <T>(run: () => T): T => {
    requireOpen(h);
    return attempt(files, run);
  };
  const writing = <T>(run: () => T): T => attempt(files, run);
  return {
    opened,
    append: (entry) => writing(() => append(h, entry)),
    sync: () =>
      writing(() => {
        requireWritable(h);
        syncAll(h);
      }),
    close: () => writing(() => close(h)),
    lookup: (seq) =>
      reading(() => {
        if (seq < 1n || seq > BigInt(entries.count)) return null;
        return frames(h, Number(seq), Number(seq))[0] ?? null;
      }),
    all: () => reading(() => frames(h, 1, entries.count)),
    from: (seq) => reading(() => frames(h, clamp(seq, entries.count + 1) || 1, entries.count)),
    tail: (count) =>
      reading(() => frames(h, entries.count - clamp(count, entries.count) + 1, entries.count)),
    path: (leafId) => reading(() => activePath(h, leafId)),
    segment: (seq) => reading(() => segmentFrames(h, seq)),
    index: () => reading(() => entries.ids.map((_, i) => rowOf(h, i + 1))),
    summary: () => reading(() => summaryOf(h)),
    state: () =>
      reading(() => ({
        entryCount: BigInt(entries.count),
        chainHash: entries.chain,
        totalBytes: BigInt(entries.totalBytes),
        head: headOf(entries),
      })),
    checkpoint: (seq, reason) => writing(() => checkpoint(h, seq, reason)),
    readCheckpoint: (seq) =>
      reading(() => {
        requireU64(seq, 'the checkpoint number');
        return readCheckpointAt(files, join(paths.checkpoints, checkpointName(seq)), limits);
      }),
    rollback: (seq, ids) => writing(() => rollback(h, seq, ids)),
    ledgerAppend: (event) => writing(() => appendToLedger(h, event)),
    ledger: () => reading(() => allEvents(files, paths, limits)),
    manifest: (ids) => writing(() => manifest(h, ids)),
    readManifest: () => reading(() => readManifest(files, paths, limits)),
    rebuild: () => writing(() => rebuild(h)),
    validate: () =>
      reading(() => {
        verifyAgain(h);
        verifyIndex(h);
      }),
  };
}

/** A bigint as a count between 0 and `most`. */
function clamp(value: bigint, most: number): number {
  if (value <= 0n) return 0;
  return value >= BigInt(most) ? most : Number(value);
}

function segmentFrames(h: Handle, seq: bigint): ReturnType<SessionStore['segment']> {
  const { segments, count } = h.entries;
  const at = segments.findIndex((segment) => segment.seq === seq);
  const segment = segments[at];
  if (segment === undefined) return [];
  return frames(h, segment.before + 1, Math.min(segments[at + 1]?.before ?? count, count));
}

function summaryOf(h: Handle): ReturnType<SessionStore['summary']> {
  const { count } = h.entries;
  if (count === 0) return null;
  const last = BigInt(count);
  const lastEntryId = h.entries.idOf(count);
  return { entryCount: last, firstEntrySeq: 1n, lastEntrySeq: last, lastEntryId };
}

/** Appends a caller's event; an empty `schema` or `at` is filled in, as the original does. */
function appendToLedger(h: Handle, event: MigrationEvent): void {
  requireWritable(h);
  const { verification: _, ...texts } = event;
  for (const [name, text] of Object.entries(texts)) requireUnicode(text ?? '', name);
  const filled = { ...event, schema: event.schema || schemas.event, at: event.at || h.now() };
  syncAll(h);
  appendEvent(h.files, h.paths, filled, h.limits);
}

/** Makes everything durable and lets the files go; the handle is closed even where that fails. */
function close(h: Handle): void {
  requireOpen(h);
  h.closed = true;
  try {
    if (h.readOnly || h.stale) return;
    if (h.files.poisoned) throw new StoreError('poisoned', 'an earlier write or sync failed');
    syncAll(h);
  } finally {
    releaseFds(h);
  }
}
