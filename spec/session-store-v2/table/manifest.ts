import type { Manifest, Op, Row } from '../ops.ts';
import { replaceFile, wholeBytes } from './checkpoint.ts';
import { exists } from './disk.ts';
import { Fault, sessionFault } from './fault.ts';
import { readFrame, readIndex } from './read.ts';
import { headOf } from './readers.ts';
import { manifestFile, manifestHash, manifestOf } from './records.ts';
import { chainStep, genesis, manifestPath, shown } from './run.ts';
import type { Run } from './run.ts';
import { isValid } from './validate.ts';

type ManifestOp = Extract<Op, { readonly op: 'manifest' }>;

/** The manifest as its file has it, unverified; null where there is none. */
export function readManifest(run: Run): Manifest | null {
  if (!run.rule('manifest-exists', exists(run.disk, manifestPath))) return null;
  const bytes = wholeBytes(run, manifestPath);
  try {
    return manifestOf(bytes);
  } catch (error) {
    if (!(error instanceof Fault) || error.category !== 'json') throw error;
    throw sessionFault(
      'manifest-unparsable',
      `Failed to parse manifest ${shown(run, manifestPath)}: ${error.message}`,
    );
  }
}

/**
 * Writes a manifest of what index, frames and handle say (format page, Manifest in the original),
 * true or not.
 */
export function writeManifest(run: Run, op: ManifestOp): Manifest {
  const createdAt = readManifest(run)?.createdAt ?? run.at;
  const rows = readIndex(run);
  const seen = overFrames(run, rows);
  const manifest: Manifest = {
    schema: 'pi.session_store_v2.manifest.v1',
    storeVersion: 2,
    sessionId: op.sessionId,
    sourceFormat: op.sourceFormat,
    createdAt,
    updatedAt: run.at,
    head: headOf(run.handle) ?? { segmentSeq: 0n, entrySeq: 0n, entryId: '' },
    counters: {
      entriesTotal: BigInt(rows.length),
      messagesTotal: seen.messages,
      branchesTotal: seen.branches,
      compactionsTotal: seen.compactions,
      bytesTotal: run.handle.totalBytes,
    },
    files: {
      segmentDir: 'segments/',
      segmentCount: BigInt(new Set(rows.map((row) => row.segmentSeq)).size),
      indexPath: 'index/offsets.jsonl',
      checkpointDir: 'checkpoints/',
      migrationLedgerPath: 'migrations/ledger.jsonl',
    },
    integrity: {
      chainHash: run.handle.chainHash,
      manifestHash: '',
      lastCrc32c: run.handle.lastCrc32c,
    },
    invariants: {
      parentLinksClosed: seen.parentsBefore,
      ...rising(run, rows),
      indexWithinSegmentBounds: isValid(run),
      branchHeadsIndexed: true,
      checkpointsMonotonic: true,
      hashChainValid: run.rule('manifest-chain-matches', seen.chain === run.handle.chainHash),
    },
  };
  const hashed: Manifest = {
    ...manifest,
    integrity: { ...manifest.integrity, manifestHash: manifestHash(manifest) },
  };
  replaceFile(run, { tmp: 'tmp/manifest.json.tmp', path: manifestPath }, manifestFile(hashed));
  return hashed;
}

function overFrames(
  run: Run,
  rows: readonly Row[],
): {
  readonly messages: bigint;
  readonly compactions: bigint;
  readonly branches: bigint;
  readonly parentsBefore: boolean;
  readonly chain: string;
} {
  const children = new Map<string, number>();
  const ids = new Set<string>();
  let [messages, compactions, parentsBefore, chain] = [0n, 0n, true, genesis];
  for (const row of rows) {
    const frame = readFrame(run, row)?.frame;
    if (frame === undefined) continue;
    ids.add(frame.entryId);
    if (frame.entryType === 'message') messages += 1n;
    if (frame.entryType === 'compaction') compactions += 1n;
    const parent = frame.parentEntryId;
    if (parent !== null) {
      children.set(parent, (children.get(parent) ?? 0) + 1);
      if (!run.rule('manifest-parent-before', ids.has(parent))) parentsBefore = false;
    }
    chain = chainStep(chain, frame.payloadSha256);
  }
  const branching = [...children.values()].filter((n) => run.rule('manifest-branches', n > 1));
  return { messages, compactions, branches: BigInt(branching.length), parentsBefore, chain };
}

function rising(
  run: Run,
  rows: readonly Row[],
): { readonly monotonicEntrySeq: boolean; readonly monotonicSegmentSeq: boolean } {
  let [entry, segment, monotonicEntrySeq, monotonicSegmentSeq] = [0n, 0n, true, true];
  for (const row of rows) {
    if (!run.rule('manifest-entries-rise', row.entrySeq > entry)) monotonicEntrySeq = false;
    if (!run.rule('manifest-segments-rise', row.segmentSeq >= segment)) monotonicSegmentSeq = false;
    entry = row.entrySeq;
    segment = row.segmentSeq;
  }
  return { monotonicEntrySeq, monotonicSegmentSeq };
}
