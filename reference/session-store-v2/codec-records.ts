import type { Field } from '../lib/record.ts';
import { bool, optionalText, raw, record, text, u64, u8 } from '../lib/record.ts';
import type { Checkpoint, Frame, Head, Manifest, MigrationEvent, Row } from './types.ts';

/** The `schema` strings that a store writes; the original never compares them on reading. */
export const schemas = {
  frame: 'pi.session_store_v2.segment_frame.v1',
  row: 'pi.session_store_v2.offset_index.v1',
  checkpoint: 'pi.session_store_v2.checkpoint.v1',
  manifest: 'pi.session_store_v2.manifest.v1',
  event: 'pi.session_store_v2.migration_event.v1',
} as const;

/** A segment line (format page, Frame), members in the order in which they are written. */
export const frameRecord: Field<Frame> = record<Frame>({
  schema: text,
  segmentSeq: u64,
  frameSeq: u64,
  entrySeq: u64,
  entryId: text,
  parentEntryId: optionalText,
  entryType: text,
  timestamp: text,
  payloadSha256: text,
  payloadBytes: u64,
  payload: raw,
});

/** A line of the offset index (format page, Index row). */
export const rowRecord: Field<Row> = record<Row>({
  schema: text,
  entrySeq: u64,
  entryId: text,
  segmentSeq: u64,
  frameSeq: u64,
  byteOffset: u64,
  byteLength: u64,
  crc32c: text,
  state: text,
});

/** A checkpoint file (format page, Checkpoint). */
export const checkpointRecord: Field<Checkpoint> = record<Checkpoint>({
  schema: text,
  checkpointSeq: u64,
  at: text,
  headEntrySeq: u64,
  headEntryId: text,
  snapshotRef: text,
  compactedBeforeEntrySeq: u64,
  chainHash: text,
  reason: text,
});

/** The manifest file (format page, Manifest). */
export const manifestRecord: Field<Manifest> = record<Manifest>({
  schema: text,
  storeVersion: u8,
  sessionId: text,
  sourceFormat: text,
  createdAt: text,
  updatedAt: text,
  head: record<Head>({ segmentSeq: u64, entrySeq: u64, entryId: text }),
  counters: record<Manifest['counters']>({
    entriesTotal: u64,
    messagesTotal: u64,
    branchesTotal: u64,
    compactionsTotal: u64,
    bytesTotal: u64,
  }),
  files: record<Manifest['files']>({
    segmentDir: text,
    segmentCount: u64,
    indexPath: text,
    checkpointDir: text,
    migrationLedgerPath: text,
  }),
  integrity: record<Manifest['integrity']>({
    chainHash: text,
    manifestHash: text,
    lastCrc32c: text,
  }),
  invariants: record<Manifest['invariants']>({
    parentLinksClosed: bool,
    monotonicEntrySeq: bool,
    monotonicSegmentSeq: bool,
    indexWithinSegmentBounds: bool,
    branchHeadsIndexed: bool,
    checkpointsMonotonic: bool,
    hashChainValid: bool,
  }),
});

/** A line of the migration ledger (format page, Ledger event). */
export const eventRecord: Field<MigrationEvent> = record<MigrationEvent>({
  schema: text,
  migrationId: text,
  phase: text,
  at: text,
  sourcePath: text,
  targetPath: text,
  sourceFormat: text,
  targetFormat: text,
  verification: record<MigrationEvent['verification']>({
    entryCountMatch: bool,
    hashChainMatch: bool,
    indexConsistent: bool,
  }),
  outcome: text,
  errorClass: optionalText,
  correlationId: text,
});
