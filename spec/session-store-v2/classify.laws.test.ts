import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileNode } from '../lib/image.ts';
import type { Image, Path } from '../lib/image.ts';
import { assess } from './classify.ts';
import { checkpointOf, changed, segmentPath, storeOf } from './testing.ts';

const whole = storeOf([
  { id: 'a' },
  { id: 'b', payload: '"é\u2028😀"' },
  { id: 'c', segment: 2n },
  { id: 'd', parent: 'a' },
  { id: 'e', segment: 3n, payload: '[1,2.5,-0.0,null,true,18446744073709551615]' },
  { id: 'f' },
]);
const store = changed(whole.image, 'checkpoints/0000000000000001.json', checkpointOf(whole, 1n, 4));
const segments = [1n, 2n, 3n].map(segmentPath);

/** One change of the bytes of one file, by fractions of its length so that it fits any. */
type Hurt =
  | { readonly do: 'flip'; readonly at: number; readonly bit: number }
  | { readonly do: 'cut' | 'cut lines'; readonly at: number }
  | { readonly do: 'zero' | 'drop'; readonly at: number; readonly count: number }
  | { readonly do: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly do: 'drop line' | 'twice' | 'swap'; readonly line: number }
  | { readonly do: 'unlink' }
  | { readonly do: 'crlf' };

const at = fc.double({ min: 0, max: 1, noNaN: true });
const count = fc.integer({ min: 1, max: 40 });
const hurt: fc.Arbitrary<Hurt> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('flip' as const), at, bit: fc.nat(7) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'cut lines' as const), at }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('zero' as const, 'drop' as const), at, count }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('insert' as const),
      at,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 20, size: 'max' }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('drop line' as const, 'twice' as const, 'swap' as const),
      line: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Hurt>({ do: 'unlink' }, { do: 'crlf' }) },
);

function hurtFile(image: Image, path: Path, what: Hurt): Image {
  const node = image.get(path);
  if (node?.is !== 'file') return image;
  if (what.do === 'unlink') return changed(image, path, null);
  return changed(image, path, fileNode(hurtBytes(node.bytes, what)));
}

function hurtBytes(bytes: Uint8Array, what: Exclude<Hurt, { do: 'unlink' }>): Uint8Array {
  const position = 'at' in what ? Math.floor(what.at * bytes.length) : 0;
  const next = Uint8Array.from(bytes);
  switch (what.do) {
    case 'flip':
      next[position] = (next[position] ?? 0) ^ (1 << what.bit);
      return next.subarray(0, bytes.length);
    case 'cut':
      return next.subarray(0, position);
    case 'cut lines':
      return next.subarray(0, bytes.lastIndexOf(10, position) + 1);
    case 'zero':
      return next.fill(0, position, position + what.count);
    case 'drop':
      return joined(bytes.subarray(0, position), bytes.subarray(position + what.count));
    case 'insert':
      return joined(bytes.subarray(0, position), what.bytes, bytes.subarray(position));
    default:
      return linesChanged(bytes, what);
  }
}

function linesChanged(
  bytes: Uint8Array,
  what: Extract<Hurt, { readonly line: number } | { readonly do: 'crlf' }>,
): Uint8Array {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(10, from) + 1 || bytes.length;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  if (what.do === 'crlf') {
    return joined(...lines.flatMap((l) => [l.subarray(0, -1), Uint8Array.of(13, 10)]));
  }
  const line = lines[what.line];
  if (line === undefined) return bytes;
  if (what.do === 'drop line') lines.splice(what.line, 1);
  else if (what.do === 'twice') lines.splice(what.line, 0, line);
  else lines.push(...lines.splice(what.line, 1));
  return joined(...lines);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

describe('damage to one file', () => {
  const before = assess(store);

  it('never loses or alters an entry of a closed store in silence', () => {
    const told = { silent: 0, reported: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...segments), hurt, (path, what) => {
        const a = assess(hurtFile(store, path, what));
        const same =
          a.entries.length === before.entries.length &&
          a.entries.every((e, i) => e.key === before.entries[i]?.key) &&
          a.entries.every((e, i) => e.frame.timestamp === before.entries[i]?.frame.timestamp);
        const speaks = a.expectedNotices.length + a.expectedRepairs.length > 0;
        if (a.legal.open === 'refused') told.refused += 1;
        else if (speaks) told.reported += 1;
        else told.silent += 1;
        expect(same || speaks || a.legal.open === 'refused').toBe(true);
      }),
      { seed: 20260105, numRuns: 4000 },
    );
    // Every way of answering was met, so none of them passed for want of trying.
    expect(Math.min(...Object.values(told))).toBeGreaterThan(20);
  });

  it('to the index, a checkpoint or the ledger never changes what is shown', () => {
    const derived = ['index/offsets.jsonl', 'checkpoints/0000000000000001.json'];
    fc.assert(
      fc.property(fc.constantFrom(...derived), hurt, (path, what) => {
        const a = assess(hurtFile(store, path, what));
        expect(a.legal).toEqual({ open: 'ok', keys: before.keys });
        expect(a.chainHash).toBe(before.chainHash);
      }),
      { seed: 20260106, numRuns: 1000 },
    );
  });

  it('leaves a prefix of the entries, or all of them under other names', () => {
    fc.assert(
      fc.property(fc.constantFrom(...segments), hurt, (path, what) => {
        const a = assess(hurtFile(store, path, what));
        for (const [i, entry] of a.entries.entries()) {
          expect(entry.frame.entrySeq).toBe(BigInt(i + 1));
          expect(entry.frame.payload).toBe(before.entries[i]?.frame.payload);
        }
      }),
      { seed: 20260107, numRuns: 2000 },
    );
  });
});
