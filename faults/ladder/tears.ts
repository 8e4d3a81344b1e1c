import type { Path } from '../../spec/lib/image.ts';
import type { CrashChoice, LostUnit, Tear } from '../crash.ts';
import { choiceOf } from './choices.ts';
import { closeLost, isOneKept, isOneLost, type Flags, type Pending, type Word } from './pending.ts';

/** Positions inside a write that mean something to its format, 0 to `bytes.length`. */
export type TearsOf = (path: Path, bytes: Uint8Array) => readonly number[];

/** A pending write: what of its bytes lies in which pending group. */
interface PendingWrite {
  readonly path: Path;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly data: readonly number[];
  readonly sizes: readonly number[];
}

/** Most places at which one write is torn between its groups. */
const EDGES_MOST = 24;

/** True where the last writes have more places to be torn at than are tried. */
export function tearsSampled(pending: Pending): boolean {
  return lastWrites(pending).some((write) => write.data.length - 1 > EDGES_MOST);
}

/**
 * The last pending write of each file torn: between groups, and inside one where the model tears at
 * any byte. The head or the tail of it arrives; a size comes, or ends where the head does.
 */
export function* frontierTears(pending: Pending, tears?: TearsOf): Generator<CrashChoice> {
  const said = new Set<string>();
  for (const write of lastWrites(pending)) {
    for (const choice of tearsOf(pending, write, tears)) {
      const key = choice.lost.map((l) => `${l.unit} ${JSON.stringify(l.left)}`).join(',');
      if (said.has(key)) continue;
      said.add(key);
      yield choice;
    }
  }
}

function* tearsOf(
  pending: Pending,
  write: PendingWrite,
  tears: TearsOf | undefined,
): Generator<CrashChoice> {
  for (const edge of sample(write.data.length - 1)) {
    const [head, tail] = [write.data.slice(0, edge + 1), write.data.slice(edge + 1)];
    const sizes = sizesFrom(pending, write, tail[0]!);
    yield* between(pending, tail);
    yield* between(pending, [...tail, ...sizes]);
    yield* between(pending, head);
  }
  if (pending.rules.model.loses?.tears !== 'bytes') return;
  const places = new Set([1, write.bytes.length - 1, ...(tears?.(write.path, write.bytes) ?? [])]);
  for (const place of [...places].toSorted((a, b) => a - b)) {
    for (const keeps of ['head', 'tail'] as const) yield* inside(pending, write, place, keeps);
  }
}

/** Loses whole groups, leaving each word that one of them may leave. */
function* between(pending: Pending, gone: readonly number[]): Generator<CrashChoice> {
  const lost = closeLost(pending, flagsOf(pending, gone));
  const words = new Set<Word>(gone.flatMap((at) => [...pending.lefts(at)]));
  if (!isOneLost(pending, lost) && !isOneKept(pending, lost)) yield choiceOf(pending, lost);
  if (gone.length < 2) return;
  for (const word of words) {
    yield choiceOf(pending, lost, (at) =>
      gone.includes(at) && pending.lefts(at).includes(word) ? word : 'old',
    );
  }
}

/** Loses all before or after a byte, and tears the group that it lies in. */
function* inside(
  pending: Pending,
  write: PendingWrite,
  place: number,
  keeps: Tear['keeps'],
): Generator<CrashChoice> {
  const { rules, groups } = pending;
  const at = write.from + place;
  const gone: number[] = [];
  let torn: { readonly at: number; readonly bytes: number } | null = null;
  for (const number of write.data) {
    const unit = rules.units[rules.groups[groups[number]!]!.units[0]!]!;
    const length = unit.call.do === 'write' ? unit.call.bytes.length : 0;
    const head = at - unit.fromByte;
    const bytes = keeps === 'head' ? head : length - head;
    if (head > 0 && head < length) torn = { at: number, bytes };
    if (keeps === 'head' ? head <= 0 : head >= length) gone.push(number);
  }
  if (torn === null) return;
  const lost = closeLost(pending, flagsOf(pending, [...gone, torn.at]));
  if (pending.needs[torn.at]!.some((before) => lost[before] === 1)) return;
  const words: readonly Word[] = ['old', ...pending.lefts(torn.at)];
  for (const word of words) {
    if (word !== 'old' && word !== 'zeros' && word !== 'garbage') continue;
    const choice = choiceOf(pending, lost, (n) => (pending.lefts(n).includes(word) ? word : 'old'));
    const id = rules.units[rules.groups[groups[torn.at]!]!.units[0]!]!.id;
    const left: Tear = { keeps, bytes: torn.bytes, rest: word };
    const swap = (l: LostUnit): LostUnit => (l.unit === id ? { unit: id, left } : l);
    yield { cut: choice.cut, lost: choice.lost.map(swap) };
  }
}

function flagsOf(pending: Pending, members: readonly number[]): Flags {
  const flags = new Uint8Array(pending.groups.length);
  for (const at of members) flags[at] = 1;
  return flags;
}

/** The sizes that reach into or beyond a group's data. */
function sizesFrom({ rules, groups }: Pending, write: PendingWrite, data: number): number[] {
  const from = rules.groups[groups[data]!]!.fromByte;
  return write.sizes.filter((at) => rules.groups[groups[at]!]!.fromByte >= from);
}

/** The edges of a write with so many: all, or the first, the last and some between. */
function sample(edges: number): number[] {
  if (edges <= EDGES_MOST) return Array.from({ length: Math.max(0, edges) }, (_, i) => i);
  const stride = (edges - 1) / (EDGES_MOST - 1);
  return Array.from({ length: EDGES_MOST }, (_, i) => Math.round(i * stride));
}

/** The last write of each file, as far as its data is pending; the newest first. */
function lastWrites({ rules, groups }: Pending): PendingWrite[] {
  const last = new Map<number, { event: number; data: number[]; sizes: number[] }>();
  groups.forEach((index, at) => {
    const group = rules.groups[index]!;
    if (group.isName || group.lengthBytes >= 0) return;
    let write = last.get(group.ino);
    if (write === undefined || write.event !== group.event) {
      write = { event: group.event, data: [], sizes: [] };
      last.set(group.ino, write);
    }
    (group.hasData ? write.data : write.sizes).push(at);
  });
  const writes = [...last.values()].toSorted((a, b) => b.event - a.event);
  return writes.flatMap(({ event, data, sizes }) => {
    const logged = rules.log.events[event];
    if (data.length === 0 || logged?.is !== 'call' || logged.call.do !== 'write') return [];
    const { from, bytes } = logged.call;
    const id = rules.units[rules.groups[groups[data[0]!]!]!.units[0]!]!.id;
    return [{ path: pathIn(id), bytes, from, data, sizes }];
  });
}

/** The path in a data unit's id: between its step and `/data/`. */
function pathIn(id: string): Path {
  return id.slice(id.indexOf('/') + 1, id.lastIndexOf('/data/'));
}
