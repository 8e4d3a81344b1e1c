/** A value inside JSON text. `integer` is unsigned; `json` is any value, kept as its raw bytes. */
export type JsonType =
  | { readonly is: 'integer'; readonly bits: 8 | 64 }
  | { readonly is: 'text'; readonly form?: TextForm }
  | { readonly is: 'flag' }
  | { readonly is: 'json' }
  | { readonly is: 'object'; readonly fields: readonly Field<JsonType>[] };

/**
 * Spellings that a writer keeps to: 64 lower-case hex digits, 8 upper-case ones, UTC with
 * milliseconds and `Z`.
 */
export type TextForm = 'sha256' | 'crc32c' | 'time';

/**
 * A value of a binary record. A `uint` outside `least` to `most` is taken by no reader. `counted`
 * holds as many bytes as the field named in `by` says, without the `less` bytes that the count
 * holds beside it.
 */
export type BinaryType =
  | Uint
  | { readonly is: 'fixed'; readonly bytes: number }
  | { readonly is: 'counted'; readonly by: string; readonly less?: number };

/** An unsigned number of a fixed width. */
export interface Uint {
  readonly is: 'uint';
  readonly bytes: 1 | 2 | 4 | 8;
  readonly order: 'big' | 'little';
  readonly least?: bigint;
  readonly most?: bigint;
}

/** One field of a record, in the order in which it is written. */
export interface Field<T = JsonType | BinaryType> {
  readonly name: string;
  readonly type: T;
  /** Left out where it has no value. */
  readonly optional?: true;
  /** The one value that is ever written. */
  readonly writes?: string;
  /** Who refuses any other value than the one that is written; nobody where missing. */
  readonly insists?: 'all' | 'safe';
  /** The value that it must follow from, where it is derived. */
  readonly derived?: string;
  /** Ids of the checks that notice a change of it; none: nothing does. */
  readonly covered: readonly string[];
  /** Differs between two runs that do the same, so comparisons mask it. */
  readonly mask?: 'time';
  readonly says: string;
}

/** JSON text in one line that ends in LF, or pretty over several lines without one at the end. */
export interface JsonRecord {
  readonly name: string;
  readonly form: 'line' | 'pretty';
  readonly fields: readonly Field<JsonType>[];
}

/**
 * Fields one behind the other, without separators. Where `crc32c` or `blake3` names a field, that
 * is the sum over all others that the check named `checksum` covers, in the order written: CRC-32C
 * in a `uint` of 4 bytes, BLAKE3 in 32 bytes that are `fixed`.
 */
export interface BinaryRecord {
  readonly name: string;
  readonly form: 'binary';
  readonly fields: readonly Field<BinaryType>[];
  readonly crc32c?: Sum;
  readonly blake3?: Sum;
}

/** The field that a checksum stands in, and the check that says what it covers. */
export interface Sum {
  readonly field: string;
  readonly checksum: string;
}

export type RecordLayout = JsonRecord | BinaryRecord;

/** A comparison that notices damage: by a checksum, or because two places must agree. */
export interface Check {
  readonly id: string;
  readonly by: 'checksum' | 'agreement';
  /** Where the value stands that is compared: `record.field`. */
  readonly storedIn: string;
  readonly says: string;
}

/**
 * One kind of file of a store. In `path`, `%016d` is a number of at least 16 digits below 2^64,
 * `%d` one below 2^32 without zeros before it.
 */
export interface FileLayout<R = RecordLayout> {
  readonly id: string;
  readonly path: string;
  /** Stands once, before all records. */
  readonly header?: R;
  readonly record: R;
  /** Primary data is what the store is; derived data can be computed from it. */
  readonly role: 'primary' | 'derived' | 'mixed';
  readonly grows: 'appended' | 'replaced';
  readonly says: string;
}

/**
 * A name that stands in a store beside its files: who writes it, and whether it may be left over
 * and ignored.
 */
export interface Extra {
  readonly path: string;
  readonly writer: 'original' | 'safe' | 'both';
  readonly temporary: boolean;
  readonly says: string;
}

/** A bound of the format or of its readers. */
export interface Limit {
  readonly id: string;
  readonly value: string;
  readonly says: string;
}

/**
 * A store format, declared once: decoder, encoder, dumps, damage, uncovered bytes and the format
 * page come from it.
 */
export interface Format<R = RecordLayout> {
  readonly kind: string;
  readonly title: string;
  readonly files: readonly FileLayout<R>[];
  readonly checks: readonly Check[];
  readonly extras: readonly Extra[];
  readonly limits: readonly Limit[];
}

/**
 * The path of a numbered file: `%016d` replaced by the number, which may need more digits, `%d` by
 * the number alone.
 */
export function numberedPath(pattern: string, number: bigint): string {
  return pattern.replace('%016d', number.toString().padStart(16, '0')).replace('%d', `${number}`);
}

/**
 * Every field of a record with its dotted name, nested ones below their parent, in the order
 * written.
 */
export function flatFields<T extends JsonType | BinaryType>(
  fields: readonly Field<T>[],
  prefix = '',
): readonly { readonly path: string; readonly field: Field }[] {
  return fields.flatMap((field) => {
    const path = prefix + field.name;
    const below = field.type.is === 'object' ? flatFields(field.type.fields, `${path}.`) : [];
    return [{ path, field }, ...below];
  });
}

/**
 * Dotted names of the fields that no check covers, objects left out: damage to their values cannot
 * be noticed.
 */
export function uncoveredFields(record: RecordLayout): readonly string[] {
  return flatFields<JsonType | BinaryType>(record.fields)
    .filter(({ field }) => field.type.is !== 'object' && field.covered.length === 0)
    .map(({ path }) => path);
}

/**
 * The layout of the file at `path`, with the number in its name where it has one; null for any
 * other path.
 */
export function layoutOf<R>(
  format: Format<R>,
  path: string,
): { readonly file: FileLayout<R>; readonly number: bigint | null } | null {
  for (const file of format.files) {
    if (!/%(016)?d/.test(file.path)) {
      if (file.path === path) return { file, number: null };
      continue;
    }
    const number = numberIn(file.path, path);
    if (number !== null) return { file, number };
  }
  return null;
}

function numberIn(pattern: string, path: string): bigint | null {
  const isPadded = pattern.includes('%016d');
  const [before = '', after = ''] = pattern.split(isPadded ? '%016d' : '%d');
  if (!path.startsWith(before) || !path.endsWith(after)) return null;
  const digits = path.slice(before.length, path.length - after.length);
  if (!/^\d{1,20}$/.test(digits)) return null;
  const number = BigInt(digits);
  if (numberedPath(pattern, number) !== path) return null;
  return number < 1n << (isPadded ? 64n : 32n) ? number : null;
}
