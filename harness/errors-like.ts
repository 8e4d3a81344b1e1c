import { sweep } from '../faults/errors/sweep.ts';
import type { CallMade, CallSite, Injection } from '../faults/errors/types.ts';
import { plainerInjections } from '../faults/errors/words.ts';

/** At most so many call sites of a changed history are tried for one injection. */
const sitesMost = 6;
const budgetsMost = 12;

/** What is known of a history, or a walk, for moving its injections into a changed one. */
export interface Sites {
  readonly calls: readonly CallMade[];
  /** The step of the changed history that corresponds to one of the old; null: it is gone. */
  readonly stepOf: (step: number) => number | null;
}

/**
 * Injections of a changed history that correspond to those of the old: the same call of the same
 * operation, else others of that operation by the same name. `calls` are those of the changed one
 * without faults. Several injections move together, to the nearest sites.
 */
export function errorsLike(
  errors: readonly Injection[],
  old: Sites,
  calls: readonly CallMade[],
): (readonly Injection[])[] {
  if (errors.length === 0) return [[]];
  const moved = errors.map((one) => movedTo(one, old, calls));
  if (moved.some((ways) => ways.length === 0)) return [];
  const longest = Math.max(...moved.map((ways) => ways.length));
  return Array.from({ length: longest }, (_, i) => moved.map((ways) => ways[i % ways.length]!));
}

function movedTo(one: Injection, old: Sites, calls: readonly CallMade[]): Injection[] {
  if (one.is === 'space') return budgetsLike(one, old, calls);
  const step = old.stepOf(one.at.step);
  const was = old.calls.find((c) => c.step === one.at.step && c.nth === one.at.nth);
  if (step === null || was === undefined) return [];
  return sitesLike(was, step, calls).map((at) => ({ ...one, at }));
}

function sitesLike(was: CallMade, step: number, calls: readonly CallMade[]): CallSite[] {
  const far = (c: CallMade): number => Math.abs(c.nth - was.nth) + (c.path === was.path ? 0 : 0.5);
  return calls
    .filter((c) => c.step === step && c.call === was.call)
    .toSorted((a, b) => far(a) - far(b))
    .slice(0, sitesMost)
    .map(({ nth }) => ({ step, nth }));
}

/** Budgets that end at the operation at which the old one was first felt. */
function budgetsLike(
  one: Extract<Injection, { readonly is: 'space' }>,
  old: Sites,
  calls: readonly CallMade[],
): Injection[] {
  const felt = old.calls.find((c) => c.failed === 'ENOSPC' || c.done !== undefined);
  const step = felt === undefined ? null : old.stepOf(felt.step);
  if (step === null) return [];
  const { injections } = sweep(calls, { kinds: ['space'], steps: (s) => s === step });
  const same = injections.filter(
    (i) => i.is === 'space' && (i.backAtStep === undefined) === (one.backAtStep === undefined),
  );
  return same.slice(0, budgetsMost);
}

/** Plainer injections at the same place: none first, then one less, then each one plainer. */
export function* plainerErrors(errors: readonly Injection[]): Generator<readonly Injection[]> {
  if (errors.length === 0) return;
  yield [];
  for (let i = 0; i < errors.length && errors.length > 1; i++) yield errors.toSpliced(i, 1);
  for (const [i, one] of errors.entries()) {
    for (const plainer of plainerInjections(one)) yield errors.with(i, plainer);
  }
}
