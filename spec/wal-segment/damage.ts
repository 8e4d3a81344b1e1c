import { bytesOf } from '../lib/image.ts';
import type { Image, Path } from '../lib/image.ts';
import { damageBinary, tearsOfBinary } from '../lib/layout-binary-damage.ts';
import { rawBytes, recordsOf, uintOf } from '../lib/layout-binary.ts';
import type { Edit } from '../lib/layout-damage.ts';
import { layoutOf } from '../lib/layout.ts';
import { frameBytes } from './bytes.ts';
import { format, frame, header } from './layout.ts';
import type { Frame } from './ops.ts';

/** A change of bytes [from, to) of one file that the layout suggests, and why. */
export interface Damage extends Edit {
  readonly file: Path;
}

/** Larger files are left to damage that knows no format. */
const fileBytesMost = 1 << 20;

/**
 * All structural damage of a log's segments, in the order of their paths; the same image gives the
 * same list. Each entry is damage on its own.
 */
export function structuralDamage(image: Image): readonly Damage[] {
  return segmentsOf(image).flatMap(({ path, bytes, layout }) =>
    [...damageBinary(layout, bytes), ...knowing(layout, bytes)].map((edit) => ({
      file: path,
      ...edit,
    })),
  );
}

/** What a later version might keep there. */
const reservedValues = [[0, 2], [0, 7], [1, 1], [128, 0], [64, 3]] as const; // prettier-ignore

/**
 * Changes that somebody makes who knows the format: a header that begins a chain or uses reserved
 * bytes, a last frame of a type or with a sequence that no replay applies, its checksum right.
 */
function knowing(layout: SegmentLayout, bytes: Uint8Array): readonly Edit[] {
  const records = [...recordsOf(layout, bytes)];
  const [first, last] = [records[0], records.at(-1)];
  const edits: Edit[] = [];
  const hash = first?.decoded.spans.find(({ path }) => path === 'prevSegmentHash');
  if (hash !== undefined && bytes.subarray(hash.from, hash.to).some((byte) => byte !== 0)) {
    const { from, to } = hash;
    edits.push({ from, to, bytes: new Uint8Array(to - from), why: 'it begins a chain' });
  }
  const unused = first?.decoded.spans.find(({ path }) => path === 'reserved');
  for (const value of unused === undefined ? [] : reservedValues) {
    const { from = 0, to = 0 } = unused ?? {};
    const why = `its reserved bytes are ${value.join(' and ')}`;
    edits.push({ from, to, bytes: Uint8Array.from(value), why });
  }
  if (last?.record !== frame || last.decoded.flaws.length > 0) return edits;
  const { from, to } = last;
  const [seq, at, type] = ['commitSeq', 'timestampMicros', 'payloadType'].map((name) =>
    uintOf(last.decoded, name),
  );
  const payload = rawBytes(bytes, last.decoded.values.get('payload'));
  const as = (more: Partial<Frame>, why: string): Edit => {
    const made = { seq: seq ?? 0n, at: at ?? 0n, type: Number(type ?? 1n), payload, ...more };
    return { from, to, bytes: frameBytes(made), why };
  };
  edits.push(as({ type: 3 }, 'the last frame has an unknown type, its checksum right'));
  edits.push(as({ seq: 0n }, 'the last frame has the sequence 0, its checksum right'));
  return edits;
}

type SegmentLayout = ReturnType<typeof segmentsOf>[number]['layout'];

/** Positions worth a tear inside bytes that are written to `path`: [0, length]. */
export function tearsOfWrite(path: Path, bytes: Uint8Array): readonly number[] {
  const found = layoutOf(format, path);
  return found === null ? [] : tearsOfBinary(found.file, bytes);
}

/** Bytes [from, to) of a segment whose change nothing notices: the header of the last one. */
export interface Uncovered {
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  readonly member: string;
}

/**
 * What nothing notices in these very bytes: of the last segment's header what only a later header
 * would cover, and that is neither a hash itself nor always the same.
 */
export function uncoveredBytes(image: Image): readonly Uncovered[] {
  const last = segmentsOf(image)
    .toSorted((a, b) => (a.number < b.number ? -1 : 1))
    .at(-1);
  if (last === undefined) return [];
  const [first] = recordsOf(last.layout, last.bytes);
  if (first?.record !== header) return [];
  return first.decoded.spans
    .filter(({ field }) => field?.covered.every((check) => check === 'chain'))
    .filter(({ field }) => field?.writes === undefined && field?.derived === undefined)
    .map(({ path, from, to }) => ({ file: last.path, from, to, member: `header.${path}` }));
}

function segmentsOf(image: Image) {
  return [...image.keys()].toSorted().flatMap((path) => {
    const found = layoutOf(format, path);
    const node = image.get(path);
    if (found === null || node?.is !== 'file' || node.size > fileBytesMost) return [];
    const bytes = bytesOf(image, path) ?? new Uint8Array(0);
    return [{ path, bytes, layout: found.file, number: found.number ?? 0n }];
  });
}
