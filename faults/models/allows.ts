import type { CrashChoice, Left } from '../crash.ts';
import { alphabetOf } from './model.ts';
import type { Rules } from './rules.ts';

/** Whether the model lets a power cut make this choice. */
export function allows(rules: Rules, choice: CrashChoice): boolean {
  const { groups, groupOf, forgottenFrom, durableFrom, waitsFor } = rules;
  const { cut } = choice;
  const lost = new Map<number, Left>();
  for (const { unit, left } of choice.lost) {
    const index = rules.indexOf.get(unit);
    if (index === undefined || lost.has(index)) return false;
    const g = groupOf[index]!;
    if (groups[g]!.event >= cut || durableFrom[g]! < cut) return false;
    if (!mayLeave(rules, index, left)) return false;
    lost.set(index, left);
  }
  const pending = rules.pendingAt(cut);
  const gone = new Set<number>();
  for (const g of pending) {
    const count = groups[g]!.units.filter((unit) => lost.has(unit)).length;
    if (count === 0) continue;
    if (count < groups[g]!.units.length) return false;
    gone.add(g);
  }
  // What was torn has in part arrived, so it too must have what it waits for.
  const arrived = (g: number): boolean =>
    !gone.has(g) || groups[g]!.units.some((unit) => isPartial(lost.get(unit)));
  return pending.every(
    (g) =>
      !arrived(g) ||
      !waitsFor[g]!.some((before) => gone.has(before) && forgottenFrom[before]! >= cut),
  );
}

/** True where something of the unit reached the disk all the same. */
function isPartial(left: Left | undefined): boolean {
  return typeof left === 'object' || left === 'both names' || left === 'neither';
}

function mayLeave({ model, units, groups, groupOf }: Rules, index: number, left: Left): boolean {
  if (left === 'old') return true;
  const { loses } = model;
  const unit = units[index]!;
  if (loses === null) return false;
  const alphabet = alphabetOf(loses, unit.is, groups[groupOf[index]!]!.inNewBlock);
  if (typeof left !== 'object') return alphabet.includes(left);
  const { bytes, rest } = left;
  if (unit.call.do !== 'write' || loses.tears !== 'bytes') return false;
  const isInside = Number.isInteger(bytes) && bytes > 0 && bytes < unit.call.bytes.length;
  return isInside && (rest === 'old' || alphabet.includes(rest));
}
