import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { judgedId } from './classify.ts';
import { factsOf, type State } from './machine.ts';
import { frameLength } from './machine-safe.ts';
import type { Facts } from './machine-original.ts';
import type { Entry, Op } from './ops.ts';

/**
 * What data is filled with: text, what looks like space never written, what looks like frames, line
 * ends.
 */
const fills = ['text', 'zeros', 'ones', 'frames', 'lines'] as const;
type Fill = (typeof fills)[number];

/** The spelling that a number gets: how many bytes it needs. */
const widths = ['one', 'three', 'five', 'nine'] as const;
type Width = (typeof widths)[number];

/** An entry as a few choices; its numbers come from where it stands in the history. */
interface EntryDraft {
  readonly t: Entry['t'];
  readonly width: Width;
  readonly coords: readonly number[];
  readonly fill: Fill;
  readonly fillBytes: number;
  /**
   * Where data can make it so, the frame ends a multiple of this behind the header; null: wherever.
   * So published lengths often differ in a high byte alone.
   */
  readonly endsAt: number | null;
}

/** An operation before it is known where it happens. */
export interface Draft {
  readonly op: Op['op'];
  readonly id: number;
  readonly entries: readonly EntryDraft[];
  readonly track: boolean;
  readonly deadlineMs: number;
  readonly tickMs: number;
  /** Which place in the file, or whether to ask what will be refused: picks among what is there. */
  readonly pick: number;
}

/** Small sizes, and those at which a frame ends about a sector or a page. */
const fillSizes: Arbitrary<number> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 700 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(440, 4024), fc.integer({ min: -12, max: 12 }))
      .map(([size, off]) => size + off),
  },
);

const someCoords: Arbitrary<number[]> = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(250, 251, 65_535, 65_536, 4_294_967_295),
  ),
  { maxLength: 4, size: 'max' },
);

const entries: Arbitrary<EntryDraft> = fc.record({
  t: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Entry['t']>('write') },
    { weight: 3, arbitrary: fc.constantFrom<Entry['t']>('tombstone', 'sealed', 'checkpoint') },
  ),
  width: fc.constantFrom(...widths),
  coords: someCoords,
  fill: fc.constantFrom(...fills),
  fillBytes: fillSizes,
  endsAt: fc.constantFrom(null, null, 64, 128),
});

const names: readonly (readonly [weight: number, op: Op['op']])[] = [
  [14, 'append'], [8, 'seal'], [7, 'syncGroup'], [3, 'readCommitted'], [2, 'truncate'],
  [3, 'open'], [2, 'close'], [1, 'track'], [1, 'reset'], [1, 'committedBytes'], [1, 'list'],
]; // prettier-ignore

