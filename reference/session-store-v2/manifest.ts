import { join } from 'node:path';
import { StoreError } from '../lib/error.ts';
import { schemas } from './codec-records.ts';
import { encodeManifest, manifestHash } from './codec.ts';
import type { Entries } from './entries.ts';
import type { Handle } from './handle.ts';
import { requireWritable, syncAll } from './handle.ts';
import { requireUnicode } from './limits.ts';
import { verifyAgain, verifyIndex } from './reads.ts';
import { replaceFile } from './replace.ts';
import { crcText } from './spell.ts';
import type { Head, Manifest } from './types.ts';
import { readManifest } from './witnesses.ts';

/**
 * Writes the manifest: when the store was created comes from the one before, all counters and
 * invariants from reading everything again. A manifest that cannot be read refuses
 * (`manifest-unparsable`): its `createdAt` is nowhere else.
 */
export function manifest(
  h: Handle,
  ids: { readonly sessionId: string; readonly sourceFormat: string },
): Manifest {
  requireWritable(h);
  requireUnicode(ids.sessionId, 'the session id');
  requireUnicode(ids.sourceFormat, 'the source format');
  const { files, paths, entries } = h;
  const updatedAt = h.now();
  const createdAt = createdAtOf(h) ?? updatedAt;
  const chainAgain = verifyAgain(h);
  const draft: Manifest = {
    schema: schemas.manifest,
    storeVersion: 2,
    sessionId: ids.sessionId,
    sourceFormat: ids.sourceFormat,
    createdAt,
    updatedAt,
    head: headOf(entries) ?? { segmentSeq: 0n, entrySeq: 0n, entryId: '' },
    counters: countersOf(entries),
    files: {
      segmentDir: 'segments/',
      segmentCount: BigInt(segmentCountOf(entries)),
      indexPath: 'index/offsets.jsonl',
      checkpointDir: 'checkpoints/',
      migrationLedgerPath: 'migrations/ledger.jsonl',
    },
    integrity: {
      chainHash: entries.chain,
      manifestHash: '',
      lastCrc32c: crcText(entries.count === 0 ? 0 : entries.crcOf(entries.count)),
    },
    invariants: {
      parentLinksClosed: parentsStandBefore(entries),
      monotonicEntrySeq: true,
      monotonicSegmentSeq: true,
      indexWithinSegmentBounds: indexIsWhole(h),
      branchHeadsIndexed: true,
      checkpointsMonotonic: true,
      hashChainValid: chainAgain === entries.chain,
    },
  };
  const integrity = { ...draft.integrity, manifestHash: manifestHash(draft) };
  const made = { ...draft, integrity };
  syncAll(h);
  const staged = join(paths.tmp, 'manifest.json.tmp');
  replaceFile(files, { path: paths.manifest, dir: paths.root, staged }, encodeManifest(made));
  return made;
}

function createdAtOf(h: Handle): string | null {
  try {
    return readManifest(h.files, h.paths, h.limits)?.createdAt ?? null;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new StoreError('manifest-unparsable', error.message, { cause: error });
  }
}

/** The last entry, or null in an empty store. */
export function headOf(entries: Entries): Head | null {
  const { count } = entries;
  if (count === 0) return null;
  const segmentSeq = entries.segmentOf(count).seq;
  return { segmentSeq, entrySeq: BigInt(count), entryId: entries.idOf(count) };
}

function countersOf(entries: Entries): Manifest['counters'] {
  const children = new Uint8Array(entries.count + 1);
  let messages = 0;
  let compactions = 0;
  let branches = 0;
  for (let entry = 1; entry <= entries.count; entry++) {
    if (entries.isOf(entry, 'message')) messages++;
    if (entries.isOf(entry, 'compaction')) compactions++;
    const parent = entries.parentOf(entry);
    if (parent === 0) continue;
    const before = children[parent] as number;
    if (before === 1) branches++;
    if (before < 2) children[parent] = before + 1;
  }
  return {
    entriesTotal: BigInt(entries.count),
    messagesTotal: BigInt(messages),
    branchesTotal: BigInt(branches),
    compactionsTotal: BigInt(compactions),
    bytesTotal: BigInt(entries.totalBytes),
  };
}

function segmentCountOf(entries: Entries): number {
  let segments = 0;
  for (let entry = 1; entry <= entries.count; entry = entries.lastBeside(entry) + 1) segments++;
  return segments;
}

/** Links to later entries, which originals may have written, leave the invariant false. */
function parentsStandBefore(entries: Entries): boolean {
  for (let entry = 1; entry <= entries.count; entry++) {
    if (entries.parentOf(entry) >= entry) return false;
  }
  return true;
}

function indexIsWhole(h: Handle): boolean {
  try {
    verifyIndex(h);
    return true;
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}
