import { choicesOf, powerRungs } from '../../faults/ladder.ts';
import { modelNamed } from '../../faults/models/index.ts';
import { powerOf } from '../../faults/power.ts';
import type { Run } from '../drive.ts';
import { stateNameOf } from '../explore.ts';
import { faultable, killPointOf, losePower, type Faulted, type PowerCut } from '../fault.ts';
import { gatherFaulted, judge, type Trial } from '../judge.ts';
import { momentAt } from '../ladder.ts';
import { digestImage } from '../lib/digest.ts';
import { lazyStates } from './states.ts';
import { walksOf, type WalkCounts } from './walks.ts';

/** What one way through the power cuts of a history took, and what it found. */
export interface WayThrough {
  /** Choices whose image was made. */
  readonly generated: number;
  /** Of these: different in image or duties, so that each is judged. */
  readonly states: number;
  readonly images: number;
  readonly walked: number;
  /** Every clause that was broken, with its anomalies, sorted. */
  readonly findings: readonly string[];
  readonly cpuSeconds: number;
}

/** Both ways, through the same cuts under the same models. */
export interface LaddersCompared {
  readonly full: WayThrough;
  readonly lazy: WayThrough & { readonly counts: WalkCounts };
}

/** How far the comparison goes. */
export interface CompareOptions {
  readonly models: readonly string[];
  /** Pending groups up to which a cut's closed subsets are all made; more are an error. */
  readonly windowMost: number;
  readonly recheckOneIn?: number;
}

/**
 * Walks every closed subset of what is pending at every cut of a run, and then only what
 * 'read-set-lazy' walks. Throws a `RangeError` where a cut has more pending groups than the window.
 */
export async function compareLadders<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  options: CompareOptions,
): Promise<LaddersCompared> {
  const full = await wayThrough(trial, run, fullLadder(trial, run, options));
  const walks = walksOf(trial, {
    recheckOneIn: options.recheckOneIn ?? 100,
    keptMost: 8192,
  });
  const on = faultable(trial.machine, run);
  let generated = 0;
  const made = (): void => void generated++;
  const stage = { merged: new Set<string>(), tell: () => undefined, made };
  const plan = { models: options.models, madeMost: Number.POSITIVE_INFINITY };
  const states = (function* () {
    for (const { planned, faulted } of lazyStates(on, walks, plan, stage)) {
      yield { fault: planned.fault, faulted };
    }
  })();
  const lazy = await wayThrough(walks.trial, run, states);
  const counts = { ...walks.counts };
  return { full, lazy: { ...lazy, generated, walked: counts.walked, counts } };
}

interface Made {
  readonly fault: PowerCut;
  readonly faulted: Faulted;
}

async function wayThrough<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  made: Iterable<Made>,
): Promise<WayThrough> {
  const names = new Set<string>();
  const images = new Set<string>();
  const findings = new Set<string>();
  let generated = 0;
  const began = process.cpuUsage();
  for (const state of made) {
    generated++;
    const name = stateNameOf(state.fault, state.faulted);
    if (names.has(name)) continue;
    names.add(name);
    images.add(digestImage(state.faulted.image));
    const evidence = await gatherFaulted(trial, { run, ...state });
    for (const { clause, findings: broken } of judge(trial.kind.clauses, evidence)) {
      for (const { anomaly } of broken) findings.add(`${clause.id} ${anomaly}`);
    }
  }
  const { user, system } = process.cpuUsage(began);
  return {
    generated,
    states: names.size,
    images: images.size,
    walked: names.size,
    findings: [...findings].toSorted(),
    cpuSeconds: (user + system) / 1e6,
  };
}

/** Every closed subset at every cut, as the rungs make them, the empty one too. */
function* fullLadder<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  { models, windowMost }: CompareOptions,
): Generator<Made> {
  const on = faultable(trial.machine, run);
  const power = powerOf(on.log);
  const options = { windowMost, pairsMost: windowMost };
  for (const model of models) {
    const rules = power.rules(modelNamed(model));
    for (const cut of power.cuts) {
      const { length } = rules.pendingAt(cut);
      if (length > windowMost) throw new RangeError(`${length} groups are pending at cut ${cut}`);
      const kill = killPointOf(on, momentAt(on, cut));
      const made = (lost: PowerCut['lost']): Made => {
        const fault: PowerCut = { is: 'power', model, kill, lost };
        return { fault, faulted: losePower(on, fault, cut) };
      };
      yield made([]);
      for (const rung of powerRungs) {
        if (rung === 'random' || rung === 'frontier tears') continue;
        for (const { lost } of choicesOf(power, rules, rung, cut, options)) yield made(lost);
      }
    }
  }
}
