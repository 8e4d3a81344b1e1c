import { join } from 'node:path';
import { StoreError } from '../lib/error.ts';
import { schemas } from './codec-records.ts';
import { encodeEvent } from './codec.ts';
import type { Entries } from './entries.ts';
import type { Files } from './files.ts';
import { indexName, stageIndex } from './index-file.ts';
import type { Intent } from './intent.ts';
import { intentName } from './intent.ts';
import { keepTail, quarantine } from './keep.ts';
import { appendEvent, readLedger, syncLedger } from './ledger.ts';
import type { Limits } from './limits.ts';
import { checkpointName, checkpointRef, segmentName, segmentNumber } from './paths.ts';
import { publish } from './replace.ts';
import type { SafePaths } from './tree.ts';
import type { MigrationEvent, Repair } from './types.ts';
import { readCheckpointAt } from './witnesses.ts';

/** Where a rollback works, and whether the index that it replaces may hold what no frame says. */
export interface Place {
  readonly files: Files;
  readonly paths: SafePaths;
  readonly limits: Limits;
  readonly keepIndex: boolean;
}

/**
 * Carries out a rollback whose intent is durable, from wherever an earlier try got to. Each step is
 * durable before the next: segments go highest first, so what stands is always the head of one of
 * the intent's segments. Leaves `entries` at the goal.
 */
export function finishRollback(
  place: Place,
  entries: Entries,
  intent: Intent,
): { event: MigrationEvent; repairs: Repair[] } {
  const { files, paths, limits } = place;
  const count = Number(intent.after.entrySeq);
  const repairs = [
    ...replaceIndex(place, entries, count),
    ...setSegmentsAside(place, intent.after.segmentSeq),
    ...(count === 0 ? [] : cutTail(place, intent)),
  ];
  const event = eventOf(place, intent);
  const { last } = readLedger(files, paths, limits);
  // An earlier try may have come this far and died before its sync.
  if (last !== null && isSameEvent(last, event)) syncLedger(files, paths);
  else appendEvent(files, paths, event, limits);
  files.unlink(paths.intent);
  files.syncDir(paths.tmp);
  entries.keep(count);
  while ((entries.segments.at(-1)?.seq ?? 0n) > intent.after.segmentSeq) entries.segments.pop();
  return { event, repairs };
}

/**
 * The store may have moved since the rollback began, or be called by another path: the target does
 * not count.
 */
function isSameEvent(a: MigrationEvent, b: MigrationEvent): boolean {
  return encodeEvent({ ...a, targetPath: '' }).equals(encodeEvent({ ...b, targetPath: '' }));
}

function replaceIndex(place: Place, entries: Entries, count: number): Repair[] {
  const { files, paths, limits } = place;
  const repairs: Repair[] = [];
  const old = files.look(paths.index);
  if (place.keepIndex && old !== null) {
    const fragment = { path: paths.index, base: 'offsets.jsonl', from: 0, to: old.size };
    const { keptIn } = quarantine(files, paths, fragment, limits);
    repairs.push({ did: 'rebuilt', file: indexName, from: 0, to: old.size, why: 'rollback', keptIn }); // prettier-ignore
  }
  const staged = stageIndex(files, paths, entries, { count, name: 'offsets.rollback.tmp' });
  publish(files, { staged, path: paths.index, dir: paths.indexDir });
  return repairs;
}

function setSegmentsAside(place: Place, last: bigint): Repair[] {
  const { files, paths } = place;
  const above = files.fs
    .readdirSync(paths.segments)
    .map((name) => ({ name, seq: segmentNumber(name) ?? 0n }))
    .filter(({ seq }) => seq > last)
    .toSorted((a, b) => (a.seq < b.seq ? 1 : -1));
  // A name that an earlier try moved may still come back: it had died before its sync.
  files.syncDir(paths.segments);
  return above.map(({ name }) => {
    const path = join(paths.segments, name);
    const to = files.look(path)?.size ?? 0;
    const aside = freeName(files, paths, `${name}.rolledback`);
    files.rename(path, join(paths.segments, aside));
    files.syncDir(paths.segments);
    const keptIn = `segments/${aside}`;
    return { did: 'set aside', file: `segments/${name}`, from: 0, to, why: 'rollback', keptIn };
  });
}

function freeName(files: Files, paths: SafePaths, base: string): string {
  let name = base;
  for (let k = 1; files.kind(join(paths.segments, name)) !== 'none'; k++) name = `${base}.${k}`;
  return name;
}

function cutTail(place: Place, intent: Intent): Repair[] {
  const { files, paths, limits } = place;
  const name = segmentName(intent.after.segmentSeq);
  const path = join(paths.segments, name);
  const from = Number(intent.after.byteLength);
  const to = files.look(path)?.size ?? 0;
  if (to <= from) {
    // Cut by an earlier try, which may have died before its sync.
    if (files.look(path) !== null) files.using(files.openAppend(path), (fd) => files.sync(fd));
    return [];
  }
  const { keptIn } = keepTail(files, paths, { path, base: name, from, to }, limits);
  files.using(files.openAppend(path), (fd) => {
    files.cut(fd, from);
    files.sync(fd);
  });
  return [{ did: 'cut', file: `segments/${name}`, from, to, why: 'rollback', keptIn }];
}

/** The ledger event of a rollback; it is the same whoever finishes it. */
export function eventOf(
  place: Pick<Place, 'files' | 'paths' | 'limits'>,
  intent: Intent,
): MigrationEvent {
  // prettier-ignore
  return {
    schema: schemas.event,
    migrationId: intent.migrationId,
    phase: 'rollback',
    at: intent.at,
    sourcePath: snapshotRefOf(place, intent.checkpointSeq),
    targetPath: place.paths.root,
    sourceFormat: 'native_v2',
    targetFormat: 'native_v2',
    verification: { entryCountMatch: true, hashChainMatch: true, indexConsistent: true },
    outcome: 'ok',
    errorClass: null,
    correlationId: intent.correlationId,
  };
}

function snapshotRefOf(place: Pick<Place, 'files' | 'paths' | 'limits'>, seq: bigint): string {
  const path = join(place.paths.checkpoints, checkpointName(seq));
  try {
    return readCheckpointAt(place.files, path, place.limits)?.snapshotRef ?? checkpointRef(seq);
  } catch (error) {
    if (error instanceof StoreError) return checkpointRef(seq);
    throw error;
  }
}

/** What a finished rollback adds to the report of the open that finished it. */
export function finishedRepair(size: number): Repair {
  return { did: 'finished', file: intentName, from: 0, to: size, why: 'rollback_intent' };
}
