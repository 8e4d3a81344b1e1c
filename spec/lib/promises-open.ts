import type { Check, Evidence, Finding, Seen } from './clause.ts';
import type { Legal, View } from './judge.ts';
import { differences } from './image.ts';
import { finding, keysOf, named, sameKeys, shows } from './promises-log.ts';
import type { Facts } from './promises-log.ts';

/** The first open of a walk. */
export function firstOpen(facts: Facts, evidence: Evidence): Seen | undefined {
  return evidence.seen.find(
    (s) => s.phase === 'open' && (facts.isOpen(s) || s.outcome.is !== 'ok'),
  );
}

/**
 * What was closed, or killed, opens. A refusal under one of `ambiguous` is excused after a kill
 * that may have left several appends half done, never after damage (that is judged by the bytes).
 */
export function opensAfterKill(facts: Facts, ambiguous: readonly string[] = []): Check {
  return (evidence) => {
    const opened = firstOpen(facts, evidence);
    if (opened === undefined || evidence.fault === 'damage') return 'not_exercised';
    if (opened.outcome.is === 'ok') return [];
    const { code } = opened.outcome;
    const several = evidence.owes.some((o) => o.may.length > 1);
    if (ambiguous.includes(code) && evidence.fault !== 'none' && several) return [];
    return [finding('unopenable', 'open', `opening answers ${code}`)];
  };
}

/**
 * Opening answers what the bytes allow: it succeeds or refuses as it should, under a code that says
 * why.
 */
export function opensAsAllowed(facts: Facts): Check {
  return (evidence) => {
    const opened = firstOpen(facts, evidence);
    if (opened === undefined || evidence.legal.length === 0) return 'not_exercised';
    return judgeOpen(opened, evidence.legal);
  };
}

function judgeOpen(opened: Seen, legal: readonly Legal[]): readonly Finding[] {
  const { outcome } = opened;
  const codes = legal.flatMap((l) => (l.open === 'refused' ? l.codes : []));
  const mayOpen = legal.some((l) => l.open === 'ok');
  if (outcome.is === 'ok') {
    if (mayOpen) return [];
    return [
      finding('corrupt_accepted', 'open', `opens what must be refused (${codes.join(', ')})`),
    ];
  }
  if (codes.includes(outcome.code)) return [];
  if (codes.length === 0) {
    return [finding('unopenable', 'open', `refuses with ${outcome.code} what must open`)];
  }
  const say = `refuses with ${outcome.code} instead of ${codes.join(' or ')}`;
  return [finding('wrong_error', 'open', say)];
}

/** An open that succeeds shows exactly the entries that the bytes allow. */
export function showsAsAllowed(facts: Facts): Check {
  return (evidence) => {
    const view = shows(facts, evidence, 'open', 'read')[0];
    const allowed = evidence.legal.filter((l) => l.open === 'ok');
    if (view === undefined || allowed.length === 0) return 'not_exercised';
    const keys = keysOf(view);
    if (allowed.some((l) => sameKeys(l.keys, keys))) return [];
    const known = new Set(allowed.flatMap((l) => l.keys));
    const alien = keys.filter((key) => !known.has(key));
    if (alien.length > 0) {
      return [
        finding('corrupt_accepted', view.phase, `shows what does not verify: ${named(alien)}`),
      ];
    }
    const legal = allowed.map((l) => l.keys.length).join(' or ');
    const say = `shows ${keys.length} entries; legal: ${legal}`;
    return [finding('gap', view.phase, say)];
  };
}

