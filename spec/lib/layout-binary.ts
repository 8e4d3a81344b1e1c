import { blake3 } from '@noble/hashes/blake3.js';
import { crc32c } from './crc32c.ts';
import type { BinaryRecord, BinaryType, Field, FileLayout, Sum, Uint } from './layout.ts';
import type { Decoded, Flaw, Span } from './layout-decoded.ts';
import type { Value } from './layout-encode.ts';

/**
 * What a binary record holds: numbers as bigint, bytes as their range. `end` is where the next
 * record begins; null where nobody can say, because this one is cut short or its length is none.
 */
export interface DecodedBinary extends Decoded {
  readonly end: number | null;
}

/** A record at [from, to) of a file; the last one may be cut short, and then ends with the file. */
export interface PlacedRecord {
  readonly record: BinaryRecord;
  readonly from: number;
  readonly to: number;
  readonly decoded: DecodedBinary;
}

/**
 * Decodes the record that begins at `from`, reading no byte at or behind `to`, and reports every
 * flaw: a wrong number or checksum does not end it, a length that is out of bounds and the end of
 * the bytes do. Ranges are offsets into `bytes`; nothing is allocated by what a length says.
 */
export function decodeBinary(
  record: BinaryRecord,
  bytes: Uint8Array,
  from = 0,
  to = bytes.length,
): DecodedBinary {
  const values = new Map<string, Value>();
  const spans: Span[] = [];
  const flaws: Flaw[] = [];
  let at = from;
  for (const field of record.fields) {
    const width = widthOf(field.type, values);
    if (width < 0n || width > BigInt(to - at)) {
      const say = `${field.name} needs ${width} bytes and has ${to - at}`;
      const isBelow = width < 0n;
      flaws.push({
        code: isBelow ? 'length_out_of_range' : 'cut_short',
        from: isBelow ? from : at,
        to: isBelow ? at : to,
        refusedBy: 'all',
        say,
      });
      return { values, spans, flaws, end: null };
    }
    const next = at + Number(width);
    const value = valueAt(field.type, bytes, at, next);
    values.set(field.name, value);
    spans.push({ path: field.name, from: at, valueFrom: at, to: next, field });
    const wrong = wrongOf(field, value);
    if (wrong !== null) flaws.push({ from: at, to: next, ...wrong });
    at = next;
    if (wrong?.code === 'out_of_range' && isCount(record, field)) {
      return { values, spans, flaws, end: null };
    }
  }
  const sum = wrongSum(record, bytes, spans, values);
  if (sum !== null) flaws.push({ from, to: at, ...sum });
  return { values, spans, flaws, end: at };
}

function widthOf(type: BinaryType, values: ReadonlyMap<string, Value>): bigint {
  if (type.is !== 'counted') return BigInt(type.bytes);
  const count = values.get(type.by);
  return (typeof count === 'bigint' ? count : 0n) - BigInt(type.less ?? 0);
}

function valueAt(type: BinaryType, bytes: Uint8Array, from: number, to: number): Value {
  return type.is === 'uint' ? uintAt(type, bytes, from) : { rawFrom: from, rawTo: to };
}

function uintAt({ bytes: width, order }: Uint, bytes: Uint8Array, from: number): bigint {
  let value = 0n;
  for (let i = 0; i < width; i++) {
    const byte = bytes[from + (order === 'big' ? i : width - 1 - i)] ?? 0;
    value = value * 256n + BigInt(byte);
  }
  return value;
}

type Wrong = Pick<Flaw, 'code' | 'refusedBy' | 'say'>;

function wrongOf({ name, type, writes, insists }: Field<BinaryType>, value: Value): Wrong | null {
  if (typeof value !== 'bigint' || type.is !== 'uint') return null;
  if (isOut(type, value)) {
    return { code: 'out_of_range', refusedBy: 'all', say: `${name} is ${value}` };
  }
  if (writes === undefined || BigInt(writes) === value) return null;
  return {
    code: 'not_as_written',
    refusedBy: insists ?? 'none',
    say: `${name} is ${value}, and always written as ${BigInt(writes)}`,
  };
}

const isOut = ({ least, most }: Uint, value: bigint): boolean =>
  (least !== undefined && value < least) || (most !== undefined && value > most);

const isCount = (record: BinaryRecord, { name }: Field<BinaryType>): boolean =>
  record.fields.some(({ type }) => type.is === 'counted' && type.by === name);

function wrongSum(
  record: BinaryRecord,
  bytes: Uint8Array,
  spans: readonly Span[],
  values: ReadonlyMap<string, Value>,
): Wrong | null {
  if (record.blake3 !== undefined) return wrongHash(record.blake3, bytes, spans);
  if (record.crc32c === undefined) return null;
  const { field } = record.crc32c;
  const is = crc32c(summedBytes(record.crc32c, bytes, spans));
  const stored = values.get(field);
  if (typeof stored !== 'bigint' || stored === BigInt(is)) return null;
  return {
    code: 'bad_checksum',
    refusedBy: 'all',
    say: `${field} is ${stored}, not ${is}`,
  };
}

