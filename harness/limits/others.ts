import fc from 'fast-check';
import { killCuts } from '../../faults/kill.ts';
import type { Owes } from '../../spec/lib/judge.ts';
import type { Image } from '../../spec/lib/image.ts';
import type { Run } from '../drive.ts';
import { applyTo, faultable, killPointOf, type SingleFault } from '../fault.ts';
import type { Trial } from '../judge.ts';
import { digestImage } from '../lib/digest.ts';
import { show } from '../lib/show.ts';
import { runOps } from '../shrink.ts';

/** How far other histories are looked for. */
export interface OthersBudget {
  readonly operations: number;
  readonly histories: number;
}

/** Another history that ends in the image that was asked for, and what it owes there. */
export interface Other<O> {
  readonly ops: readonly O[];
  readonly fault: SingleFault;
  readonly owes: readonly Owes[];
}

/**
 * Histories that leave this very image without any loss: closed, or killed between two calls. First
 * comes the one that its bytes tell of, then those of the parts of the operations of `run`, then
 * all that are made of those operations and of one of each that adds nothing, shortest first.
 */
export async function* othersWith<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  image: Image,
  { operations, histories }: OthersBudget,
): AsyncGenerator<Other<O>> {
  const wanted = digestOf(trial, image);
  const pool = poolOf(trial, run);
  let left = histories;
  for (const ops of [...told(trial, image), ...takenApart(trial, run, pool)]) {
    if (left-- <= 0) return;
    const other = await runOps(trial, ops);
    if (other.steps.length === ops.length) yield* endingsIn(trial, other, wanted);
  }
  let level: readonly (readonly O[])[] = [[]];
  for (let length = 1; length <= operations; length++) {
    const longer: (readonly O[])[] = [];
    for (const before of level) {
      for (const op of pool) {
        if (left-- <= 0) return;
        const ops = [...before, op];
        const other = await runOps(trial, ops);
        // What cannot be asked, or is refused, leads nowhere that a shorter one does not.
        if (other.steps.length < length || other.steps.at(-1)?.outcome.is !== 'ok') continue;
        longer.push(ops);
        yield* endingsIn(trial, other, wanted);
      }
    }
    level = longer;
  }
}

function told<O, R, S, D>({ kind }: Trial<O, R, S, D>, image: Image): readonly (readonly O[])[] {
  const ops = kind.writtenBy?.(image) ?? [];
  return ops.length === 0 ? [] : [ops];
}

function* endingsIn<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  wanted: string,
): Generator<Other<O>> {
  const on = faultable(trial.machine, run);
  const last = run.steps.length - 1;
  const kills = killCuts(run.log)
    .filter((cut) => cut.partialBytes === undefined && cut.step === last)
    .map((cut): SingleFault => ({ is: 'kill', kill: killPointOf(run, cut) }));
  for (const fault of [{ is: 'none' } as const, ...kills]) {
    const faulted = applyTo(on, fault);
    if (faulted === null || digestOf(trial, faulted.image) !== wanted) continue;
    yield { ops: run.steps.map((step) => step.op), fault, owes: faulted.owes };
  }
}

/** The digest of an image without what is volatile. */
export function digestOf<O, R, S, D>({ kind }: Trial<O, R, S, D>, image: Image): string {
  return digestImage(new Map([...image].filter(([path]) => !kind.volatile(path))));
}

const draftsTried = 80;

/** The operations of the history, each once, and the first of each name that adds nothing. */
function poolOf<O, R, S, D>({ kind, policy }: Trial<O, R, S, D>, run: Run<O, R, S>): O[] {
  const own = new Map(run.steps.map(({ op }) => [show(op), op]));
  const names = new Set<string>();
  const others: O[] = [];
  const last = run.states.at(-1);
  const drafts = fc.sample(kind.drafts(policy), { seed: 1, numRuns: draftsTried });
  for (const draft of last === undefined ? [] : drafts) {
    const op = kind.resolve(last!, draft);
    if (kind.adds(op) !== null || names.has(kind.nameOf(op))) continue;
    names.add(kind.nameOf(op));
    if (!own.has(show(op))) others.push(op);
  }
  return [...own.values(), ...others];
}

/**
 * The history with its operations taken apart, from each of them on, and with one that adds nothing
 * put in somewhere: what a sync group published may have been appended and never published.
 */
function* takenApart<O, R, S, D>(
  { kind }: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  pool: readonly O[],
): Generator<readonly O[]> {
  if (kind.parts === undefined) return;
  const parts = (op: O): readonly O[] => kind.parts?.(op) ?? [op];
  const ops = run.steps.map(({ op }) => op);
  for (let kept = 0; kept < ops.length; kept++) {
    yield [...ops.slice(0, kept), ...ops.slice(kept).flatMap(parts)];
  }
  const apart = ops.flatMap(parts);
  const silent = pool.filter((op) => kind.adds(op) === null);
  for (let at = 1; at < apart.length; at++) {
    for (const op of silent) yield apart.toSpliced(at, 0, op);
  }
}
