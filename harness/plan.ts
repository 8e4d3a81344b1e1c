import type { Clause } from '../spec/lib/clause.ts';
import type { Depth } from './depth.ts';
import type { StartEvent } from './events.ts';
import { rungsOf } from './fault-classes.ts';
import type { Trial } from './judge.ts';
import { within } from './narrow.ts';
import type { Rung } from './rungs.ts';
import type { ShrinkBudget } from './shrink.ts';
import { clausePlan, type ClausePlan, type Select } from './verdicts/plan.ts';
import type { HeldWaiver } from './verdicts/schemas.ts';

/** One kind with the port that is to be judged. */
export interface Subject<O, R, S, D> {
  readonly trial: Trial<O, R, S, D>;
  /**
   * The name the port goes by in repros and reports: `safe`, `original`, `bug:no-newline-repair`.
   */
  readonly by: string;
  /** Why a clause cannot be seen from where the port runs; null where it can. */
  readonly unseen?: (clause: Clause) => string | null;
  /** The only rungs that its histories can be put under; all where missing. */
  readonly rungs?: readonly Rung[];
  /** Where histories come from several stores: the subject of that one. */
  readonly ofHistory?: (index: number) => Subject<O, R, S, D>;
  /** How much a shrink may cost where nothing else is said. */
  readonly shrinkBudget?: ShrinkBudget;
  /**
   * Of a port in another process: a fresh one, which nobody asked for anything before. A state that
   * fails is walked again on it, so that what earlier states left in the process is not blamed on
   * the store.
   */
  readonly renew?: () => Promise<void>;
  /**
   * Of a port in another process: operations that it refused as if nothing had changed, and files
   * had; each told once.
   */
  readonly lies?: () => readonly string[];
  /** Of a port in another process: how many of its states are walked at once. */
  readonly flight?: {
    readonly most: number;
    /** The first of so many walks is made with kills of the process in it. */
    readonly killsOneIn: number;
    /** From here on one at a time: what the port does is another thing where they are several. */
    readonly narrow: () => void;
  };
  /** What cannot be seen from where the port runs, whatever the clause. */
  readonly blind?: readonly string[];
  /** Of a port that is traced: what it did that no crash state can be made of, each told once. */
  readonly opened?: () => readonly string[];
}

/** What a run of this version never tries, whatever the depth. */
export const notTested: readonly string[] = ['several processes that write at once'];

/** What is chosen of the clauses of a run, and which of them are waived. */
export interface Chosen {
  readonly select?: Select | undefined;
  readonly waivers?: readonly HeldWaiver[] | undefined;
}

/** What a run of these subjects will judge, fixed before it begins. */
export function planOf<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  depth: Depth,
  chosen: Chosen = {},
): StartEvent['kinds'][number] {
  const { kind, policy, make } = subject.trial;
  const { unable } = make;
  const plan = clausesOf(subject, chosen);
  return {
    kind: kind.name,
    port: subject.by,
    histories: depth.histories,
    least: Math.min(depth.histories, depth.least),
    rungs: [...rungsOf(depthFor(subject, depth))],
    models: [...modelsFor(depthFor(subject, depth))],
    must: [...plan.must],
    should: [...plan.should],
    ...(plan.notScored.length === 0 ? {} : { notScored: [...plan.notScored] }),
    ...(plan.notApplicable.length === 0 ? {} : { notApplicable: [...plan.notApplicable] }),
    notTested: [
      ...notTested,
      ...(policy === 'original' ? ['links out of the store, FIFOs'] : []),
      ...(unable === undefined ? [] : [`${unable.faults.join(', ')}: ${unable.why}`]),
      ...(subject.blind ?? []),
      ...(promisesNothing(subject) ? [holdsNothing] : []),
      ...plan.notTested,
    ],
  };
}

const holdsNothing = 'what survives a kill or a power cut: the port claims that nothing does';

function promisesNothing<O, R, S, D>({ trial }: Subject<O, R, S, D>): boolean {
  return !trial.claims.holds.some((level) => level === 'process' || level === 'power');
}

/** The depth without the rungs that nothing can be seen on. */
export function depthFor<O, R, S, D>({ rungs }: Subject<O, R, S, D>, depth: Depth): Depth {
  return rungs === undefined ? depth : within(depth, rungs);
}

const modelsFor = ({ power }: Depth): readonly string[] =>
  power.rungs.length === 0 ? [] : power.models;

/** Where each clause of a subject's kind stands in a run. */
export function clausesOf<O, R, S, D>(
  { trial, unseen }: Subject<O, R, S, D>,
  { select, waivers }: Chosen = {},
): ClausePlan {
  const { kind, policy, claims } = trial;
  const own = waivers?.filter((one) => one.kind === kind.name);
  return clausePlan(kind.clauses, { policy, ops: claims.ops, select, waivers: own, unseen });
}

/** The subject with only the clauses that a run holds its evidence against. */
export function withChosen<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  chosen: Chosen,
): Subject<O, R, S, D> {
  const { trial, ofHistory } = subject;
  const clauses = clausesOf(subject, chosen).judged;
  const own = { ...subject, trial: { ...trial, kind: { ...trial.kind, clauses } } };
  if (ofHistory === undefined) return own;
  return { ...own, ofHistory: (index) => withChosen(ofHistory(index), chosen) };
}
