import type { Anomaly, Clause, Evidence } from '../../spec/lib/clause.ts';
import type { Run } from '../drive.ts';
import type { Nested } from '../fault.ts';
import { gather, type Trial } from '../judge.ts';
import type { PortMaker } from '../kind.ts';
import { walkAfter } from '../nested.ts';
import type { Hit } from '../shrink.ts';
import type { Certificate } from './certify.ts';
import { excludes } from './excludes.ts';
import { othersWith } from './others.ts';
import { survivesEverySync } from './synced.ts';

/** A state that a second fault left, with what the walk over it saw. */
export interface SecondState<O, R, S> {
  readonly run: Run<O, R, S>;
  readonly fault: Nested;
  readonly evidence: Evidence;
}

/**
 * The same proof as `certify` gives, of a second fault that no longer history can tell: the loss
 * stays though a completed sync follows every call of the walk that it hits, the history that the
 * bytes themselves tell of leaves this very image and owes what excludes it, and the safe store has
 * it too. What the first fault did stays as it is. Null where one of them is not shown.
 */
export async function certifySecond<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  { run, fault, evidence }: SecondState<O, R, S>,
  { clause, anomaly }: { readonly clause: Clause; readonly anomaly: Anomaly },
  safe: PortMaker<O, R>,
): Promise<Certificate<O> | null> {
  const { errors = [], second } = fault;
  if (errors.length > 0 || run.errors.length > 0) return null;
  const walked = await walkAfter(trial, run, fault);
  if (walked === null || !survivesEverySync(walked, second)) return null;
  if (trial.make !== safe) {
    const own = await gather({ ...trial, make: safe }, run, fault);
    const found = own === null ? 'not_exercised' : clause.check(own);
    if (found === 'not_exercised' || found.every((f) => f.anomaly !== anomaly)) return null;
  }
  const told = { operations: 0, histories: 1 };
  for await (const other of othersWith(trial, run, evidence.start, told)) {
    if (!excludes(evidence.owes, other.owes)) continue;
    const ops = run.steps.map((step) => step.op);
    const { ops: otherOps, fault: otherFault } = other;
    return { clause: clause.id, anomaly, ops, fault, other: { ops: otherOps, fault: otherFault } };
  }
  return null;
}

/** The state of a hit, where a second fault left it. */
export function secondStateOf<O, R, S>({
  case: { fault },
  run,
  evidence,
}: Hit<O, R, S>): SecondState<O, R, S> | null {
  return fault.is === 'nested' ? { run, fault, evidence } : null;
}
