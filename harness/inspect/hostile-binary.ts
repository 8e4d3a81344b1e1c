import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { framed, frameBytes as fastFrame, headerOf } from '../../spec/fast-segment/bytes.ts';
import { frameBytes, headerBytesOf, noHash } from '../../spec/wal-segment/bytes.ts';
import { mebibyte, sparse, type Hostile } from './hostile.ts';

const wal = (number: number): string => `segment_${String(number).padStart(16, '0')}.aedbwal`;

const walHead = (segment: bigint): Uint8Array =>
  headerBytesOf({ instance: 9n, segment, createdAtMicros: 1n, prev: noHash });

const walFrame = (seq: bigint, bytes = 4): Uint8Array =>
  frameBytes({ seq, at: seq, type: 1, payload: new Uint8Array(bytes).fill(7) });

/** A segment of these parts. */
const walFile = (dir: string, number: number, ...parts: readonly Uint8Array[]): void =>
  writeFileSync(join(dir, wal(number)), Buffer.concat([walHead(BigInt(number)), ...parts]));

const u32 = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const u64 = (value: bigint): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};

const checkpoint = fastFrame({ t: 'checkpoint', revision: 7n });

/** A session's file of these parts, all of them committed unless told. */
function fastFile(
  dir: string,
  parts: readonly Uint8Array[],
  committed: bigint | null = null,
  name = '7.fast',
): void {
  mkdirSync(join(dir, 'sessions'), { recursive: true });
  const all = Buffer.concat(parts);
  const head = headerOf(committed ?? BigInt(16 + all.length));
  writeFileSync(join(dir, 'sessions', name), Buffer.concat([head, all]));
}

/** Blocks of random-looking bytes behind a segment's header, to step through. */
function noise(path: string, head: Uint8Array, bytes: number): void {
  const fd = openSync(path, 'w');
  writeSync(fd, head);
  let state = 1;
  const block = Buffer.alloc(mebibyte);
  for (let at = 0; at < block.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    block.writeUInt32BE(state & 0x03ff_ffff, at);
  }
  for (let left = bytes; left > 0; left -= block.length) writeSync(fd, block);
  closeSync(fd);
}

/** Hostile logs of chained segments. */
export const hostileWals: readonly Hostile[] = [
  {
    name: 'wal: a segment of a tebibyte that is one hole, and one behind it',
    make: (dir) => {
      sparse(join(dir, wal(1)), walHead(1n), 2 ** 40);
      walFile(dir, 2, walFrame(1n));
    },
    exits: [1],
    says: 'its hash was not computed',
  },
  {
    name: 'wal: lengths of 2^30, 2^32-1 and 0',
    make: (dir) => {
      for (const [i, length] of [2 ** 30, 2 ** 32 - 1, 0].entries()) {
        walFile(dir, i + 1, walFrame(BigInt(i + 1)), u32(length), new Uint8Array(64));
      }
    },
    exits: [1],
    says: 'frame_corrupt',
  },
  {
    name: 'wal: lengths of 64 MiB everywhere, none of which verifies',
    make: (dir) => {
      const fd = openSync(join(dir, wal(1)), 'w');
      writeSync(fd, walHead(1n));
      const block = Buffer.alloc(mebibyte, u32(0x0303_0303));
      for (let i = 0; i < 70; i++) writeSync(fd, block);
      closeSync(fd);
    },
    exits: [1],
    says: 'were not looked through',
  },
  {
    name: 'wal: 8 MiB of noise',
    make: (dir) => noise(join(dir, wal(1)), walHead(1n), 8 * mebibyte),
    exits: [1],
    says: 'no frame',
  },
  {
    name: 'wal: a frame of 60 MiB that verifies',
    make: (dir) => walFile(dir, 1, walFrame(1n, 60 * mebibyte), walFrame(2n)),
    exits: [0],
    says: '2 entries',
  },
  {
    name: 'wal: ten thousand segments',
    make: (dir) => {
      for (let i = 1; i <= 10_000; i++) writeFileSync(join(dir, wal(i)), '');
    },
    exits: [1],
    says: 'header_damaged',
  },
  {
    name: 'wal: FIFOs, links and directories for segments, names that are none',
    make: (dir) => {
      walFile(dir, 1, walFrame(1n));
      execFileSync('mkfifo', [join(dir, wal(2))]);
      symlinkSync('/dev/zero', join(dir, wal(3)));
      mkdirSync(join(dir, wal(4)));
      symlinkSync('.', join(dir, 'quarantine'));
      for (const name of ['segment_1.aedbwal', 'segment_+2.aedbwal', 'a\u001b[2J.aedbwal']) {
        writeFileSync(join(dir, name), 'x');
      }
    },
    exits: [1],
    says: 'segment_name',
  },
];

/** Hostile stores of fast segments. */
export const hostileFasts: readonly Hostile[] = [
  {
    name: 'fast: a segment of a tebibyte that is one hole, all of it committed',
    make: (dir) => {
      mkdirSync(join(dir, 'sessions'));
      sparse(join(dir, 'sessions/7.fast'), headerOf(2n ** 40n), 2 ** 40);
    },
    exits: [1],
    says: 'corrupt_frame',
  },
  {
    name: 'fast: committed lengths of 2^62 and 2^64-1',
    make: (dir) => {
      fastFile(dir, [checkpoint], 2n ** 62n);
      fastFile(dir, [checkpoint], 2n ** 64n - 1n, '8.fast');
    },
    exits: [1],
    says: 'committed_beyond_end',
  },
  {
    name: 'fast: payload lengths of 2^31, 2^62 and 2^64-1',
    make: (dir) => {
      for (const [i, length] of [2n ** 31n, 2n ** 62n, 2n ** 64n - 1n].entries()) {
        fastFile(dir, [checkpoint, u64(length), new Uint8Array(64)], null, `${i}.fast`);
      }
    },
    exits: [1],
    says: 'bad_length',
  },
  {
    name: 'fast: an entry that claims 2^62 coordinates, and one of 2^62 bytes, under right hashes',
    make: (dir) => {
      const claim = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0x40];
      const coords = framed(Uint8Array.from([0, 1, ...claim]));
      const data = framed(Uint8Array.from([0, 1, 0, 1, ...claim]));
      fastFile(dir, [checkpoint, coords, data]);
    },
    exits: [1],
    says: 'its payload is no entry',
  },
  {
    name: 'fast: millions of empty frames that do not verify',
    make: (dir) => fastFile(dir, [new Uint8Array(16 * mebibyte)]),
    exits: [1],
    says: 'corrupt_frame',
  },
  {
    name: 'fast: a payload of 8 MiB, and one of a byte more than is read',
    make: (dir) => {
      const payload = new Uint8Array(8 * mebibyte);
      payload.set([0, 1, 0, 1, 0xfc, 0, 0, 0x80, 0]);
      const long = 64 * mebibyte + 1;
      fastFile(dir, [framed(payload), u64(BigInt(long)), new Uint8Array(long + 32)]);
    },
    exits: [1],
    says: 'bad_length',
  },
  {
    name: 'fast: FIFOs, links and directories for segments, ids in other spellings',
    make: (dir) => {
      fastFile(dir, [checkpoint]);
      execFileSync('mkfifo', [join(dir, 'sessions/8.fast')]);
      symlinkSync('/dev/zero', join(dir, 'sessions/9.fast'));
      mkdirSync(join(dir, 'sessions/5.fast'));
      for (const name of ['+5.fast', '007.fast', '4294967296.fast']) {
        writeFileSync(join(dir, 'sessions', name), 'x');
      }
    },
    exits: [1],
    says: 'segment_name',
  },
];
