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
  leftOf: (at: number) => Word = asBefore,
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

/** A choice that is made where somebody wants it, before the next one is asked for. */
export type Draft = () => CrashChoice;

/**
 * The choices that lose these groups: all leaving what was there, then once for each other word
 * that one of `varied` may leave, left by all of those that may; 'needed' leaves out the needless
 * ones. Far more are counted than are made, so they come as drafts.
 */
export function draftsFor(
  pending: Pending,
  lost: Flags,
  varied: Flags = lost,
  which: Which = 'all',
): readonly Draft[] {
  const drafts: Draft[] = [];
  const add = (leftOf: (at: number) => Word): void => {
    if (which === 'needed' && isNeedless(pending, lost, leftOf)) return;
    drafts.push(() => choiceOf(pending, lost, leftOf));
  };
  add(asBefore);
  for (const word of otherWords(pending, lost, varied)) {
    add((at) => (varied[at] === 1 && pending.lefts(at).includes(word) ? word : 'old'));
  }
  return drafts;
}

/**
 * The drafts of `draftsFor` for flags that change between one time that it is asked and the next:
 * where no group may leave another word, they are always the same.
 */
export function draftsOver(pending: Pending, lost: Flags, which: Which): () => readonly Draft[] {
  const varies = lost.some((_, at) => pending.lefts(at).some((word) => word !== 'old'));
  if (varies) return () => draftsFor(pending, lost, lost, which);
  const plain: readonly Draft[] = [() => choiceOf(pending, lost)];
  return () => (which === 'needed' && isNeedless(pending, lost, asBefore) ? [] : plain);
}

/** Each choice of `draftsFor`. */
export function* choicesFor(pending: Pending, lost: Flags): Generator<CrashChoice> {
  for (const draft of draftsFor(pending, lost)) yield draft();
}

const asBefore = (): Word => 'old';
const none: ReadonlySet<Word> = new Set();

function otherWords(pending: Pending, lost: Flags, varied: Flags): ReadonlySet<Word> {
  let words: Set<Word> | null = null;
  for (let at = 0; at < lost.length; at++) {
    if (varied[at] !== 1 || lost[at] !== 1) continue;
    for (const word of pending.lefts(at)) (words ??= new Set()).add(word);
  }
  words?.delete('old');
  return words ?? none;
}
