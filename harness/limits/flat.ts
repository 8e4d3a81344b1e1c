import type { Image } from '../../spec/lib/image.ts';
import type { Run } from '../drive.ts';
import { applyFault, type Nested, type SingleFault } from '../fault.ts';
import type { Trial } from '../judge.ts';
import type { Kind } from '../kind.ts';
import { runOps, type Case } from '../shrink.ts';
import { walk } from '../walk.ts';
import { digestOf } from './others.ts';

/** A history with the one fault that came into it. */
export interface Flat<O, R, S> {
  readonly run: Run<O, R, S>;
  readonly case: Case<O> & { readonly fault: SingleFault };
}

/**
 * A kill inside a walk told as a kill of one history: what was answered before the first fault, and
 * the steps of the walk behind it. Null unless that leaves the very same image.
 */
export async function flatOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  { fault, image }: { readonly fault: Nested; readonly image: Image },
): Promise<Flat<O, R, S> | null> {
  const { first, second, errors = [] } = fault;
  if (second.is !== 'kill' || errors.length > 0 || run.errors.length > 0) return null;
  const start = applyFault(trial.machine, run, first);
  if (start === null) return null;
  const before = answeredBefore(run, first);
  const after = await opsOfWalk(trial, start.image);
  const { kill } = second;
  const ops = [...before, ...after.slice(0, kill.step + 1)];
  const told = await runOps(trial, ops);
  if (told.steps.length !== ops.length) return null;
  const only: SingleFault = { is: 'kill', kill: { ...kill, step: before.length + kill.step } };
  const left = applyFault(trial.machine, told, only);
  if (left === null || digestOf(trial, left.image) !== digestOf(trial, image)) return null;
  return { run: told, case: { ops, fault: only } };
}

function answeredBefore<O, R, S>(run: Run<O, R, S>, first: Nested['first']): readonly O[] {
  const asked = run.steps.map((step) => step.op);
  if (first.is === 'none') return asked;
  return asked.slice(0, first.kill.step + (first.kill.inFlight ? 0 : 1));
}

/** What the walk over an image asks, in order. */
async function opsOfWalk<O, R, S, D>(
  { kind, make, policy }: Trial<O, R, S, D>,
  image: Image,
): Promise<readonly O[]> {
  const ops: O[] = [];
  const noting: Kind<O, R, S, D> = {
    ...kind,
    *walk(...asked) {
      const steps = kind.walk(...asked);
      for (let turn = steps.next(); !turn.done;) {
        ops.push(turn.value.op);
        turn = steps.next(yield turn.value);
      }
    },
  };
  await walk(noting, make, policy, image);
  return ops;
}
