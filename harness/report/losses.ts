import type { Left, LostUnit } from '../../faults/crash.ts';
import type { OpLog } from '../../faults/oplog.ts';
import type { Unit } from '../../faults/units.ts';
import { visible } from '../lib/show.ts';
import { namerOf, type Namer } from './calls.ts';
import { spotText, type Part } from './parts.ts';
import { listText } from './words.ts';

/** What a power cut did to one call: the part of it that is gone, and what stands there instead. */
export interface Loss {
  /** Index of the call's event. */
  readonly event: number;
  /** A noun phrase: `the write of log [0, 20)`, `the directory entry log`. */
  readonly what: string;
  /** What it left, as the end of a sentence; empty where it is as if it had never been asked. */
  readonly left: string;
  /** The call's name and place: `create, call 3 of operation 2`. */
  readonly spot: string;
  /** True where all of the call is gone. */
  readonly isWhole: boolean;
}

/** What a log looked like to whoever made it: its units, and the parts that a person can find. */
export interface Seat {
  readonly log: OpLog;
  readonly units: readonly Unit[];
  readonly parts: readonly Part[];
}

/** The losses of a power cut in words, a call at a time, in the order of the log. */
export function lossesOf({ log, units, parts }: Seat, lost: readonly LostUnit[]): Loss[] {
  const lefts = new Map(lost.map((one) => [one.unit, one.left]));
  const names = namerOf(log);
  const losses: Loss[] = [];
  let at = 0;
  for (const group of byEvent(units.filter((unit) => lefts.has(unit.id)))) {
    const event = group[0]!.event;
    for (; at < event; at++) names.apply(log.events[at]!);
    const all = units.filter((unit) => unit.event === event);
    const isWhole = group.length === all.length && group.every((u) => lefts.get(u.id) === 'old');
    const { what, verb } = wordsOf(log, group, isWhole, names);
    const left = isWhole ? '' : leftText(group, lefts);
    const spot = `${verb}, ${spotText(log, parts, event)}`;
    losses.push({ event, what: visible(what), left, spot, isWhole });
  }
  return losses;
}

/**
 * A call of the log as a noun phrase, with its place: what was kept, or what a sync is put after.
 */
export function callWords({ log, units, parts }: Seat, event: number): Pick<Loss, 'what' | 'spot'> {
  const names = namerOf(log);
  for (const before of log.events.slice(0, event)) names.apply(before);
  const group = units.filter((unit) => unit.event === event);
  const { what, verb } = wordsOf(log, group, true, names);
  return { what: visible(what), spot: `${verb}, ${spotText(log, parts, event)}` };
}

function byEvent(units: readonly Unit[]): Unit[][] {
  const groups = new Map<number, Unit[]>();
  for (const unit of units) {
    const group = groups.get(unit.event);
    if (group === undefined) groups.set(unit.event, [unit]);
    else group.push(unit);
  }
  return [...groups.values()];
}

interface Words {
  readonly what: string;
  readonly verb: string;
}

function wordsOf(log: OpLog, group: readonly Unit[], isWhole: boolean, names: Namer): Words {
  const event = log.events[group[0]?.event ?? -1];
  if (event?.is !== 'call') return { what: 'a call', verb: 'call' };
  const { call } = event;
  switch (call.do) {
    case 'write':
      if (isWhole) {
        const to = call.from + call.bytes.length;
        return { what: `the write of ${names.of(call.ino)} [${call.from}, ${to})`, verb: 'write' };
      }
      return { what: pieceWords(group, names.of(call.ino)), verb: 'write' };
    case 'size':
      return { what: `the length ${call.to} of ${names.of(call.ino)}`, verb: 'truncate' };
    case 'sync':
      return { what: `the sync of ${names.of(call.ino)}`, verb: 'fsync' };
    case 'rename':
      return { what: `the rename of ${call.from} to ${call.to}`, verb: 'rename' };
    case 'name':
      if (call.ino === null) return { what: `the removal of ${call.at}`, verb: 'remove' };
      return {
        what: `the directory entry ${call.at}`,
        verb: call.made === undefined ? 'link' : call.made.is === 'dir' ? 'mkdir' : 'create',
      };
  }
}

/** Pieces of one write: byte ranges that touch as one, then the file's length. */
function pieceWords(group: readonly Unit[], file: string): string {
  const ranges: [from: number, to: number][] = [];
  let length: number | null = null;
  for (const { call } of group) {
    if (call.do === 'size') length = call.to;
    if (call.do !== 'write') continue;
    const to = call.from + call.bytes.length;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === call.from) last[1] = to;
    else ranges.push([call.from, to]);
  }
  const bytes = listText(ranges.map(([from, to]) => `[${from}, ${to})`));
  if (length === null) return `the bytes ${bytes} of ${file}`;
  if (ranges.length === 0) return `the length ${length} of ${file}`;
  return `the bytes ${bytes} of ${file} and its length ${length}`;
}

function leftText(group: readonly Unit[], lefts: ReadonlyMap<string, Left>): string {
  const hasSize = group.some((unit) => unit.is === 'size');
  const all = group.map((unit) => oneLeft(lefts.get(unit.id) ?? 'old', unit, hasSize));
  return [...new Set(all.filter((one) => one !== ''))].join('; ');
}

function oneLeft(left: Left, { is, fromByte, heldBytes }: Unit, isShort: boolean): string {
  if (typeof left === 'object') {
    const rest = { old: 'what was there before', zeros: 'zeros', garbage: 'noise' }[left.rest];
    const end = left.keeps === 'head' ? 'first' : 'last';
    return `only its ${end} ${left.bytes} arrived, the rest is ${rest}`;
  }
  if (left === 'old') {
    if (is !== 'data') return '';
    if (fromByte < heldBytes) return 'the old bytes stand there';
    return isShort ? '' : 'zeros stand there';
  }
  if (left === 'zeros') return 'zeros stand there';
  if (left === 'stale') return 'bytes that the store once freed stand there';
  if (left === 'garbage') return 'noise stands there';
  return left === 'both names' ? 'both names stand' : 'neither name stands';
}
