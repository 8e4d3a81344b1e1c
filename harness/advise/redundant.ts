import { models as allModels } from '../../faults/models/index.ts';
import type { PersistenceModel } from '../../faults/models/model.ts';
import { ROOT_INO, type OpLog } from '../../faults/oplog.ts';
import { powerOf } from '../../faults/power.ts';
import type { Run } from '../drive.ts';
import type { SyncTally } from '../events.ts';
import type { Kind } from '../kind.ts';
import type { WalkRun } from '../nested.ts';
import { callsOf } from '../report/calls.ts';
import { operationParts, partAt, walkParts, type Part } from '../report/parts.ts';
import { visible } from '../lib/show.ts';

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

/** The models whose syncs are believed: where one of them needs a sync, it is not redundant. */
const honest = allModels.filter((model) => model.honest);

/** The syncs of a history by pattern, in the order of their first occurrence. */
export function syncsOfRun<O, R, S>(
  kind: Pick<Kind<O, R>, 'nameOf'>,
  { log, steps }: Run<O, R, S>,
): SyncTally[] {
  return tallies(log, operationParts(steps, kind));
}

/** The same of a walk, which may go on from a history that was killed before all was synced. */
export function syncsOfWalk(walked: WalkRun): SyncTally[] {
  return tallies(walked.log, walkParts(walked, []));
}

function tallies(log: OpLog, parts: readonly Part[]): SyncTally[] {
  const redundant = new Set(redundantSyncs(log, honest));
  const syncs = new Set(syncsOf(log));
  const all = callsOf(log, 0, log.events.length).flatMap(({ event, text }) => {
    const operation = partAt(parts, event)?.op;
    if (operation === undefined || !syncs.has(event)) return [];
    const call = text.replace(/ {2}->.*/, '').replace(/[0-9a-f]{16,}|\d+/g, '#');
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

/** A pattern met less often than this is not named: a few times say too little. */
const metLeast = 10;

/** More lines than this are in `results.json` only. */
const linesMost = 6;

/**
 * The patterns whose syncs made nothing durable each time that they were met, those met most often
 * first: a line each.
 */
export function redundantLines(all: readonly SyncTally[]): string[] {
  const lines = sumOfSyncs(all)
    .filter((one) => one.met >= metLeast && one.redundant === one.met)
    .toSorted((a, b) => b.met - a.met)
    .map(({ operation, call, met }) => visible(`${operation}: ${call} (each of ${met} times)`));
  const rest = lines.length - linesMost;
  return rest <= 0 ? lines : [...lines.slice(0, linesMost), `${rest} more in results.json`];
}
