import { powerOf } from '../faults/power.ts';
import { randomFrom } from '../faults/random.ts';
import type { Unit } from '../faults/units.ts';
import { cutOf, killPointOf, type Faultable, type LostUnit, type PowerCut } from './fault.ts';
import type { Trial } from './judge.ts';
import { listsOf } from './lib/draw.ts';
import { likeness } from './likeness.ts';
import { momentAt, powerCuts } from './ladder.ts';

/**
 * Of a changed history, this many power cuts of each rung are tried that do not resemble the old
 * one: of so many those that lose least.
 */
const otherPowerCutsMost = 10;
const otherPowerCutsSeen = 400;

/** Power cuts at the step that lose the same units, told by file and place from its end. */
export function* powerCutsLike<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  on: Faultable,
  old: Faultable,
  fault: PowerCut,
  step: number,
): Generator<PowerCut> {
  const power = powerOf(on.log);
  const cutOfOld = cutOf(old, fault.kill)?.event ?? old.log.events.length;
  const unitsOfOld = powerOf(old.log).units.filter((unit) => unit.event < cutOfOld);
  const wanted = placesOf(unitsOfOld, fault.lost);
  const began = on.steps[step]?.began ?? 0;
  const cuts = power.cuts.filter((cut) => momentAt(on, cut).step === step && cut >= began);
  const far = likeness(on, old, fault.kill);
  const kills = new Map(cuts.map((cut) => [cut, killPointOf(on, momentAt(on, cut))]));
  for (const cut of cuts.toSorted((a, b) => far(kills.get(a)!) - far(kills.get(b)!))) {
    const lost = lostAt(
      power.units.filter((unit) => unit.event < cut),
      wanted,
    );
    if (lost !== null) yield { ...fault, kill: kills.get(cut)!, lost };
  }
  const [one, two, kept] = ['one lost', 'two lost', 'one kept'] as const;
  for (const rung of fault.lost.length > 2 ? [two, one, kept] : [one, two, kept]) {
    const plan = { models: [fault.model], rungs: [rung] };
    const others: PowerCut[] = [];
    for (const { fault: other } of powerCuts(trial.kind, on, plan, randomFrom('0'), began)) {
      if (other.kill.step === step) others.push(other);
      if (others.length >= otherPowerCutsSeen) break;
    }
    const small = others.toSorted(
      (a, b) => a.lost.length - b.lost.length || far(a.kill) - far(b.kill),
    );
    yield* small.slice(0, otherPowerCutsMost);
  }
}

/** A unit as its file and kind, counted from the last one of them before the cut. */
interface Place {
  readonly name: string;
  readonly fromEnd: number;
  readonly left: LostUnit['left'];
}

const nameOf = ({ id }: Unit): string => {
  // `step3/segments/1.seg/data/297+215`: step, numbers and range are others in another history.
  const bare = id.slice(id.indexOf('/') + 1);
  return bare.replace(/\/[^/]*$/, '').replaceAll(/\d+/g, '#');
};

function placesOf(units: readonly Unit[], lost: readonly LostUnit[]): Place[] {
  return lost.flatMap(({ unit: id, left }) => {
    const unit = units.find((u) => u.id === id);
    if (unit === undefined) return [];
    const name = nameOf(unit);
    const same = units.filter((u) => nameOf(u) === name);
    return [{ name, fromEnd: same.length - 1 - same.indexOf(unit), left }];
  });
}

function lostAt(units: readonly Unit[], places: readonly Place[]): LostUnit[] | null {
  const byName = listsOf(units, nameOf);
  const lost: LostUnit[] = [];
  for (const { name, fromEnd, left } of places) {
    const same = byName.get(name) ?? [];
    const unit = same[same.length - 1 - fromEnd];
    if (unit === undefined) return null;
    lost.push({ unit: unit.id, left });
  }
  return lost;
}
