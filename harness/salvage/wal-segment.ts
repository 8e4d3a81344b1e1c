import * as fs from 'node:fs';
import { join } from 'node:path';
import { Blake3 } from '../../reference/lib/blake3.ts';
import { replayStream } from '../../reference/wal-segment/store.ts';
import { headerBytesOf, noHash } from '../../spec/wal-segment/bytes.ts';
import { pathOf } from '../../spec/wal-segment/names.ts';
import {
  walForm, walFrameOf, walHeaderOf, walSegmentInspector, walSegmentsIn, type WalHeader,
} from '../inspect/wal-segment.ts'; // prettier-ignore
import type { ByteView } from '../inspect/binary.ts';
import type { Entry } from '../inspect/walk.ts';
import type { Opened } from '../../spec/wal-segment/ops.ts';
import { originalPort } from '../kinds/wal-segment-original.ts';
import { safePort } from '../kinds/wal-segment-safe.ts';
import { counted } from '../lib/shown.ts';
import { binaryReasons, listBinary, recordsOf, type BinarySource } from './binary.ts';
import { openWriter, syncDirectory, type Writer } from './durable.ts';
import type { Filled, LeftOut, Reason, Salvager } from './salvager.ts';

const reasons = {
  ...binaryReasons,
  not_increasing: { says: 'verifies, but its commit sequence is not above the one before' },
  unknown_payload_type: { says: 'verifies, but is of a type that no replay applies' },
} as const satisfies Readonly<Record<string, Reason>>;

/**
 * Every frame that verifies, in the order of the files, as far as commit sequences rise: segments
 * are numbered anew, under a chain of their own.
 */
export const walSegmentSalvager: Salvager = { kind: 'wal-segment', reasons, fill, refusal };

const headerBytes = 64;
const applied: ReadonlySet<number> = new Set([1, 2, 4]);
const noTime = '1970-01-01T00:00:00.000Z';

/** The new log as it grows. */
interface Log {
  readonly stage: string;
  readonly source: BinarySource;
  number: bigint;
  prev: string;
  lastSeq: bigint;
  found: number;
  kept: number;
  /** Of the last header that was one, for those that are none. */
  instance: bigint;
}

function fill(dir: string, stage: string): Filled {
  const source = listBinary(dir, walSegmentInspector);
  const log: Log = {
    stage, source, number: 0n, prev: noHash, lastSeq: 0n, found: 0, kept: 0, instance: 0n,
  }; // prettier-ignore
  for (const { entry } of walSegmentsIn(source.entries)) {
    source.look(entry, (view) => salvageSegment(log, entry, view));
  }
  syncDirectory(stage);
  return {
    framesFound: log.found,
    kept: log.kept,
    leftOut: source.leftOut,
    words: [`in ${counted(log.number, 'segment')}, highest commit sequence ${log.lastSeq}`],
  };
}

function salvageSegment(log: Log, entry: Entry, view: ByteView): void {
  const { leftOut } = log.source;
  const header = walHeaderOf(view.read(0, headerBytes));
  if (header === null) {
    const to = Math.min(headerBytes, view.size);
    leftOut.push({ file: entry.path, from: 0, to, reason: 'header_damaged' });
  } else log.instance = header.instance;
  let segment: Segment | null = null;
  for (const { from, to } of recordsOf(view, entry, { form: walForm, headerBytes }, leftOut)) {
    const bytes = view.read(from, to - from);
    const { seq, type } = walFrameOf(bytes);
    log.found++;
    const reason = reasonAgainst(log, seq, type);
    if (reason === null) {
      segment ??= beginSegment(log, header);
      segment.write(Uint8Array.from(bytes));
      log.lastSeq = seq;
      log.kept++;
    } else leftOut.push({ file: entry.path, from, to, reason, entryId: String(seq) });
  }
  if (segment !== null) log.prev = segment.close();
}

function reasonAgainst({ lastSeq }: Log, seq: bigint, type: number): LeftOut['reason'] | null {
  if (seq <= lastSeq) return 'not_increasing';
  return applied.has(type) ? null : 'unknown_payload_type';
}

interface Segment {
  write(bytes: Uint8Array): void;
  /** Makes it durable, and answers its hash. */
  close(): string;
}

function beginSegment(log: Log, old: WalHeader | null): Segment {
  log.number += 1n;
  const writer: Writer = openWriter(join(log.stage, pathOf(log.number)));
  const hash = new Blake3();
  const write = (bytes: Uint8Array): void => {
    writer.write(bytes);
    hash.update(bytes);
  };
  const { instance, prev, number: segment } = log;
  write(headerBytesOf({ instance, segment, createdAtMicros: old?.createdAtMicros ?? 0n, prev }));
  return {
    write,
    close() {
      writer.close();
      return hash.hex();
    },
  };
}

/** Larger logs are not read by the original: it holds all frames at once. */
const originalBytesMost = 256 * 1024 * 1024;

async function refusal(stage: string, { kept }: Filled): Promise<string | null> {
  let shown = 0;
  for (const _ of replayStream({ fs, now: () => noTime }, stage, { after: 0n })) shown++;
  if (shown !== kept) return `safe replays ${shown} frames of ${kept}`;
  const names = fs.readdirSync(stage);
  // An open of nothing would make a first segment.
  if (names.length === 0) return null;
  const safe = safePort(fs, stage);
  const opened = await safe.step({ op: 'open', instance: 0n }, noTime);
  const closed = await safe.step({ op: 'close' }, noTime);
  if (opened.is !== 'ok') return `safe answers ${opened.code}`;
  if (closed.is !== 'ok') return `safe answers ${closed.code} to a close`;
  const { repairs, notices } = opened.value as Opened;
  if (repairs.length + notices.length > 0) return `safe reports ${JSON.stringify(notices)}`;
  const bytes = names.reduce((sum, name) => sum + fs.statSync(join(stage, name)).size, 0);
  if (bytes > originalBytesMost) return null;
  const all = await originalPort(fs, stage).step({ op: 'replay', after: 0n }, noTime);
  if (all.is !== 'ok') return `the original answers ${all.code}`;
  const count = Array.isArray(all.value) ? all.value.length : -1;
  return count === kept ? null : `the original replays ${count} frames of ${kept}`;
}
