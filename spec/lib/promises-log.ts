import type { Anomaly, Check, Evidence, Finding, Phase, Seen } from './clause.ts';
import { nearest, type Departure } from './departure.ts';
import type { Key } from './judge.ts';

/** What makes a walk of a kind readable here. */
export interface Facts {
  /** True for a step whose view carries reports but no entries: an open. */
  readonly isOpen: (seen: Seen) => boolean;
  /** Paths whose content nobody relies on: temporary names. */
  readonly isVolatile: (path: string) => boolean;
}

const few = 3;

/** Some keys in words. */
export function named(keys: readonly Key[]): string {
  const shown = keys.slice(0, few).map((key) => (key.length > 60 ? `${key.slice(0, 57)}...` : key));
  const more = keys.length > few ? ` and ${keys.length - few} more` : '';
  return `${shown.join(', ')}${more}`;
}

/** A finding, in one call. */
export function finding(anomaly: Anomaly, phase: Phase, say: string): Finding {
  return { anomaly, phase, say };
}

/** The steps of these phases that show entries. */
export function shows(
  facts: Facts,
  evidence: Evidence,
  ...phases: readonly Phase[]
): readonly Seen[] {
  return evidence.seen.filter(
    (s) => s.view !== undefined && !facts.isOpen(s) && phases.includes(s.phase),
  );
}

/** The keys that a step shows. */
export const keysOf = (seen: Seen): readonly Key[] => seen.view?.keys ?? [];

