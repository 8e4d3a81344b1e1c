import fc from 'fast-check';
import { randomFrom, type Random } from '../../faults/random.ts';
import { openOriginal, inspectOriginal } from '../../reference/session-store-v2/original/index.ts';
import { inspectSafe, openSafe } from '../../reference/session-store-v2/store.ts';
import type { Policy } from '../../spec/lib/port.ts';
import { drafts, resolve, type Draft } from '../../spec/session-store-v2/drafts.ts';
import { machine, type State } from '../../spec/session-store-v2/machine.ts';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';
import { drive } from '../drive.ts';
import type { PortMaker } from '../kind.ts';
import { claimsOf, makePortOf, type OpenStore } from '../kinds/session-store-v2-port.ts';
import { countIn, type Counts } from './testing-agree.ts';

/** The longest line that model and safe store take here, so that an entry can be too long. */
const lineBytes = 4096;

/** Which histories of a seed are tried, and how long they are. */
export interface ModelPlan {
  readonly store: Policy;
  readonly seed: string;
  readonly histories: number;
  readonly operations: number;
}

/**
 * What the histories came to: answers by operation, refusals by code, and what no machine allows.
 */
export interface ModelTally {
  histories: number;
  answers: number;
  readonly ops: Counts;
  readonly codes: Counts;
  readonly strays: string[];
}

const openers: Readonly<Record<Policy, OpenStore>> = {
  safe: (env, root, op) =>
    op.op === 'inspect'
      ? inspectSafe(env, root, { max: op.max, limits: { lineBytes } })
      : openSafe(env, root, {
          max: op.max,
          limits: { lineBytes },
          ...(op.durability === undefined ? {} : { durability: op.durability }),
        }),
  original: (env, root, op) =>
    op.op === 'create'
      ? openOriginal(env, root, { max: op.max })
      : inspectOriginal(env, root, { max: op.max }),
};

/** Drives random histories of all operations on undamaged stores and compares every answer. */
export async function modelProperty(plan: ModelPlan): Promise<ModelTally> {
  const { store, seed, histories, operations } = plan;
  const make: PortMaker<Op, Value> = makePortOf(claimsOf[store], openers[store]);
  const model = machine(store, claimsOf[store], { lineBytes });
  const tally: ModelTally = {
    histories: 0, answers: 0, ops: new Map(), codes: new Map(), strays: [],
  }; // prettier-ignore
  for (const op of claimsOf[store].ops) tally.ops.set(op, 0);
  const random = randomFrom(seed).fork(`model/${store}`);
  for (const drawn of drawnHistories(store, random, histories, operations)) {
    const odd = random.fork(`odd/${tally.histories}`);
    const next = (state: State, index: number): Op | null => {
      const draft = drawn[index];
      if (draft === undefined) return null;
      return odd.chance(1, 20) ? oddOp(store, odd) : resolve(state, draft);
    };
    const run = await drive(make, model, next);
    for (const { op, outcome } of run.steps) {
      tally.answers++;
      countIn(tally.ops, op.op);
      if (outcome.is !== 'ok') countIn(tally.codes, outcome.code);
    }
    for (const { step, say } of run.strays) {
      tally.strays.push(`history ${tally.histories}, step ${step}: ${say}`);
    }
    tally.histories++;
  }
  return tally;
}

/**
 * fast-check makes histories a hundred at a time: one call for each would cost more than driving
 * it.
 */
function* drawnHistories(
  store: Policy,
  random: Random,
  histories: number,
  operations: number,
): Generator<readonly Draft[]> {
  const some = fc.array(drafts(store), { minLength: operations, maxLength: operations, size: 'max' });
  for (let made = 0; made < histories; made += 100) {
    yield* fc.sample(some, { seed: random.next() | 0, numRuns: Math.min(100, histories - made) });
  }
} // prettier-ignore

/**
 * What drafts never ask: no threshold, no handle, an operation that is not there, an entry too
 * long.
 */
function oddOp(store: Policy, random: Random): Op {
  const entry = { h: 'a', parent: null, type: 'message' };
  return random.pick<Op>([
    { op: 'create', h: 'b', max: 0n },
    { op: 'all', h: 'nobody' },
    { op: 'close', h: 'b' },
    ...(store === 'original' ? [{ op: 'sync', h: 'a' } as const] : []),
    { op: 'append', ...entry, id: `odd ${random.below(9)}`, payload: `"${'x'.repeat(lineBytes)}"` },
    { op: 'append', ...entry, id: 'broken', payload: '{"a":' },
  ]);
}

/** The tally in a few lines, for the log of the tests. */
export function modelText(plan: ModelPlan, tally: ModelTally): string {
  const list = (counts: Counts): string =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    `seed ${plan.seed}: ${tally.histories} histories of ${plan.store}, ${tally.answers} answers, ${tally.strays.length} not allowed`,
    `  operations: ${list(tally.ops)}`,
    `  codes: ${list(tally.codes)}`,
  ].join('\n');
}
