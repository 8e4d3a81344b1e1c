import type { CrashChoice, LostUnit } from '../crash.ts';
import { isNeedless } from './needless.ts';
import type { Flags, Pending, Word } from './pending.ts';

/** Whether choices are left out whose image another one makes. */
export type Which = 'all' | 'needed';

/**
 * The choice that loses these groups, each leaving what `leftOf` says. Of a rename half can come
 * only where what it waits for has.
 */
export function choiceOf(
  pending: Pending,
  lost: Flags,
  leftOf: (at: number) => Word = () => 'old',
): CrashChoice {
  const { rules, groups, cut } = pending;
  const units: LostUnit[] = [];
  for (let at = 0; at < lost.length; at++) {
    if (lost[at] !== 1) continue;
    const asked = leftOf(at);
    const isHalf = asked === 'both names' || asked === 'neither';
    const left = isHalf && pending.needs[at]!.some((n) => lost[n] === 1) ? 'old' : asked;
    for (const index of rules.groups[groups[at]!]!.units) {
      const unit = rules.units[index]!;
      // Glued to data that leaves noise is a size that is simply lost.
      units.push({ unit: unit.id, left: unit.is === 'size' ? 'old' : left });
    }
  }
  return { cut, lost: units };
}

/**
 * The choices that lose these groups: all leaving what was there, then once for each other word
 * that one of `varied` may leave, left by all of those that may; 'needed' leaves out the needless
 * ones.
 */
export function* choicesFor(
  pending: Pending,
  lost: Flags,
  varied: Flags = lost,
  which: Which = 'all',
): Generator<CrashChoice> {
  const words = new Set<Word>(['old']);
  for (let at = 0; at < lost.length; at++) {
    if (varied[at] === 1 && lost[at] === 1) pending.lefts(at).forEach((word) => words.add(word));
  }
  for (const word of words) {
    const leftOf = (at: number): Word =>
      varied[at] === 1 && pending.lefts(at).includes(word) ? word : 'old';
    if (which === 'needed' && isNeedless(pending, lost, leftOf)) continue;
    yield choiceOf(pending, lost, leftOf);
  }
}
