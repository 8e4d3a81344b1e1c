import { crc32c } from '@node-rs/crc32';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openSafe } from '../../reference/fast-segment/store.ts';
import type { Entry } from '../../reference/fast-segment/types.ts';
import { Blake3, blake3Hex } from '../../reference/lib/blake3.ts';
import { openWal, replayStream, verify } from '../../reference/wal-segment/store.ts';
import type { Frame } from '../../reference/wal-segment/types.ts';

// Speed of both safe binary logs as ratios to raw work of the same size in the same run, on the
// same file system; then a scan of a large log, and the memory that it takes. Nothing is asserted:
// machines differ, and so do runs. BENCH_LOG_SCAN=1073741824 scans a GiB of each.

const frames = Number(process.env['BENCH_LOG_FRAMES'] ?? '200000');
const scanBytes = Number(process.env['BENCH_LOG_SCAN'] ?? String(128 * 1024 * 1024));
const frameBytes = 200;
const batchFrames = 64;
const at = '2026-01-01T00:00:00.000Z';
const env = { fs, now: () => at };
const fastEnv = { fs, clockMs: () => 0 };

/** By the clock on the wall, and of the processor alone, which other work disturbs less. */
interface Took {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

function timed(run: () => void): Took {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  run();
  const wallSeconds = Number(process.hrtime.bigint() - began) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  return { wallSeconds, cpuSeconds: (user + system) / 1e6 };
}

const row = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(34) : cell.padStart(14))).join('');

/** Prints what was done so many times, and how it compares with raw work. */
function print(name: string, operations: number, took: Took, raw: Took | null = null): Took {
  const perSecond = Math.round(operations / took.wallSeconds).toLocaleString('en');
  const cpu = ((took.cpuSeconds / operations) * 1e6).toFixed(2);
  const ratio = (of: keyof Took): string => (raw === null ? '' : `${(took[of] / raw[of]).toFixed(2)} x`);
  console.log(row([name, perSecond, cpu, ratio('wallSeconds'), ratio('cpuSeconds')]));
  return took;
} // prettier-ignore

function heading(title: string): void {
  console.log(`\n${title}`);
  console.log(row(['', 'a second', 'us of CPU', 'of raw, wall', 'of raw, CPU']));
}

/** Plain writes of the same sizes. */
function rawWrites(file: string, writes: number, bytesEach: number): Took {
  const bytes = Buffer.alloc(bytesEach, 0x61);
  const fd = fs.openSync(file, 'a');
  const took = timed(() => {
    for (let i = 0; i < writes; i++) fs.writeSync(fd, bytes);
  });
  fs.closeSync(fd);
  return took;
}

const chunk = Buffer.allocUnsafe(1 << 20);

/** Reading files in pieces of a MiB, and one checksum of each `bytesEach` bytes. */
function rawReads(files: readonly string[], bytesEach: number, sum: (bytes: Buffer) => unknown): Took {
  return timed(() => {
    for (const file of files) {
      const fd = fs.openSync(file, 'r');
      for (let from = 0, got = 1; got > 0; from += got) {
        got = fs.readSync(fd, chunk, 0, chunk.length, from);
        for (let i = 0; i < got; i += bytesEach) sum(chunk.subarray(i, Math.min(got, i + bytesEach)));
      }
      fs.closeSync(fd);
    }
  });
} // prettier-ignore

const walPayload = new Uint8Array(frameBytes - 25).fill(0x61);
const frameOf = (seq: number): Frame => ({
  seq: BigInt(seq),
  at: 1n,
  type: 1,
  payload: walPayload,
});
const batchOf = (first: number, count: number): Frame[] =>
  Array.from({ length: count }, (_, i) => frameOf(first + i));
const filesOf = (dir: string): string[] =>
  fs.readdirSync(dir).filter((name) => name !== 'quarantine').map((name) => path.join(dir, name)); // prettier-ignore

function benchWal(dir: string): void {
  heading(`wal-segment, ${frames} frames of ${frameBytes} bytes`);
  const batches = Math.floor(frames / batchFrames);
  const writes = print('raw: a write a frame', frames, rawWrites(path.join(dir, 'raw'), frames, frameBytes)); // prettier-ignore
  const single = openWal(env, path.join(dir, 'single'), { instance: 9n });
  const given = batchOf(1, frames).map((frame) => [frame]);
  print('append, one by one', frames, timed(() => { for (let i = 1; i <= frames; i++) single.append(given[i - 1]!, false); }), writes); // prettier-ignore
  single.close();
  const many = print(`raw: a write a batch of ${batchFrames}`, frames, rawWrites(path.join(dir, 'raw-batch'), batches, frameBytes * batchFrames)); // prettier-ignore
  const givenBatches = Array.from({ length: batches }, (_, i) => batchOf(i * batchFrames + 1, batchFrames));
  const batched = openWal(env, path.join(dir, 'batched'), { instance: 9n });
  print(`append, batches of ${batchFrames}`, frames, timed(() => { for (let i = 0; i < batches; i++) batched.append(givenBatches[i]!, false); }), many); // prettier-ignore
  batched.close();
  const log = path.join(dir, 'single');
  const reads = print('raw: read, CRC-32C', frames, rawReads(filesOf(log), frameBytes, crc32c));
  print('replay, no chain', frames, timed(() => { for (const _ of replayStream(env, log, { after: 0n, chain: false })); }), reads); // prettier-ignore
  const hash = new Blake3();
  const chained = print('raw: read, CRC-32C, BLAKE3', frames, rawReads(filesOf(log), frameBytes, (bytes) => [crc32c(bytes), hash.update(bytes)])); // prettier-ignore
  print('replay', frames, timed(() => { for (const _ of replayStream(env, log, { after: 0n })); }), chained); // prettier-ignore
  print('verify', frames, timed(() => void verify(env, log)), chained);
  print('open', frames, timed(() => void openWal(env, log, { instance: 9n }).close()), chained); // prettier-ignore
} // prettier-ignore

