import { damageNames } from '../faults/damage.ts';
import { randomFrom, type Random } from '../faults/random.ts';
import type { Evidence } from '../spec/lib/clause.ts';
import type { Owes } from '../spec/lib/judge.ts';
import type { Depth } from './depth.ts';
import type { Run } from './drive.ts';
import type { CaseEvent, FindingEvent, RunEvent, StartEvent } from './events.ts';
import { applyFault, type Fault, type Faulted } from './fault.ts';
import { gatherFaulted, judge, type Judged, type Trial } from './judge.ts';
import type { Image } from '../spec/lib/image.ts';
import { digestImage } from './lib/digest.ts';
import { agrees } from './agreement.ts';
import type { Kind, LeansOn } from './kind.ts';
import { faultsOf, makeRun } from './make.ts';
import { makeRepro, type Repro } from './repro.ts';
import { shrink, type Hit, type ShrinkBudget } from './shrink.ts';

export { faultsOf, makeRun, staysInside } from './make.ts';

/** One kind with the port that is to be judged. */
export interface Subject<O, R, S, D> {
  readonly trial: Trial<O, R, S, D>;
  /**
   * The name the port goes by in repros and reports: `safe`, `original`, `bug:no-newline-repair`.
   */
  readonly by: string;
}

export interface CheckOptions {
  readonly seed: string;
  readonly depth: Depth;
  readonly shrinkBudget?: ShrinkBudget;
  /** Called once for each repro; returns the file name it was kept under. */
  readonly keep?: (repro: Repro) => string | undefined;
}

/** What a run of this version never tries, whatever the depth. */
export const notTested: readonly string[] = [
  'power cuts (lost or reordered unsynced writes, directory entries, sizes)',
  'failing calls (EIO, ENOSPC, short writes, failed fsync)',
  'crashes inside recovery',
];

/** What a run of these subjects will judge, fixed before it begins. */
export function planOf<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  depth: Depth,
): StartEvent['kinds'][number] {
  const { kind, policy } = subject.trial;
  const selected = kind.clauses.filter((c) => c.policies.includes(policy) && !c.needs);
  const ids = (level: 'MUST' | 'SHOULD'): string[] =>
    selected.filter((c) => c.level === level).map((c) => c.id);
  return {
    kind: kind.name,
    port: subject.by,
    histories: depth.histories,
    must: ids('MUST'),
    should: ids('SHOULD'),
    notTested: [
      ...notTested,
      ...(policy === 'original' ? ['links out of the store, FIFOs'] : []),
      ...kind.clauses.filter((c) => c.needs).map((c) => `${c.id} (needs ${c.needs})`),
    ],
  };
}

/**
 * Puts one port under faults: a `case` event a history with all its states, and a `finding` event a
 * broken clause.
 */
export async function* checkKind<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  options: CheckOptions,
): AsyncGenerator<RunEvent, void> {
  const known = new Set<string>();
  for (let index = 0; index < options.depth.histories; index++) {
    yield* checkHistory(subject, options, index, known);
  }
}

/** Most histories are as the generators give them; every fourth leans on something rare. */
function leanOf<O, R, S, D>(kind: Kind<O, R, S, D>, index: number): LeansOn | undefined {
  const { leans = [] } = kind;
  return index % 4 === 3 ? leans[(index >> 2) % Math.max(1, leans.length)] : undefined;
}

async function* checkHistory<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  options: CheckOptions,
  index: number,
  known: Set<string>,
): AsyncGenerator<RunEvent, void> {
  const { trial } = subject;
  const id = `${trial.kind.name}/${index}`;
  const random = randomFrom(options.seed).fork(id);
  const leansOn = leanOf(trial.kind, index);
  const run = await makeRun(trial, random, options.depth.operations, leansOn);
  yield* checkRun(subject, options, { id, run, random, known, leansOn, costly: index === 0 });
}

/** A history as it went; `known` are the clauses and anomalies that were found before. */
interface RunToCheck<O, R, S> {
  readonly id: string;
  readonly run: Run<O, R, S>;
  readonly random: Random;
  readonly known: Set<string>;
  /** Let the walk over the undamaged store do what takes seconds. */
  readonly costly?: boolean;
  readonly leansOn?: LeansOn | undefined;
}

/** Puts one history under all its faults. */
export async function* checkRun<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  options: CheckOptions,
  { id, run, random, known, ...also }: RunToCheck<O, R, S>,
): AsyncGenerator<RunEvent, void> {
  const { trial } = subject;
  const tally = newTally(trial.kind, id, run);
  const merged = new Set<string>();
  const { damaged, tearsPerWrite } = options.depth;
  for (const { fault, names } of faultsOf(
    trial,
    run,
    random,
    damaged,
    also.leansOn,
    tearsPerWrite,
  )) {
    tally.generated++;
    const faulted = applyFault(trial.machine, run, fault);
    if (faulted === null) continue;
    for (const name of names) tally.faults[name] = (tally.faults[name] ?? 0) + 1;
    if (fault.is === 'damage') tally.damaged++;
    if (fault.is === 'kill') tally.cuts++;
    const state = stateNameOf(fault, faulted);
    if (merged.has(state)) continue;
    merged.add(state);
    tally.unique++;
    const costly = also.costly === true && fault.is === 'none';
    const evidence = await gatherFaulted(trial, { run, fault, faulted }, { costly });
    const judged = judge(trial.kind.clauses, evidence);
    count(tally, evidence, judged);
    if (tally.unique % agreementOneIn === 0) countAgreement(tally, trial, evidence);
    yield* findingsOf(subject, options, { id, run, fault, evidence, judged, known });
  }
  const { merged: _same, ...event } = { ...tally, merged };
  yield { is: 'case', ...event };
}

