import { randomFrom, type Random } from '../faults/random.ts';
import type { Evidence } from '../spec/lib/clause.ts';
import { ahead, newPace } from './ahead.ts';
import type { Depth } from './depth.ts';
import type { Run } from './drive.ts';
import type { CaseEvent, FindingEvent, NotModelledEvent, PortEvent } from './events.ts';
import { findingsOf, type FindingOptions } from './findings.ts';
import { faultable, modelsIn, type Faultable, type Kill, type PowerCut } from './fault.ts';
import { sortedOut, type Limits, type Sorted } from './limits/sort.ts';
import { flightOf } from './flight.ts';
import { judge } from './judge.ts';
import { sumOfSyncs, syncsOfRun, syncsOfWalk } from './advise/redundant.ts';
import { killsBeforeSyncs, type Planned } from './ladder.ts';
import { sumOfRungs, type RungTally } from './rungs.ts';
import { modelNamed } from '../faults/models/index.ts';
import type { Kind, LeansOn } from './kind.ts';
import { walksOf } from './lazy/walks.ts';
import { makeRun } from './make.ts';
import { failsInFlight, falselyDefinite, notModelled, portEvent } from './port-events.ts';
import { askedAgain, boundedBy } from './remote/again.ts';
import { OutOfPatience } from './remote/patience.ts';
import { depthFor, type Subject } from './plan.ts';
import { statesOf, type First } from './stages.ts';
import { PortFault } from './wire/fault.ts';
import { agreementOneIn, count, countAgreement, countFault, newTally } from './tally.ts';

export { faultsOf, makeRun, staysInside } from './make.ts';

/** How far a check goes, and what becomes of its findings. */
export interface CheckOptions extends FindingOptions {
  readonly depth: Depth;
}

/**
 * Puts one port under faults: a `case` event a history with all its states, and a `finding` event a
 * broken clause.
 */
export async function* checkKind<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  options: CheckOptions,
): AsyncGenerator<HistoryEvent, void> {
  const known = new Set<string>();
  for (let index = 0; index < options.depth.histories; index++) {
    yield* checkHistory(subject, options, index, known);
  }
}

/** Most histories are as the generators give them; every fourth leans on something rare. */
function leanOf<O, R, S, D>(
  kind: Kind<O, R, S, D>,
  { eachSort, histories }: Depth,
  index: number,
): LeansOn | undefined {
  const { leans = [] } = kind;
  const own = index % 4 === 3 ? leans[(index >> 2) % Math.max(1, leans.length)] : undefined;
  // Twice in a run: what a sort means in one image it need not mean in another.
  return eachSort === true ? { ...own, turn: { index, of: Math.ceil(histories / 2) } } : own;
}

/** What is told of a history: its findings, and what became of it last. */
export type HistoryEvent = CaseEvent | FindingEvent | PortEvent | NotModelledEvent;

/**
 * One history with all its states; `known` are the names of findings made before, and it grows. A
 * port that breaks the protocol loses the history, and nothing else.
 */
