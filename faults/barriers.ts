import { isChange, type Event, type Ino, type OpLog } from './oplog.ts';
import { unitsOf } from './units.ts';

// Logs with syncs put in or taken out. A sync moves no byte that a reader of the running system
// sees, so the units of such a log have the same ids, and a choice needs only its cut moved.

/** The log with a completed sync of a file or directory behind the event at that index. */
export function withSync(log: OpLog, afterEvent: number, ino: Ino): OpLog {
  const event = log.events[afterEvent];
  if (event === undefined) throw noEvent(afterEvent, 'no_event');
  return { ...log, events: log.events.toSpliced(afterEvent + 1, 0, syncBehind(event, ino)) };
}

/** The log without one of its syncs; an event that is none is a `RangeError`, `not_a_sync`. */
export function withoutEvent(log: OpLog, index: number): OpLog {
  const event = log.events[index];
  if (event === undefined) throw noEvent(index, 'no_event');
  if (event.is !== 'call' || event.call.do !== 'sync') throw noEvent(index, 'not_a_sync');
  return { ...log, events: log.events.toSpliced(index, 1) };
}

/**
 * The log with completed syncs behind every call that changed something: of what it changed, and of
 * each directory that a name of it stands in. What a power cut can still lose is what a single call
 * was about to do.
 */
export function fullySynced(log: OpLog): OpLog {
  const dirs = new Map<Ino, readonly Ino[]>();
  const toSync = new Map<number, Set<Ino>>();
  for (const unit of unitsOf(log)) {
    const inos = toSync.get(unit.event) ?? new Set();
    toSync.set(unit.event, inos.add(unit.ino));
    if (unit.places.length > 0) {
      dirs.set(
        unit.ino,
        unit.places.map((place) => place.dir),
      );
    }
    for (const dir of dirs.get(unit.ino) ?? []) inos.add(dir);
  }
  const events = log.events.flatMap((event, index): Event[] =>
    isChange(event)
      ? [event, ...[...(toSync.get(index) ?? [])].map((ino) => syncBehind(event, ino))]
      : [event],
  );
  return { ...log, events };
}

/**
 * Where a cut of `log` lies in a log that these functions made of it: behind the same events, and
 * behind the syncs put in after them only where `syncsToo`.
 */
export function cutIn(log: OpLog, edited: OpLog, cut: number, syncsToo = false): number {
  const ours = new Set(log.events);
  const kept = new Set(edited.events);
  const before = log.events.slice(0, cut).findLast((event) => kept.has(event));
  const behind = before === undefined ? 0 : edited.events.indexOf(before) + 1;
  if (!syncsToo) return behind;
  const next = edited.events.findIndex((event, at) => at >= behind && ours.has(event));
  return next === -1 ? edited.events.length : next;
}

function syncBehind({ step, ...event }: Event, ino: Ino): Event {
  const actor = event.is === 'call' ? event.actor : 0;
  return { is: 'call', step, actor, call: { do: 'sync', ino, dataOnly: false } };
}

function noEvent(index: number, code: 'no_event' | 'not_a_sync'): RangeError {
  const say = code === 'no_event' ? `no event ${index}` : `event ${index} is no sync`;
  return Object.assign(new RangeError(say), { code });
}
