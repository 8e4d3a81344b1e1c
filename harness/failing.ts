import type { CallMade } from '../faults/errors/types.ts';
import { imageAfter } from '../faults/replay.ts';
import type { FailedCall, FailingStep, Seen } from '../spec/lib/clause.ts';
import type { Image } from '../spec/lib/image.ts';
import type { Run } from './drive.ts';
import type { Trial } from './judge.ts';
import type { Kind } from './kind.ts';
import type { Walked } from './walk.ts';

/**
 * The first `answered` steps of a run as clauses judge them, where its calls were made to fail;
 * else none.
 */
export function failingOf<O, R, S, D>(
  { kind, machine }: Pick<Trial<O, R, S, D>, 'kind' | 'machine'>,
  run: Run<O, R, S>,
  answered = run.steps.length,
): readonly FailingStep[] {
  if (run.errors.length === 0) return [];
  const failed = failedCalls(run.calls);
  return run.steps.slice(0, answered).map((step, i) => {
    const { op, outcome } = step;
    const name = kind.nameOf(op);
    const opens = kind.opens.includes(name);
    const adds = outcome.is === 'ok' ? kind.adds(op) : null;
    const view = kind.view(op, outcome);
    const refused = opens && outcome.is === 'info' && failed.has(i);
    return {
      op: name,
      handle: kind.handle?.(op) ?? '',
      opens,
      outcome,
      holds: machine.holds(run.states[i]!, op),
      failed: failed.get(i) ?? [],
      ...(adds === null ? {} : { adds }),
      ...(view === null ? {} : { view }),
      ...(refused ? { around: around(run, i) } : {}),
    };
  });
}

/** The same of a walk over `image`; what its steps hold is known from what they were asked for. */
export function failingInWalk(
  opens: readonly string[],
  { seen, calls }: Pick<Walked, 'seen' | 'calls'>,
  image: Image,
): readonly FailingStep[] {
  const failed = failedCalls(calls);
  return seen.map((saw, i) => {
    const { op, handle = '', outcome, adds, view } = saw;
    const isOpen = opens.includes(op);
    const refused = isOpen && outcome.is === 'info' && failed.has(i);
    const before = seen[i - 1]?.image ?? image;
    return {
      op,
      handle,
      opens: isOpen,
      outcome,
      holds: holdsOf(saw),
      failed: failed.get(i) ?? [],
      ...(adds === undefined ? {} : { adds }),
      ...(view === undefined ? {} : { view }),
      ...(refused ? { around: { before, after: saw.image ?? before } } : {}),
    };
  });
}

function holdsOf({ holds, phase, adds, mayAdd }: Seen): FailingStep['holds'] {
  if (holds !== undefined) return holds;
  if (phase === 'sync') return 'power';
  return adds === undefined && mayAdd === undefined ? 'memory' : 'process';
}

/** Every handle that these operations open, in order. */
export function handlesOf<O, R, S, D>(kind: Kind<O, R, S, D>, ops: readonly O[]): string[] {
  const opening = ops.filter((op) => kind.opens.includes(kind.nameOf(op)));
  return [...new Set(opening.map((op) => kind.handle?.(op) ?? ''))];
}

/**
 * The step in which the file system put a file back to its last sync, or -1. What had not been
 * synced by then is owed no more, and behind it a history owes what no ledger can tell.
 */
export function takenBackAt<O, R, S>({ log }: Pick<Run<O, R, S>, 'log'>): number {
  return log.events.find((e) => e.is === 'call' && e.reverts === true)?.step ?? -1;
}

/** Calls that failed, by step. */
function failedCalls(calls: readonly CallMade[]): Map<number, FailedCall[]> {
  const byStep = new Map<number, FailedCall[]>();
  for (const { step, call, path, on, failed, took, told } of calls) {
    if (failed === undefined) continue;
    const one: FailedCall = {
      call,
      errno: failed,
      ...(path === undefined ? {} : { path }),
      ...(on === undefined ? {} : { on }),
      ...(took === undefined ? {} : { took }),
      ...(told === undefined ? {} : { told }),
    };
    const known = byStep.get(step);
    if (known === undefined) byStep.set(step, [one]);
    else known.push(one);
  }
  return byStep;
}

function around<O, R, S>(run: Run<O, R, S>, step: number): FailingStep['around'] & {} {
  const { began, ended } = run.steps[step]!;
  return { before: imageAfter(run.log, began), after: imageAfter(run.log, ended) };
}
