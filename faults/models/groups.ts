import type { Ino, OpLog } from '../oplog.ts';
import type { Unit } from '../units.ts';
import type { Loses, Order } from './model.ts';

/** A page of the cache: what writes share whose granule is the call. */
const PAGE_BYTES = 4096;

/** Units of one call that a model keeps or loses together. */
export interface Group {
  /** Indexes of units, ascending. */
  readonly units: number[];
  readonly event: number;
  readonly ino: Ino;
  readonly isName: boolean;
  readonly hasData: boolean;
  readonly hasSize: boolean;
  /** Whether its data lies where the file held nothing before the call. */
  readonly inNewBlock: boolean;
  /** Of data: first byte, and the blocks that it touches, the last one included. */
  readonly fromByte: number;
  readonly firstBlock: number;
  readonly lastBlock: number;
  /** Of a call that sets a length: that length, else -1. */
  readonly lengthBytes: number;
  /** Of a rename: that it replaced something. */
  readonly replaces: boolean;
}

/** Glues the units of a log as the model's granule asks; the groups are in program order. */
export function groupsOf(log: OpLog, units: readonly Unit[], loses: Loses): Group[] {
  const groups: Group[] = [];
  let open = new Map<string, { -readonly [K in keyof Group]: Group[K] }>();
  let event = -1;
  units.forEach((unit, index) => {
    if (unit.event !== event) open = new Map();
    event = unit.event;
    const block = loses.granule === 'call' ? 0 : Math.floor(unit.fromByte / loses.granule);
    const inNewBlock = isInNewBlock(unit, loses.granule);
    const key = keyOf(log, unit, loses.sizes, inNewBlock) + block;
    const group = open.get(key);
    if (group === undefined) {
      const made = groupOf(log, unit, index, loses.granule, inNewBlock);
      open.set(key, made);
      groups.push(made);
      return;
    }
    group.units.push(index);
    if (unit.is === 'size') group.hasSize = true;
    else group.lastBlock = blockOf(unit, loses.granule, true);
  });
  return groups;
}

function keyOf(log: OpLog, unit: Unit, sizes: Loses['sizes'], inNewBlock: boolean): string {
  if (unit.is === 'data') return 'data';
  if (unit.is !== 'size') return 'name';
  if (ownLength(log, unit)) return 'length';
  return sizes === 'with data' || (sizes === 'with new blocks' && inNewBlock) ? 'data' : 'size';
}

function ownLength(log: OpLog, unit: Unit): boolean {
  const event = log.events[unit.event];
  return event?.is === 'call' && event.call.do === 'size';
}

/**
 * Whether the piece lies in a block that held nothing of the file before its call. A whole call
 * does where it begins in one.
 */
function isInNewBlock(unit: Unit, granule: Loses['granule']): boolean {
  if (unit.is !== 'data' && unit.is !== 'size') return false;
  const blockBytes = granule === 'call' ? PAGE_BYTES : granule;
  return unit.fromByte >= Math.ceil(unit.heldBytes / blockBytes) * blockBytes;
}

function blockOf(unit: Unit, granule: Loses['granule'], last: boolean): number {
  const { call } = unit;
  if (call.do !== 'write') return -1;
  const at = last ? call.from + call.bytes.length - 1 : call.from;
  return Math.floor(at / (granule === 'call' ? PAGE_BYTES : granule));
}

function groupOf(
  log: OpLog,
  unit: Unit,
  index: number,
  granule: Loses['granule'],
  inNewBlock: boolean,
): Group {
  const { event, ino, is, fromByte, replaces } = unit;
  return {
    units: [index],
    event,
    ino,
    isName: is === 'name' || is === 'rename',
    hasData: is === 'data',
    hasSize: is === 'size',
    inNewBlock: is === 'data' && inNewBlock,
    fromByte,
    firstBlock: blockOf(unit, granule, false),
    lastBlock: blockOf(unit, granule, true),
    lengthBytes: is === 'size' && ownLength(log, unit) ? fromByte : -1,
    replaces,
  };
}

/** Whether the model never keeps `group` where the earlier `before` is lost. */
export function waits(order: ReadonlySet<Order>, group: Group, before: Group): boolean {
  if (order.has('everything')) return true;
  if (group.isName) {
    if (before.isName) return order.has('names');
    if (!group.replaces || before.ino !== group.ino) return false;
    return order.has('replacing rename after data');
  }
  if (before.isName || before.ino !== group.ino) return false;
  if (group.inNewBlock && order.has('new block after earlier writes')) return true;
  if (group.hasSize && before.hasSize && order.has('sizes of a file')) return true;
  if (!before.hasData) return false;
  if (group.hasSize && order.has('size after earlier data')) return true;
  if (group.lengthBytes > before.fromByte && order.has('length after the data below it')) {
    return true;
  }
  const shares = before.firstBlock <= group.lastBlock && group.firstBlock <= before.lastBlock;
  return group.hasData && shares && order.has('same block');
}
