import type { CrashChoice } from '../crash.ts';
import { choicesFor } from '../ladder/choices.ts';
import { closeLost, pendingOf, type Flags, type Pending } from '../ladder/pending.ts';
import type { Rules } from '../models/rules.ts';
import type { Fact } from '../observe/facts.ts';
import { learnedOf, touches } from './touches.ts';

/** A closed set of lost groups, and the groups that nothing below it loses. */
interface Turn {
  readonly lost: Flags;
  readonly kept: Flags;
}

/**
 * The choices at one cut, made on demand: after each choice it wants to be told what was learned of
 * the tree that the choice leaves, and goes on to lose those pending groups alone whose loss could
 * have changed an answer. First comes the choice that loses nothing, then those that lose few.
 *
 * Every closed set of groups is covered: the tree that it leaves looks the same as that of a given
 * one, which loses of the set what was looked at. Sets come as in the rung 'closed subsets': all
 * leaving what was there, then once for each other thing that one of them may leave.
 */
export function* lazyChoices(
  rules: Rules,
  cut: number,
): Generator<CrashChoice, void, readonly Fact[]> {
  const pending = pendingOf(rules, cut);
  const touched = touches(rules);
  const none = new Uint8Array(pending.groups.length);
  const waiting: Turn[] = [{ lost: none, kept: none }];
  for (const { lost, kept } of waiting) {
    const facts: Fact[] = [];
    for (const choice of choicesFor(pending, lost)) facts.push(...(yield choice));
    const learned = learnedOf(facts);
    const decided = kept.slice();
    // The newest first: what was written last is what is lost most easily.
    for (let at = decided.length - 1; at >= 0; at--) {
      if (lost[at] === 1 || decided[at] === 1 || !touched(pending.groups[at]!, learned)) continue;
      const more = lost.slice();
      more[at] = 1;
      closeLost(pending, more);
      const isOpen = more.every((flag, i) => flag === 0 || decided[i] === 0);
      if (isOpen) waiting.push({ lost: more, kept: decided.slice() });
      keep(pending, decided, at);
    }
  }
}

/** Decides that a group is kept, and with it all that it waits for. */
function keep(pending: Pending, decided: Flags, at: number): void {
  if (decided[at] === 1) return;
  decided[at] = 1;
  for (const before of pending.needs[at]!) keep(pending, decided, before);
}
