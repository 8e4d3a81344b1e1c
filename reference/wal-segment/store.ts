import { Blake3 } from '../lib/blake3.ts';
import { StoreError } from '../lib/error.ts';
import type { StoreEnv } from '../lib/fs.ts';
import { attempt } from '../lib/file-calls.ts';
import { Files } from './files.ts';
import { noHash } from './format.ts';
import { append, close, requireOpen, requireU64, rotate, sync } from './handle.ts';
import type { Handle } from './handle.ts';
import { recover } from './recover.ts';
import type { Site } from './recover.ts';
import { Scan } from './scan.ts';
import type { Scanned } from './scan.ts';
import { problemAt } from './tree.ts';
import { createSegment, headerOf } from './segment.ts';
import type { Active } from './segment.ts';
import type { Opened, Repair, Rotation, WalLog, WalOptions } from './types.ts';

export { frames, replay, replayStream, verify } from './read.ts';

const defaults = { maxBytes: 67_108_864n, maxAgeMicros: 60_000_000n } as const;

/**
 * Opens a log for writing, or begins one. It verifies every segment, repairs what is torn in the
 * last one and reports it in `opened`. Throws a `StoreError` and changes nothing where the bytes
 * are CORRUPT or AMBIGUOUS, or cannot be kept (`no_space`).
 */
export function openWal(env: StoreEnv, dir: string, options: WalOptions): WalLog {
  const files = new Files(env.fs);
  return attempt(files, () => {
    requireOptions(options);
    const now = (): bigint => microsOf(env.now());
    const site = { files, dir, instance: options.instance, now: now() };
    const scan = scanAll(files, dir);
    requireSound(scan, options.onGap === 'keep-prefix');
    const last = scan.scanned.at(-1);
    const seq = options.seq ?? last?.seq ?? 1n;
    if (last !== undefined && seq < last.seq) {
      throw new StoreError('segment_sealed', `segment ${last.seq} holds the hash of another`);
    }
    const repairs = recover(site, scan);
    const { lastSeq } = scan;
    const active = activate(site, scan, seq);
    const h: Handle = {
      files, dir, instance: options.instance, now, active, lastSeq,
      isForced: false, isStale: false, isClosed: false, scratch: Buffer.alloc(0),
    }; // prettier-ignore
    return logOver(h, openedOf(active, repairs, scan), options);
  });
}

/** Microseconds since 1970 of an ISO time, which no header could hold before that. */
function microsOf(time: string): bigint {
  const ms = Date.parse(time);
  if (ms >= 0) return BigInt(ms) * 1000n;
  throw new StoreError('not_u64', `the time ${time} is no u64 of microseconds since 1970`);
}

function requireOptions({ instance, seq, maxBytes, maxAgeMicros }: WalOptions): void {
  requireU64(instance, 'the instance');
  requireU64(seq ?? 0n, 'the segment');
  requireU64(maxBytes ?? 0n, 'the size');
  requireU64(maxAgeMicros ?? 0n, 'the age');
}

/** Goes over all frames. */
function scanAll(files: Files, dir: string): Scan {
  const scan = new Scan(files, dir);
  try {
    while (scan.next());
    return scan;
  } finally {
    scan.close();
  }
}

function requireSound(scan: Scan, keepPrefix: boolean): void {
  const odd = scan.tree.segments.find(({ refusal }) => refusal !== null);
  const named = odd === undefined ? null : problemAt(odd.name, odd.refusal ?? '');
  const problem = scan.tree.quarantine ?? named ?? scan.problem;
  if (problem === null || problem.is === 'torn') return;
  if (problem.is === 'ambiguous' && keepPrefix) return;
  const { code, file, from, to } = problem;
  throw new StoreError(code, `${file}: bytes ${from} to ${to}`);
}

/** The segment to append to: the last one as it was left, or a new one behind it. */
function activate(site: Site, scan: Scan, seq: bigint): Active {
  const last = scan.scanned.at(-1);
  if (last === undefined)
    return createSegment(site.files, site.dir, { ...site, seq, prev: noHash });
  const kept = openLast(site, scan, last);
  if (seq === last.seq) return kept;
  const prev = kept.fold.hex();
  site.files.fs.closeSync(kept.fd);
  return createSegment(site.files, site.dir, { ...site, seq, prev });
}

function openLast(site: Site, scan: Scan, last: Scanned): Active {
  const { files, dir, now } = site;
  const { seq, name, end } = last;
  const path = `${dir}/${name}`;
  const fd = files.openAppend(path);
  const { ino, dev, size } = files.fs.fstatSync(fd);
  const header = end === 0 ? headerOf({ ...site, seq, prev: prevOf(scan) }) : null;
  // A header that was made stands in a new file.
  const isSame = header !== null || (ino === last.ino && dev === last.dev);
  const isAsRead = isSame && size === (header?.length ?? end);
  if (!isAsRead) {
    files.fs.closeSync(fd);
    throw new StoreError('stale_handle', 'another writer changed the log while it was opened');
  }
  const fold = header === null ? (scan.fold ?? new Blake3()) : new Blake3().update(header);
  return { seq, path, fd, ino, dev, size, fold, openedAt: now };
}

const prevOf = (scan: Scan): string => scan.scanned.at(-2)?.hash ?? noHash;

function openedOf(active: Active, repairs: readonly Repair[], { notices }: Scan): Opened {
  return { segment: active.seq, sizeBytes: BigInt(active.size), repairs, notices };
}

function logOver(h: Handle, opened: Opened, options: WalOptions): WalLog {
  const { files } = h;
  return {
    opened,
    append: (frames, isSynced) => attempt(files, () => append(h, frames, isSynced)),
    sync: () => attempt(files, () => sync(h)),
    force: () => {
      requireOpen(h);
      h.isForced = true;
    },
    shouldRotate: () => due(h, options),
    rotate: () => attempt(files, () => rotate(h)),
    close: () => attempt(files, () => close(h)),
  };
}

function due(h: Handle, options: WalOptions): Rotation | null {
  requireOpen(h);
  if (h.isForced) return 'forced';
  if (BigInt(h.active.size) >= (options.maxBytes ?? defaults.maxBytes)) return 'size';
  const age = h.now() - h.active.openedAt;
  return age >= (options.maxAgeMicros ?? defaults.maxAgeMicros) ? 'time' : null;
}
