import { recordsOf, decodeBinary, type PlacedRecord } from './layout-binary.ts';
import { join, type Edit } from './layout-damage.ts';
import type { Span } from './layout-decoded.ts';
import type { BinaryRecord, BinaryType, FileLayout } from './layout.ts';

type File = Pick<FileLayout<BinaryRecord>, 'header' | 'record'>;

const none = new Uint8Array(0);

/**
 * Every edit that the table suggests for the records of a file: of each of at most `recordsMost`
 * records (the first two, the middle, the last two) every field changed, the whole record taken
 * out, doubled, emptied and swapped with the next; tears of the last one. No edit keeps a checksum
 * right.
 */
export function damageBinary(file: File, bytes: Uint8Array, recordsMost = 5): readonly Edit[] {
  const records = [...recordsOf(file, bytes)];
  return chosen(records.length, recordsMost).flatMap((index) => {
    const placed = records[index];
    if (placed === undefined) return [];
    const next = records[index + 1];
    const say = `${placed.record.name} ${index + 1}`;
    return [
      ...damageFields(placed, bytes),
      ...damageWhole(placed, bytes, next),
      ...(next === undefined ? tearsOf(placed).map((at) => torn(bytes, at)) : []),
    ]
      .filter((edit) => changes(edit, bytes))
      .map((edit) => ({ ...edit, why: `${say}, ${edit.why}` }));
  });
}

/** False where the bytes are already so: a hole where zeros stood, equal neighbours swapped. */
function changes({ from, to, bytes: by }: Edit, bytes: Uint8Array): boolean {
  return by.length !== to - from || by.some((byte, i) => byte !== bytes[from + i]);
}

function chosen(count: number, most: number): readonly number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  const picked = [0, 1, count >> 1, count - 2, count - 1].slice(-Math.max(1, most));
  return [...new Set(picked)].filter((i) => i >= 0);
}

function damageFields({ decoded }: PlacedRecord, bytes: Uint8Array): readonly Edit[] {
  return decoded.spans.flatMap((span): Edit[] => {
    const old = bytes.subarray(span.from, span.to);
    if (old.length === 0) return [];
    const edit = (say: string, changed: Uint8Array): Edit => ({
      from: span.from,
      to: span.to,
      bytes: changed,
      why: `${span.path} ${say}`,
    });
    return changesOf(span, old).map(([say, changed]) => edit(say, changed));
  });
}

function changesOf(
  span: Span,
  old: Uint8Array,
): readonly (readonly [say: string, bytes: Uint8Array])[] {
  const type = span.field?.type as BinaryType | undefined;
  if (type?.is !== 'uint') {
    return [
      ['has its first bit flipped', flipped(old, 0)],
      ['has a bit of its last byte flipped', flipped(old, old.length - 1)],
    ];
  }
  const least = type.order === 'big' ? old.length - 1 : 0;
  const most = old.length - 1 - least;
  return [
    ['has its lowest bit flipped', flipped(old, least)],
    ['has its highest byte raised', flipped(old, most)],
    ['is zero', new Uint8Array(old.length)],
    ['is the largest', new Uint8Array(old.length).fill(0xff)],
    ['has its bytes in the other order', old.toReversed()],
  ];
}

function flipped(old: Uint8Array, at: number): Uint8Array {
  const copy = old.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function damageWhole(
  { from, to }: PlacedRecord,
  bytes: Uint8Array,
  next: PlacedRecord | undefined,
): readonly Edit[] {
  const whole = bytes.subarray(from, to);
  const middle = (from + to) >> 1;
  const hole = (a: number, b: number, why: string): Edit => ({
    from: a,
    to: b,
    bytes: new Uint8Array(b - a),
    why,
  });
  const edits: Edit[] = [
    { from, to, bytes: none, why: 'taken out' },
    { from: to, to, bytes: whole, why: 'doubled' },
    hole(from, to, 'is a NUL hole'),
    hole(middle, to, 'second half is a NUL hole'),
    hole(from, middle, 'first half is a NUL hole'),
    { from: middle, to: middle, bytes: Uint8Array.of(0), why: 'has a NUL put into its middle' },
  ];
  if (next !== undefined) {
    const after = bytes.subarray(next.from, next.to);
    edits.push({ from, to: next.to, bytes: join(after, whole), why: 'swapped with the next' });
  }
  return edits;
}

function torn(bytes: Uint8Array, at: number): Edit {
  return { from: at, to: bytes.length, bytes: none, why: `torn at byte ${at}` };
}

/** Positions inside a record where a tear is worth trying: behind its first byte, in each field. */
function tearsOf({ from, to, decoded }: PlacedRecord): readonly number[] {
  const cuts = new Set<number>([from + 1, to - 1]);
  for (const span of decoded.spans) cuts.add(span.from).add((span.from + span.to) >> 1);
  return [...cuts].filter((at) => at > from && at < to).toSorted((a, b) => a - b);
}

/**
 * Positions worth a tear inside bytes that are written to a file of this layout, be they its
 * header, whole records or both; of at most five records, and between all of them.
 */
export function tearsOfBinary(file: File, bytes: Uint8Array): readonly number[] {
  const records = [
    ...recordsOf(beginsWithHeader(file, bytes) ? file : { record: file.record }, bytes),
  ];
  const within = chosen(records.length, 5).flatMap((i) => {
    const placed = records[i];
    return placed === undefined ? [] : tearsOf(placed);
  });
  const between = records.map((placed) => placed.to);
  return [...new Set([...within, ...between])].toSorted((a, b) => a - b);
}

function beginsWithHeader({ header }: File, bytes: Uint8Array): boolean {
  if (header === undefined) return false;
  const { flaws } = decodeBinary(header, bytes);
  return !flaws.some((flaw) => flaw.refusedBy === 'all');
}
