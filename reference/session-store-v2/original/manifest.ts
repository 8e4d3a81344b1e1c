import { chainStep, decodeManifest, encodeManifest, genesisChain, manifestHash } from '../codec.ts';
import { StoreError } from '../../lib/error.ts';
import { schemas } from '../codec-records.ts';
import { under } from '../paths.ts';
import type { Frame, Manifest, Row } from '../types.ts';
import { sessionError } from './errors.ts';
import { exists, readTextFile, syncDir, writeStaged } from './files.ts';
import { headOrNone } from './handle.ts';
import type { Handle } from './handle.ts';
import { framesOf, readIndex, serde } from './read.ts';
import { isValid } from './validate.ts';

/** The manifest as it stands, unverified; null where it is missing. */
export function readManifest(handle: Handle): Manifest | null {
  const path = handle.paths.manifest;
  if (!exists(handle.env.fs, path)) return null;
  const bytes = readTextFile(handle, path);
  try {
    return decodeManifest(bytes, serde).manifest;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw sessionError('manifest-unparsable', `Failed to parse manifest ${path}: ${error.message}`);
  }
}

/**
 * Writes the manifest from the index and the handle's memory (format page, Manifest in the
 * original), whatever its invariants say. Only `createdAt` is carried over from an older one, which
 * must be readable for that.
 */
export function writeManifest(
  handle: Handle,
  ids: { readonly sessionId: string; readonly sourceFormat: string },
): Manifest {
  const { env, paths, memory } = handle;
  const now = env.now();
  const createdAt = readManifest(handle)?.createdAt ?? now;
  const rows = readIndex(handle);
  const frames = framesOf(handle, rows);
  const bare: Manifest = {
    schema: schemas.manifest,
    storeVersion: 2,
    sessionId: ids.sessionId,
    sourceFormat: ids.sourceFormat,
    createdAt,
    updatedAt: now,
    head: headOrNone(memory),
    counters: counters(rows, frames, memory.totalBytes),
    files: {
      segmentDir: 'segments/',
      segmentCount: BigInt(new Set(rows.map((row) => row.segmentSeq)).size),
      indexPath: 'index/offsets.jsonl',
      checkpointDir: 'checkpoints/',
      migrationLedgerPath: 'migrations/ledger.jsonl',
    },
    integrity: { chainHash: memory.chainHash, manifestHash: '', lastCrc32c: memory.lastCrc32c },
    invariants: invariants(handle, rows, frames),
  };
  const integrity = { ...bare.integrity, manifestHash: manifestHash(bare) };
  const manifest: Manifest = { ...bare, integrity };
  const staged = under(paths.tmp, 'manifest.json.tmp');
  writeStaged(env.fs, staged, () => encodeManifest(manifest));
  env.fs.renameSync(staged, paths.manifest);
  syncDir(env.fs, paths.root);
  return manifest;
}

function counters(
  rows: readonly Row[],
  frames: readonly Frame[],
  bytesTotal: bigint,
): Manifest['counters'] {
  const ofType = (type: string): bigint =>
    BigInt(frames.filter((frame) => frame.entryType === type).length);
  const children = new Map<string, number>();
  for (const { parentEntryId } of frames) {
    if (parentEntryId !== null) children.set(parentEntryId, (children.get(parentEntryId) ?? 0) + 1);
  }
  return {
    entriesTotal: BigInt(rows.length),
    messagesTotal: ofType('message'),
    branchesTotal: BigInt([...children.values()].filter((count) => count > 1).length),
    compactionsTotal: ofType('compaction'),
    bytesTotal,
  };
}

/**
 * Two of the seven are true by definition: the original never looks at branch heads or other
 * checkpoints.
 */
function invariants(
  handle: Handle,
  rows: readonly Row[],
  frames: readonly Frame[],
): Manifest['invariants'] {
  const chain = frames.reduce((hash, frame) => chainStep(hash, frame.payloadSha256), genesisChain);
  return {
    parentLinksClosed: parentsComeFirst(frames),
    monotonicEntrySeq: rows.every((row, i) => row.entrySeq > (rows[i - 1]?.entrySeq ?? 0n)),
    monotonicSegmentSeq: rows.every((row, i) => row.segmentSeq >= (rows[i - 1]?.segmentSeq ?? 0n)),
    indexWithinSegmentBounds: isValid(handle),
    branchHeadsIndexed: true,
    checkpointsMonotonic: true,
    hashChainValid: chain === handle.memory.chainHash,
  };
}

/** Every parent is the frame itself or stands before it in the index. */
function parentsComeFirst(frames: readonly Frame[]): boolean {
  const seen = new Set<string>();
  return frames.every((frame) => {
    seen.add(frame.entryId);
    return frame.parentEntryId === null || seen.has(frame.parentEntryId);
  });
}
