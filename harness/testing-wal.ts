import { blake3 } from '@noble/hashes/blake3.js';
import { crc32c } from '@node-rs/crc32';
import { constants } from 'node:fs';
import { StoreError } from '../reference/lib/error.ts';
import type { StoreEnv, StoreFs } from '../reference/lib/fs.ts';
import type { Repair } from '../spec/lib/judge.ts';
import type { Frame } from '../spec/wal-segment/ops.ts';
import type { OpenWal, Wal } from './kinds/wal-segment-port.ts';

/** What a throwaway log may do wrong. */
export type Mistake = 'keeps the torn tail' | 'skips the checksum' | 'never syncs the directory';

/** Where a log is, how it was opened, and what it does wrong. */
interface Place {
  readonly env: StoreEnv;
  readonly dir: string;
  readonly op: Parameters<Wal['open']>[2];
  readonly mistake: Mistake | undefined;
}

interface Segment {
  readonly seq: bigint;
  readonly bytes: Buffer;
  readonly frames: Frame[];
  /** Behind the last frame that verifies; 0 where the header is torn. */
  readonly end: number;
}

const magic = 0x41454442;
const { O_RDONLY, O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
const first = Buffer.alloc(32);
const hashOf = (bytes: Uint8Array): Buffer => Buffer.from(blake3(bytes));
const micros = (env: StoreEnv): bigint => BigInt(Date.parse(env.now())) * 1000n;
const nameOf = (seq: bigint): string => `segment_${String(seq).padStart(16, '0')}.aedbwal`;
const refuse = (code: string): never => {
  throw new StoreError(code, code);
};

function encode({ seq, at, type, payload }: Frame): Buffer {
  const b = Buffer.alloc(25 + payload.length);
  b.writeUInt32BE(21 + payload.length, 0);
  b.writeBigUInt64BE(seq, 4);
  b.writeBigUInt64BE(at, 12);
  b[20] = type;
  b.set(payload, 21);
  b.writeUInt32BE(crc32c(b.subarray(0, -4)), b.length - 4);
  return b;
}

function decode(bytes: Buffer, mistake: Mistake | undefined): Pick<Segment, 'frames' | 'end'> {
  const frames: Frame[] = [];
  let end = 64;
  while (end + 25 <= bytes.length) {
    const total = 4 + bytes.readUInt32BE(end);
    if (total < 25 || end + total > bytes.length) break;
    const b = bytes.subarray(end, end + total);
    const isRight = b.readUInt32BE(total - 4) === crc32c(b.subarray(0, -4));
    if (!isRight && mistake !== 'skips the checksum') break;
    const [seq, at] = [b.readBigUInt64BE(4), b.readBigUInt64BE(12)];
    frames.push({ seq, at, type: b[20]!, payload: b.subarray(21, -4) });
    end += total;
  }
  return { frames, end };
}

function readFile(fs: StoreFs, path: string): Buffer {
  const fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const stats = fs.fstatSync(fd);
  const bytes = Buffer.alloc(stats.isFile() ? stats.size : refuse('not_a_file'));
  for (let at = 0, n = 1; n > 0; at += n) n = fs.readSync(fd, bytes, at, bytes.length - at, at);
  fs.closeSync(fd);
  return bytes;
}

/** All segments; refuses where anything but the end of the last one does not verify. */
function load(fs: StoreFs, dir: string, mistake: Mistake | undefined): Segment[] {
  const names = fs.readdirSync(dir).filter((name) => /^segment_\d{16}\.aedbwal$/.test(name));
  const all = names.toSorted().map((name) => {
    const bytes = readFile(fs, `${dir}/${name}`);
    return { seq: BigInt(name.slice(8, 24)), bytes, ...decode(bytes, mistake) };
  });
  let prev: Buffer = first;
  let lastSeq = 0n;
  for (const [i, { seq, bytes, frames, ...one }] of all.entries()) {
    const isHeader = bytes.length >= 64 && bytes.readUInt32BE(0) === magic;
    const isRight = isHeader && bytes.readBigUInt64BE(16) === seq;
    const isLast = i === all.length - 1;
    // Nothing is appended before the header is durable, so a torn one stands alone.
    if (isLast && !isRight && bytes.length <= 64) {
      all[i] = { seq, bytes, frames: [], end: 0 };
      break;
    }
    if (!isRight || (!isLast && one.end < bytes.length)) refuse('corrupt');
    if (!prev.equals(bytes.subarray(32, 64))) refuse('chain_mismatch');
    for (const frame of frames)
      lastSeq = frame.seq > lastSeq ? frame.seq : refuse('not_increasing');
    prev = hashOf(bytes);
  }
  return all;
}

/** Opens a segment for appending, with a header where it has none; it and its name are durable. */
function begin({ env, dir, op, mistake }: Place, seq: bigint, prev: Buffer): number {
  const { fs } = env;
  const fd = fs.openSync(`${dir}/${nameOf(seq)}`, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
  if (fs.fstatSync(fd).size === 0) {
    const header = Buffer.alloc(64);
    header.writeUInt32BE(magic, 0);
    header.writeUInt16BE(1, 4);
    [op.instance, seq, micros(env)].forEach((n, i) => header.writeBigUInt64BE(n, 8 + 8 * i));
    header.set(prev, 32);
    write(fs, fd, header);
  }
  fs.fsyncSync(fd);
  if (mistake === 'never syncs the directory') return fd;
  const dirFd = fs.openSync(dir, O_RDONLY);
  fs.fsyncSync(dirFd);
  fs.closeSync(dirFd);
  return fd;
}

function write(fs: StoreFs, fd: number, bytes: Uint8Array, from: number | null = null): void {
  for (let at = 0; at < bytes.length;) {
    const place = from === null ? null : from + at;
    at += fs.writeSync(fd, bytes, at, bytes.length - at, place);
  }
}

/** Cuts what does not verify off the last segment, and opens it, or a new one behind it. */
function recover(place: Place) {
  const { env, dir, op, mistake } = place;
  env.fs.mkdirSync(dir, { recursive: true });
  const all = load(env.fs, dir, mistake);
  const [before, last] = [all.at(-2), all.at(-1)];
  const repairs: Repair[] = [];
  const seq = op.seq ?? last?.seq ?? 1n;
  const lastSeq = all.flatMap((one) => one.frames).at(-1)?.seq ?? 0n;
  if (last === undefined) return { seq, lastSeq, repairs, fd: begin(place, seq, first) };
  if (seq < last.seq) refuse('segment_sealed');
  const file = nameOf(last.seq);
  const old = env.fs.openSync(`${dir}/${file}`, O_RDWR | O_NOFOLLOW);
  if ((last.end < last.bytes.length || last.end === 0) && mistake !== 'keeps the torn tail') {
    env.fs.ftruncateSync(old, last.end);
    repairs.push({ did: 'cut', file, from: last.end, to: last.bytes.length, why: 'torn' });
  }
  // After a sync that failed, what was read may stand in memory only, and no sync would write it.
  write(env.fs, old, last.bytes.subarray(0, last.end), 0);
  env.fs.closeSync(old);
  const fd = begin(place, last.seq, before === undefined ? first : hashOf(before.bytes));
  if (seq === last.seq) return { seq, lastSeq, repairs, fd };
  const prev = hashOf(readFile(env.fs, `${dir}/${file}`));
  return { seq, lastSeq, repairs, fd: begin(place, seq, prev) };
}

function openWal(place: Place): OpenWal {
  const { env, dir, op } = place;
  const { fs } = env;
  const at = { ...recover(place), openedAt: micros(env), isForced: false };
  let isBroken = false;
  /** After a call that failed nobody knows what is on disk: the handle is done. */
  const orBroken = <T>(action: () => T): T => {
    if (isBroken) refuse('poisoned');
    isBroken = true;
    const value = action();
    isBroken = false;
    return value;
  };
  const size = (): bigint => BigInt(fs.fstatSync(at.fd).size);
  const closed = () => {
    const hash = hashOf(readFile(fs, `${dir}/${nameOf(at.seq)}`)).toString('hex');
    return { segment: at.seq, hash, sizeBytes: size() };
  };
  return {
    opened: { segment: at.seq, sizeBytes: size(), repairs: at.repairs, notices: [] },
    append(frames, sync) {
      let next = at.lastSeq;
      for (const { seq, type } of frames) {
        next = seq > next ? seq : refuse('not_increasing');
        if (![1, 2, 4].includes(type)) refuse('unknown_payload_type');
      }
      if (frames.length === 0) return;
      orBroken(() => {
        write(fs, at.fd, Buffer.concat(frames.map(encode)));
        at.lastSeq = next;
        if (sync) fs.fdatasyncSync(at.fd);
      });
    },
    sync: () => orBroken(() => fs.fdatasyncSync(at.fd)),
    force: () => void (at.isForced = true),
    shouldRotate() {
      if (at.isForced) return 'forced';
      if (size() >= (op.maxBytes ?? 67_108_864n)) return 'size';
      return micros(env) - at.openedAt >= (op.maxAgeMicros ?? 60_000_000n) ? 'time' : null;
    },
    rotate: () =>
      orBroken(() => {
        const done = closed();
        fs.fsyncSync(at.fd);
        fs.closeSync(at.fd);
        const fd = begin(place, at.seq + 1n, Buffer.from(done.hash, 'hex'));
        Object.assign(at, { fd, seq: at.seq + 1n, openedAt: micros(env), isForced: false });
        return done;
      }),
    close: () => orBroken(closed),
  };
}

/**
 * A log of chained segments, as short as it may be: tests of the harness use it and nobody else.
 */
export function throwawayWal(mistake?: Mistake): Wal {
  const all = ({ fs }: StoreEnv, dir: string): Segment[] =>
    fs.readdirSync(dir.replace(/\/[^/]*$/, '/')).includes(dir.replace(/^.*\//, ''))
      ? load(fs, dir, mistake)
      : [];
  return {
    open: (env, dir, op) => openWal({ env, dir, op, mistake }),
    frames: (env, dir, segment) =>
      all(env, dir).find((one) => one.seq === segment)?.frames ?? refuse('no_such_segment'),
    verify: (env, dir) =>
      all(env, dir).map(({ seq, bytes }) => ({
        segment: seq,
        prev: bytes.subarray(32, 64).toString('hex'),
        hash: hashOf(bytes).toString('hex'),
      })),
    replay: (env, dir, { after }) =>
      all(env, dir).flatMap((one) => one.frames.filter(({ seq }) => seq > after)),
  };
}
