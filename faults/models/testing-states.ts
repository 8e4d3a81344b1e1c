import type { CrashChoice, LostUnit } from '../crash.ts';
import { alphabetOf } from './model.ts';
import type { Rules } from './rules.ts';

/**
 * Every choice that a model allows at a cut, with every combination of what is left; tears inside a
 * unit are not among them. For programs of a few calls: where more than `pendingMost` groups may be
 * lost there would be too many, and it is a `RangeError` with code `too_many_pending`.
 */
export function* allChoices(rules: Rules, cut: number, pendingMost = 12): Generator<CrashChoice> {
  const pending = rules.pendingAt(cut);
  if (pending.length > pendingMost) {
    const error = new RangeError(`${pending.length} groups may be lost after ${cut} events`);
    throw Object.assign(error, { code: 'too_many_pending' });
  }
  const gone = new Set<number>();
  const lost: LostUnit[] = [];
  function* extend(at: number): Generator<CrashChoice> {
    const group = pending[at];
    if (group === undefined) {
      yield { cut, lost: [...lost] };
      return;
    }
    const isHeld = rules.waitsFor[group]!.some(
      (before) => gone.has(before) && rules.forgottenFrom[before]! >= cut,
    );
    if (!isHeld) yield* extend(at + 1);
    gone.add(group);
    const length = lost.length;
    for (const entries of leavings(rules, group, isHeld)) {
      lost.push(...entries);
      yield* extend(at + 1);
      lost.length = length;
    }
    gone.delete(group);
  }
  yield* extend(0);
}

/** What a lost group may leave: each word by all of its units that may. */
function leavings({ model, units, groups }: Rules, group: number, isHeld: boolean): LostUnit[][] {
  const { units: members, inNewBlock } = groups[group]!;
  const ids = members.map((unit) => units[unit]!);
  const { loses } = model;
  const words = loses === null ? [] : alphabetOf(loses, ids[0]!.is, inNewBlock);
  return (['old', ...words] as const)
    .filter((word) => !isHeld || (word !== 'both names' && word !== 'neither'))
    .map((word) => ids.map((u) => ({ unit: u.id, left: u.is === 'size' ? 'old' : word })));
}
