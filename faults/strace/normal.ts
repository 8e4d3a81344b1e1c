import type { Event, Ino, OpLog } from '../oplog.ts';
import { replayOf } from '../replay.ts';
import { unitsOf, type Unit } from '../units.ts';

/**
 * What two records of the same history agree on: its units without the numbers of inodes, and where
 * among them each sync stands. Continued short writes are one write, and calls that failed without
 * an effect are left out. That descriptors were duplicated, that paths were relative and when files
 * were closed is not in a log at all.
 */
export function normalOf(log: OpLog): readonly string[] {
  const plain: OpLog = { ...log, events: joined(log.events) };
  const byEvent = new Map<number, string[]>();
  for (const unit of unitsOf(plain)) {
    const units = byEvent.get(unit.event) ?? [];
    byEvent.set(unit.event, [...units, textOf(unit)]);
  }
  const replay = replayOf(plain);
  const pathOf = (ino: Ino): string => (ino === 1 ? '' : (replay.pathOf(ino) ?? 'a removed file'));
  return plain.events.flatMap((event, i) => {
    replay.apply(event);
    if (event.is === 'ack') return [`step ${event.step} answered`];
    const { call, step } = event;
    if (call.do !== 'sync') return byEvent.get(i) ?? [];
    return [`step ${step} ${call.dataOnly ? 'fdatasync' : 'fsync'} «${pathOf(call.ino)}»`];
  });
}

/** Without what had no effect, and with each write that was continued as one. */
function joined(events: readonly Event[]): readonly Event[] {
  const found: Event[] = [];
  for (const event of events) {
    if (event.is === 'call' && event.failed !== undefined && event.failed.took !== true) continue;
    const before = found.at(-1);
    const whole = before === undefined ? null : continued(before, event);
    if (whole === null) found.push(event);
    else found[found.length - 1] = whole;
  }
  return found;
}

function continued(before: Event, event: Event): Event | null {
  if (before.is !== 'call' || event.is !== 'call' || before.step !== event.step) return null;
  const [a, b] = [before.call, event.call];
  if (a.do !== 'write' || b.do !== 'write' || a.ino !== b.ino) return null;
  if (a.from + a.bytes.length !== b.from) return null;
  const bytes = new Uint8Array(a.bytes.length + b.bytes.length);
  bytes.set(a.bytes);
  bytes.set(b.bytes, a.bytes.length);
  return { ...before, call: { ...a, bytes } };
}

function textOf({ id, is, call, fromByte, heldBytes, everBytes, replaces }: Unit): string {
  const bytes = call.do === 'write' ? Buffer.from(call.bytes).toString('hex') : '';
  const made = call.do === 'name' && call.made !== undefined ? JSON.stringify(call.made) : '';
  return `${is} ${id} ${fromByte} ${heldBytes} ${everBytes} ${replaces} ${made}${bytes}`;
}