/** Where opening is refused, a reader that cannot write shows exactly what still verifies. */
export function inspectsAsAllowed(facts: Facts, unreadable: readonly string[] = []): Check {
  return (evidence) => {
    const refusals = evidence.legal.flatMap((l) => (l.open === 'refused' ? [l] : []));
    const asked = evidence.seen.filter((s) => s.phase === 'inspect' && s.probe === undefined);
    if (refusals.length === 0 || asked.length === 0) return 'not_exercised';
    const excused = refusals.some((l) => l.codes.some((code) => unreadable.includes(code)));
    const shut = asked.find((s) => s.outcome.is !== 'ok');
    if (shut !== undefined && shut.outcome.is !== 'ok') {
      if (excused) return [];
      return [finding('unopenable', 'inspect', `${shut.op} answers ${shut.outcome.code}`)];
    }
    const view = asked.find((s) => s.view !== undefined && !facts.isOpen(s));
    if (view === undefined || refusals.some((l) => sameKeys(l.readable, keysOf(view)))) return [];
    const known = new Set(refusals.flatMap((l) => l.readable));
    const alien = keysOf(view).filter((key) => !known.has(key));
    return alien.length > 0
      ? [finding('corrupt_accepted', 'inspect', `shows what does not verify: ${named(alien)}`)]
      : [finding('gap', 'inspect', `shows ${keysOf(view).length} entries of those that verify`)];
  };
}

/**
 * The image that opening leaves is one that is allowed, to the byte; paths that are volatile are
 * left out.
 */
export function leavesAsAllowed(facts: Facts): Check {
  return (evidence) => {
    const opened = firstOpen(facts, evidence);
    const allowed = evidence.legal.flatMap((l) => (l.open === 'ok' && l.after ? [l.after] : []));
    if (opened?.image === undefined || opened.outcome.is !== 'ok' || allowed.length === 0) {
      return 'not_exercised';
    }
    const { image } = opened;
    const offs = allowed.map((after) => differences(after, image, facts.isVolatile));
    if (offs.some((paths) => paths.length === 0)) return [];
    return [finding('side_effect', 'open', `opening leaves other bytes: ${named(offs[0] ?? [])}`)];
  };
}

/** A report that an open owes, in any of the ways named. */
export interface Owed {
  readonly repairs: readonly {
    readonly did: readonly string[];
    readonly file: string;
    readonly why: string;
  }[];
  readonly notices: readonly { readonly code: string; readonly file: string }[];
}

/**
 * An open that succeeds reports at least what the bytes call for. Exercised where they call for
 * something.
 */
export function reportsOwed(facts: Facts, owed: (evidence: Evidence) => Owed): Check {
  return (evidence) => {
    const opened = firstOpen(facts, evidence);
    if (opened?.view === undefined || opened.outcome.is !== 'ok') return 'not_exercised';
    const { repairs, notices } = owed(evidence);
    if (repairs.length + notices.length === 0) return 'not_exercised';
    return silent(opened.view, { repairs, notices });
  };
}

/**
 * Whatever an open changes in a file that was there, it reports. Exercised where it changes
 * something. Where `pending` names a file that was there, one report for it covers all changes.
 */
export function reportsChanges(facts: Facts, pending?: string): Check {
  return (evidence) => {
    const opened = firstOpen(facts, evidence);
    if (opened?.view === undefined || opened.outcome.is !== 'ok') return 'not_exercised';
    const changed = changedFiles(facts, evidence, opened);
    if (changed.length === 0) return 'not_exercised';
    const { repairs } = opened.view;
    const isFinished = repairs.some(
      (r) => r.did === 'finished' && r.file === pending && evidence.start.has(r.file),
    );
    return changed
      .filter((path) => !isFinished && !repairs.some((r) => r.file === path))
      .map((path) =>
        finding('silent_repair', 'open', `opening changes ${path} and reports no repair`),
      );
  };
}

function changedFiles(facts: Facts, evidence: Evidence, opened: Seen): readonly string[] {
  if (opened.image === undefined) return [];
  const { image } = opened;
  // A file that was not there before is what a repair writes; one that was is what it repairs.
  return differences(evidence.start, image, facts.isVolatile).filter(
    (path) => evidence.start.get(path)?.is === 'file',
  );
}

function silent(view: View, owed: Owed): readonly Finding[] {
  const say = [
    ...owed.repairs
      .filter((r) => !view.repairs.some((v) => v.file === r.file && r.did.includes(v.did)))
      .map((r) => `${r.file} was ${r.did.join(' or ')} (${r.why})`),
    ...owed.notices
      .filter((n) => !view.notices.some((v) => v.code === n.code && v.file === n.file))
      .map((n) => `${n.code} of ${n.file}`),
  ];
  return say.map((what) => finding('silent_repair', 'open', `opening does not report: ${what}`));
}