/** True where both lists are the same. */
export function sameKeys(a: readonly Key[], b: readonly Key[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

const departures = new WeakMap<Evidence, { readonly of: Seen; readonly off: Departure | null }>();

/** The nearest departure of what was recovered; several clauses ask for it. */
function departureIn(evidence: Evidence, of: Seen): Departure | null {
  let kept = departures.get(evidence);
  if (kept?.of !== of) {
    departures.set(evidence, (kept = { of, off: nearest(keysOf(of), evidence.owes) }));
  }
  return kept.off;
}

/**
 * Judges what was recovered after no fault, or after a kill; damage at rest is judged by the bytes.
 */
function recovered(
  facts: Facts,
  judge: (off: Departure, seen: Seen, evidence: Evidence) => readonly Finding[],
): Check {
  return (evidence) => {
    const first = shows(facts, evidence, 'open', 'read')[0];
    if (first === undefined || evidence.fault === 'damage') return 'not_exercised';
    const off = departureIn(evidence, first);
    return off === null ? 'not_exercised' : judge(off, first, evidence);
  };
}

/** Every entry is shown whose acknowledgement survives what happened. */
export function nothingLost(facts: Facts): Check {
  const anomalyOf = ({ fault }: Evidence): Anomaly =>
    fault === 'power' ? 'lost_durable' : 'lost_acked';
  const shown = recovered(facts, ({ lost }, { phase }, evidence) => {
    if (lost.length === 0) return [];
    return [finding(anomalyOf(evidence), phase, `acknowledged, then gone: ${named(lost)}`)];
  });
  return (evidence) => {
    const closed = neverShown(facts, evidence);
    if (closed === null) return shown(evidence);
    const say = `acknowledged, and ${closed.op} answers ${closed.code}`;
    return [finding(anomalyOf(evidence), closed.phase, say)];
  };
}

/**
 * The reader that refuses where entries are owed, the open was accepted, and no reader shows any: a
 * store that can be opened and never read has lost them all.
 */
function neverShown(
  facts: Facts,
  evidence: Evidence,
): { readonly op: string; readonly phase: Phase; readonly code: string } | null {
  const { seen, owes, fault } = evidence;
  if (fault === 'damage' || owes.length === 0 || owes.some((o) => o.must.length === 0)) return null;
  if (shows(facts, evidence, 'open', 'read').length > 0) return null;
  const first = seen.filter((s) => s.phase === 'open' || s.phase === 'read');
  if (!first.some((s) => facts.isOpen(s) && s.outcome.is === 'ok')) return null;
  for (const { op, phase, outcome } of first.filter((s) => !facts.isOpen(s))) {
    // Who dies or hangs has not refused: that is a clause of its own.
    if (outcome.is !== 'ok' && !/^(died|hang)/.test(outcome.code)) {
      return { op, phase, code: outcome.code };
    }
  }
  return null;
}

/**
 * Nothing is shown that no append was ever given; with `evenAfterDamage`, whatever the bytes
 * became.
 */
export function nothingInvented(
  facts: Facts,
  options: { readonly evenAfterDamage?: boolean } = {},
): Check {
  return (evidence) => {
    const views = shows(facts, evidence, 'open', 'inspect', 'read', 'reopen', 'again');
    const judged = evidence.fault !== 'damage' || options.evenAfterDamage === true;
    if (!judged || views.length === 0 || evidence.owes.length === 0) return 'not_exercised';
    const given = new Set(evidence.owes.flatMap((o) => [...o.must, ...o.may, ...o.never]));
    for (const key of evidence.seen.flatMap((s) => [s.adds ?? [], s.mayAdd ?? []].flat()))
      given.add(key);
    for (const seen of views) {
      const alien = keysOf(seen).filter((key) => !given.has(key));
      if (alien.length > 0)
        return [finding('phantom', seen.phase, `nobody appended ${named(alien)}`)];
    }
    return [];
  };
}

/**
 * Nothing is shown that a rollback had taken back. Exercised only where something was taken back.
 */
export function nothingResurrected(facts: Facts): Check {
  const check = recovered(facts, ({ returned }, { phase }) =>
    returned.length === 0
      ? []
      : [finding('resurrected', phase, `rolled back, then shown again: ${named(returned)}`)],
  );
  return (evidence) =>
    evidence.owes.some((o) => o.never.length > 0) ? check(evidence) : 'not_exercised';
}

/**
 * Beyond what is owed a prefix of what may be there is shown: nothing twice, nothing moved, no gap.
 */
export function inOrder(facts: Facts): Check {
  return recovered(facts, ({ twice, moved, skipped }, { phase }) => [
    ...(twice.length === 0
      ? []
      : [finding('duplicate', phase, `shown more often: ${named(twice)}`)]),
    ...(moved.length === 0 ? [] : [finding('reordered', phase, `shown too late: ${named(moved)}`)]),
    ...(skipped.length === 0
      ? []
      : [finding('gap', phase, `passed over by what came later: ${named(skipped)}`)]),
  ]);
}

/**
 * Where an operation that takes entries back may have been cut short, the log is as before it or as
 * after it. It is exercised where the alternatives are no prefixes of each other.
 */
export function atomic(facts: Facts): Check {
  return (evidence) => {
    const first = shows(facts, evidence, 'open', 'read')[0];
    const isSplit = evidence.owes.some((o) =>
      evidence.owes.some((other) =>
        other.never.some((key) => o.must.includes(key) || o.may.includes(key)),
      ),
    );
    if (first === undefined || evidence.fault === 'damage' || !isSplit) return 'not_exercised';
    const off = departureIn(evidence, first);
    const isWhole = off !== null && Object.values(off).every((list) => list.length === 0);
    if (isWhole) return [];
    return [
      finding(
        'not_atomic',
        first.phase,
        'the log is neither as before the rollback nor as after it',
      ),
    ];
  };
}

/**
 * After recovery an append is accepted, also where nothing could be read, and stands right behind
 * what was recovered once the store is opened again. With `mayRefuseDamaged`, a log that somebody
 * damaged may refuse it: what it accepts stands all the same.
 */
export function goesOn(facts: Facts, options: { readonly mayRefuseDamaged?: boolean } = {}): Check {
  return (evidence) => {
    const { seen } = evidence;
    const asked = seen.filter((s) => s.phase === 'append');
    const refused = asked.find((s) => s.outcome.is !== 'ok');
    const mayRefuse = options.mayRefuseDamaged === true && evidence.fault === 'damage';
    if (asked.length === 0) return 'not_exercised';
    if (mayRefuse) {
      const answers = asked.map(({ outcome }) => outcome.is);
      const isTold = answers.includes('ok') && !answers.includes('info');
      return isTold ? standsBehind(facts, evidence) : 'not_exercised';
    }
    if (refused !== undefined && refused.outcome.is !== 'ok') {
      return [
        finding('continuation_broken', 'append', `${refused.op} answers ${refused.outcome.code}`),
      ];
    }
    return standsBehind(facts, evidence);
  };
}

function standsBehind(facts: Facts, evidence: Evidence): ReturnType<Check> {
  const { seen } = evidence;
  const before = shows(facts, evidence, 'open', 'read')[0];
  if (before === undefined) return 'not_exercised';
  const reopened = seen.findIndex((s) => s.phase === 'reopen');
  if (reopened === -1) return [];
  const added = seen.slice(0, reopened).flatMap((s) => s.adds ?? []);
  const shut = seen.slice(reopened).find((s) => s.phase === 'reopen' && s.outcome.is !== 'ok');
  if (shut !== undefined && shut.outcome.is !== 'ok') {
    const say = `after an append, ${shut.op} answers ${shut.outcome.code}`;
    return [finding('continuation_broken', 'reopen', say)];
  }
  const after = shows(facts, evidence, 'reopen')[0];
  if (after === undefined) return [];
  return misplaced(keysOf(after), [...keysOf(before), ...added]);
}

function misplaced(shown: readonly Key[], expected: readonly Key[]): readonly Finding[] {
  if (sameKeys(shown, expected)) return [];
  const at = expected.findIndex((key, i) => key !== shown[i]);
  const say =
    at === -1
      ? `after reopening, ${shown.length} entries are shown for ${expected.length}`
      : `after reopening, entry ${at + 1} is ${shown[at] ?? 'missing'} instead of ${expected[at]}`;
  return [finding('continuation_broken', 'reopen', say)];
}

/** All readers of one phase show the same log. */
export function readersAgree(facts: Facts): Check {
  return (evidence) => {
    const phases = ['read', 'reopen', 'again'] as const;
    const groups = phases.map((phase) => shows(facts, evidence, phase));
    if (groups.every((group) => group.length < 2)) return 'not_exercised';
    return groups.flatMap((group) => {
      const [first] = group;
      const other = group.find((s) => first !== undefined && !sameKeys(keysOf(s), keysOf(first)));
      if (first === undefined || other === undefined) return [];
      const counts = [keysOf(first).length, keysOf(other).length];
      const say = `${first.op} shows ${counts[0]} entries, ${other.op} ${counts[1]} or others`;
      return [finding('readers_disagree', other.phase, say)];
    });
  };
}
