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
  readonly operations: number;
  readonly took: Took;
  /** The raw work that this one is compared to. */
  readonly raw: Took | null;
}

/**
 * What a run took: by the clock on the wall, and of the processor alone, which other work disturbs
 * less.
 */
interface Took {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

function timed(run: () => void): Took {
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  run();
  const wallSeconds = Number(process.hrtime.bigint() - began) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  return { wallSeconds, cpuSeconds: (user + system) / 1e6 };
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
function rawWrites(dir: string, count: number): Took {
  const frame = Buffer.alloc(entryBytes, 0x61);
  const row = Buffer.alloc(190, 0x61);
  const fds = ['frames', 'rows'].map((name) => fs.openSync(path.join(dir, name), 'a'));
  const took = timed(() => {
    for (let i = 0; i < count; i++) {
      fs.writeSync(fds[0] as number, frame);
      fs.writeSync(fds[1] as number, row);
    }
  });
  for (const fd of fds) fs.closeSync(fd);
  return took;
}

/**
 * Reading the segments whole, then `JSON.parse` and one SHA-256 a line: what any reader that
 * verifies must do.
 */
function rawReads(segments: string): Took {
  return timed(() => {
    for (const name of fs.readdirSync(segments)) {
      const text = fs.readFileSync(path.join(segments, name), 'utf8');
      for (const line of text.split('\n')) {
        if (line === '') continue;
        JSON.parse(line);
        sha256Hex(line);
      }
    }
  });
}

function benchSize(dir: string, count: number): Line[] {
  const lines: Line[] = [];
  const root = path.join(dir, `store-${count}`);
  const add = (name: string, operations: number, took: Took, raw: Took | null = null): Took => {
    lines.push({ name, entries: count, operations, took, raw });
    return took;
  };
  const writes = add('raw: two writes an entry', count, rawWrites(dir, count));
  const store = openSafe(env, root, { max });
  add('append', count, timed(() => fill(store, count)), writes); // prettier-ignore
  add('close', 1, timed(() => store.close())); // prettier-ignore
  const reads = add('raw: read, parse, hash', count, rawReads(path.join(root, 'segments')));
  const before = memoryNow();
  let opened = store;
  add('open', count, timed(() => (opened = openSafe(env, root, { max }))), reads); // prettier-ignore
  const bytes = Math.round((memoryNow() - before) / count);
  add('rebuild', count, timed(() => opened.rebuild()), writes); // prettier-ignore
  add('lookup', 10_000, timed(() => lookups(opened, count))); // prettier-ignore
  add('tail of 10', 1000, timed(() => tails(opened))); // prettier-ignore
  add('read all', count, timed(() => opened.all()), reads); // prettier-ignore
  opened.close();
  console.log(`\n${count} entries; the open store takes ${bytes} bytes an entry, ids included`);
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
  const columns = ['', 'a second', 'us of CPU', 'of raw, wall', 'of raw, CPU'];
  console.log(tableRow(columns));
  for (const { name, operations, took, raw } of lines) {
    const perSecond = Math.round(operations / took.wallSeconds).toLocaleString('en');
    const cpu = ((took.cpuSeconds / operations) * 1e6).toFixed(2);
    const wallRatio = raw === null ? '' : `${(took.wallSeconds / raw.wallSeconds).toFixed(2)} x`;
    const cpuRatio = raw === null ? '' : `${(took.cpuSeconds / raw.cpuSeconds).toFixed(2)} x`;
    console.log(tableRow([name, perSecond, cpu, wallRatio, cpuRatio]));
  }
}

function tableRow(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(26) : cell.padStart(13))).join('');
}

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tearproof-bench-'));
const cpu = os.cpus()[0]?.model ?? 'unknown';
console.log(`node ${process.version}, ${os.cpus().length} x ${cpu}, ${os.type()} ${os.release()}`);
try {
  for (const count of sizes) print(benchSize(dir, count));
} finally {
  fs.rmSync(dir, { recursive: true });
}