export async function* checkHistory<O, R, S, D>(
  asked: Subject<O, R, S, D>,
  options: CheckOptions,
  index: number,
  known: Set<string>,
): AsyncGenerator<HistoryEvent, void> {
  const subject = asked.ofHistory?.(index) ?? asked;
  const { trial } = subject;
  const id = `${trial.kind.name}/${index}`;
  const random = randomFrom(options.seed).fork(id);
  const depth = depthFor(subject, options.depth);
  const leansOn = leanOf(trial.kind, depth, index);
  try {
    const run = await makeRun(trial, random, depth.operations, leansOn);
    // What the process still knows of the history, its states must not be read from.
    await subject.renew?.();
    const checked = { id, run, random, known, leansOn, costly: index === 0 };
    const isWhole = subject.opened === undefined || run.log.notModelled.length === 0;
    const events = isWhole
      ? checkRun(subject, { ...options, depth }, checked)
      : [{ is: 'case' as const, ...newTally(trial, id, run, depth), rungs: [] }];
    for await (const event of events) {
      // A history ends with its case.
      if (event.is === 'case') {
        yield* notModelled(subject, id);
        yield* falselyDefinite(subject, id);
      }
      yield event;
    }
  } catch (error) {
    const fault = error instanceof OutOfPatience ? error.fault : error;
    if (!(fault instanceof PortFault)) throw error;
    yield { ...portEvent(trial.kind.name, id, fault), lost: true };
  }
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

/** Puts one history under all its faults, stage by stage. */
export async function* checkRun<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  options: CheckOptions,
  checked: RunToCheck<O, R, S>,
): AsyncGenerator<CaseEvent | FindingEvent | PortEvent, void> {
  const { trial } = subject;
  const { id } = checked;
  const tally = newTally(trial, id, checked.run, options.depth);
  const told: RungTally[] = [];
  const firsts: First[] = [];
  const limits: Limits = new Map();
  const walks = walksOf(trial);
  const syncs = [...syncsOfRun(trial.kind, checked.run)];
  const pace = newPace();
  const alone: PortFault[] = [];
  const staged = statesOf(trial, options.depth, checked, {
    firsts,
    tell: (rung) => void told.push(rung),
    made: (planned) => countFault(tally, planned),
    walks,
    recorded: (walked) => void syncs.push(...syncsOfWalk(walked)),
    settled: pace.settled,
  });
  const flight = flightOf(subject, checked, staged, walks, (fault) => void alone.push(fault));
  for await (const landed of ahead(flight, pace)) {
    for (const fault of alone.splice(0)) yield failsInFlight(trial.kind.name, id, fault);
    const { evidence, options: asked } = landed.evidence;
    const { planned, faulted, run: own } = landed.state;
    const { fault } = planned;
    const run = own ?? checked.run;
    const first = judge(trial.kind.clauses, evidence);
    // What is walked from here on must be walked alone.
    if (first.some(({ findings }) => findings.length > 0)) await landed.quiet();
    const gates = gatesIn(planned);
    const state = { ...checked, run, planned, evidence, gates };
    const walked = { fault, faulted, options: asked, judged: first };
    const again = await askedAgain(subject, { ...state, ...walked });
    const { judged } = again;
    if (again.leak !== null) {
      yield { is: 'port', kind: trial.kind.name, id, ...again.leak };
      subject.flight?.narrow();
    }
    // Between its steps such a history was not seen, so that no sync of its can be thought of.
    const isSeen = run.log.grain === undefined;
    const sorted: readonly Sorted[] = isSeen
      ? await sortedOut(subject, { ...options, ...boundedBy(subject, options) }, limits, {
          ...state,
          judged,
        })
      : judged;
    count(tally, evidence, sorted, gates);
    if (tally.walked % agreementOneIn === 0) countAgreement(tally, trial, evidence);
    // What the format cannot tell is lost already: nothing more is learnt by a second fault.
    const isLimit = sorted.some(({ findings }) => findings.some((f) => f.limit !== undefined));
    if (own === undefined && gates && !isLimit && (fault.is === 'kill' || fault.is === 'power'))
      firsts.push(...firstsOf(faultable(trial.machine, run), fault, evidence));
    yield* findingsOf(subject, options, { ...state, judged: sorted });
  }
  yield { is: 'case', ...tally, rungs: sumOfRungs(told), syncs: sumOfSyncs(syncs) };
}

/**
 * A finding counts where every file system that it needs keeps its word, or where it needs none.
 */
function gatesIn({ model, fault }: Planned): boolean {
  return [model, ...modelsIn(fault)].every((m) => m === 'none' || modelNamed(m).honest);
}

/**
 * States whose recovery writes are where a second fault finds most. A kill before a sync leaves the
 * image of the kill behind it, and more that power can still take: both are first faults.
 */
function firstsOf(on: Faultable, fault: Kill | PowerCut, evidence: Evidence): readonly First[] {
  const opened = evidence.seen.find((s) => s.phase === 'open' && s.image !== evidence.start);
  if (opened === undefined) return [];
  const repairs = opened.view?.repairs.map(({ did, why }) => `${did} ${why}`) ?? [];
  const sort = [fault.is, ...new Set(repairs)].join(', ');
  const before = fault.is === 'kill' ? killsBeforeSyncs(on, fault.kill) : [];
  return [
    { fault, sort },
    ...before.map((kill) => ({ fault: { is: 'kill' as const, kill }, sort: `unsynced ${sort}` })),
  ];
}
