import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { PortMaker } from '../../harness/kind.ts';
import { timeAt } from '../../harness/lib/time.ts';
import { openTraced } from '../../harness/traced/maker.ts';
import { connect } from '../../harness/wire/client.ts';
import { codecs, type AnyCodec } from '../../harness/wire/codecs.ts';
import { claimsOf, stdioPort } from '../../harness/wire/stdio-port.ts';

// What tracing costs a port whose every append is synced:
//   npx tsx scripts/dev/bench-traced.ts [--appends N] [-- PORT ARGS...]
// Without a port, the Python port; a port must serve append-log. The same history is run by the
// port alone, and under strace with its op log made meanwhile; on a disk, and in memory where there
// is one.

const words = process.argv.slice(2);
const end = words.indexOf('--');
const command =
  end < 0
    ? ['python3', path.join(import.meta.dirname, '../../ports/python/driver.py')]
    : words.slice(end + 1);
const own = end < 0 ? words : words.slice(0, end);
const appends = Number(own[own.indexOf('--appends') + 1] ?? 500) || 500;
const rounds = 3;
const payload = new Uint8Array(200).fill(0x61);
const codec: AnyCodec = codecs.find(({ kind }) => kind === 'append-log')!;

type Step = (op: { readonly op: string }, at: string) => Promise<unknown>;

/** Milliseconds an append, of a log that is opened first and not counted. */
async function timed(step: Step): Promise<number> {
  const open = { op: 'open', durability: 'entry' };
  await step(open, timeAt(0));
  const began = performance.now();
  for (let i = 1; i <= appends; i++) {
    const append = { op: 'append', payload };
    await step(append, timeAt(i));
  }
  return (performance.now() - began) / appends;
}

async function alone(dir: string): Promise<number> {
  const client = await connect({ command, timeFactor: 6 });
  const store = path.join(dir, 'store');
  fs.mkdirSync(store);
  const port = stdioPort(client, codec, { dir: store, handle: 'bench.' });
  const ms = await timed(async (op, at) => must(await port.step(op, at)));
  await client.close();
  return ms;
}

async function underStrace(dir: string): Promise<number> {
  const client = await connect({ command, timeFactor: 6 });
  const traced = openTraced({ command, timeFactor: 6, dir });
  const maker = traced.maker(codec, claimsOf(client, codec.kind));
  await client.close();
  const disk = maker.disk(new Map(), { root: traced.root });
  const port = (maker as PortMaker<{ readonly op: string }, unknown>)(disk.fs, traced.root);
  const ms = await timed(async (op, at) => {
    must(await port.step(op, at));
    await disk.settle?.();
  });
  const syncs = disk.log.events.filter((e) => e.is === 'call' && e.call.do === 'sync').length;
  if (syncs < appends) throw new Error(`only ${syncs} syncs of ${appends} were seen`);
  await traced.close();
  return ms;
}

function must(outcome: { readonly is: string; readonly code?: string }): void {
  if (outcome.is !== 'ok') throw new Error(`the port answers ${outcome.code ?? 'nothing'}`);
}

async function inFolder(place: string, run: (dir: string) => Promise<number>): Promise<number> {
  const dir = fs.mkdtempSync(path.join(place, 'tearproof-bench-'));
  try {
    return await run(dir);
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

const first = await connect({ command, timeFactor: 6 });
await first.close();
if (!Object.hasOwn(first.hello.kinds, codec.kind)) {
  console.error(`${command.join(' ')} does not serve ${codec.kind}`);
  process.exit(2);
}
const least = (all: readonly number[]): string => Math.min(...all).toFixed(2);
const places = [tmpdir(), ...(fs.existsSync('/dev/shm') ? ['/dev/shm'] : [])];
console.log(`${command.map((word) => path.basename(word)).join(' ')}: ${appends} synced appends`);
for (const place of places) {
  const plain: number[] = [];
  const traced: number[] = [];
  for (let i = 0; i < rounds; i++) {
    plain.push(await inFolder(place, alone));
    traced.push(await inFolder(place, underStrace));
  }
  const ratio = (Math.min(...traced) / Math.min(...plain)).toFixed(1);
  console.log(`  ${place}: ${least(plain)} ms alone, ${least(traced)} ms traced: ${ratio} x`);
}
