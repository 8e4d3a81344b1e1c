import { ROOT_INO, type Call, type Event, type Ino, type OpLog } from './oplog.ts';
import { replayOf } from './replay.ts';
import { TOP_INO } from './units-tree.ts';

/** Where the first of two logs ends. */
export interface JoinAt {
  /** Events of the first log that were done. */
  readonly event: number;
  /** Bytes of the write after them that arrived as well. */
  readonly partialBytes?: number;
}

/**
 * One log of two: a process that died, and the one that then opened what it left. The second log
 * must begin with the image of the first at `at`. What the first never synced is still pending
 * while the second goes on. Steps of the second are numbered from `stepsBefore`.
 */
export function joinLogs(first: OpLog, at: JoinAt, second: OpLog, stepsBefore: number): OpLog {
  const before = first.events.slice(0, at.event);
  const torn = tornAt(first, at);
  if (torn !== null) before.push(torn);
  const inos = inosOf(first, before, second);
  const after = second.events.map((event): Event => {
    if (event.is === 'ack') return { ...event, step: event.step + stepsBefore };
    return { ...event, step: event.step + stepsBefore, call: renumbered(event.call, inos) };
  });
  return {
    ...first,
    events: [...before, ...after],
    notModelled: [...new Set([...first.notModelled, ...second.notModelled])],
  };
}

function tornAt(log: OpLog, { event, partialBytes }: JoinAt): Event | null {
  const next = log.events[event];
  if (partialBytes === undefined || next?.is !== 'call' || next.call.do !== 'write') return null;
  return { ...next, call: { ...next.call, bytes: next.call.bytes.subarray(0, partialBytes) } };
}

/** The number in the joined log of each inode of the second: by path where it was there before. */
function inosOf(first: OpLog, before: readonly Event[], second: OpLog): (ino: Ino) => Ino {
  const replay = replayOf(first);
  for (const event of before) replay.apply(event);
  const known = new Map<Ino, Ino>([
    [TOP_INO, TOP_INO],
    [ROOT_INO, ROOT_INO],
  ]);
  let ino = ROOT_INO + 1;
  for (const path of [...second.base.keys(), ...(second.outside?.keys() ?? [])]) {
    const was = replay.inoOf(path);
    if (was !== null) known.set(ino, was);
    ino++;
  }
  const shift = lastIno(first) + 1;
  return (number) => known.get(number) ?? number + shift;
}

function lastIno(log: OpLog): Ino {
  let last = ROOT_INO + log.base.size + (log.outside?.size ?? 0);
  for (const event of log.events) {
    if (event.is === 'call' && 'ino' in event.call) last = Math.max(last, event.call.ino ?? 0);
  }
  return last;
}

function renumbered(call: Call, inos: (ino: Ino) => Ino): Call {
  if (!('ino' in call) || call.ino === null) return call;
  return { ...call, ino: inos(call.ino) };
}
