import { choicesOf, leftOut, type PowerRung } from '../../faults/ladder.ts';
import { allows } from '../../faults/models/allows.ts';
import { models } from '../../faults/models/index.ts';
import type { PersistenceModel } from '../../faults/models/model.ts';
import { powerOf, type Power } from '../../faults/power.ts';
import type { Anomaly } from '../../spec/lib/clause.ts';
import { cutOf, losePower, type PowerCut } from '../fault.ts';
import type { Kind } from '../kind.ts';
import type { Retry } from './retry.ts';
import type { Scene } from './scene.ts';

/**
 * Under which persistence models a finding happens at its cut; names in the order of their rank.
 */
export interface Bites {
  readonly on: readonly string[];
  /** Every state that the model allows at the cut was tried, and none has the finding. */
  readonly notOn: readonly string[];
  /** None was found, and not all were tried. */
  readonly unknown: readonly string[];
}

/** The rungs that are tried at the cut, cheap ones first; the last has all that the others have. */
const rungs: readonly PowerRung[] = ['one lost', 'one kept', 'two lost', 'closed subsets'];

/** Looks for the same finding at the same cut under every model, within so many walks in all. */
export async function bitesOf<O, R, S, D>(
  kind: Pick<Kind<O, R, S, D>, 'tears'>,
  scene: Scene,
  retry: Retry,
  { anomaly, walksMost }: { readonly anomaly: Anomaly; readonly walksMost: number },
): Promise<Bites> {
  const { on, fault } = scene;
  const cut = cutOf(on, fault.kill)?.event ?? on.log.events.length;
  const power = powerOf(on.log);
  const bites = { on: [] as string[], notOn: [] as string[], unknown: [] as string[] };
  const until = retry.walks + walksMost;
  for (const model of models) {
    // What a kill leaves was tried when the fault was made plainer.
    if (model.loses === null) continue;
    const at = { power, model, cut };
    if (allows(power.rules(model), { cut, lost: fault.lost })) bites.on.push(model.name);
    else bites[await search(kind, scene, retry, { ...at, anomaly, until })].push(model.name);
  }
  return bites;
}

interface Search {
  readonly power: Power;
  readonly model: PersistenceModel;
  readonly cut: number;
  readonly anomaly: Anomaly;
  /** The number of walks at which it ends. */
  readonly until: number;
}

async function search<O, R, S, D>(
  { tears }: Pick<Kind<O, R, S, D>, 'tears'>,
  { on, fault, whole }: Scene,
  retry: Retry,
  { power, model, cut, anomaly, until }: Search,
): Promise<keyof Bites> {
  const rules = power.rules(model);
  let isWhole = true;
  for (const rung of rungs) {
    for (const { lost } of choicesOf(power, rules, rung, cut, { tears })) {
      const other: PowerCut = { ...fault, model: model.name, lost };
      if (retry.walks >= until) return 'unknown';
      const found = await retry.findings(whole(other), losePower(on, other, cut));
      if (found === null) return 'unknown';
      if (found.some((one) => one.anomaly === anomaly)) return 'on';
    }
    if (leftOut(power, rules, rung, cut, { tears })) isWhole = false;
  }
  return isWhole ? 'notOn' : 'unknown';
}
