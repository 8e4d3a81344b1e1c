import fc from 'fast-check';
import { randomFrom, type Random } from '../../faults/random.ts';
import type { Policy } from '../../spec/lib/port.ts';
import { drive } from '../drive.ts';
import type { Kind, PortMaker } from '../kind.ts';
import { countIn, type Counts } from './testing-agree.ts';

/** A kind under a policy, its store and its machine, and what drafts never ask. */
export interface ModelSubject<O, R, S, D> {
  readonly kind: Pick<Kind<O, R, S, D>, 'name' | 'drafts' | 'resolve' | 'nameOf'>;
  readonly store: Policy;
  readonly ops: readonly string[];
  readonly make: PortMaker<O, R>;
  readonly machine: ReturnType<Kind<O, R, S, D>['machine']>;
  /** Asked in place of every twentieth draft. */
  odd(state: S, random: Random): O;
}

/** Which histories of a seed are tried, and how long they are. */
export interface ModelPlan {
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

/** Drives random histories of all operations on undamaged stores and compares every answer. */
export async function modelProperty<O, R, S, D>(
  subject: ModelSubject<O, R, S, D>,
  plan: ModelPlan,
): Promise<ModelTally> {
  const { stackTraceLimit } = Error;
  // Refusals are answers here, and nobody looks where they were thrown.
  Error.stackTraceLimit = 0;
  try {
    return await modelPropertyOf(subject, plan);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function modelPropertyOf<O, R, S, D>(
  subject: ModelSubject<O, R, S, D>,
  plan: ModelPlan,
): Promise<ModelTally> {
  const tally: ModelTally = {
    histories: 0, answers: 0, ops: new Map(), codes: new Map(), strays: [],
  }; // prettier-ignore
  for (const op of subject.ops) tally.ops.set(op, 0);
  const random = randomFrom(plan.seed).fork(`model/${subject.store}`);
  for (const drawn of drawnHistories(subject, random, plan)) {
    const odd = random.fork(`odd/${tally.histories}`);
    const next = (state: S, index: number): O | null => {
      const draft = drawn[index];
      if (draft === undefined) return null;
      return odd.chance(1, 20) ? subject.odd(state, odd) : subject.kind.resolve(state, draft);
    };
    const run = await drive(subject.make, subject.machine, next);
    for (const { op, outcome } of run.steps) {
      tally.answers++;
      countIn(tally.ops, subject.kind.nameOf(op));
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
function* drawnHistories<O, R, S, D>(
  { kind, store }: ModelSubject<O, R, S, D>,
  random: Random,
  { histories, operations }: ModelPlan,
): Generator<readonly D[]> {
  const some = fc.array(kind.drafts(store), { minLength: operations, maxLength: operations, size: 'max' });
  for (let made = 0; made < histories; made += 100) {
    yield* fc.sample(some, { seed: random.next() | 0, numRuns: Math.min(100, histories - made) });
  }
} // prettier-ignore

/** The tally in a few lines, for the log of the tests. */
export function modelText(
  { kind, store }: { readonly kind: { readonly name: string }; readonly store: Policy },
  plan: ModelPlan,
  tally: ModelTally,
): string {
  const list = (counts: Counts): string =>
    [...counts].map(([what, count]) => `${what} ${count}`).join(', ');
  return [
    `seed ${plan.seed}: ${tally.histories} histories of ${kind.name}, ${store}, ${tally.answers} answers, ${tally.strays.length} not allowed`,
    `  operations: ${list(tally.ops)}`,
    `  codes: ${list(tally.codes)}`,
  ].join('\n');
}
