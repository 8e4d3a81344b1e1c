import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { lastSeq, type State } from './machine-segments.ts';
import type { Frame, Op } from './ops.ts';

/**
 * What payloads are filled with: text, what looks like space never written, what looks like frames.
 */
const fills = ['text', 'zeros', 'ones', 'frames', 'lines'] as const;
type Fill = (typeof fills)[number];

/** A frame as a few numbers; `skip` leaves sequences out, -1 uses the last one again. */
interface FrameDraft {
  readonly skip: number;
  readonly type: number;
  readonly fill: Fill;
  /** Bytes of filling behind the tag. */
  readonly fillBytes: number;
}

/** An operation before it is known where it happens. */
export interface Draft {
  readonly op: Op['op'];
  readonly frames: readonly FrameDraft[];
  readonly sync: boolean;
  readonly maxBytes: bigint | null;
  readonly maxAgeMicros: bigint | null;
  /** Which segment, or how much of the log: picks among what is there. */
  readonly pick: number;
  readonly strict: boolean;
  readonly chain: boolean;
}

/** Payload sizes: small ones, and those at which a batch ends about a sector or a page. */
const fillSizes: Arbitrary<number> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 700 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(423, 487, 4007, 4071), fc.integer({ min: -6, max: 6 }))
      .map(([size, off]) => size + off),
  },
);

const frames: Arbitrary<FrameDraft> = fc.record({
  skip: fc.oneof(
    { weight: 30, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 300 }) },
    { weight: 1, arbitrary: fc.constant(-1) },
  ),
  type: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(1, 2, 4) },
    { weight: 1, arbitrary: fc.constantFrom(0, 3, 255) },
  ),
  fill: fc.constantFrom(...fills),
  fillBytes: fillSizes,
});

const names: Arbitrary<Op['op']> = fc.oneof(
  { weight: 24, arbitrary: fc.constant<Op['op']>('append') },
  { weight: 3, arbitrary: fc.constantFrom<Op['op']>('sync', 'rotate', 'shouldRotate') },
  { weight: 3, arbitrary: fc.constantFrom<Op['op']>('close', 'open') },
  { weight: 2, arbitrary: fc.constantFrom<Op['op']>('force', 'frames', 'verify', 'replay') },
  { weight: 1, arbitrary: fc.constant<Op['op']>('other') },
);

/** One draft of an operation; the plainest is an append of one short frame. */
export function drafts(): Arbitrary<Draft> {
  return fc.record({
    op: names,
    frames: fc.oneof(
      { weight: 12, arbitrary: fc.array(frames, { minLength: 1, maxLength: 4, size: 'max' }) },
      { weight: 1, arbitrary: fc.constant([]) },
    ),
    sync: fc.boolean(),
    maxBytes: fc.constantFrom(null, 64n, 160n, 300n, 4096n),
    maxAgeMicros: fc.constantFrom(null, 0n, 3000n),
    pick: fc.nat(20),
    strict: fc.boolean(),
    chain: fc.boolean(),
  });
}

/**
 * The operation that a draft stands for in `state`: what needs an open segment opens one first, so
 * that a history stays one while it is shrunk. A payload carries its sequence and is unique.
 */
export function resolve(state: State, draft: Draft): Op {
  const { op, pick, strict, chain } = draft;
  if (op === 'frames') {
    const found = state.segments[pick % (state.segments.length + 1)];
    return { op, segment: found?.segment ?? 77n };
  }
  if (op === 'verify') return { op };
  if (op === 'replay') return { op, after: BigInt(pick >> 2), strict, chain };
  if (op === 'other') return { op, instance: 9n, frames: framesOf(state, draft.frames) };
  // Now and then it is asked all the same, and refused.
  const { active } = state;
  const isLost = active === null || active.isStale;
  if (op === 'open' || (isLost && pick < 20)) return opening(state, draft);
  if (op === 'append') return { op, frames: framesOf(state, draft.frames), sync: draft.sync };
  return { op };
}

