import type { Check, Finding } from '../lib/clause.ts';
import * as may from '../lib/promises.ts';

/** Opening answers nothing of its own, and of no path it is known that nobody relies on it. */
export const facts: may.Facts = { isOpen: (seen) => seen.op === 'open', isVolatile: () => false };

/**
 * The same check, but not after damage at rest: without knowing the format, nobody can say what it
 * destroyed.
 */
export function unharmed(check: Check): Check {
  return (evidence) => (evidence.fault === 'damage' ? 'not_exercised' : check(evidence));
}

/**
 * Reading changes no byte, answers the same twice, and leaves the next append where it belongs.
 * Behind a torn tail a stray append is recovery's fault; on a log that was never hurt, a read's.
 */
export const readingIsIdle: Check = (evidence) => {
  const parts = [may.changesNothing('read')(evidence), may.readersAgree(facts)(evidence)];
  if (evidence.fault === 'none') parts.push(may.goesOn(facts)(evidence));
  const findings = parts.filter((part): part is readonly Finding[] => part !== 'not_exercised');
  return findings.length === 0 ? 'not_exercised' : findings.flat();
};

/**
 * What is acknowledged after an append or sync that failed, in the history or in the walk, is there
 * when the log is opened again.
 */
export const keepsWordAfterFailure: Check = (evidence) => {
  const parts = [may.keepsWordAfterFailure(facts)(evidence), keepsWordInWalk(evidence)];
  const findings = parts.filter((part): part is readonly Finding[] => part !== 'not_exercised');
  return findings.length === 0 ? 'not_exercised' : findings.flat();
};

const keepsWordInWalk: Check = (evidence) => {
  const writes = evidence.seen.filter((s) => s.phase === 'append' || s.phase === 'sync');
  const failed = writes.findIndex((s) => s.outcome.is !== 'ok');
  const later = failed < 0 ? [] : writes.slice(failed + 1).flatMap((s) => s.adds ?? []);
  const after = may.shows(facts, evidence, 'reopen')[0];
  if (later.length === 0 || after === undefined) return 'not_exercised';
  const shown = new Set(may.keysOf(after));
  const lost = later.filter((key) => !shown.has(key));
  if (lost.length === 0) return [];
  const say = `acknowledged after a failure, then gone: ${may.named(lost)}`;
  return [may.finding('lost_acked', 'append', say)];
};
