import type { Check, Evidence, FailedCall, FailingStep, Finding, Phase } from './clause.ts';
import { differences, type Image } from './image.ts';
import type { Key } from './judge.ts';
import { goneOf } from './promises-disk.ts';
import { nearest } from './departure.ts';
import { finding, keysOf, named, sameKeys, shows, type Facts } from './promises-log.ts';

const isSync = ({ call }: FailedCall): boolean => call === 'fsyncSync' || call === 'fdatasyncSync';
const isTold = ({ told }: FailedCall): boolean => told !== false;
const addsOf = ({ adds }: FailingStep): readonly Key[] => (adds === undefined ? [] : [adds].flat());

/** True for a step whose ok is a promise about what is on disk. */
const promises = (step: FailingStep): boolean =>
  step.outcome.is === 'ok' && (step.holds === 'power' || addsOf(step).length > 0);

function phaseOf(step: FailingStep): Phase {
  if (step.opens) return 'open';
  if (step.view !== undefined) return 'read';
  return step.op === 'sync' ? 'sync' : 'append';
}

/** Steps of the history, judged only where some call of it failed. */
function failing(judge: (steps: readonly FailingStep[], evidence: Evidence) => Judged): Check {
  return (evidence) => {
    const steps = evidence.failing ?? [];
    return steps.some((s) => s.failed.length > 0) ? judge(steps, evidence) : 'not_exercised';
  };
}

type Judged = readonly Finding[] | 'not_exercised';

/** What is acknowledged behind a failed call is there when the store is opened again. */
export function keepsWordAfterFailure(facts: Facts): Check {
  return failing((steps, evidence) => {
    const first = steps.findIndex((s) => s.failed.length > 0);
    const later = new Set(steps.slice(first + 1).flatMap(addsOf));
    const shown = shows(facts, evidence, 'open', 'read')[0];
    if (later.size === 0 || shown === undefined || evidence.fault === 'damage') {
      return 'not_exercised';
    }
    const off = nearest(keysOf(shown), evidence.owes);
    if (off === null) return 'not_exercised';
    const lost = off.lost.filter((key) => later.has(key));
    if (lost.length === 0) return [];
    const say = `acknowledged after a call had failed, then gone: ${named(lost)}`;
    return [finding('lost_acked', shown.phase, say)];
  });
}

/**
 * After a failed sync of a file that outlasts the operation nothing is acknowledged through that
 * handle any more, the operation itself included. The next open begins anew.
 */
export function poisonedBySync(facts: Facts): Check {
  return failing((steps, evidence) => {
    const isData = ({ on, path }: FailedCall): boolean =>
      on === 'file' && path !== undefined && !facts.isVolatile(path) && evidence.start.has(path);
    const poisoned = new Map<string, FailedCall>();
    let isExercised = false;
    for (const step of steps) {
      if (step.opens) poisoned.delete(step.handle);
      const failed = step.failed.find((f) => isSync(f) && isTold(f) && isData(f));
      if (failed !== undefined) poisoned.set(step.handle, failed);
      const by = poisoned.get(step.handle);
      if (by === undefined) continue;
      isExercised = true;
      if (promises(step) || (step.opens && step.outcome.is === 'ok')) {
        const say = `${step.op} answers ok after a sync of ${by.path} failed with ${by.errno}`;
        return [finding('lost_durable', phaseOf(step), say)];
      }
    }
    return isExercised ? [] : 'not_exercised';
  });
}

const unsupported = new Set(['EINVAL', 'EPERM', 'EISDIR', 'EACCES', 'EBADF']);

/**
 * An operation that promises to survive a power cut, and one of whose syncs failed, is not
 * acknowledged. That directories cannot be synced at all is nobody's failure.
 */
export function unsyncedIsRefused(): Check {
  return failing((steps) => {
    const failures = (step: FailingStep): FailedCall | undefined =>
      step.failed.find(
        (f) => isSync(f) && isTold(f) && !(f.on === 'dir' && unsupported.has(f.errno)),
      );
    const judged = steps.filter((s) => s.holds === 'power' && failures(s) !== undefined);
    if (judged.length === 0) return 'not_exercised';
    const wrong = judged.find((s) => s.outcome.is === 'ok');
    if (wrong === undefined) return [];
    const { path = '', errno } = failures(wrong)!;
    const what = path === '' ? 'its directory' : path;
    const say = `${wrong.op} answers ok although a sync of ${what} failed with ${errno}`;
    return [finding('lost_durable', phaseOf(wrong), say)];
  });
}

