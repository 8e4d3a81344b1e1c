import { isUtf8 } from 'node:buffer';
import { StoreError } from '../lib/error.ts';
import { decodeEvent } from './codec.ts';
import { errnoOf } from '../lib/file-calls.ts';
import type { Files } from './files.ts';
import type { Limits } from './limits.ts';
import type { Line } from './lines.ts';
import { isBlank, readLines } from './lines.ts';
import { encodeEvent } from './codec.ts';
import type { SafePaths } from './tree.ts';
import type { MigrationEvent, Notice } from './types.ts';

export const ledgerName = 'migrations/ledger.jsonl';

/** What the ledger holds and what is wrong with its end. */
export interface LedgerVerdict {
  readonly size: number;
  /**
   * What a write that was cut short left at the end: an event that only lacks its LF, or something
   * to cut; null where the file ends well.
   */
  readonly tail: { readonly from: number; readonly isEvent: boolean } | null;
  /** Where a terminated line is no event, its number; else null. */
  readonly badLine: number | null;
  /** True where a rollback that went well explains witnesses from before it. */
  readonly hasRollback: boolean;
  readonly last: MigrationEvent | null;
  readonly notices: readonly Notice[];
}

/** Reads the ledger, handing each event to `each`. */
export function readLedger(
  files: Files,
  paths: SafePaths,
  limits: Limits,
  each: (event: MigrationEvent) => void = () => {},
): LedgerVerdict {
  const found = {
    size: 0,
    tail: null as LedgerVerdict['tail'],
    tailLine: null as number | null,
    badLine: null as number | null,
    hasRollback: false,
    last: null as MigrationEvent | null,
  };
  if (files.kind(paths.ledger) === 'none') return { ...found, notices: [] };
  files.using(files.openRead(paths.ledger), (fd) => {
    found.size = files.mark(fd).size;
    let number = 0;
    const span = {
      size: found.size,
      lineBytes: limits.lineBytes,
      giveUpBytes: limits.fragmentBytes,
    };
    readLines(files, fd, span, (line) => {
      number++;
      if (line.ended && isBlank(line)) return true;
      const event = readEvent(line);
      const isTorn = event === null && isCutShort(line);
      // Behind what looked like the end there is more.
      if (!isTorn && found.tail !== null) {
        found.badLine ??= found.tailLine;
        found.tail = null;
      }
      if (isTorn || !line.ended) {
        if (found.tail === null) found.tailLine = number;
        found.tail ??= { from: line.offset, isEvent: event !== null };
      }
      if (event === null) {
        if (!isTorn) found.badLine ??= number;
        return true;
      }
      found.last = event;
      found.hasRollback ||= event.phase === 'rollback' && event.outcome === 'ok';
      each(event);
      return true;
    });
  });
  return { ...found, notices: noticesOf(found.badLine) };
}

function noticesOf(badLine: number | null): readonly Notice[] {
  if (badLine === null) return [];
  return [{ code: 'ledger_unreadable', file: ledgerName, detail: `line ${badLine}` }];
}

/**
 * True for what power cuts leave of a line: its end is not there, or blocks of it were never
 * written and read as zeros, which no event holds.
 */
function isCutShort({ ended, tooLong, bytes, from, to }: Line): boolean {
  return !ended || (!tooLong && bytes.subarray(from, to).includes(0));
}

/** No event is shorter: the names of its members alone take more. */
const leastEventBytes = 150;

function readEvent(line: Line): MigrationEvent | null {
  if (line.tooLong || line.to - line.from < leastEventBytes) return null;
  const bytes = line.bytes.subarray(line.from, line.to);
  try {
    const { event } = decodeEvent(bytes, { arrays: false });
    return isUtf8(bytes) ? event : null;
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

/**
 * Every event; a line that is none makes the whole ledger unreadable (`json`). A torn tail was
 * never acknowledged.
 */
export function allEvents(files: Files, paths: SafePaths, limits: Limits): MigrationEvent[] {
  const events: MigrationEvent[] = [];
  const { badLine } = readLedger(files, paths, limits, (event) => events.push(event));
  if (badLine !== null) throw new StoreError('json', `${ledgerName} line ${badLine} is no event`);
  return events;
}

/** Makes durable what the ledger holds, and its name. */
export function syncLedger(files: Files, paths: SafePaths): void {
  files.using(openLedger(files, paths), (fd) => files.sync(fd));
  files.syncDir(paths.migrations);
}

/**
 * Appends one event durably; the name is made durable too. A file that does not end in LF refuses
 * with `stale_handle`: whoever writes there has not finished. What a failed write left is cut away
 * again.
 */
export function appendEvent(
  files: Files,
  paths: SafePaths,
  event: MigrationEvent,
  limits: Limits,
): void {
  const line = Buffer.concat([encodeEvent(event), Buffer.from('\n')]);
  if (line.length > limits.lineBytes) {
    throw new StoreError('entry_too_large', `the event takes ${line.length} bytes`);
  }
  files.using(openLedger(files, paths), (fd) => {
    const { changes } = files;
    const { size } = files.mark(fd);
    if (size > 0 && files.readRange(fd, size - 1, 1)[0] !== 0x0a) {
      throw new StoreError('stale_handle', `${ledgerName} does not end in LF`);
    }
    try {
      files.append(fd, line);
    } catch (error) {
      files.undo(fd, { size, changes });
      throw error;
    }
    files.sync(fd);
  });
  files.syncDir(paths.migrations);
}

function openLedger(files: Files, paths: SafePaths): number {
  try {
    return files.openAppend(paths.ledger);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return files.create(paths.ledger);
  }
}