function wrongHash(sum: Sum, bytes: Uint8Array, spans: readonly Span[]): Wrong | null {
  const stored = spans.find(({ path }) => path === sum.field);
  if (stored === undefined) return null;
  const is = blake3(summedBytes(sum, bytes, spans));
  if (is.every((byte, i) => byte === bytes[stored.from + i])) return null;
  const say = `${sum.field} is not the BLAKE3 of what it covers`;
  return { code: 'bad_checksum', refusedBy: 'all', say };
}

/** What a checksum is the sum of: a view of `bytes` where those fields stand together. */
function summedBytes(sum: Sum, bytes: Uint8Array, spans: readonly Span[]): Uint8Array {
  const covered = spans.filter(
    ({ field }) => field?.name !== sum.field && field?.covered.includes(sum.checksum),
  );
  const [first, last] = [covered[0], covered.at(-1)];
  if (first === undefined || last === undefined) return new Uint8Array(0);
  const total = covered.reduce((bytesSoFar, span) => bytesSoFar + span.to - span.from, 0);
  if (last.to - first.from === total) return bytes.subarray(first.from, last.to);
  const joined = new Uint8Array(total);
  let at = 0;
  for (const span of covered) {
    joined.set(bytes.subarray(span.from, span.to), at);
    at += span.to - span.from;
  }
  return joined;
}

/**
 * The records of a file in order, its header first where the layout has one: each begins where the
 * one before ends, and the last is the one of which nobody can say where it ends.
 */
export function* recordsOf(
  { header, record }: Pick<FileLayout<BinaryRecord>, 'header' | 'record'>,
  bytes: Uint8Array,
): Generator<PlacedRecord> {
  for (let from = 0, next = header ?? record; from < bytes.length; next = record) {
    const decoded = decodeBinary(next, bytes, from);
    yield { record: next, from, to: decoded.end ?? bytes.length, decoded };
    if (decoded.end === null || decoded.end === from) return;
    from = decoded.end;
  }
}

/** Values by field name; what is constant, counted or a checksum needs none. */
export type BinaryValues = Readonly<Record<string, bigint | Uint8Array>>;

/**
 * Encodes a record as the table says: lengths counted, constants and the checksum filled in. Throws
 * a TypeError where a value is missing, or does not fit its field.
 */
export function encodeBinary(record: BinaryRecord, values: BinaryValues): Uint8Array {
  const counts = new Map<string, bigint>();
  for (const { name, type } of record.fields) {
    if (type.is !== 'counted') continue;
    counts.set(type.by, BigInt(bytesNamed(values, name).length + (type.less ?? 0)));
  }
  const parts = record.fields.map((field) => {
    if (field.name === record.crc32c?.field) return new Uint8Array(4);
    if (field.name === record.blake3?.field) return new Uint8Array(32);
    return partOf(field, counts.get(field.name) ?? values[field.name]);
  });
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  const spans = record.fields.map((field, i): Span => {
    const part = parts[i] ?? new Uint8Array(0);
    whole.set(part, at);
    const from = at;
    at += part.length;
    return { path: field.name, from, valueFrom: from, to: at, field };
  });
  const sum = record.crc32c;
  const place = spans.find((span) => span.path === sum?.field);
  if (sum !== undefined && place?.field?.type.is === 'uint') {
    const is = crc32c(summedBytes(sum, whole, spans));
    whole.set(uintBytes(place.field.type, BigInt(is), sum.field), place.from);
  }
  const hash = spans.find((span) => span.path === record.blake3?.field);
  if (record.blake3 !== undefined && hash !== undefined) {
    whole.set(blake3(summedBytes(record.blake3, whole, spans)), hash.from);
  }
  return whole;
}

function bytesNamed(values: BinaryValues, name: string): Uint8Array {
  const value = values[name];
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`no bytes for ${name}`);
}

function partOf(field: Field<BinaryType>, given: bigint | Uint8Array | undefined): Uint8Array {
  const { name, type, writes } = field;
  if (type.is === 'uint') {
    const value = given ?? (writes === undefined ? undefined : BigInt(writes));
    if (typeof value !== 'bigint') throw new TypeError(`no number for ${name}`);
    return uintBytes(type, value, name);
  }
  if (!(given instanceof Uint8Array)) throw new TypeError(`no bytes for ${name}`);
  if (type.is === 'fixed' && given.length !== type.bytes) {
    throw new TypeError(`${name} has ${type.bytes} bytes, not ${given.length}`);
  }
  return given;
}

function uintBytes(type: Uint, value: bigint, name: string): Uint8Array {
  if (value < 0n || value >= 1n << BigInt(8 * type.bytes) || isOut(type, value)) {
    throw new TypeError(`${name} cannot be ${value}`);
  }
  const bytes = new Uint8Array(type.bytes);
  let rest = value;
  for (let i = 0; i < type.bytes; i++) {
    bytes[type.order === 'big' ? type.bytes - 1 - i : i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** The bytes of a value that stands as a range; none where it is a number or missing. */
export function rawBytes(bytes: Uint8Array, value: Value | undefined): Uint8Array {
  if (typeof value !== 'object' || value === null) return new Uint8Array(0);
  return bytes.subarray(value.rawFrom, value.rawTo);
}

/** A number of a decoded record; 0 where it is none. */
export function uintOf(decoded: Decoded, name: string): bigint {
  const value = decoded.values.get(name);
  return typeof value === 'bigint' ? value : 0n;
}
