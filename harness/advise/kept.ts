import type { LostUnit } from '../../faults/crash.ts';
import { allows } from '../../faults/models/allows.ts';
import { modelNamed } from '../../faults/models/index.ts';
import type { Rules } from '../../faults/models/rules.ts';
import { powerOf } from '../../faults/power.ts';
import type { Anomaly } from '../../spec/lib/clause.ts';
import { cutOf, losePower } from '../fault.ts';
import type { Retry } from './retry.ts';
import type { Scene } from './scene.ts';

/** Beyond so many pending groups nobody is asked which of them had to be kept. */
const pendingMost = 24;

/**
 * The events of a smallest set of calls that were not durable and have to be kept for the finding:
 * with one of them lost as well it is gone. Empty where nothing has to be kept, null where that was
 * not found out.
 */
export async function keptFor(
  { on, fault, whole }: Scene,
  retry: Retry,
  anomaly: Anomaly,
): Promise<readonly number[] | null> {
  const cut = cutOf(on, fault.kill)?.event;
  if (cut === undefined) return null;
  const power = powerOf(on.log);
  const rules = power.rules(modelNamed(fault.model));
  const gone = new Set(fault.lost.map((one) => rules.groupOf[rules.indexOf.get(one.unit) ?? 0]!));
  let kept = rules.pendingAt(cut).filter((group) => !gone.has(group));
  if (kept.length > pendingMost) return null;
  const stays = async (others: readonly number[]): Promise<boolean | null> => {
    const lost = [...fault.lost, ...others.flatMap((group) => lossOf(rules, group))];
    if (!allows(rules, { cut, lost })) return false;
    const less = { ...fault, lost };
    const found = await retry.findings(whole(less), losePower(on, less, cut));
    return found === null ? null : found.some((one) => one.anomaly === anomaly);
  };
  const also: number[] = [];
  for (const group of [null, ...kept.toReversed()]) {
    // All at once first: mostly nothing has to be kept.
    const tried = group === null ? kept : [...also, group, ...after(rules, kept, group)];
    const still = await stays([...new Set(tried)]);
    if (still === null) return null;
    if (!still) continue;
    also.splice(0, also.length, ...new Set(tried));
    kept = kept.filter((one) => !also.includes(one));
    if (group === null) return [];
  }
  const events = kept.map((group) => rules.groups[group]!.event);
  return [...new Set(events)].toSorted((a, b) => a - b);
}

function lossOf({ groups, units }: Rules, group: number): LostUnit[] {
  return groups[group]!.units.map((unit) => ({ unit: units[unit]!.id, left: 'old' }));
}

/** Of these groups those that are lost with another one, because they wait for it. */
function after({ waitsFor }: Rules, among: readonly number[], first: number): number[] {
  const lost = new Set([first]);
  for (const group of among) if (waitsFor[group]!.some((one) => lost.has(one))) lost.add(group);
  return [...lost];
}
