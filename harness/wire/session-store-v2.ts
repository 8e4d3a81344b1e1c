import { z } from 'zod';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';
import { makeCodec } from './codec.ts';
import type { WireMethod } from './codec.ts';
import type { Large } from './recipe.ts';
import { answers, reads, reports, silent, whole, writes } from './methods.ts';
import { between, directory, givenJson, text, toldJson, u64 } from './values.ts';

const frame = z.object({
  schema: text,
  segmentSeq: u64,
  frameSeq: u64,
  entrySeq: u64,
  entryId: text,
  parentEntryId: text.nullable(),
  entryType: text,
  timestamp: text,
  payloadSha256: text,
  payloadBytes: u64,
  payload: toldJson.describe('The payload as it stands in the file: JSON text, unchanged.'),
});

const row = z.object({
  schema: text,
  entrySeq: u64,
  entryId: text,
  segmentSeq: u64,
  frameSeq: u64,
  byteOffset: u64,
  byteLength: u64.describe("With the line's LF."),
  crc32c: text,
  state: text,
});

const head = z.object({ segmentSeq: u64, entrySeq: u64, entryId: text });

const checkpoint = z.object({
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

const manifest = z.object({
  schema: text,
  storeVersion: between(0, 255),
  sessionId: text,
  sourceFormat: text,
  createdAt: text,
  updatedAt: text,
  head,
  counters: z.object({
    entriesTotal: u64,
    messagesTotal: u64,
    branchesTotal: u64,
    compactionsTotal: u64,
    bytesTotal: u64,
  }),
  files: z.object({
    segmentDir: text,
    segmentCount: u64,
    indexPath: text,
    checkpointDir: text,
    migrationLedgerPath: text,
  }),
  integrity: z.object({ chainHash: text, manifestHash: text, lastCrc32c: text }),
  invariants: z.object({
    parentLinksClosed: z.boolean(),
    monotonicEntrySeq: z.boolean(),
    monotonicSegmentSeq: z.boolean(),
    indexWithinSegmentBounds: z.boolean(),
    branchHeadsIndexed: z.boolean(),
    checkpointsMonotonic: z.boolean(),
    hashChainValid: z.boolean(),
  }),
});

const event = z.object({
  schema: text,
  migrationId: text,
  phase: text,
  at: text,
  sourcePath: text,
  targetPath: text,
  sourceFormat: text,
  targetFormat: text,
  verification: z.object({
    entryCountMatch: z.boolean(),
    hashChainMatch: z.boolean(),
    indexConsistent: z.boolean(),
  }),
  outcome: text,
  errorClass: text.nullable(),
  correlationId: text,
});

const summary = z.object({
  entryCount: u64,
  firstEntrySeq: u64,
  lastEntrySeq: u64,
  lastEntryId: text,
});

const opened = z.object({ entryCount: u64, ...reports });

const state = z.object({
  entryCount: u64,
  chainHash: text,
  totalBytes: u64,
  head: head.nullable(),
});

const durability = z.enum(['none', 'entry']);
const onGap = z.enum(['refuse', 'keep-prefix']);

const frames = z.array(frame);
const ofFrames: Large = { at: ['frames', '*', 'payload'], as: 'text' };

/** Every method of session-store-v2, in the order in which `ports/PROTOCOL.md` lists them. */
export const sessionStoreMethods = {
  create: whole(
    writes({
      dir: directory,
      max: u64,
      durability: durability.exactOptional(),
      onGap: onGap.exactOptional(),
    }),
    opened,
  ),
  inspect: whole(reads({ dir: directory, max: u64 }), opened),
  append: answers(
    writes({ id: text, parent: text.nullable(), type: text, payload: givenJson }),
    'row',
    row,
  ),
  sync: silent(writes()),
  close: silent(writes()),
  drop: silent(reads()),
  lookup: answers(reads({ seq: u64 }), 'frame', frame.nullable(), {
    at: ['frame', 'payload'],
    as: 'text',
  }),
  all: answers(reads(), 'frames', frames, ofFrames),
  from: answers(reads({ seq: u64 }), 'frames', frames, ofFrames),
  tail: answers(reads({ n: u64 }), 'frames', frames, ofFrames),
  path: answers(reads({ leaf: text }), 'frames', frames, ofFrames),
  segment: answers(reads({ seq: u64 }), 'frames', frames, ofFrames),
  index: answers(reads(), 'rows', z.array(row)),
  summary: answers(reads(), 'summary', summary.nullable()),
  state: whole(reads(), state),
  checkpoint: answers(writes({ seq: u64, reason: text }), 'checkpoint', checkpoint),
  readCheckpoint: answers(reads({ seq: u64 }), 'checkpoint', checkpoint.nullable()),
  rollback: answers(writes({ seq: u64, migrationId: text, correlationId: text }), 'event', event),
  ledgerAppend: silent(writes({ event })),
  ledger: answers(reads(), 'events', z.array(event)),
  manifest: answers(writes({ sessionId: text, sourceFormat: text }), 'manifest', manifest),
  readManifest: answers(reads(), 'manifest', manifest.nullable()),
  rebuild: answers(writes(), 'count', u64),
  validate: silent(reads()),
  sidecar: answers(z.object({ path: text }), 'path', text),
  hasSidecar: answers(z.object({ path: text }), 'exists', z.boolean()),
} satisfies Record<Op['op'], WireMethod>;

/** Lines of session-store-v2. */
export const sessionStoreCodec = makeCodec<Op, Value>(
  'session-store-v2',
  sessionStoreMethods,
  'in h',
);
