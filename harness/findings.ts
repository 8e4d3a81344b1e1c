import type { Evidence } from '../spec/lib/clause.ts';
import type { Run } from './drive.ts';
import { findingName, type FindingEvent } from './events.ts';
import type { Planned } from './ladder.ts';
import { caseOfState, type Sorted } from './limits/sort.ts';
import type { Subject } from './plan.ts';
import { boundedBy } from './remote/again.ts';
import { sentenceOfHit } from './report/sentence.ts';
import { makeRepro, type Repro } from './repro.ts';
import { shrink, type Case, type Hit, type ShrinkBudget, type Target } from './shrink.ts';

/** How findings are made smaller, and where what is left of them is kept. */
export interface FindingOptions {
  readonly seed: string;
  readonly shrinkBudget?: ShrinkBudget;
  /** Called once for each repro; returns the file name it was kept under. */
  readonly keep?: (repro: Repro) => string | undefined;
}

/** A state that was judged, with the history that it comes from. */
export interface Found<O, R, S> {
  readonly id: string;
  readonly run: Run<O, R, S>;
  readonly planned: Planned;
  readonly gates: boolean;
  readonly evidence: Evidence;
  readonly judged: readonly Sorted[];
  readonly known: Set<string>;
}

/**
 * The first finding of each clause and anomaly is shrunk and kept as a repro; later ones only
 * count.
 */
export async function* findingsOf<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  options: FindingOptions,
  found: Found<O, R, S>,
): AsyncGenerator<FindingEvent, void> {
  for (const { clause, findings } of found.judged) {
    for (const finding of findings) {
      const { anomaly } = finding;
      const { limit } = finding;
      const gates = found.gates && limit === undefined;
      const isLimit = limit === undefined ? {} : { limit: true as const };
      const name = findingName({ clause: clause.id, anomaly, gates, ...isLimit });
      if (found.known.has(name)) continue;
      found.known.add(name);
      const target = { clause, anomaly };
      const start = caseOfState(found);
      const { shrinkBudget: budget } = boundedBy(subject, options, anomaly);
      const again = limit?.hit ?? (await shownAgain(subject, start, target, budget));
      const hit = again ?? { case: start, run: found.run, evidence: found.evidence, finding };
      const other = limit?.certificate.other;
      const file = options.keep?.(reproOf(subject, clause.id, hit, options.seed, other));
      const say = sentenceOfHit(subject.trial.kind, hit);
      yield {
        is: 'finding',
        kind: subject.trial.kind.name,
        id: found.id,
        clause: clause.id,
        anomaly: finding.anomaly,
        phase: hit.finding.phase,
        fault: found.planned.fault.is,
        rung: found.planned.rung,
        model: found.planned.model,
        gates,
        ...isLimit,
        say: again === null ? `${say} ${notAgain}` : say,
        ...(file === undefined ? {} : { repro: file }),
      };
    }
  }
}

/** A port in another process may go another way the next time it is asked for the same. */
const triesMost = 3;

const notAgain =
  `It was not seen again in ${triesMost} tries, so it is told as it was met: ` +
  'does the port answer before it has written, or write in a thread?';

/** What a shrink makes of a finding; null where the history, run again, never leads to it. */
async function shownAgain<O, R, S, D>(
  { trial, renew }: Subject<O, R, S, D>,
  ...[start, target, budget]: [Case<O>, Target, ShrinkBudget | undefined]
): Promise<Hit<O, R, S> | null> {
  const tries = renew === undefined ? 1 : triesMost;
  for (let i = 0; i < tries; i++) {
    const hit = await shrink(trial, start, target, budget);
    if (hit !== null) return hit;
  }
  return null;
}

/** The repro of a hit, with both layers. */
export function reproOf<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  clause: string,
  hit: Hit<O, R, S>,
  seed?: string,
  limit?: Case<unknown>,
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
    ...(evidence.earlier === undefined ? {} : { earlier: evidence.earlier }),
    owes: evidence.owes,
    by: subject.by,
    ...(subject.opened === undefined ? {} : { reach: 'traced' as const }),
    case: hit.case,
    ...(seed === undefined ? {} : { seed }),
    ...(limit === undefined ? {} : { limit }),
  });
}