/** One draft of an operation; the plainest is an append of one short entry. */
export function drafts(): Arbitrary<Draft> {
  return fc.record({
    op: fc.oneof(...names.map(([weight, op]) => ({ weight, arbitrary: fc.constant(op) }))),
    id: fc.oneof(
      { weight: 14, arbitrary: fc.constant(judgedId) },
      { weight: 1, arbitrary: fc.constantFrom(0, 42, 4_294_967_295) },
    ),
    entries: fc.oneof(
      { weight: 12, arbitrary: fc.array(entries, { minLength: 1, maxLength: 4, size: 'max' }) },
      { weight: 1, arbitrary: fc.constant([]) },
    ),
    track: fc.oneof(
      { weight: 7, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    deadlineMs: fc.oneof(
      { weight: 7, arbitrary: fc.constant(1000) },
      { weight: 1, arbitrary: fc.constantFrom(0, 10, 25) },
    ),
    tickMs: fc.constantFrom(0, 0, 1, 10),
    pick: fc.nat(63),
  });
}

/** Above it a draft asks what will be refused, or what only the original does. */
const oddFrom = 56;

/**
 * The operation that a draft stands for in `state`: what needs a handle opens one first, and what
 * would publish frames that nobody tracked tracks them first, so that a history stays one while it
 * is shrunk. Entries are told apart by their numbers.
 */
export function resolve(state: State, draft: Draft): Op {
  const { op, id, pick } = draft;
  if (op === 'list') return { op };
  const facts = factsOf(state, id);
  const isOdd = pick >= oddFrom;
  if (op === 'open' || (!facts.isOpen && pick < 63)) return { op: 'open', id };
  const untracked = facts.end - facts.tracked;
  const publishes = op === 'syncGroup' || op === 'seal' || (op === 'append' && draft.track);
  if ((publishes && untracked > 0n && !isOdd) || (op === 'track' && !isOdd)) {
    return { op: 'track', id, bytes: untracked > 0n ? untracked : 0n };
  }
  if (op === 'track') return { op, id, bytes: oddBytes[pick % oddBytes.length] ?? 0n };
  if (op === 'truncate') return { op, id, len: lengthOf(facts, pick, isOdd) };
  const made = madeOf(draft.entries, facts.end, state.asked * 8);
  const [first] = made;
  if (op === 'append' && first !== undefined) return { op, id, entry: first, track: draft.track };
  if (op === 'seal' || op === 'append') return sealOf(draft, made);
  return { op, id };
}

function madeOf(all: readonly EntryDraft[], end: bigint, number: number): readonly Entry[] {
  let at = end;
  return all.map((one, i) => {
    const entry = entryOf(one, at, number + i);
    at += frameLength(entry);
    return entry;
  });
}

function sealOf({ id, deadlineMs, tickMs }: Draft, made: readonly Entry[]): Op {
  return { op: 'seal', id, entries: made, deadlineMs, ...(tickMs === 0 ? {} : { tickMs }) };
}

const u64Max = (1n << 64n) - 1n;
const oddBytes: readonly bigint[] = [1n, 40n, u64Max];

/**
 * Mostly where a frame ends; else inside one, in the header, behind the end, or no length at all.
 */
function lengthOf({ boundaries, end }: Facts, pick: number, isOdd: boolean): bigint {
  const at = boundaries[pick % boundaries.length] ?? 16n;
  if (!isOdd) return at;
  return [at + 3n, 9n, end + 50n, 1n << 63n, 3n][pick % 5] ?? at;
}

/** Where the numbers of a width begin, so far apart that those of one history never meet. */
const bases: Readonly<Record<Width, bigint>> = {
  one: 0n, three: 20_000n, five: 1n << 30n, nine: 1n << 62n,
}; // prettier-ignore

/** Up to 250 bytes the length of data takes one byte, as it does without any. */
function dataBytes({ endsAt, fillBytes }: EntryDraft, bareEnd: bigint): number {
  if (endsAt === null) return fillBytes;
  const over = Number((bareEnd - 16n) % BigInt(endsAt));
  return over === 0 ? 0 : endsAt - over;
}

const patterns: Readonly<Record<Fill, readonly number[]>> = {
  text: [...new TextEncoder().encode('the quick brown fox jumps over the lazy dog. ')],
  zeros: [0],
  ones: [0xff],
  frames: [2, 0, 0, 0, 0, 0, 0, 0, 3, 7],
  lines: [...new TextEncoder().encode('a line\r\nanother\n')],
};

function entryOf(draft: EntryDraft, at: bigint, n: number): Entry {
  const { t, width, coords, fill } = draft;
  const number = bases[width] + BigInt(n);
  const space = BigInt(coords.length);
  if (t === 'checkpoint') return { t, revision: number };
  if (t === 'sealed') return { t, block: number, space, snapshot: number >> 3n };
  if (t === 'tombstone') return { t, space, coords, revision: number };
  const pattern = patterns[fill];
  const bare = { t, space, coords, revision: number };
  const length = dataBytes(draft, at + frameLength({ ...bare, data: new Uint8Array() }));
  const data = Uint8Array.from({ length }, (_, i) => pattern[i % pattern.length] ?? 0);
  return { ...bare, data };
}
