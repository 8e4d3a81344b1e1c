import { constants } from 'node:fs';
import { join } from 'node:path';
import { Blake3 } from '../../lib/blake3.ts';
import { StoreError } from '../../lib/error.ts';
import type { StoreEnv } from '../../lib/fs.ts';
import {
  encodedBytes,
  encodeFrames,
  encodeHeader,
  noHash,
  segmentName,
  u64Max,
} from '../format.ts';
import type { Closed, Frame, Opened, Rotation, WalLog, WalOptions } from '../types.ts';
import { foldOf, orIoError, writeAll } from './files.ts';
import { listSegments } from './read.ts';

export { frames, replay, verify } from './read.ts';

const { O_APPEND, O_CREAT, O_RDWR } = constants;

/** The segment that a manager has open. */
interface Active {
  readonly seq: bigint;
  readonly fd: number;
  readonly openedAt: bigint;
  readonly fold: Blake3;
  sizeBytes: bigint;
}

interface Manager {
  readonly env: StoreEnv;
  readonly dir: string;
  readonly options: WalOptions;
  /** What goes into the next header: zeros in a new manager, whatever stands in the directory. */
  prev: string;
  isForced: boolean;
  active: Active | null;
}

/**
 * A new manager with a segment open: the one asked for, else the last that a scan finds, else 1.
 * What stands in its file is hashed and not looked at; nothing is synced.
 */
export function openOriginal(env: StoreEnv, dir: string, options: WalOptions): WalLog {
  const m: Manager = { env, dir, options, prev: noHash, isForced: false, active: null };
  const opened = orIoError(false, () => {
    const seq = options.seq ?? listSegments(env.fs, dir).at(-1)?.seq ?? 1n;
    return openActive(m, seq);
  });
  return {
    opened,
    append: (frames, sync) => orIoError(false, () => append(m, frames, sync)),
    sync: () => orIoError(false, () => env.fs.fdatasyncSync(activeOf(m).fd)),
    force: () => {
      activeOf(m);
      m.isForced = true;
    },
    shouldRotate: () => due(m),
    rotate: () => orIoError(false, () => rotate(m)),
    close: () => orIoError(false, () => closeActive(m)),
  };
}

function activeOf({ active }: Manager): Active {
  if (active === null) throw new StoreError('no-handle', 'segment is not open');
  return active;
}

const microsOf = ({ env }: Manager): bigint => BigInt(Date.parse(env.now())) * 1000n;

function openActive(m: Manager, seq: bigint): Opened {
  const { fs } = m.env;
  fs.mkdirSync(m.dir, { recursive: true });
  const path = join(m.dir, segmentName(seq));
  const fd = fs.openSync(path, O_CREAT | O_APPEND | O_RDWR, 0o666);
  const openedAt = microsOf(m);
  const fold = beginFold(m, { seq, path, fd, now: openedAt });
  const sizeBytes = BigInt(fs.fstatSync(fd).size);
  m.active = { seq, fd, openedAt, fold, sizeBytes };
  return { segment: seq, sizeBytes, repairs: [], notices: [] };
}

/** The hash so far; an empty file gets its header first. */
function beginFold(
  { env, options, prev }: Manager,
  at: { readonly seq: bigint; readonly path: string; readonly fd: number; readonly now: bigint },
): Blake3 {
  if (env.fs.fstatSync(at.fd).size > 0) return foldOf(env.fs, at.path);
  const { instance } = options;
  const header = encodeHeader({ instance, seq: at.seq, createdAtMicros: at.now, prev });
  writeAll(env.fs, at.fd, header);
  return new Blake3().update(header);
}

/** On an error what has got out stays, and neither hash nor size know of it. */
function append(m: Manager, frames: readonly Frame[], sync: boolean): void {
  const active = activeOf(m);
  if (frames.length === 0) return;
  const bytes = Buffer.alloc(encodedBytes(frames));
  encodeFrames(bytes, frames);
  writeAll(m.env.fs, active.fd, bytes);
  active.fold.update(bytes);
  active.sizeBytes += BigInt(bytes.length);
  if (sync) m.env.fs.fdatasyncSync(active.fd);
}

function due(m: Manager): Rotation | null {
  const { sizeBytes, openedAt } = activeOf(m);
  const { maxBytes = 67_108_864n, maxAgeMicros = 60_000_000n } = m.options;
  if (m.isForced) return 'forced';
  if (sizeBytes >= maxBytes) return 'size';
  const age = microsOf(m) - openedAt;
  return (age < 0n ? 0n : age) >= maxAgeMicros ? 'time' : null;
}

/** Where the next segment cannot be opened none is, and the number is lost with it. */
function rotate(m: Manager): Closed {
  const closed = closeActive(m);
  m.prev = closed.hash;
  m.isForced = false;
  openActive(m, closed.segment === u64Max ? 0n : closed.segment + 1n);
  return closed;
}

/** Syncs nothing; the hash is of what was written, the size that of the file. */
function closeActive(m: Manager): Closed {
  const { seq, fd, fold } = activeOf(m);
  m.active = null;
  const sizeBytes = BigInt(m.env.fs.fstatSync(fd).size);
  m.env.fs.closeSync(fd);
  return { segment: seq, hash: fold.hex(), sizeBytes };
}