/** The table is asked about one state in so many; asking it takes longer than a walk. */
export const agreementOneIn = 8;

/**
 * What makes a state the same as another, so that both need only one walk: bytes, duties, and of
 * what kind the fault was.
 */
export function stateNameOf(fault: Fault, { image, owes }: Faulted): string {
  return `${fault.is} ${digestImage(image)} ${dutiesText(owes)}`;
}

const dutiesTexts = new WeakMap<readonly Owes[], string>();

function dutiesText(owes: readonly Owes[]): string {
  let text = dutiesTexts.get(owes);
  if (text === undefined) dutiesTexts.set(owes, (text = JSON.stringify(owes)));
  return text;
}

type Tally = { -readonly [K in keyof Omit<CaseEvent, 'is'>]: Omit<CaseEvent, 'is'>[K] };

const filesIn = (image: Image): number =>
  [...image.values()].filter((node) => node.is === 'file').length;

function newTally<O, R, S, D>(kind: Kind<O, R, S, D>, id: string, run: Run<O, R, S>): Tally {
  const faults: Record<string, number> = { 'kill between calls': 0, 'kill inside a write': 0 };
  const able = damageNames.filter(
    (name) =>
      (name !== 'splice' || kind.structuralDamage) &&
      // A store of one file has nothing to swap but what other damage put there.
      (name !== 'swap files' || filesIn(run.image) > 1),
  );
  for (const name of able) faults[`damage: ${name}`] = 0;
  return {
    kind: kind.name, id, operations: run.steps.length, cuts: 0, damaged: 0, generated: 0, unique: 0, walked: 0,
    faults, phases: {}, clauses: {}, agreement: { same: 0, compared: 0 },
  }; // prettier-ignore
}

function count(tally: Tally, evidence: Evidence, judged: readonly Judged[]): void {
  tally.walked++;
  for (const seen of evidence.seen) {
    tally.phases[seen.phase] = (tally.phases[seen.phase] ?? 0) + 1;
  }
  for (const { clause, findings } of judged) {
    const spread = (tally.clauses[clause.id] ??= { exercised: 0, failed: 0 });
    spread.exercised++;
    if (findings.length > 0) spread.failed++;
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

interface Found<O, R, S> {
  readonly id: string;
  readonly run: Run<O, R, S>;
  readonly fault: Fault;
  readonly evidence: Evidence;
  readonly judged: readonly Judged[];
  readonly known: Set<string>;
}

/**
 * The first finding of each clause and anomaly is shrunk and kept as a repro; later ones only
 * count.
 */
async function* findingsOf<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  options: CheckOptions,
  found: Found<O, R, S>,
): AsyncGenerator<FindingEvent, void> {
  for (const { clause, findings } of found.judged) {
    for (const finding of findings) {
      const name = `${clause.id} ${finding.anomaly}`;
      if (found.known.has(name)) continue;
      found.known.add(name);
      const start = { ops: found.run.steps.map((s) => s.op), fault: found.fault };
      const target = { clause, anomaly: finding.anomaly };
      const hit = await shrink(subject.trial, start, target, options.shrinkBudget);
      const repro = hit === null ? null : reproOf(subject, target.clause.id, hit, options.seed);
      const file = repro === null ? undefined : options.keep?.(repro);
      yield {
        is: 'finding',
        kind: subject.trial.kind.name,
        id: found.id,
        clause: clause.id,
        anomaly: finding.anomaly,
        phase: (hit?.finding ?? finding).phase,
        fault: found.fault.is,
        rung: found.fault.is === 'kill' ? 'all prefixes' : found.fault.is,
        model: found.fault.is === 'kill' ? 'kill9' : 'none',
        say: (hit?.finding ?? finding).say,
        ...(file === undefined ? {} : { repro: file }),
      };
    }
  }
}

/** The repro of a hit, with both layers. */
export function reproOf<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  clause: string,
  hit: Hit<O, R, S>,
  seed?: string,
): Repro {
  const { evidence } = hit;
  return makeRepro({
    kind: subject.trial.kind.name,
    policy: subject.trial.policy,
    clause,
    anomaly: hit.finding.anomaly,
    say: hit.finding.say,
    image: evidence.start,
    ...(evidence.undamaged === undefined ? {} : { undamaged: evidence.undamaged }),
    owes: evidence.owes,
    by: subject.by,
    case: hit.case,
    ...(seed === undefined ? {} : { seed }),
  });
}
