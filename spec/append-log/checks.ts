import type { Anomaly, Check, Evidence, Finding, Phase, Seen } from '../lib/clause.ts';
import { differences } from '../lib/image.ts';
import type { Key, Owes } from '../lib/judge.ts';

const few = 3;

/** Keys as words: the first few, and how many more there are. */
function named(keys: readonly Key[]): string {
  const more = keys.length > few ? ` and ${keys.length - few} more` : '';
  return `${keys.slice(0, few).join(', ')}${more}`;
}

const finding = (anomaly: Anomaly, phase: Phase, say: string): Finding => ({ anomaly, phase, say });

/** What the walk read in a phase before it appended anything, or after it reopened. */
function viewsIn(evidence: Evidence, ...phases: readonly Phase[]): readonly Seen[] {
  return evidence.seen.filter((s) => s.view !== undefined && phases.includes(s.phase));
}

const keysOf = (seen: Seen): readonly Key[] => seen.view?.keys ?? [];

/**
 * After damage at rest nothing is owed: without knowing the format, nobody can say what it
 * destroyed.
 */
const owesNothing = (evidence: Evidence): boolean =>
  evidence.fault === 'damage' || evidence.owes.length === 0;

/**
 * Judges the recovered log by each alternative that the history owes, and keeps the kindest answer.
 */
function recovered(judge: (keys: readonly Key[], owes: Owes, phase: Phase) => Finding[]): Check {
  return (evidence) => {
    const views = viewsIn(evidence, 'open', 'read');
    if (views.length === 0 || owesNothing(evidence)) return 'not_exercised';
    return views.flatMap((seen) => {
      const answers = evidence.owes.map((owes) => judge(keysOf(seen), owes, seen.phase));
      return answers.reduce((best, next) => (next.length < best.length ? next : best));
    });
  };
}

/** Every acknowledged entry is shown. */
export const nothingLost: Check = recovered((keys, owes, phase) => {
  const shown = new Set(keys);
  const lost = owes.must.filter((key) => !shown.has(key));
  if (lost.length === 0) return [];
  const say = `${lost.length} of ${owes.must.length} acknowledged entries are gone: ${named(lost)}`;
  return [finding('lost_acked', phase, say)];
});

/** Nothing is shown that was never given to an append, damage at rest included. */
export const nothingInvented: Check = (evidence) => {
  const views = viewsIn(evidence, 'open', 'read', 'reopen', 'again');
  if (views.length === 0 || evidence.owes.length === 0) return 'not_exercised';
  const given = new Set(evidence.owes.flatMap((o) => [...o.must, ...o.may, ...o.never]));
  for (const { adds } of evidence.seen) if (adds !== undefined) given.add(adds);
  return views.flatMap((seen) => {
    const alien = keysOf(seen).filter((key) => !given.has(key));
    if (alien.length === 0) return [];
    return [finding('phantom', seen.phase, `nobody ever appended ${named(alien)}`)];
  });
};

/**
 * The log is all that is owed, then a prefix of what may be there: no gap, nothing twice, in order.
 */
export const inOrder: Check = recovered((keys, owes, phase) => {
  const rank = new Map([...owes.must, ...owes.may].map((key, at) => [key, at]));
  const known = keys.filter((key) => rank.has(key));
  const twice = known.filter((key, at) => known.indexOf(key) !== at);
  if (twice.length > 0) return [finding('duplicate', phase, `shown twice: ${named(twice)}`)];
  const moved = known.find((key, at) => at > 0 && rank.get(key)! < rank.get(known[at - 1]!)!);
  if (moved !== undefined) return [finding('reordered', phase, `${moved} is shown too late`)];
  const hole = known.findIndex((key, at) => rank.get(key) !== at);
  if (hole < 0) return [];
  return [finding('gap', phase, `${known[hole]} is shown, but not what was appended before it`)];
});

/** A log that a kill left, or nothing at all, opens. */
export const opens: Check = (evidence) => {
  const first = evidence.seen.find((s) => s.phase === 'open');
  if (first === undefined || evidence.fault === 'damage') return 'not_exercised';
  if (first.outcome.is === 'ok') return [];
  return [finding('unopenable', 'open', `open answers ${first.outcome.code}`)];
};

/**
 * What is appended after recovery is accepted, and stands behind what was recovered after a reopen.
 */
export const goesOn: Check = (evidence) => {
  const added = evidence.seen.filter((s) => s.phase === 'append' && s.op === 'append');
  const before = viewsIn(evidence, 'open', 'read').at(-1);
  if (added.length === 0 || before === undefined || evidence.fault === 'damage') {
    return 'not_exercised';
  }
  const refused = added.find((s) => s.outcome.is !== 'ok');
  if (refused !== undefined && refused.outcome.is !== 'ok') {
    return [finding('continuation_broken', 'append', `append answers ${refused.outcome.code}`)];
  }
  return misplaced(evidence, [...keysOf(before), ...added.flatMap((s) => s.adds ?? [])]);
};

