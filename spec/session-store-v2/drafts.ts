import fc from 'fast-check';
import type { Policy } from '../lib/port.ts';
import { payloads, refusedPayloads } from './drafts-payload.ts';
import type { PayloadDraft } from './drafts-payload.ts';
import type { Durability } from './ops.ts';

export { resolve } from './drafts-resolve.ts';

/**
 * How an append names itself and its parent; numbers pick among what is there when the draft is
 * resolved.
 */
export interface AppendDraft {
  readonly do: 'append';
  readonly id: 'new' | 'same' | 'lone' | number;
  readonly parent: 'last' | 'none' | 'unknown' | 'next' | 'self' | number;
  readonly type: string;
  readonly payload: PayloadDraft;
}

/** An operation by description, so that removing one before it leaves it meaningful. */
export interface Draft {
  readonly policy: Policy;
  /** Which handle: the writer, a second writer, a reader. */
  readonly h: 'a' | 'b' | 'i';
  readonly max: number;
  readonly durability: Durability;
  readonly what:
    | AppendDraft
    | { readonly do: 'reopen' | 'inspect' | 'sync' | 'close' | 'drop' | 'rebuild' | 'validate' }
    | { readonly do: 'all' | 'index' | 'summary' | 'state' | 'ledger' | 'readManifest' }
    | { readonly do: 'lookup' | 'from' | 'tail' | 'segment'; readonly n: number }
    | { readonly do: 'path'; readonly pick: number }
    | { readonly do: 'checkpoint' | 'readCheckpoint'; readonly seq: number }
    | { readonly do: 'rollback'; readonly pick: number | 'missing' }
    | { readonly do: 'ledgerAppend'; readonly filled: boolean; readonly failed: boolean }
    | { readonly do: 'manifest'; readonly session: string }
    | { readonly do: 'sidecar' | 'hasSidecar'; readonly path: string };
}

const types = ['message', 'compaction', 'label', 'custom', '', 'ünï\n'] as const;
const thresholds = [1, 400, 700, 1200, 4096, 65_536] as const;

const sessionPaths = ['/x/a.jsonl', '/x/a.b.jsonl', '/x/.jsonl', '/x/a', '/é.v2'] as const;

function appends(isSafe: boolean): fc.Arbitrary<AppendDraft> {
  const rare = isSafe ? 1 : 0;
  return fc.record({
    do: fc.constant('append' as const),
    id: fc.oneof(
      { weight: 30, arbitrary: fc.constant('new' as const) },
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 7 }) },
      { weight: 1, arbitrary: fc.constant('same' as const) },
      { weight: rare, arbitrary: fc.constant('lone' as const) },
    ),
    parent: fc.oneof(
      { weight: 20, arbitrary: fc.constant('last' as const) },
      { weight: 6, arbitrary: fc.constant('none' as const) },
      { weight: 8, arbitrary: fc.nat(50) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('unknown' as const, 'next' as const, 'self' as const),
      },
    ),
    type: fc.constantFrom(...types),
    payload: fc.oneof(
      { weight: 20, arbitrary: payloads(isSafe) },
      { weight: rare, arbitrary: refusedPayloads },
    ),
  });
}

function plain<T extends string>(...names: readonly T[]): fc.Arbitrary<{ readonly do: T }> {
  return fc.constantFrom(...names).map((name) => ({ do: name }));
}

const seq = fc.integer({ min: 0, max: 3 });

const opensAndReads: fc.Arbitrary<Draft['what']> = fc.oneof(
  { weight: 7, arbitrary: plain('reopen') },
  { weight: 3, arbitrary: plain('close', 'drop') },
  { weight: 2, arbitrary: plain('inspect') },
  { weight: 3, arbitrary: plain('rebuild', 'validate') },
  { weight: 10, arbitrary: plain('all', 'index', 'summary', 'state', 'ledger', 'readManifest') },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('lookup', 'from', 'tail', 'segment'),
      n: fc.nat(12),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('path' as const), pick: fc.nat(50) }) },
);

const others: fc.Arbitrary<Draft['what']> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ do: fc.constant('checkpoint' as const), seq }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('readCheckpoint' as const), seq }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('rollback' as const),
      pick: fc.oneof(
        { weight: 9, arbitrary: fc.nat(3) },
        { weight: 1, arbitrary: fc.constant('missing' as const) },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('ledgerAppend' as const),
      filled: fc.boolean(),
      failed: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('manifest' as const),
      session: fc.constantFrom('s', '', 'é"'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('sidecar' as const, 'hasSidecar' as const),
      path: fc.constantFrom(...sessionPaths),
    }),
  },
);

/**
 * Drafts of operations for a policy; each array of them is a history, whatever is taken out of it.
 */
export function drafts(
  policy: Policy,
  leansOn: { readonly operations?: readonly string[] } = {},
): fc.Arbitrary<Draft> {
  const isSafe = policy === 'safe';
  const usual = fc.oneof(opensAndReads, others);
  const often = fc.oneof(appends(isSafe), plain('sync'));
  const { operations = [] } = leansOn;
  const leaning = [usual, often].flatMap((from) => {
    // A filter that nothing passes would never end.
    const names = new Set(fc.sample(from, { seed: 1, numRuns: 400 }).map((one) => one.do));
    const able = operations.filter((name) => names.has(name as Draft['what']['do']));
    return able.length === 0 ? [] : [from.filter((one) => able.includes(one.do))];
  });
  const what: fc.Arbitrary<Draft['what']> = fc.oneof(
    { weight: 60, arbitrary: appends(isSafe) },
    { weight: isSafe ? 6 : 0, arbitrary: plain('sync') },
    { weight: 31, arbitrary: opensAndReads },
    { weight: 25, arbitrary: others },
    ...leaning.map((arbitrary) => ({ weight: 25, arbitrary })),
  );
  return fc.record({
    policy: fc.constant(policy),
    h: fc.oneof(
      { weight: 40, arbitrary: fc.constant('a' as const) },
      { weight: 2, arbitrary: fc.constant('b' as const) },
      { weight: 1, arbitrary: fc.constant('i' as const) },
    ),
    max: fc.constantFrom(...thresholds),
    durability: fc.constantFrom('none' as const, 'entry' as const),
    what,
  });
}
