import { killCuts } from '../faults/kill.ts';
import type { Evidence } from '../spec/lib/clause.ts';
import { agrees } from './agreement.ts';
import type { Depth } from './depth.ts';
import type { Run } from './drive.ts';
import type { CaseEvent } from './events.ts';
import { faultClasses } from './fault-classes.ts';
import type { Trial } from './judge.ts';
import type { Planned } from './ladder.ts';
import { earlierImages } from './make.ts';
import type { Sorted } from './limits/sort.ts';

/** The table is asked about one state in so many; asking it takes longer than a walk. */
export const agreementOneIn = 8;

/** Counts that a fault was made. */
export function countFault(tally: Tally, { fault, names }: Planned): void {
  tally.generated++;
  for (const name of names) tally.faults[name] = (tally.faults[name] ?? 0) + 1;
  if (fault.is === 'damage') tally.damaged++;
  if (fault.is === 'kill') tally.cuts++;
}

type Counts = Omit<CaseEvent, 'is' | 'rungs' | 'syncs'>;
/** What is counted of one history while it is checked. */
export type Tally = { -readonly [K in keyof Counts]: Counts[K] };

/** Nothing counted yet: every class of faults that is planned stands there with none. */
export function newTally<O, R, S, D>(
  { kind, make }: Pick<Trial<O, R, S, D>, 'kind' | 'make'>,
  id: string,
  run: Run<O, R, S>,
  depth: Depth,
): Tally {
  const earlier = earlierImages(run, killCuts(run.log, { tears: kind.tears }));
  const classes = faultClasses(kind, depth, { image: run.image, earlier }).filter(
    // Of a history whose steps are known only as wholes nobody sees the writes.
    (name) =>
      (run.log.grain === undefined || name !== 'kill inside a write') &&
      make.unable?.faults.includes(name) !== true,
  );
  const faults = Object.fromEntries(classes.map((name) => [name, 0]));
  return {
    kind: kind.name, id, operations: run.steps.length, cuts: 0, damaged: 0, generated: 0, walked: 0,
    faults, phases: {}, clauses: {}, reported: {}, agreement: { same: 0, compared: 0 },
  }; // prettier-ignore
}

/** Counts a walk and what the clauses say of it. */
export function count(
  tally: Tally,
  evidence: Evidence,
  judged: readonly Sorted[],
  gates: boolean,
): void {
  tally.walked++;
  for (const seen of evidence.seen) {
    tally.phases[seen.phase] = (tally.phases[seen.phase] ?? 0) + 1;
  }
  for (const { clause, findings } of judged) {
    const spread = (tally.clauses[clause.id] ??= { exercised: 0, failed: 0 });
    spread.exercised++;
    if (findings.length === 0) continue;
    if (findings.every((f) => f.limit !== undefined)) spread.limited = (spread.limited ?? 0) + 1;
    else if (gates) spread.failed++;
    else tally.reported[clause.id] = (tally.reported[clause.id] ?? 0) + 1;
  }
}

/** Counts whether opening showed what the original's table allows. */
export function countAgreement<O, R, S, D>(
  tally: { agreement: Tally['agreement'] },
  trial: Trial<O, R, S, D>,
  evidence: Evidence,
): void {
  const legal = trial.kind.legal(evidence.start, 'original');
  if (legal === null) return;
  tally.agreement.compared++;
  if (agrees(evidence, legal)) tally.agreement.same++;
}