function misplaced(evidence: Evidence, expected: readonly Key[]): readonly Finding[] {
  const broken = (say: string): readonly Finding[] => [
    finding('continuation_broken', 'reopen', say),
  ];
  const after = viewsIn(evidence, 'reopen').at(-1);
  if (after === undefined) {
    const opened = evidence.seen.find((s) => s.phase === 'reopen' && s.outcome.is !== 'ok');
    if (opened === undefined || opened.outcome.is === 'ok') return [];
    return broken(`after an append, ${opened.op} answers ${opened.outcome.code}`);
  }
  const keys = keysOf(after);
  const at = expected.findIndex((key, i) => key !== keys[i]);
  if (at < 0 && keys.length === expected.length) return [];
  if (at < 0) return broken(`shows ${keys.length} entries for ${expected.length}`);
  const shown = keys[at] === undefined ? 'the log ends' : `${keys[at]} is shown`;
  return broken(`after a reopen ${shown} where ${expected[at]} was appended`);
}

/** Opening a log that was closed whole changes nothing: neither its bytes nor what it shows. */
export const idempotent: Check = (evidence) => {
  const last = evidence.seen.filter((s) => s.phase === 'reopen').at(-1);
  const again = evidence.seen.filter((s) => s.phase === 'again');
  if (last?.view === undefined || again.length === 0 || evidence.fault === 'damage') {
    return 'not_exercised';
  }
  const shown = again.find((s) => s.view !== undefined && !sameKeys(keysOf(s), keysOf(last)));
  const findings: Finding[] = [];
  if (shown !== undefined) {
    const say = `${keysOf(last).length} entries, then ${keysOf(shown).length} after another open`;
    findings.push(finding('not_idempotent', 'again', say));
  }
  const paths = changedBetween(last, again.at(-1));
  if (paths.length > 0) {
    findings.push(finding('not_idempotent', 'again', `another open changes ${named(paths)}`));
  }
  return findings;
};

const sameKeys = (a: readonly Key[], b: readonly Key[]): boolean =>
  a.length === b.length && a.every((key, i) => key === b[i]);

function changedBetween(a: Seen | undefined, b: Seen | undefined): readonly string[] {
  if (a?.image === undefined || b?.image === undefined || a.image === b.image) return [];
  return differences(a.image, b.image);
}

/** Reading changes no byte, answers the same twice, and leaves the next append where it belongs. */
export const readingIsIdle: Check = (evidence) => {
  const reads = viewsIn(evidence, 'read');
  if (reads.length === 0) return 'not_exercised';
  const findings: Finding[] = [];
  const first = evidence.seen.indexOf(reads[0]!);
  const paths = changedBetween(evidence.seen[first - 1], reads.at(-1));
  if (paths.length > 0) {
    findings.push(finding('side_effect', 'read', `reading changes ${named(paths)}`));
  }
  if (reads.some((seen) => !sameKeys(keysOf(seen), keysOf(reads[0]!)))) {
    findings.push(finding('readers_disagree', 'read', 'two reads show two logs'));
  }
  // Behind a torn tail a misplaced append is recovery's fault; on a whole log, that of a read.
  const next = evidence.fault === 'none' ? goesOn(evidence) : 'not_exercised';
  return next === 'not_exercised' ? findings : [...findings, ...next];
};

/**
 * What is acknowledged after a failed append or sync, on the same handle, is there after a reopen.
 */
export const keepsWordAfterFailure: Check = (evidence) => {
  const writes = evidence.seen.filter((s) => s.phase === 'append' || s.phase === 'sync');
  const failed = writes.findIndex((s) => s.outcome.is !== 'ok');
  const later = failed < 0 ? [] : writes.slice(failed + 1).flatMap((s) => s.adds ?? []);
  const after = viewsIn(evidence, 'reopen').at(-1);
  if (later.length === 0 || after === undefined) return 'not_exercised';
  const shown = new Set(keysOf(after));
  const lost = later.filter((key) => !shown.has(key));
  if (lost.length === 0) return [];
  return [
    finding('lost_acked', 'append', `acknowledged after a failure, then gone: ${named(lost)}`),
  ];
};

/** No bytes on disk make the log die. A hang is the harness's to see. */
export const survivesBytes: Check = (evidence) => {
  if (evidence.seen.length === 0) return 'not_exercised';
  return evidence.seen.flatMap(({ outcome, op, phase }) =>
    outcome.is !== 'ok' && outcome.code.startsWith('died')
      ? [finding('died', phase, `${op} ${outcome.code}`)]
      : [],
  );
};

/** Nothing outside the log's directory is changed. */
export const staysInside: Check = ({ outside }) => {
  if (outside === undefined) return 'not_exercised';
  if (outside.length === 0) return [];
  return [finding('side_effect', 'open', `changes ${named(outside)}, outside its directory`)];
};

/** Every answer on a disk without faults is the machine's. */
export const answersAsAsked: Check = ({ model }) => {
  if (model === undefined || model.asked === 0) return 'not_exercised';
  return model.strays.slice(0, few).map((say) => finding('readers_disagree', 'read', say));
};