const fastData = new Uint8Array(frameBytes - 40 - 8).fill(0x61);
const entryOf = (i: number): Entry => ({
  t: 'write', space: 1n, coords: [i % 200], revision: BigInt(i % 200), data: fastData,
}); // prettier-ignore

function benchFast(dir: string): void {
  heading(`fast-segment, ${frames} frames of about ${frameBytes} bytes`);
  const seals = Math.floor(frames / batchFrames);
  const writes = print('raw: a write a frame', frames, rawWrites(path.join(dir, 'raw-fast'), frames, frameBytes)); // prettier-ignore
  const single = openSafe(fastEnv, path.join(dir, 'fast'), 1);
  print('append, tracked, one sync group', frames, timed(() => {
    for (let i = 1; i <= frames; i++) single.append(entryOf(i), { track: true });
    single.syncGroup();
  }), writes); // prettier-ignore
  single.close();
  const sealed = openSafe(fastEnv, path.join(dir, 'fast'), 2);
  const synced = print(`raw: write ${batchFrames}, sync, write, sync`, frames, rawSealing(path.join(dir, 'raw-seal'), seals)); // prettier-ignore
  print(`seal of ${batchFrames}`, frames, timed(() => {
    for (let i = 0; i < seals; i++) sealed.seal(Array.from({ length: batchFrames }, (_, j) => entryOf(i + j)), 1000);
  }), synced); // prettier-ignore
  sealed.close();
  const file = path.join(dir, 'fast/sessions/1.fast');
  const reads = print('raw: read, BLAKE3 a frame', frames, rawReads([file], frameBytes, blake3Hex)); // prettier-ignore
  let opened = single;
  print('open', frames, timed(() => (opened = openSafe(fastEnv, path.join(dir, 'fast'), 1))), reads); // prettier-ignore
  print('read', frames, timed(() => { for (const _ of opened.entries()); }), reads); // prettier-ignore
  opened.close();
} // prettier-ignore

function rawSealing(file: string, seals: number): Took {
  const bytes = Buffer.alloc(frameBytes * batchFrames, 0x61);
  const fd = fs.openSync(file, 'w+');
  const took = timed(() => {
    for (let i = 0; i < seals; i++) {
      fs.writeSync(fd, bytes, 0, bytes.length, 16 + i * bytes.length);
      fs.fsyncSync(fd);
      fs.writeSync(fd, bytes, 0, 8, 8);
      fs.fsyncSync(fd);
    }
  });
  fs.closeSync(fd);
  return took;
}

/** Bytes of heap and buffers in use; exact only where started with `--expose-gc`. */
function memoryNow(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** What one pass over a large log takes, looked at every 16 MiB. */
function scan(name: string, bytes: number, items: Iterable<unknown>, every: number): void {
  const before = memoryNow();
  let [most, count] = [before, 0];
  const took = timed(() => {
    for (const _ of items) if (++count % every === 0) most = Math.max(most, memoryNow());
  });
  const mebibytes = (n: number): string => (n / 1_048_576).toFixed(1);
  const speed = (bytes / took.wallSeconds / 1e6).toFixed(0);
  console.log(`${name}: ${mebibytes(bytes)} MiB in ${count} frames, ${speed} MB/s, at most ${mebibytes(most - before)} MiB more memory than before`); // prettier-ignore
}

const largeBytes = 65_536;

function benchScan(dir: string): void {
  console.log('');
  const payload = new Uint8Array(largeBytes - 25).fill(0x61);
  const count = Math.ceil(scanBytes / largeBytes);
  const every = Math.ceil((16 * 1024 * 1024) / largeBytes);
  const home = path.join(dir, 'large');
  const log = openWal(env, home, { instance: 9n });
  for (let i = 1; i <= count; i++) {
    log.append([{ ...frameOf(i), payload }], false);
    if (log.shouldRotate() !== null) log.rotate();
  }
  log.close();
  scan('wal-segment, replay', count * largeBytes, replayStream(env, home, { after: 0n }), every);
  const segment = openSafe(fastEnv, home, 1);
  const entry = { ...entryOf(1), data: new Uint8Array(largeBytes - 64).fill(0x61) } as Entry;
  for (let i = 0; i < count; i++) segment.append(entry, { track: true });
  segment.syncGroup();
  scan('fast-segment, read', count * largeBytes, segment.entries(), every);
  segment.close();
}

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tearproof-bench-'));
const cpu = os.cpus()[0]?.model ?? 'unknown';
console.log(`node ${process.version}, ${os.cpus().length} x ${cpu}, ${os.type()} ${os.release()}`);
try {
  benchWal(dir);
  benchFast(dir);
  benchScan(dir);
} finally {
  fs.rmSync(dir, { recursive: true });
}
