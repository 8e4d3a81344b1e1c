import type {
  BinaryRecord, BinaryType, Check, Extra, Field, FileLayout, Format, Limit, Uint,
} from '../lib/layout.ts'; // prettier-ignore

/** What a frame's length counts beside its payload: everything behind the length itself. */
export const countedFixedBytes = 21;
/**
 * The largest frame length that a reader takes; a writer of the original knows no bound but u32.
 */
export const frameLengthMost = 67_108_864;

type Rest = Omit<Field<BinaryType>, 'name' | 'type' | 'says' | 'covered'>;

function field(
  name: string,
  type: BinaryType,
  covered: readonly string[],
  says: string,
  rest: Rest = {},
): Field<BinaryType> {
  return { name, type, covered, says, ...rest };
}

const uint = (bytes: Uint['bytes']): Uint => ({ is: 'uint', bytes, order: 'big' });

const chained = ['chain'];
const summed = ['frame-crc', 'chain'];

/** The 64 bytes that a segment begins with. */
export const header: BinaryRecord = {
  name: 'header',
  form: 'binary',
  fields: [
    field('magic', uint(4), ['magic', ...chained], '`AEDB`.', {
      writes: '0x41454442',
      insists: 'all',
    }),
    field('formatVersion', uint(2), chained, 'Version of the format.', {
      writes: '1',
      insists: 'safe',
    }),
    field('reserved', uint(2), chained, 'Nothing.', { writes: '0' }),
    field('instanceId', uint(8), chained, 'Whose log it is.'),
    field('segmentSeq', uint(8), ['place', ...chained], 'Number of the segment.', {
      derived: 'file name',
    }),
    field('createdAtMicros', uint(8), chained, 'When it was made, microseconds since 1970.', {
      mask: 'time',
    }),
    field(
      'prevSegmentHash',
      { is: 'fixed', bytes: 32 },
      chained,
      'BLAKE3 of the whole previous segment; zeros in the first, and in one that an original ' +
        'began after a restart.',
      { derived: 'bytes of the previous file' },
    ),
  ],
};

/** One committed transaction. */
export const frame: BinaryRecord = {
  name: 'frame',
  form: 'binary',
  crc32c: { field: 'crc32c', checksum: 'frame-crc' },
  fields: [
    field(
      'frameLength',
      { ...uint(4), least: BigInt(countedFixedBytes), most: BigInt(frameLengthMost) },
      summed,
      'Bytes behind this field, the checksum included.',
      { derived: '21 + length of the payload' },
    ),
    field('commitSeq', uint(8), summed, 'Given by the caller; grows over the whole log.'),
    field('timestampMicros', uint(8), summed, 'Given by the caller.'),
    field('payloadType', uint(1), summed, '1, 2 and 4 are replayed.'),
    field(
      'payload',
      { is: 'counted', by: 'frameLength', less: countedFixedBytes },
      summed,
      'Opaque to the log.',
    ),
    field('crc32c', uint(4), summed, 'CRC-32C of all bytes before it.', {
      derived: 'bytes of the frame',
    }),
  ],
};

const files: readonly FileLayout<BinaryRecord>[] = [
  {
    id: 'segment',
    path: 'segment_%016d.aedbwal',
    header,
    record: frame,
    role: 'primary',
    grows: 'appended',
    says: 'A header, then frames to the end of the file. No batch spans two segments.',
  },
];

const checks: readonly Check[] = [
  {
    id: 'frame-crc',
    by: 'checksum',
    storedIn: 'frame.crc32c',
    says: 'CRC-32C (Castagnoli) over the frame, its length included.',
  },
  {
    id: 'chain',
    by: 'checksum',
    storedIn: 'header.prevSegmentHash',
    says:
      'BLAKE3 of a whole file, in the header of the next. It covers every byte of a segment once ' +
      'another follows, and none of the last one.',
  },
  {
    id: 'magic',
    by: 'agreement',
    storedIn: 'header.magic',
    says: 'The file begins as every segment does. The original asks only where it checks the chain.',
  },
  {
    id: 'place',
    by: 'agreement',
    storedIn: 'header.segmentSeq',
    says:
      'The number in the header and the one in the name are one. The original never compares ' +
      'them.',
  },
];

const extras: readonly Extra[] = [
  {
    path: 'quarantine/NAME@FROM-HASH.bin',
    writer: 'safe',
    temporary: false,
    says: 'Bytes that recovery cut: base name of the file, offset, digits of their hash.',
  },
  {
    path: 'quarantine/tmp',
    writer: 'safe',
    temporary: true,
    says: 'A fragment on its way into quarantine.',
  },
];

const limits: readonly Limit[] = [
  {
    id: 'frame',
    value: `${frameLengthMost} bytes`,
    says:
      'The largest frame length that a reader takes. The original writes longer ones; `safe` ' +
      'refuses them.',
  },
  {
    id: 'segment',
    value: '64 MiB unless told otherwise',
    says:
      'The size from which a rotation is due, found after the fact: a batch is never split, so a ' +
      'segment may be longer. Not stored.',
  },
  { id: 'age', value: '60 s unless told otherwise', says: 'The age at which a rotation is due.' },
];

/** The format of wal-segment, declared once. */
export const format: Format<BinaryRecord> = {
  kind: 'wal-segment',
  title: 'Write-ahead log of chained segments',
  files,
  checks,
  extras,
  limits,
};

/** The one kind of file that a log has. */
export const segmentFile: Pick<FileLayout<BinaryRecord>, 'header' | 'record'> = {
  header,
  record: frame,
};
