import type { PersistenceModel } from '../../faults/models/model.ts';
import { ROOT_INO, type OpLog } from '../../faults/oplog.ts';
import { powerOf } from '../../faults/power.ts';
import { callsOf } from '../report/calls.ts';
import { partAt, type Part } from '../report/parts.ts';

/** A sync of one pattern: by what it was asked, of which files; numbers in names stand as `#`. */
export interface SyncPattern {
  readonly operation: string;
  /** As in `fsync segments/#.seg`. */
  readonly call: string;
}

/** How often a sync of one pattern was met, and how often it made nothing durable. */
export interface SyncTally extends SyncPattern {
  readonly met: number;
  readonly redundant: number;
}

/**
 * The completed syncs of a log after which no power cut can lose less than before, under any of the
 * models: by the index of their events. Without one of them no state would be added.
 */
export function redundantSyncs(log: OpLog, models: readonly PersistenceModel[]): number[] {
  const useful = new Set<number>();
  const power = powerOf(log);
  for (const model of models) {
    if (model.loses === null) continue;
    for (const event of power.rules(model).durableFrom) useful.add(event);
  }
  return syncsOf(log).filter((event) => !useful.has(event));
}

/** The completed syncs of a log, by event. */
function syncsOf(log: OpLog): number[] {
  return log.events.flatMap((event, index) => {
    if (event.is !== 'call' || event.call.do !== 'sync') return [];
    // What lies above the store was made before its history begins.
    if (event.call.ino < ROOT_INO) return [];
    return event.failed === undefined || event.failed.took === true ? [index] : [];
  });
}

/** The syncs of a history by pattern, in the order of their first occurrence. */
export function syncTallies(
  log: OpLog,
  parts: readonly Part[],
  models: readonly PersistenceModel[],
): SyncTally[] {
  const redundant = new Set(redundantSyncs(log, models));
  const syncs = new Set(syncsOf(log));
  const all = callsOf(log, 0, log.events.length).flatMap(({ event, text }) => {
    if (!syncs.has(event)) return [];
    const call = text.replace(/ {2}->.*/, '').replace(/[0-9a-f]{16,}|\d+/g, '#');
    const operation = partAt(parts, event)?.op ?? 'elsewhere';
    return [{ operation, call, met: 1, redundant: redundant.has(event) ? 1 : 0 }];
  });
  return sumOfSyncs(all);
}

/** Tallies of the same pattern as one. */
export function sumOfSyncs(all: readonly SyncTally[]): SyncTally[] {
  const sums = new Map<string, SyncTally>();
  for (const one of all) {
    const name = `${one.operation} ${one.call}`;
    const before = sums.get(name) ?? { ...one, met: 0, redundant: 0 };
    sums.set(name, {
      ...one,
      met: before.met + one.met,
      redundant: before.redundant + one.redundant,
    });
  }
  return [...sums.values()];
}

/** A pattern met less often than this is not named: one history says too little. */
const metLeast = 3;

/**
 * The patterns whose syncs made nothing durable each time that they were met, those met most often
 * first: a line each.
 */
export function redundantLines(all: readonly SyncTally[]): string[] {
  return sumOfSyncs(all)
    .filter((one) => one.met >= metLeast && one.redundant === one.met)
    .toSorted((a, b) => b.met - a.met)
    .map(({ operation, call, met }) => `${operation}: ${call} (${met} of ${met})`);
}
