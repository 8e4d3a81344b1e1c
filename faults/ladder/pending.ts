import { anyFreedBefore } from '../crash-stale.ts';
import type { LostUnit } from '../crash.ts';
import { alphabetOf } from '../models/model.ts';
import type { Rules } from '../models/rules.ts';

/** A name for what lost units leave, one for all of them. */
export type Word = Extract<LostUnit['left'], string>;

/**
 * The groups that may be lost at one cut, numbered from 0 in program order, and their order among
 * themselves.
 */
export interface Pending {
  readonly rules: Rules;
  readonly cut: number;
  /** Index of each group in the rules. */
  readonly groups: readonly number[];
  /** What each waits for, and what waits for it, both directly. */
  readonly needs: readonly (readonly number[])[];
  readonly needers: readonly (readonly number[])[];
  /** What a lost one may leave that differs from the bytes before, as far as is cheap to tell. */
  lefts(at: number): readonly Word[];
}

/** A set of pending groups: flags by number. */
export type Flags = Uint8Array;

/** What is kept of one model's rules: each rung asks for the same cuts again. */
interface Kept {
  readonly byCut: Map<number, Pending>;
  /** How many entries the lists of those have together. */
  entries: number;
  /** What each group may leave. */
  readonly lefts: (readonly Word[] | undefined)[];
}

const known = new WeakMap<Rules, Kept>();
const entriesMost = 100_000;

/** What is pending at a cut. Those of the cuts asked for last are kept. */
export function pendingOf(rules: Rules, cut: number): Pending {
  let kept = known.get(rules);
  if (kept === undefined) known.set(rules, (kept = { byCut: new Map(), entries: 0, lefts: [] }));
  let pending = kept.byCut.get(cut);
  if (pending === undefined) {
    pending = makePending(rules, cut, kept);
    const count = pending.needs.reduce((sum, list) => sum + 2 * list.length, pending.groups.length);
    if (kept.entries + count > entriesMost) {
      kept.byCut.clear();
      kept.entries = 0;
    }
    kept.byCut.set(cut, pending);
    kept.entries += count;
  }
  return pending;
}

function makePending(rules: Rules, cut: number, kept: Kept): Pending {
  const groups = rules.pendingAt(cut);
  const numberOf = new Map(groups.map((group, at) => [group, at]));
  const needs = groups.map((group) => {
    const list: number[] = [];
    for (const before of rules.waitsFor[group]!) {
      const at = numberOf.get(before);
      if (at !== undefined && rules.forgottenFrom[before]! >= cut) list.push(at);
    }
    return list;
  });
  const needers: number[][] = groups.map(() => []);
  needs.forEach((list, at) => list.forEach((before) => needers[before]!.push(at)));
  const lefts = (at: number): readonly Word[] => {
    const group = groups[at]!;
    return (kept.lefts[group] ??= leftsOf(rules, group));
  };
  return { rules, cut, groups, needs, needers, lefts };
}

function leftsOf({ model, log, units, groups }: Rules, group: number): readonly Word[] {
  const { units: members, inNewBlock } = groups[group]!;
  const first = units[members[0]!]!;
  if (model.loses === null) return [];
  return alphabetOf(model.loses, first.is, inNewBlock).filter((left) => {
    if (left === 'stale') return anyFreedBefore(log, first.event);
    if (left !== 'zeros') return true;
    return members.some((unit) => units[unit]!.fromByte < units[unit]!.everBytes);
  });
}

/** Adds to the lost ones all that waits for one of them. */
export function closeLost({ needers }: Pending, lost: Flags): Flags {
  for (let at = 0; at < lost.length; at++) {
    if (lost[at] === 1) for (const later of needers[at]!) lost[later] = 1;
  }
  return lost;
}

/** Adds to the kept ones all that one of them waits for. */
export function closeKept({ needs }: Pending, keptOnes: Flags): Flags {
  for (let at = keptOnes.length - 1; at >= 0; at--) {
    if (keptOnes[at] === 1) for (const before of needs[at]!) keptOnes[before] = 1;
  }
  return keptOnes;
}

/** The set of one. */
export function only(pending: Pending, at: number): Flags {
  const flags = new Uint8Array(pending.groups.length);
  flags[at] = 1;
  return flags;
}

/** What is not in the set. */
export function others(flags: Flags): Flags {
  return flags.map((flag) => 1 - flag);
}

/** True where the closed set is what losing one of its members takes along. */
export function isOneLost(pending: Pending, lost: Flags): boolean {
  return firstLost(pending, lost, 2) === 1;
}

/** True where nothing is kept, or nothing but one with what it waits for. */
export function isOneKept({ needers }: Pending, lost: Flags): boolean {
  let last = 0;
  for (let at = lost.length - 1; at >= 0; at--) {
    if (lost[at] === 0 && !includesFlag(lost, needers[at]!, 0) && ++last > 1) return false;
  }
  return true;
}

/** Whether one of the places has the flag; asked so often that a closure each time tells. */
export function includesFlag(flags: Flags, places: readonly number[], flag: 0 | 1): boolean {
  for (const at of places) if (flags[at] === flag) return true;
  return false;
}

/**
 * How many of the lost ones are lost of their own, not because they wait for another lost one;
 * counted up to `most`.
 */
export function firstLost({ needs }: Pending, lost: Flags, most: number): number {
  let count = 0;
  for (let at = 0; at < lost.length && count < most; at++) {
    if (lost[at] === 1 && !includesFlag(lost, needs[at]!, 1)) count++;
  }
  return count;
}
