import { chainStep, genesis, manifestHash, schemas } from './encode.ts';
import type { Belief, Stored } from './machine-log.ts';
import { brokenRule } from './machine-log.ts';
import type { Manifest } from './ops.ts';

/**
 * The manifest that is computed from the entries on disk and from what the handle believes (format
 * page, Manifest in the original).
 */
export function manifestOf(
  entries: readonly Stored[],
  belief: Belief,
  names: Pick<Manifest, 'sessionId' | 'sourceFormat' | 'createdAt' | 'updatedAt'>,
): Manifest {
  const manifest: Manifest = {
    schema: schemas.manifest,
    storeVersion: 2,
    sessionId: names.sessionId,
    sourceFormat: names.sourceFormat,
    createdAt: names.createdAt,
    updatedAt: names.updatedAt,
    head: belief.head ?? { segmentSeq: 0n, entrySeq: 0n, entryId: '' },
    counters: { ...countersOf(entries), bytesTotal: belief.total },
    files: {
      segmentDir: 'segments/',
      segmentCount: BigInt(new Set(entries.map((e) => e.row.segmentSeq)).size),
      indexPath: 'index/offsets.jsonl',
      checkpointDir: 'checkpoints/',
      migrationLedgerPath: 'migrations/ledger.jsonl',
    },
    integrity: { chainHash: belief.chain, manifestHash: '', lastCrc32c: belief.lastCrc32c },
    invariants: {
      parentLinksClosed: parentsComeFirst(entries),
      monotonicEntrySeq: entries.every(
        (e, i) => e.row.entrySeq > (entries[i - 1]?.row.entrySeq ?? 0n),
      ),
      monotonicSegmentSeq: entries.every(
        (e, i) => e.row.segmentSeq >= (entries[i - 1]?.row.segmentSeq ?? 0n),
      ),
      indexWithinSegmentBounds: brokenRule(entries) === null,
      branchHeadsIndexed: true,
      checkpointsMonotonic: true,
      hashChainValid:
        belief.chain === entries.reduce((c, e) => chainStep(c, e.frame.payloadSha256), genesis),
    },
  };
  const integrity = { ...manifest.integrity, manifestHash: manifestHash(manifest) };
  return { ...manifest, integrity };
}

function countersOf(entries: readonly Stored[]): Omit<Manifest['counters'], 'bytesTotal'> {
  const ofType = (type: string): bigint =>
    BigInt(entries.filter((e) => e.frame.entryType === type).length);
  const children = new Map<string, number>();
  for (const { frame } of entries) {
    const parent = frame.parentEntryId;
    if (parent !== null) children.set(parent, (children.get(parent) ?? 0) + 1);
  }
  return {
    entriesTotal: BigInt(entries.length),
    messagesTotal: ofType('message'),
    branchesTotal: BigInt([...children.values()].filter((n) => n > 1).length),
    compactionsTotal: ofType('compaction'),
  };
}

/** Stricter than validation: a parent must be the frame itself or stand before it. */
function parentsComeFirst(entries: readonly Stored[]): boolean {
  const seen = new Set<string>();
  return entries.every(({ frame }) => {
    seen.add(frame.entryId);
    return frame.parentEntryId === null || seen.has(frame.parentEntryId);
  });
}