/** A handle that goes on after a failed call shows what the store shows when opened again. */
export function goesOnAsFound(facts: Facts): Check {
  return failing((steps, evidence) => {
    const after = shows(facts, evidence, 'open', 'read')[0];
    const isWhole = evidence.fault === 'none' || evidence.fault === 'kill';
    const last = steps.findLastIndex((_, i) => goesOnAt(steps, i));
    if (after === undefined || !isWhole || last < 0) return 'not_exercised';
    const rest = steps.slice(last + 1);
    // What else was asked behind the read may have changed the store, nobody knows how.
    if (!rest.every(isPlain)) return 'not_exercised';
    const known = [...(steps[last]!.view?.keys ?? []), ...rest.flatMap(addsOf)];
    if (sameKeys(known, keysOf(after))) return [];
    const say =
      `a handle that went on after a failed call knows ${known.length} entries, ` +
      `an open after it ${keysOf(after).length}`;
    return [finding('readers_disagree', 'read', say)];
  });
}

/** True for a read through the only handle that has promised anything since a call of it failed. */
function goesOnAt(steps: readonly FailingStep[], read: number): boolean {
  const { view, opens, handle } = steps[read]!;
  if (view === undefined || opens) return false;
  const opened = steps.findLastIndex((s, i) => i < read && s.opens && s.handle === handle);
  const failed = steps.findIndex((s, i) => i > opened && s.failed.length > 0);
  if (failed < 0) return false;
  const since = steps.slice(failed + 1, read).filter(promises);
  return since.length > 0 && since.every((s) => s.handle === handle);
}

/** True for what adds to a log, or leaves it as it is. */
function isPlain({ outcome, holds, op, adds }: FailingStep): boolean {
  if (outcome.is !== 'ok') return outcome.is === 'fail';
  return holds === 'memory' || adds !== undefined || op === 'sync' || op === 'close';
}

/**
 * Where calls fail, nothing dies, and a refusal has a code of the store's own. `codes` are those
 * that name a failed call's cause; null where that is not laid down.
 */
export function failsTyped(codes: ((failed: FailedCall) => readonly string[]) | null): Check {
  return failing((steps) => {
    for (const step of steps) {
      if (step.outcome.is === 'ok') continue;
      const { code } = step.outcome;
      const told = step.failed.filter(isTold);
      const causes = [...new Set(told.map((f) => f.errno))].join(', ');
      const because =
        causes === '' ? 'after an earlier failure' : `where calls fail with ${causes}`;
      const gone = goneOf(step.outcome);
      if (gone !== null) {
        const does = gone === 'died' ? 'dies' : 'hangs';
        return [finding(gone, phaseOf(step), `${step.op} ${does} ${because}: ${code}`)];
      }
      const legal = codes === null ? null : told.flatMap(codes);
      const isNamed = legal === null || legal.length === 0 || legal.includes(code);
      if (code !== 'untyped' && isNamed) continue;
      const wanted = legal === null || legal.length === 0 ? 'a code' : named([...new Set(legal)]);
      const say = `${step.op} answers ${code} ${because}; it should answer ${wanted}`;
      return [finding('wrong_error', phaseOf(step), say)];
    }
    return [];
  });
}

/** Calls that need space to add something; others fail for lack of it where files are copied. */
const adding = new Set(['openSync', 'writeSync', 'mkdirSync', 'linkSync', 'symlinkSync']);

/**
 * An open that a full disk keeps from what it must do is refused with one of these codes, and has
 * changed nothing. Where a sync told of it nobody knows what is on disk, so nothing is taken back.
 * `goesOn` tells where an open finishes what was decided before it.
 */
export function fullDiskChangesNothing(
  facts: Facts,
  codes: readonly string[],
  goesOn: (before: Image) => boolean = () => false,
): Check {
  return failing((steps) => {
    const isFull = (f: FailedCall): boolean =>
      (f.errno === 'ENOSPC' || f.errno === 'EDQUOT') && f.took !== true && adding.has(f.call);
    const refused = steps.filter(
      (s) =>
        s.opens &&
        s.outcome.is !== 'ok' &&
        s.failed.length > 0 &&
        s.failed.every(isFull) &&
        !(s.around !== undefined && goesOn(s.around.before)),
    );
    if (refused.length === 0) return 'not_exercised';
    for (const { op, outcome, around } of refused) {
      const code = outcome.is === 'ok' ? 'ok' : outcome.code;
      if (!codes.includes(code)) {
        const say = `${op} on a full disk answers ${code}; it should answer ${named(codes)}`;
        return [finding('wrong_error', 'open', say)];
      }
      if (around === undefined) continue;
      const moved = differences(around.before, around.after, facts.isVolatile);
      if (moved.length > 0) {
        const say = `${op} is refused for lack of space and has changed ${named(moved)}`;
        return [finding('side_effect', 'open', say)];
      }
    }
    return [];
  });
}
