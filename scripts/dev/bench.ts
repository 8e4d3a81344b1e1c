import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sha256Hex } from '../../reference/lib/sha256.ts';
import { openSafe } from '../../reference/session-store-v2/store.ts';
import type { SessionStore } from '../../reference/session-store-v2/types.ts';

// Speed of the safe session-store-v2 as ratios to raw work of the same size in the same run, on the
// same file system. Nothing is asserted: machines differ, and so do runs.

const sizes = (process.env['BENCH_ENTRIES'] ?? '10000,100000').split(',').map(Number);
const entryBytes = 500;
const max = 64n * 1024n * 1024n;
const at = '2026-01-01T00:00:00.000Z';
const env = { fs, now: () => at };

interface Line {
  readonly name: string;
  readonly entries: number;
  /** Operations, or entries, a second. */
  readonly rate: number;
  /** The raw work's rate divided by this one's. */
  readonly ratio: number | null;
}

function seconds(run: () => void): number {
  const began = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - began) / 1e9;
}

/**
 * Payloads that make lines of `entryBytes`, like a message of a session: text with escapes and some
 * members.
 */
function payloadOf(i: number): string {
  const head = `{"role":"user","n":${i},"content":[{"type":"text","text":"`;
  const tail = '\\n"}]}';
  const overhead = 375;
  const filler = Math.max(0, entryBytes - overhead - head.length - tail.length);
  return `${head}${'lorem ipsum '.repeat(64).slice(0, filler)}${tail}`;
}

const idOf = (i: number): string => `entry_${String(i).padStart(8, '0')}`;

function fill(store: SessionStore, count: number): void {
  for (let i = 1; i <= count; i++) {
    const parent = i === 1 ? null : idOf(i - 1);
    store.append({ id: idOf(i), parent, type: 'message', payload: payloadOf(i) });
  }
}

/** Two plain writes an entry, of the sizes that the store writes. */
function rawWrites(dir: string, count: number): number {
  const frame = Buffer.alloc(entryBytes, 0x61);
  const row = Buffer.alloc(190, 0x61);
  const fds = ['frames', 'rows'].map((name) => fs.openSync(path.join(dir, name), 'a'));
  const took = seconds(() => {
    for (let i = 0; i < count; i++) {
      fs.writeSync(fds[0] as number, frame);
      fs.writeSync(fds[1] as number, row);
    }
  });
  for (const fd of fds) fs.closeSync(fd);
  return count / took;
}

/**
 * Reading the segments whole, then `JSON.parse` and one SHA-256 a line: what any reader that
 * verifies must do.
 */
function rawReads(segments: string, count: number): number {
  const took = seconds(() => {
    for (const name of fs.readdirSync(segments)) {
      const text = fs.readFileSync(path.join(segments, name), 'utf8');
      for (const line of text.split('\n')) {
        if (line === '') continue;
        JSON.parse(line);
        sha256Hex(line);
      }
    }
  });
  return count / took;
}

function benchSize(dir: string, count: number): Line[] {
  const lines: Line[] = [];
  const root = path.join(dir, `store-${count}`);
  const writes = rawWrites(dir, count);
  const add = (name: string, rate: number, raw: number | null): void => {
    lines.push({ name, entries: count, rate, ratio: raw === null ? null : raw / rate });
  };
  add('raw: two writes an entry', writes, null);
  const store = openSafe(env, root, { max });
  add('append', count / seconds(() => fill(store, count)), writes);
  add('close', 1 / seconds(() => store.close()), null);
  const reads = rawReads(path.join(root, 'segments'), count);
  add('raw: read, parse, hash', reads, null);
  const heapBefore = memoryNow();
  let opened = store;
  add('open', count / seconds(() => (opened = openSafe(env, root, { max }))), reads);
  console.log(`open store of ${count}: ${memoryNow() - heapBefore} bytes in memory`);
  add('rebuild', count / seconds(() => opened.rebuild()), writes);
  add('lookup', 10_000 / seconds(() => lookups(opened, count)), null);
  add('tail of 10', 1000 / seconds(() => tails(opened)), null);
  add('read all', count / seconds(() => opened.all()), reads);
  opened.close();
  return lines;
}

function lookups(store: SessionStore, count: number): void {
  for (let i = 0; i < 10_000; i++) store.lookup(BigInt(((i * 7919) % count) + 1));
}

function tails(store: SessionStore): void {
  for (let i = 0; i < 1000; i++) store.tail(10n);
}

/** Heap and array buffers in use; exact only where the process was started with `--expose-gc`. */
function memoryNow(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function print(lines: readonly Line[]): void {
  for (const { name, entries, rate, ratio } of lines) {
    const perSecond = Math.round(rate).toLocaleString('en').padStart(12);
    const times = ratio === null ? '' : `raw is ${ratio.toFixed(2)} x`;
    console.log(`${name.padEnd(26)} ${String(entries).padStart(7)} ${perSecond}/s  ${times}`);
  }
}

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tearproof-bench-'));
const cpu = os.cpus()[0]?.model ?? 'unknown';
console.log(`node ${process.version}, ${os.cpus().length} x ${cpu}, ${os.type()} ${os.release()}`);
try {
  for (const count of sizes) print(benchSize(dir, count));
} finally {
  fs.rmSync(dir, { recursive: true });
}
