import type { Field, RawText } from '../lib/json.ts';
import {
  eachElement,
  flag,
  JsonError,
  object,
  optionalText,
  parseJson,
  raw,
  text,
  u64,
  u8,
} from '../lib/json.ts';
import { firstBadUtf8 } from '../lib/utf8.ts';
import type { Checkpoint, Frame, Head, Manifest, MigrationEvent, Row } from './ops.ts';

/** A frame as it is read: the payload still knows where it stood. */
export type RawFrame = Omit<Frame, 'payload'> & { readonly payload: RawText };

const frame = object<RawFrame>({
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

const row = object<Row>({
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

const checkpoint = object<Checkpoint>({
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

const manifest = object<Manifest>({
  schema: text,
  storeVersion: u8,
  sessionId: text,
  sourceFormat: text,
  createdAt: text,
  updatedAt: text,
  head: object<Head>({ segmentSeq: u64, entrySeq: u64, entryId: text }),
  counters: object<Manifest['counters']>({
    entriesTotal: u64,
    messagesTotal: u64,
    branchesTotal: u64,
    compactionsTotal: u64,
    bytesTotal: u64,
  }),
  files: object<Manifest['files']>({
    segmentDir: text,
    segmentCount: u64,
    indexPath: text,
    checkpointDir: text,
    migrationLedgerPath: text,
  }),
  integrity: object<Manifest['integrity']>({
    chainHash: text,
    manifestHash: text,
    lastCrc32c: text,
  }),
  invariants: object<Manifest['invariants']>({
    parentLinksClosed: flag,
    monotonicEntrySeq: flag,
    monotonicSegmentSeq: flag,
    indexWithinSegmentBounds: flag,
    branchHeadsIndexed: flag,
    checkpointsMonotonic: flag,
    hashChainValid: flag,
  }),
});

const event = object<MigrationEvent>({
  schema: text,
  migrationId: text,
  phase: text,
  at: text,
  sourcePath: text,
  targetPath: text,
  sourceFormat: text,
  targetFormat: text,
  verification: object<MigrationEvent['verification']>({
    entryCountMatch: flag,
    hashChainMatch: flag,
    indexConsistent: flag,
  }),
  outcome: text,
  errorClass: optionalText,
  correlationId: text,
});

/** A head inside a rollback intent. */
export interface IntentHead {
  readonly segmentSeq: bigint;
  readonly entrySeq: bigint;
  readonly chainHash: string;
}

/** What `tmp/rollback.intent.json` says of a rollback that was begun. */
export interface Intent {
  readonly schema: string;
  readonly checkpointSeq: bigint;
  readonly migrationId: string;
  readonly correlationId: string;
  readonly at: string;
  readonly before: IntentHead;
  readonly after: IntentHead & { readonly entryId: string; readonly byteLength: bigint };
  readonly heads: readonly IntentHead[];
}

const head = object<IntentHead>({ segmentSeq: u64, entrySeq: u64, chainHash: text });

const intent = object<Intent>({
  schema: text,
  checkpointSeq: u64,
  migrationId: text,
  correlationId: text,
  at: text,
  before: head,
  after: object<Intent['after']>({
    segmentSeq: u64,
    entrySeq: u64,
    entryId: text,
    chainHash: text,
    byteLength: u64,
  }),
  heads: {
    read: (scan) => {
      const heads: IntentHead[] = [];
      eachElement(scan, () => heads.push(head.read(scan)));
      return heads;
    },
  },
});

/**
 * Decodes bytes [from, to) as one record, or answers null where they are none under the tolerant
 * rules.
 */
type Decode<T> = (bytes: Uint8Array, from?: number, to?: number) => T | null;

function decoder<T>(field: Field<T>): Decode<T> {
  return (bytes, from = 0, to = bytes.length) => {
    if (firstBadUtf8(bytes, from, to) !== -1) return null;
    try {
      return parseJson(field, bytes, from, to);
    } catch (error) {
      if (error instanceof JsonError) return null;
      throw error;
    }
  };
}

export const decodeFrame = decoder(frame);
export const decodeRow = decoder(row);
export const decodeCheckpoint = decoder(checkpoint);
export const decodeManifest = decoder(manifest);
export const decodeEvent = decoder(event);
export const decodeIntent = decoder(intent);
