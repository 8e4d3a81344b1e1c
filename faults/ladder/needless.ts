import { isChange, type Ino } from '../oplog.ts';
import type { Rules } from '../models/rules.ts';
import type { Flags, Pending, Word } from './pending.ts';

/** Lengths that a file was given, from the last durable one on. */
interface Lengths {
  readonly durableBytes: number;
  readonly pending: readonly { readonly at: number; readonly toBytes: number }[];
}

/**
 * True where the choice makes the image of another that loses less, or of the same at the cut
 * before: then it need not be tried. It is so where the call right before the cut is lost without a
 * trace; and where one is lost that could as well be kept, since nobody sees it: data beyond the
 * end that the file has, or a length with a greater one kept behind it.
 */
export function isNeedless(pending: Pending, lost: Flags, leftOf: (at: number) => Word): boolean {
  if (isOfCutBefore(pending, lost, leftOf)) return true;
  for (let at = 0; at < lost.length; at++) {
    if (lost[at] === 1 && isUnseen(pending, lost, at)) {
      if (!pending.needs[at]!.some((before) => lost[before] === 1)) return true;
    }
  }
  return false;
}

function isOfCutBefore(
  { rules, groups, cut }: Pending,
  lost: Flags,
  leftOf: (at: number) => Word,
): boolean {
  const event = rules.log.events[cut - 1];
  if (event === undefined || !isChange(event)) return false;
  let seen = false;
  for (let at = lost.length - 1; at >= 0; at--) {
    if (rules.groups[groups[at]!]!.event !== cut - 1) break;
    if (lost[at] === 0 || leftOf(at) !== 'old') return false;
    seen = true;
  }
  return seen;
}

function isUnseen(pending: Pending, lost: Flags, at: number): boolean {
  const group = pending.rules.groups[pending.groups[at]!]!;
  if (group.isName || group.hasData === group.hasSize) return false;
  const lengths = lengthsOf(pending, group.ino);
  if (lengths === null) return false;
  const last = lengths.pending.findLast((length) => lost[length.at] === 0);
  if (group.hasData) return group.fromByte >= (last?.toBytes ?? lengths.durableBytes);
  return last !== undefined && last.at > at;
}

const known = new WeakMap<Pending, Map<Ino, Lengths | null>>();

/**
 * The lengths of a file, or null where one was ever cut: then what lies beyond an end may matter.
 */
function lengthsOf(pending: Pending, ino: Ino): Lengths | null {
  let files = known.get(pending);
  if (files === undefined) known.set(pending, (files = new Map()));
  let lengths = files.get(ino);
  if (lengths === undefined) files.set(ino, (lengths = readLengths(pending, ino)));
  return lengths;
}

function readLengths({ rules, groups, cut }: Pending, ino: Ino): Lengths | null {
  const numberOf = new Map(groups.map((group, at) => [group, at]));
  const files = filesOf(rules);
  let durableBytes = files.baseBytes.get(ino) ?? 0;
  let lastBytes = durableBytes;
  const pending: { at: number; toBytes: number }[] = [];
  for (const index of files.sizes.get(ino) ?? []) {
    const { call, event } = rules.units[index]!;
    if (event >= cut || call.do !== 'size') break;
    if (call.to < lastBytes) return null;
    lastBytes = call.to;
    const at = numberOf.get(rules.groupOf[index]!);
    if (at !== undefined) pending.push({ at, toBytes: call.to });
    else if (pending.length > 0) return null;
    else durableBytes = call.to;
  }
  return { durableBytes, pending };
}

/**
 * Of each file its size units, and its length in the log's base; what was made later began empty.
 */
interface Files {
  readonly sizes: ReadonlyMap<Ino, readonly number[]>;
  readonly baseBytes: ReadonlyMap<Ino, number>;
}

const filesKnown = new WeakMap<Rules, Files>();

function filesOf(rules: Rules): Files {
  let files = filesKnown.get(rules);
  if (files === undefined) filesKnown.set(rules, (files = readFiles(rules)));
  return files;
}

function readFiles({ units, log }: Rules): Files {
  const sizes = new Map<Ino, number[]>();
  for (const [index, unit] of units.entries()) {
    if (unit.is !== 'size') continue;
    const list = sizes.get(unit.ino);
    if (list === undefined) sizes.set(unit.ino, [index]);
    else list.push(index);
  }
  const baseBytes = new Map<Ino, number>();
  let ino = 2;
  for (const image of [log.base, log.outside]) {
    for (const node of image?.values() ?? []) {
      if (node.is === 'file') baseBytes.set(ino, node.size);
      ino++;
    }
  }
  return { sizes, baseBytes };
}
