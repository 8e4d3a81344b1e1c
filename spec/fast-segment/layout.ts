import type {
  BinaryRecord, BinaryType, Check, Extra, Field, FileLayout, Format, Limit, Uint,
} from '../lib/layout.ts'; // prettier-ignore

/** Bytes of the header: where the first frame begins, and the committed length when empty. */
export const headerBytes = 16;
/** Bytes of a frame beside its payload. */
export const frameFixedBytes = 40;
/** The longest payload that `safe` writes or reads; the original knows no bound. */
export const payloadBytesMost = 67_108_864;
/** `IDB_FST` and a zero byte. */
export const magic: Uint8Array = Uint8Array.of(0x49, 0x44, 0x42, 0x5f, 0x46, 0x53, 0x54, 0);

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

const u64: Uint = { is: 'uint', bytes: 8, order: 'little' };

/** The 16 bytes that a segment begins with. */
export const header: BinaryRecord = {
  name: 'header',
  form: 'binary',
  fields: [
    field('magic', u64, ['magic'], '`IDB_FST` and a zero byte.', {
      writes: '0x005453465f424449',
      insists: 'all',
    }),
    field(
      'committedLength',
      u64,
      ['boundary'],
      'Where the committed frames end, as an offset into the file: 16 when there is none. It is ' +
        'overwritten in place, and no checksum covers it.',
    ),
  ],
};

/** One entry. */
export const frame: BinaryRecord = {
  name: 'frame',
  form: 'binary',
  blake3: { field: 'hash', checksum: 'payload-hash' },
  fields: [
    field('length', u64, ['boundary'], 'Bytes of the payload.', {
      derived: 'length of the payload',
    }),
    field(
      'payload',
      { is: 'counted', by: 'length' },
      ['payload-hash'],
      'The entry, in bincode: see Records.',
    ),
    field('hash', { is: 'fixed', bytes: 32 }, ['payload-hash'], 'BLAKE3 of the payload alone.', {
      derived: 'bytes of the payload',
    }),
  ],
};

const files: readonly FileLayout<BinaryRecord>[] = [
  {
    id: 'segment',
    path: 'sessions/%d.fast',
    header,
    record: frame,
    role: 'primary',
    grows: 'appended',
    says:
      'A header, then frames. Those that end at or before the committed length are committed; ' +
      'what stands behind it never was.',
  },
];

const checks: readonly Check[] = [
  {
    id: 'payload-hash',
    by: 'checksum',
    storedIn: 'frame.hash',
    says:
      'BLAKE3 over the payload. It covers neither the length nor the place, the session or the ' +
      'order: a whole frame that is moved, doubled or taken from another file verifies.',
  },
  {
    id: 'magic',
    by: 'agreement',
    storedIn: 'header.magic',
    says: 'The file begins as every segment does. Asked when it is opened.',
  },
  {
    id: 'boundary',
    by: 'agreement',
    storedIn: 'header.committedLength',
    says:
      'The committed length is a place where a frame ends, and not behind the end of the file. ' +
      'The original never compares them. A length that is wrong and still such a place is ' +
      'noticed by nobody.',
  },
];

const extras: readonly Extra[] = [
  {
    path: 'sessions/ID.fast.tmp',
    writer: 'safe',
    temporary: true,
    says: 'A segment on its way to replace the one of that id: a new header, a shorter file.',
  },
];

const limits: readonly Limit[] = [
  {
    id: 'payload',
    value: `${payloadBytesMost} bytes`,
    says:
      'The longest payload that `safe` takes. The original writes and reads any, and dies of a ' +
      'length that it cannot allocate.',
  },
  { id: 'id', value: '2^32 - 1', says: 'The largest session id; 0 is the global session.' },
];

/** The format of fast-segment, declared once. */
export const format: Format<BinaryRecord> = {
  kind: 'fast-segment',
  title: 'Fast durability segments of sessions',
  files,
  checks,
  extras,
  limits,
};

/** The one kind of file of a store. */
export const segmentFile: Pick<FileLayout<BinaryRecord>, 'header' | 'record'> = {
  header,
  record: frame,
};

/** The path of a session's segment in its store. */
export const pathOf = (id: number): string => `sessions/${id}.fast`;
