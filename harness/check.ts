import fc from 'fast-check';
import { damageNames, randomDamage, type Damage } from '../faults/damage.ts';
import { applyCut, killCuts, type Cut } from '../faults/kill.ts';
import { randomFrom, type Random } from '../faults/random.ts';
import type { Evidence } from '../spec/lib/clause.ts';
import type { Image } from '../spec/lib/image.ts';
import type { Owes } from '../spec/lib/judge.ts';
import type { Depth } from './depth.ts';
import { drive, type Run } from './drive.ts';
import type { CaseEvent, FindingEvent, RunEvent, StartEvent } from './events.ts';
import { applyFault, killPointOf, type Fault, type Faulted } from './fault.ts';
import { beatOf, gatherFaulted, judge, type Judged, type Trial } from './judge.ts';
import { digestImage } from './lib/digest.ts';
import { agrees } from './agreement.ts';
import type { Kind, StructuralDamage } from './kind.ts';
import { makeRepro, type Repro } from './repro.ts';
import { shrink, type Hit, type ShrinkBudget } from './shrink.ts';

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

async function* checkHistory<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  options: CheckOptions,
  index: number,
  known: Set<string>,
): AsyncGenerator<RunEvent, void> {
  const { trial } = subject;
  const id = `${trial.kind.name}/${index}`;
  const random = randomFrom(options.seed).fork(id);
  const run = await makeRun(trial, random, options.depth.operations);
  const tally = newTally(trial.kind, id, run);
  const merged = new Set<string>();
  for (const { fault, names } of faultsOf(trial, run, random, options.depth.damaged)) {
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
    const costly = index === 0 && fault.is === 'none';
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

/**
 * A random history: drafts from the kind's generators, resolved against the machine's state as it
 * goes.
 */
export async function makeRun<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  random: Random,
  operations: number,
): Promise<Run<O, R, S>> {
  const drafts = fc.sample(
    fc.array(trial.kind.drafts(trial.policy), {
      minLength: operations,
      maxLength: operations,
      size: 'max',
    }),
    { seed: random.next() | 0, numRuns: 1 },
  )[0]!;
  const next = (state: S, index: number): O | null => {
    const draft = drafts[index];
    return draft === undefined ? null : trial.kind.resolve(state, draft);
  };
  return drive(trial.make, trial.machine, next, beatOf(trial));
}

interface NamedFault {
  readonly fault: Fault;
  readonly names: readonly string[];
}

/**
 * Every fault that one history is put under: none, all kill cuts, and damage at rest on final and
 * killed images.
 */
export function* faultsOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  random: Random,
  damaged: number,
): Generator<NamedFault> {
  yield { fault: { is: 'none' }, names: ['none'] };
  const cuts = killCuts(run.log, { tears: trial.kind.tears });
  for (const cut of cuts) {
    const name = cut.partialBytes === undefined ? 'kill between calls' : 'kill inside a write';
    yield { fault: { is: 'kill', kill: killPointOf(run, cut) }, names: [name] };
  }
  const earlier = [1, 2].map((k) => cuts[Math.floor((cuts.length * k) / 3)]);
  const images = earlier.flatMap((cut) => (cut === undefined ? [] : [applyCut(run.log, cut)]));
  for (let i = 0; i < damaged; i++) yield damageOf(trial, run, random, cuts, images);
}

/** Damage of a killed store is the rarer case: most stores that rot were closed. */
function damageOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  random: Random,
  cuts: readonly Cut[],
  earlier: readonly Image[],
): NamedFault {
  const killed = cuts.length > 0 && random.chance(1, 4);
  const kill = killed ? killPointOf(run, random.pick(cuts)) : null;
  const base = applyFault(
    trial.machine,
    run,
    kill === null ? { is: 'none' } : { is: 'kill', kill },
  );
  const drawn = randomDamage(base?.image ?? run.image, random, {
    // A killed store cannot have been at a later time: what it had not yet done cannot come back.
    earlier: kill === null ? earlier : [],
    structural: (image) => suggested(trial.kind, image),
  });
  const damage = trial.policy === 'original' ? drawn.filter(staysInside) : drawn;
  return {
    fault: { is: 'damage', kill, damage },
    names: damage.map((d) => `damage: ${d.do}`),
  };
}

/**
 * The original waits for ever on a FIFO, and follows a link to wherever it leads: no table can say
 * what it does there.
 */
export function staysInside(damage: Damage): boolean {
  if (damage.do !== 'replace' || damage.by === 'dir') return true;
  return damage.by === 'link' && !damage.target.startsWith('/');
}

const suggestions = new WeakMap<Image, readonly StructuralDamage[]>();

/**
 * What the layout suggests for an image; asked dozens of times for the final image of a history.
 */
function suggested<O, R, S, D>(kind: Kind<O, R, S, D>, image: Image): readonly StructuralDamage[] {
  let kept = suggestions.get(image);
  if (kept === undefined) suggestions.set(image, (kept = kind.structuralDamage?.(image) ?? []));
  return kept;
}

type Tally = { -readonly [K in keyof Omit<CaseEvent, 'is'>]: Omit<CaseEvent, 'is'>[K] };

function newTally<O, R, S, D>(kind: Kind<O, R, S, D>, id: string, run: Run<O, R, S>): Tally {
  const faults: Record<string, number> = { 'kill between calls': 0, 'kill inside a write': 0 };
  const able = damageNames.filter((name) => name !== 'splice' || kind.structuralDamage);
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

function countAgreement<O, R, S, D>(
  tally: Tally,
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
