import { allows } from '../faults/models/allows.ts';
import { modelNamed } from '../faults/models/index.ts';
import { powerOf } from '../faults/power.ts';
import type { Clause, Evidence, Finding } from '../spec/lib/clause.ts';
import type { Owes } from '../spec/lib/judge.ts';
import type { Run } from './drive.ts';
import { cutOf, faultable, type Fault, type Faultable, type PowerCut } from './fault.ts';
import { gather, gatherOn, type Trial } from './judge.ts';
import { walkAfter } from './nested.ts';
import { caseOf, imageFromJson, type Repro } from './repro.ts';
import { runOps, type Hit } from './shrink.ts';

/**
 * What came of replaying a repro: the layer that was used, and whether the clause broke in the same
 * way again.
 */
export interface Replayed {
  readonly layer: 'made' | 'image';
  readonly clause: Clause;
  readonly evidence: Evidence;
  readonly run: Run<unknown, unknown, unknown> | null;
  readonly finding: Finding | null;
  /** Every other finding of that clause on this state. */
  readonly others: readonly Finding[];
  /**
   * Set where this port made durable what the repro lost: no power cut under its model leaves that
   * state any more, so that nothing found on it counts.
   */
  readonly prevented?: true;
}

/** A repro names a clause that this version does not have. */
export class UnknownClause extends Error {
  readonly code = 'unknown_clause';
}

/**
 * Replays a repro: through its history where `layer` is `made` (the port that made it derives the
 * image again), else on its image, which any port of the kind can be given. Rejects with
 * `UnknownClause`.
 */
export async function replay<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  repro: Repro,
  layer: 'made' | 'image',
): Promise<Replayed> {
  const clause = trial.kind.clauses.find((c) => c.id === repro.clause);
  if (clause === undefined) throw new UnknownClause(`no clause is called ${repro.clause}`);
  const made = layer === 'made' ? caseOf<O>(repro) : null;
  const run = made === null ? null : await runOps(trial, made.ops, made.errors);
  const evidence =
    made === null || run === null
      ? await onImage(trial, repro)
      : ((await gather(trial, run, made.fault)) ?? (await onImage(trial, repro)));
  const prevented = made !== null && run !== null && !(await canHappen(trial, run, made.fault));
  const found = prevented ? 'not_exercised' : clause.check(evidence);
  const findings = found === 'not_exercised' ? [] : found;
  const finding = findings.find((f) => f.anomaly === repro.anomaly) ?? null;
  const used = made === null ? 'image' : 'made';
  const others = findings.filter((f) => f !== finding);
  const rest = prevented ? { prevented: true as const } : {};
  return { layer: used, clause, evidence, run, finding, others, ...rest };
}

/** Whether each power cut of a fault is one that its model allows in this run. */
async function canHappen<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  fault: Fault,
): Promise<boolean> {
  const first = fault.is === 'nested' ? fault.first : fault;
  if (first.is === 'power' && !isAllowed(faultable(trial.machine, run), first)) return false;
  if (fault.is !== 'nested' || fault.second.is !== 'power') return true;
  const walked = await walkAfter(trial, run, fault);
  return walked === null || isAllowed(walked, fault.second);
}

function isAllowed(on: Faultable, fault: PowerCut): boolean {
  const cut = cutOf(on, fault.kill);
  if (cut === null) return true;
  const rules = powerOf(on.log).rules(modelNamed(fault.model));
  return allows(rules, { cut: cut.event, lost: fault.lost });
}

async function onImage<O, R, S, D>(trial: Trial<O, R, S, D>, repro: Repro): Promise<Evidence> {
  const evidence = await gatherOn(trial, imageFromJson(repro.image));
  return {
    ...evidence,
    fault: repro.fault,
    owes: owesOf(repro),
    ...(repro.undamaged === undefined ? {} : { undamaged: imageFromJson(repro.undamaged) }),
    ...(repro.earlier === undefined ? {} : { earlier: imageFromJson(repro.earlier) }),
  };
}

function owesOf({ owes }: Repro): readonly Owes[] {
  return owes.map(({ books, ...rest }) => {
    if (books === undefined) return rest;
    const kept = books.map(({ withCut, ...one }) => (withCut ? { ...one, withCut } : one));
    return { ...rest, books: kept };
  });
}

/**
 * A replay as a hit, for whoever shows counterexamples; null where nothing was found or the image
 * layer was used.
 */
export function hitOf(replayed: Replayed, repro: Repro): Hit<unknown, unknown, unknown> | null {
  const made = caseOf<unknown>(repro);
  if (replayed.finding === null || replayed.run === null || made === null) return null;
  return {
    case: made,
    run: replayed.run,
    evidence: replayed.evidence,
    finding: replayed.finding,
  };
}
