import { crc32cHex } from '../lib/crc32c.ts';
import type { Key } from '../lib/judge.ts';
import { utf8Of } from '../lib/utf8.ts';
import { chainStep, frameLine, genesis, payloadHash, schemas } from './encode.ts';
import { keyOf } from './key.ts';
import type { Checkpoint, Frame, Head, Manifest, MigrationEvent, Row } from './ops.ts';

/** One entry of the abstract log with everything that an answer about it needs. */
export interface Stored {
  readonly frame: Frame;
  readonly row: Row;
  readonly key: Key;
  /** Chain hash and sum of line lengths up to and with this entry. */
  readonly chain: string;
  readonly total: bigint;
}

/** What the directory of a store holds, as operations can tell. */
export interface Disk {
  /** False until the first `create` has made the directories. */
  readonly made: boolean;
  readonly entries: readonly Stored[];
  /** Sizes of the segment files by number. */
  readonly segments: ReadonlyMap<bigint, bigint>;
  /** The largest number of a segment that a rollback set aside (policy `safe`), or null. */
  readonly aside: bigint | null;
  readonly checkpoints: ReadonlyMap<bigint, Checkpoint>;
  readonly events: readonly MigrationEvent[];
  readonly manifest: Manifest | null;
}

/** An empty place. */
export const emptyDisk: Disk = {
  made: false,
  entries: [],
  segments: new Map(),
  aside: null,
  checkpoints: new Map(),
  events: [],
  manifest: null,
};

/** What a caller asks to be stored; `payload` is the text that goes into the file. */
export interface Wanted {
  readonly id: string;
  readonly parent: string | null;
  readonly type: string;
  readonly payload: string;
}

/** Where the next frame goes. */
export interface Place {
  readonly segmentSeq: bigint;
  readonly frameSeq: bigint;
  readonly entrySeq: bigint;
}

/** The frame that would be written at a place, and its line with the LF. */
export function frameAt(
  wanted: Wanted,
  place: Place,
  at: string,
): { readonly frame: Frame; readonly line: Uint8Array } {
  const frame: Frame = {
    schema: schemas.frame,
    segmentSeq: place.segmentSeq,
    frameSeq: place.frameSeq,
    entrySeq: place.entrySeq,
    entryId: wanted.id,
    parentEntryId: wanted.parent,
    entryType: wanted.type,
    timestamp: at,
    payloadSha256: payloadHash(wanted.payload),
    payloadBytes: BigInt(utf8Of(wanted.payload).length),
    payload: wanted.payload,
  };
  return { frame, line: utf8Of(`${frameLine(frame)}\n`) };
}

/** The log with one more frame, at the end of its segment. */
export function stored(disk: Disk, frame: Frame, line: Uint8Array): Disk {
  const size = disk.segments.get(frame.segmentSeq) ?? 0n;
  const byteLength = BigInt(line.length);
  const last = disk.entries.at(-1);
  const entry: Stored = {
    frame,
    row: {
      schema: schemas.row,
      entrySeq: frame.entrySeq,
      entryId: frame.entryId,
      segmentSeq: frame.segmentSeq,
      frameSeq: frame.frameSeq,
      byteOffset: size,
      byteLength,
      crc32c: crc32cHex(line),
      state: 'active',
    },
    key: keyOf(frame),
    chain: chainStep(last?.chain ?? genesis, frame.payloadSha256),
    total: (last?.total ?? 0n) + byteLength,
  };
  return {
    ...disk,
    entries: [...disk.entries, entry],
    segments: new Map(disk.segments).set(frame.segmentSeq, size + byteLength),
  };
}

/**
 * The log cut to its first entries; segments without a kept entry are gone, the last kept one is
 * shorter.
 */
export function cutTo(disk: Disk, keep: readonly Stored[]): Disk {
  const segments = new Map<bigint, bigint>();
  for (const { row } of keep) segments.set(row.segmentSeq, row.byteOffset + row.byteLength);
  return { ...disk, entries: keep, segments };
}

/** The last entry as a head, or null. */
export function headOf(entries: readonly Stored[]): Head | null {
  const last = entries.at(-1);
  if (last === undefined) return null;
  const { segmentSeq, entrySeq, entryId } = last.row;
  return { segmentSeq, entrySeq, entryId };
}

/** The code of the first rule of an open store that these entries break, or null. */
export function brokenRule(entries: readonly Stored[]): string | null {
  const parents = new Map<string, string | null>();
  for (const { frame } of entries) {
    if (parents.has(frame.entryId)) return 'entry-id-duplicate';
    parents.set(frame.entryId, frame.parentEntryId);
  }
  for (const parent of parents.values()) {
    if (parent !== null && !parents.has(parent)) return 'parent-missing';
  }
  const rooted = new Set<string>();
  for (const id of parents.keys()) {
    const path = new Set<string>();
    let at: string | null = id;
    while (at !== null && !rooted.has(at)) {
      if (path.has(at)) return 'parent-cycle';
      path.add(at);
      at = parents.get(at) ?? null;
    }
    for (const seen of path) rooted.add(seen);
  }
  return null;
}

/**
 * What a handle believes of the head of its store; under `safe` it is always what the disk says.
 */
export interface Belief {
  readonly head: Head | null;
  readonly chain: string;
  readonly total: bigint;
  readonly lastCrc32c: string;
}

/** The belief of a handle that has just read the whole store. */
export function beliefOf(entries: readonly Stored[]): Belief {
  const last = entries.at(-1);
  return {
    head: headOf(entries),
    chain: last?.chain ?? genesis,
    total: last?.total ?? 0n,
    lastCrc32c: last?.row.crc32c ?? '00000000',
  };
}

/** The event of a rollback as both policies write it. */
export function rollbackEvent(
  of: Pick<MigrationEvent, 'migrationId' | 'correlationId' | 'at' | 'sourcePath' | 'targetPath'>,
  result: Pick<MigrationEvent, 'verification' | 'outcome' | 'errorClass'>,
): MigrationEvent {
  return {
    schema: schemas.event,
    migrationId: of.migrationId,
    phase: 'rollback',
    at: of.at,
    sourcePath: of.sourcePath,
    targetPath: of.targetPath,
    sourceFormat: 'native_v2',
    targetFormat: 'native_v2',
    verification: result.verification,
    outcome: result.outcome,
    errorClass: result.errorClass,
    correlationId: of.correlationId,
  };
}
