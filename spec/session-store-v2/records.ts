import type { Field, JsonRecord, JsonType } from '../lib/layout.ts';

type Rest = Omit<Field<JsonType>, 'name' | 'type' | 'says' | 'covered'> & {
  readonly covered?: readonly string[];
};

function field(name: string, type: JsonType, says: string, rest: Rest = {}): Field<JsonType> {
  return { name, type, says, covered: [], ...rest };
}

const u64: JsonType = { is: 'integer', bits: 64 };
const text: JsonType = { is: 'text' };
const sha256: JsonType = { is: 'text', form: 'sha256' };
const crc32c: JsonType = { is: 'text', form: 'crc32c' };
const time: JsonType = { is: 'text', form: 'time' };
const flag: JsonType = { is: 'flag' };

function schema(name: string, covered: readonly string[] = []): Field<JsonType> {
  const writes = `pi.session_store_v2.${name}.v1`;
  return field('schema', text, 'Names the record; no reader checks it.', { writes, covered });
}

function group(
  name: string,
  fields: readonly Field<JsonType>[],
  covered: readonly string[] = [],
): Field<JsonType> {
  const inner = fields.map((f) => ({ ...f, covered: [...new Set([...f.covered, ...covered])] }));
  return field(name, { is: 'object', fields: inner }, 'An object.', { covered });
}

const inRow = ['row-crc'];
const placed = ['place', 'row', 'row-crc'];

/** One line of a segment: an entry. */
export const frame: JsonRecord = {
  name: 'frame',
  form: 'line',
  fields: [
    schema('segment_frame', inRow),
    field('segmentSeq', u64, 'Number of the file that the frame stands in.', {
      derived: 'file name',
      covered: placed,
    }),
    field('frameSeq', u64, 'Place in the file, from 1.', {
      derived: 'previous frame + 1',
      covered: placed,
    }),
    field('entrySeq', u64, 'Place in the store, from 1.', {
      derived: 'previous entry + 1',
      covered: placed,
    }),
    field('entryId', text, 'Given by the caller; unique in the store.', {
      covered: ['row', 'row-crc'],
    }),
    field('parentEntryId', text, 'The entry that this one follows on; left out for a root.', {
      optional: true,
      covered: inRow,
    }),
    field('entryType', text, 'Given by the caller.', { covered: inRow }),
    field('timestamp', time, 'When the frame was written.', { mask: 'time', covered: inRow }),
    field('payloadSha256', sha256, 'SHA-256 of the payload bytes as they stand in the file.', {
      derived: 'payload',
      covered: ['payload-hash', 'chain', 'row-crc'],
    }),
    field('payloadBytes', u64, 'Length of the payload in bytes.', {
      derived: 'payload',
      covered: ['payload-length', 'row-crc'],
    }),
    field('payload', { is: 'json' }, 'Any JSON value, kept and hashed as its raw bytes.', {
      covered: ['payload-hash', 'row-crc'],
    }),
  ],
};

/** One line of the offset index: where a frame stands. */
export const row: JsonRecord = {
  name: 'row',
  form: 'line',
  fields: [
    schema('offset_index'),
    field('entrySeq', u64, 'As in the frame.', { derived: 'frame', covered: ['row'] }),
    field('entryId', text, 'As in the frame.', { derived: 'frame', covered: ['row'] }),
    field('segmentSeq', u64, 'As in the frame.', { derived: 'frame', covered: ['row'] }),
    field('frameSeq', u64, 'As in the frame.', { derived: 'frame', covered: ['row'] }),
    field('byteOffset', u64, 'Where the line begins in its segment.', {
      derived: 'place of the line',
      covered: ['row'],
    }),
    field('byteLength', u64, 'Bytes of the line, its LF included.', {
      derived: 'place of the line',
      covered: ['row'],
    }),
    field('crc32c', crc32c, 'CRC-32C of the whole line, its LF included.', {
      derived: 'bytes of the line',
      covered: ['row-crc'],
    }),
    field('state', text, 'No reader checks it.', { writes: 'active' }),
  ],
};

/** `checkpoints/%016d.json`: a head to roll back to. */
export const checkpoint: JsonRecord = {
  name: 'checkpoint',
  form: 'pretty',
  fields: [
    schema('checkpoint'),
    field('checkpointSeq', u64, 'Number of the file.', {
      derived: 'file name',
      covered: ['checkpoint-name'],
    }),
    field('at', time, 'When it was written.', { mask: 'time' }),
    field('headEntrySeq', u64, 'The last entry; 0 in an empty store.', { covered: ['chain'] }),
    field('headEntryId', text, 'Id of the last entry; empty in an empty store.', {
      covered: ['checkpoint-head'],
    }),
    field('snapshotRef', text, 'Its own path.', {
      derived: 'checkpointSeq',
      covered: ['checkpoint-name'],
    }),
    field('compactedBeforeEntrySeq', u64, 'Always 0.', { writes: '0' }),
    field('chainHash', sha256, 'The chain at the last entry.', {
      derived: 'entries',
      covered: ['chain'],
    }),
    field('reason', text, 'Given by the caller.'),
  ],
};

