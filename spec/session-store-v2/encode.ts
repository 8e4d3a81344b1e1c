import type { Members, Writable } from '../lib/json.ts';
import { writeCompact, writePretty } from '../lib/json.ts';
import { sha256Hex } from '../lib/sha256.ts';
import type { Checkpoint, Frame, Manifest, MigrationEvent, Row } from './ops.ts';

/** The schema strings that are written; readers never check them. */
export const schemas = {
  frame: 'pi.session_store_v2.segment_frame.v1',
  row: 'pi.session_store_v2.offset_index.v1',
  checkpoint: 'pi.session_store_v2.checkpoint.v1',
  manifest: 'pi.session_store_v2.manifest.v1',
  event: 'pi.session_store_v2.migration_event.v1',
} as const;

/** The chain hash of a store without entries. */
export const genesis = '0'.repeat(64);

/** A sequence number as file names spell it: sixteen digits at least. */
export function sixteen(seq: bigint): string {
  return seq.toString().padStart(16, '0');
}

/** One segment line without its LF. */
export function frameLine(frame: Frame): string {
  const { payload, parentEntryId, ...rest } = frame;
  return writeCompact([
    ['schema', rest.schema],
    ['segmentSeq', rest.segmentSeq],
    ['frameSeq', rest.frameSeq],
    ['entrySeq', rest.entrySeq],
    ['entryId', rest.entryId],
    ['parentEntryId', parentEntryId ?? undefined],
    ['entryType', rest.entryType],
    ['timestamp', rest.timestamp],
    ['payloadSha256', rest.payloadSha256],
    ['payloadBytes', rest.payloadBytes],
    ['payload', { raw: payload }],
  ]);
}

/** One line of the offset index without its LF. */
export function rowLine(row: Row): string {
  return writeCompact([
    ['schema', row.schema],
    ['entrySeq', row.entrySeq],
    ['entryId', row.entryId],
    ['segmentSeq', row.segmentSeq],
    ['frameSeq', row.frameSeq],
    ['byteOffset', row.byteOffset],
    ['byteLength', row.byteLength],
    ['crc32c', row.crc32c],
    ['state', row.state],
  ]);
}

/** One line of the migration ledger without its LF. */
export function eventLine(event: MigrationEvent): string {
  const { verification } = event;
  return writeCompact([
    ['schema', event.schema],
    ['migrationId', event.migrationId],
    ['phase', event.phase],
    ['at', event.at],
    ['sourcePath', event.sourcePath],
    ['targetPath', event.targetPath],
    ['sourceFormat', event.sourceFormat],
    ['targetFormat', event.targetFormat],
    [
      'verification',
      [
        ['entryCountMatch', verification.entryCountMatch],
        ['hashChainMatch', verification.hashChainMatch],
        ['indexConsistent', verification.indexConsistent],
      ],
    ],
    ['outcome', event.outcome],
    ['errorClass', event.errorClass ?? undefined],
    ['correlationId', event.correlationId],
  ]);
}

/** The text of a checkpoint file. */
export function checkpointText(checkpoint: Checkpoint): string {
  return writePretty([
    ['schema', checkpoint.schema],
    ['checkpointSeq', checkpoint.checkpointSeq],
    ['at', checkpoint.at],
    ['headEntrySeq', checkpoint.headEntrySeq],
    ['headEntryId', checkpoint.headEntryId],
    ['snapshotRef', checkpoint.snapshotRef],
    ['compactedBeforeEntrySeq', checkpoint.compactedBeforeEntrySeq],
    ['chainHash', checkpoint.chainHash],
    ['reason', checkpoint.reason],
  ]);
}

/** The text of the manifest file. */
export function manifestText(manifest: Manifest): string {
  return writePretty(manifestMembers(manifest));
}

/** The hash that a manifest carries of itself: over its compact form with that hash left empty. */
export function manifestHash(manifest: Manifest): string {
  const blank = { ...manifest, integrity: { ...manifest.integrity, manifestHash: '' } };
  return sha256Hex(writeCompact(manifestMembers(blank)));
}

function manifestMembers(manifest: Manifest): Members {
  return [
    ['schema', manifest.schema],
    ['storeVersion', manifest.storeVersion],
    ['sessionId', manifest.sessionId],
    ['sourceFormat', manifest.sourceFormat],
    ['createdAt', manifest.createdAt],
    ['updatedAt', manifest.updatedAt],
    ['head', [
      ['segmentSeq', manifest.head.segmentSeq],
      ['entrySeq', manifest.head.entrySeq],
      ['entryId', manifest.head.entryId],
    ]],
    ['counters', pick(manifest.counters, [
      'entriesTotal', 'messagesTotal', 'branchesTotal', 'compactionsTotal', 'bytesTotal',
    ])],
    ['files', pick(manifest.files, [
      'segmentDir', 'segmentCount', 'indexPath', 'checkpointDir', 'migrationLedgerPath',
    ])],
    ['integrity', pick(manifest.integrity, ['chainHash', 'manifestHash', 'lastCrc32c'])],
    ['invariants', pick(manifest.invariants, [
      'parentLinksClosed', 'monotonicEntrySeq', 'monotonicSegmentSeq', 'indexWithinSegmentBounds',
      'branchHeadsIndexed', 'checkpointsMonotonic', 'hashChainValid',
    ])],
  ]; // prettier-ignore
}

/** The named members in the order given, whatever order the object has. */
function pick<K extends string>(
  from: Readonly<Record<K, Writable>>,
  names: readonly K[],
): readonly (readonly [name: string, value: Writable])[] {
  return names.map((name) => [name, from[name]]);
}

/**
 * A function of one text that remembers its answers, within a bound: thousands of images share
 * their entries.
 */
function remembering(answer: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= 8192) known.clear();
    const made = answer(text);
    known.set(text, made);
    return made;
  };
}

const hashed = remembering(sha256Hex);

/** The chain hash after one more payload: over both hashes as hex text. */
export function chainStep(chain: string, payloadSha256: string): string {
  return hashed(chain + payloadSha256);
}

/** The hash of a payload, by its raw JSON text. */
export function payloadHash(payload: string): string {
  return payload.length <= 1024 ? hashed(payload) : sha256Hex(payload);
}