/** Mostly the last segment, now and then the next one, another behind it, or one that is sealed. */
function opening(state: State, { pick, maxBytes, maxAgeMicros }: Draft): Op {
  const last = state.segments.at(-1)?.segment;
  const first = state.segments[0]?.segment;
  const seq = pick === 0 ? first : pick < 4 && last !== undefined ? last + BigInt(pick) : undefined;
  return {
    op: 'open',
    instance: 9n,
    ...(seq === undefined ? {} : { seq }),
    ...(maxBytes === null ? {} : { maxBytes }),
    ...(maxAgeMicros === null ? {} : { maxAgeMicros }),
  };
}

function framesOf(state: State, all: readonly FrameDraft[]): readonly Frame[] {
  let last = lastSeq(state);
  return all.map(({ skip, type, fill, fillBytes }) => {
    const seq = skip < 0 ? last : last + 1n + BigInt(skip);
    last = seq;
    return { seq, at: timeOf(seq), type, payload: payloadOf(seq, fill, fillBytes) };
  });
}

/** The time that a caller gives a frame; it need not be that of the append. */
const timeOf = (seq: bigint): bigint => 1_700_000_000_000_000n + seq * 1000n;

const patterns: Readonly<Record<Fill, readonly number[]>> = {
  text: [...new TextEncoder().encode('the quick brown fox jumps over the lazy dog. ')],
  zeros: [0],
  ones: [0xff],
  frames: [0, 0, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 1],
  lines: [...new TextEncoder().encode('a line\r\nanother\n')],
};

function payloadOf(seq: bigint, fill: Fill, fillBytes: number): Uint8Array {
  const tag = new TextEncoder().encode(`p${seq} `);
  const pattern = patterns[fill];
  const bytes = new Uint8Array(tag.length + fillBytes);
  bytes.set(tag);
  for (let i = 0; i < fillBytes; i++) bytes[tag.length + i] = pattern[i % pattern.length]!;
  return bytes;
}

/** Simpler operations to try in place of one, simplest first. */
export function plainer(op: Op): readonly Op[] {
  if (op.op === 'open') {
    const plain: Op = { op: 'open', instance: op.instance };
    const size: Op = { ...plain, ...(op.maxBytes === undefined ? {} : { maxBytes: op.maxBytes }) };
    return [plain, size].filter((one) => Object.keys(one).length < Object.keys(op).length);
  }
  if (op.op === 'other') {
    const { frames: all } = op;
    const fewer = all.map((_, i): Op => ({ ...op, frames: all.toSpliced(i, 1) }));
    return [{ op: 'append', frames: all, sync: true }, ...(all.length > 1 ? fewer : [])];
  }
  if (op.op !== 'append') return [];
  const { frames: all, sync } = op;
  const fewer = all.length < 2 ? [] : [all.slice(0, 1), ...all.map((_, i) => all.toSpliced(i, 1))];
  const dull = all.flatMap((frame, i) => plainerFrames(frame).map((one) => all.with(i, one)));
  return [
    ...fewer.map((some): Op => ({ op: 'append', frames: some, sync })),
    ...(sync ? [{ op: 'append', frames: all, sync: false } satisfies Op] : []),
    ...dull.map((some): Op => ({ op: 'append', frames: some, sync })),
  ];
}

/** Its tag alone, the same residue of a sector or page, half of it, and text for odd bytes. */
function plainerFrames(frame: Frame): readonly Frame[] {
  const { payload, type } = frame;
  const tagBytes = payload.indexOf(0x20) + 1;
  const lengths = [tagBytes, payload.length % 512, payload.length % 4096, payload.length >> 1];
  const shorter = lengths.filter(
    (n, i) => n >= tagBytes && n < payload.length && lengths.indexOf(n) === i,
  );
  const dull = payload.map((byte, i) => (i < tagBytes ? byte : 0x78));
  const isDull = dull.every((byte, i) => byte === payload[i]);
  return [
    ...shorter.map((n) => ({ ...frame, payload: payload.slice(0, n) })),
    ...(isDull ? [] : [{ ...frame, payload: dull }]),
    ...(type === 1 ? [] : [{ ...frame, type: 1 }]),
  ];
}

/**
 * Operations that write the same and acknowledge less: of a batch its frames one by one, without a
 * sync; of a sync none; of another writer the same.
 */
export function partsOf(op: Op): readonly Op[] {
  if (op.op === 'sync') return [];
  if (op.op !== 'append' || (!op.sync && op.frames.length < 2)) return [op];
  return op.frames.map((frame): Op => ({ op: 'append', frames: [frame], sync: false }));
}