const inHash = ['manifest-hash'];

/** `manifest.json`: what the store says of itself. */
export const manifest: JsonRecord = {
  name: 'manifest',
  form: 'pretty',
  fields: [
    schema('manifest', inHash),
    field('storeVersion', { is: 'integer', bits: 8 }, 'No reader checks its value.', {
      writes: '2',
      covered: inHash,
    }),
    field('sessionId', text, 'Primary: nothing else holds it.', { covered: inHash }),
    field('sourceFormat', text, 'Primary: nothing else holds it.', { covered: inHash }),
    field('createdAt', time, 'Primary: kept from the manifest before.', {
      mask: 'time',
      covered: inHash,
    }),
    field('updatedAt', time, 'When it was written.', { mask: 'time', covered: inHash }),
    group(
      'head',
      [
        field('segmentSeq', u64, 'The segment that was written to; 0 in an empty store.', {
          derived: 'entries',
        }),
        field('entrySeq', u64, 'The last entry; 0 in an empty store.', { derived: 'entries' }),
        field('entryId', text, 'Its id; empty in an empty store.', { derived: 'entries' }),
      ],
      inHash,
    ),
    group(
      'counters',
      [
        field('entriesTotal', u64, 'Rows of the index.', { derived: 'index' }),
        field('messagesTotal', u64, 'Entries of type `message`.', { derived: 'entries' }),
        field('branchesTotal', u64, 'Parents with two or more children.', { derived: 'entries' }),
        field('compactionsTotal', u64, 'Entries of type `compaction`.', { derived: 'entries' }),
        field('bytesTotal', u64, 'Sum of the lengths of all lines.', { derived: 'entries' }),
      ],
      inHash,
    ),
    group(
      'files',
      [
        field('segmentDir', text, 'A path.', { writes: 'segments/' }),
        field('segmentCount', u64, 'Segments that the index names.', { derived: 'index' }),
        field('indexPath', text, 'A path.', { writes: 'index/offsets.jsonl' }),
        field('checkpointDir', text, 'A path.', { writes: 'checkpoints/' }),
        field('migrationLedgerPath', text, 'A path.', { writes: 'migrations/ledger.jsonl' }),
      ],
      inHash,
    ),
    group(
      'integrity',
      [
        field('chainHash', sha256, 'The chain at the last entry.', {
          derived: 'entries',
          covered: ['chain'],
        }),
        field('manifestHash', sha256, 'SHA-256 of the compact form with this member empty.', {
          derived: 'manifest',
        }),
        field('lastCrc32c', crc32c, 'CRC-32C of the last line; zeros in an empty store.', {
          derived: 'entries',
        }),
      ],
      inHash,
    ),
    group(
      'invariants',
      [
        field('parentLinksClosed', flag, 'Every parent stands before its child.', {
          derived: 'entries',
        }),
        field('monotonicEntrySeq', flag, 'Entry numbers grow.', { derived: 'index' }),
        field('monotonicSegmentSeq', flag, 'Segment numbers do not shrink.', { derived: 'index' }),
        field('indexWithinSegmentBounds', flag, 'Full validation passed.', { derived: 'store' }),
        field('branchHeadsIndexed', flag, 'Always true.', { writes: 'true' }),
        field('checkpointsMonotonic', flag, 'Always true.', { writes: 'true' }),
        field('hashChainValid', flag, 'The fold of the stored hashes is the chain in memory.', {
          derived: 'entries',
        }),
      ],
      inHash,
    ),
  ],
};

/** One line of `migrations/ledger.jsonl`: something that was done to the whole store. */
export const event: JsonRecord = {
  name: 'event',
  form: 'line',
  fields: [
    schema('migration_event'),
    field('migrationId', text, 'Given by the caller.'),
    field('phase', text, '`rollback`, or what the caller gave.'),
    field('at', time, 'When it was written.', { mask: 'time' }),
    field('sourcePath', text, 'Of a rollback: the path of the checkpoint.'),
    field('targetPath', text, 'Of a rollback: the directory of the store.'),
    field('sourceFormat', text, 'Of a rollback: `native_v2`.'),
    field('targetFormat', text, 'Of a rollback: `native_v2`.'),
    group('verification', [
      field('entryCountMatch', flag, 'The last entry is the one expected.'),
      field('hashChainMatch', flag, 'The chain is the one expected.'),
      field('indexConsistent', flag, 'Full validation passed.'),
    ]),
    field('outcome', text, '`ok`, `recoverable_error` or `fatal_error`.'),
    field('errorClass', text, 'Left out where the outcome is `ok`.', { optional: true }),
    field('correlationId', text, 'Given by the caller.'),
  ],
};
