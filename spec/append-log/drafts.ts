import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { State } from './machine.ts';
import type { Durability, Op } from './ops.ts';
import { fills, payloadBytes, type PayloadDraft } from './payload.ts';

/** An operation before it is known where it happens; an open that it becomes uses `durability`. */
export interface Draft {
  readonly op: Op['op'];
  readonly durability: Durability;
  readonly payload: PayloadDraft;
}

/** Small fillings, and those at which framings, blocks and pages end, one less and one more. */
const fillSizes: Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 1200 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(118, 246, 504, 1016, 4088), fc.integer({ min: -4, max: 4 }))
      .map(([size, off]) => size + off),
  },
);

const payloads: Arbitrary<PayloadDraft> = fc.record({
  fill: fc.constantFrom(...fills),
  fillBytes: fillSizes,
  salt: fc.nat({ max: 999 }),
});

const names: Arbitrary<Op['op']> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Op['op']>('append') },
  { weight: 2, arbitrary: fc.constantFrom<Op['op']>('sync', 'read') },
  { weight: 3, arbitrary: fc.constantFrom<Op['op']>('close', 'open') },
);

/** One draft of an operation; the plainest is an append of a short text. */
export function drafts(): Arbitrary<Draft> {
  return fc.record({
    op: names,
    durability: fc.constantFrom<Durability>('none', 'entry'),
    payload: payloads,
  });
}

/**
 * The operation that a draft stands for in `state`: whatever comes to a closed log opens it first,
 * so that a history stays one while it is shrunk. A payload carries its position in the log and is
 * therefore unique.
 */
export function resolve(state: State, draft: Draft): Op {
  if (state.open === null && draft.op !== 'close') {
    return { op: 'open', durability: draft.durability };
  }
  if (draft.op !== 'append') return draft.op === 'open' ? { op: 'close' } : { op: draft.op };
  return { op: 'append', payload: payloadBytes(draft.payload, state.payloads.length) };
}

/**
 * Simpler appends to try in place of one, simplest first; its tag stays, and so does it stay
 * unique.
 */
export function plainer(op: Op): readonly Op[] {
  if (op.op === 'open')
    return op.durability === 'entry' ? [{ op: 'open', durability: 'none' }] : [];
  if (op.op !== 'append') return [];
  const { payload } = op;
  const tagBytes = payload.indexOf(0x20) + 1;
  const lengths = [tagBytes, payload.length % 512, payload.length % 4096, payload.length >> 1];
  const shorter = lengths.filter(
    (n, i) => n >= tagBytes && n < payload.length && lengths.indexOf(n) === i,
  );
  const dull = payload.map((byte, i) => (i < tagBytes ? byte : 0x78));
  const isDull = dull.every((byte, i) => byte === payload[i]);
  return [
    ...shorter.map((n): Op => ({ op: 'append', payload: payload.slice(0, n) })),
    ...(isDull ? [] : [{ op: 'append', payload: dull } satisfies Op]),
  ];
}
