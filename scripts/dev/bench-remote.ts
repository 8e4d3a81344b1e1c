import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { newDeal } from '../../harness/deal.ts';
import { depthAt } from '../../harness/depth.ts';
import { runWorker, type CheckRequest } from '../../harness/engine.ts';
import { openRemote } from '../../harness/remote/subject.ts';
import { makeWorkFolder } from '../../harness/remote/work.ts';
import { connect } from '../../harness/wire/client.ts';
import { profiled, type Shares } from './bench-phases.ts';

// What a port in another process costs, on the code path of `check --reach images`, one worker:
//   npx tsx scripts/dev/bench-remote.ts [--histories N] [--depth D] [--kind K] [-- PORT ARGS...]
// Without a port, the Rust and the Python port. Each kind is run one state at a time and eight at
// once; the shares are those of the harness's own thread, by samples of its stack.

const here = import.meta.dirname;
const usual: readonly (readonly string[])[] = [
  [path.join(here, '../../ports/rust/target/release/tearproof-port')],
  ['python3', path.join(here, '../../ports/python/driver.py')],
];

const ownWords = process.argv.slice(2);
const end = ownWords.indexOf('--');
const { values } = parseArgs({
  args: end < 0 ? ownWords : ownWords.slice(0, end),
  options: {
    histories: { type: 'string', default: '6' },
    depth: { type: 'string', default: 'quick' },
    kind: { type: 'string' },
  },
});
const histories = Number(values.histories);
const depthName = (['quick', 'standard', 'deep'] as const).find((name) => name === values.depth);
if (depthName === undefined) throw new Error('--depth quick, standard or deep');
const depth = { ...depthAt('images', depthName), histories };

/** Calls a second that do nothing, so many at once as the port takes, up to `most`. */
async function callsPerSecond(command: readonly string[], most: number): Promise<number> {
  const client = await connect({ command, timeFactor: 6 });
  const width = Math.min(most, client.hello.limits.inFlight);
  const calls = 8000;
  const line = async (): Promise<void> => {
    for (let i = 0; i < calls / width; i++) await client.call('ping', {});
  };
  await line();
  const began = performance.now();
  await Promise.all(Array.from({ length: width }, line));
  const seconds = (performance.now() - began) / 1000;
  await client.close();
  return calls / seconds;
}

interface Rate {
  readonly states: number;
  readonly planned: number;
  readonly seconds: number;
  readonly shares: Shares;
}

/** States of one kind, by one worker, with so many of them in flight. */
async function rateOf(command: readonly string[], kind: string, inFlight: number): Promise<Rate> {
  const work = makeWorkFolder();
  const request: CheckRequest = {
    version: '0', command: '', seed: '20260101', depth, policy: 'safe', subjects: [{ kind, store: 'port' }],
    port: { command, reach: 'images', timeoutFactor: 6, work: work.dir, inFlight },
  }; // prettier-ignore
  let states = 0;
  let planned = 0;
  const began = performance.now();
  const shares = await profiled(async () => {
    await runWorker(request, {
      number: 0,
      deal: newDeal(histories, 1),
      tell: (told) => {
        if (told.is !== 'event' || told.event.is !== 'case') return;
        states += told.event.walked;
        planned += told.event.rungs.reduce((sum, { generated }) => sum + generated, 0);
      },
    });
  });
  work.remove();
  return { states, planned, seconds: (performance.now() - began) / 1000, shares };
}

async function kindsOf(command: readonly string[]): Promise<readonly string[]> {
  const work = makeWorkFolder();
  const dir = fs.mkdtempSync(path.join(work.dir, 'asked-'));
  const port = { command, reach: 'images', timeoutFactor: 6, work: work.dir } as const;
  const remote = await openRemote(port, dir);
  await remote.close();
  work.remove();
  return remote.kinds;
}

for (const command of end < 0 ? usual : [ownWords.slice(end + 1)]) {
  console.log(command.map((word) => path.basename(word)).join(' '));
  for (const most of [1, 8]) {
    const rate = await callsPerSecond(command, most);
    console.log(`  ${Math.round(rate)} calls/s, ${most} in flight`);
  }
  for (const kind of await kindsOf(command)) {
    if (values.kind !== undefined && values.kind !== kind) continue;
    for (const inFlight of [1, 8]) {
      const { states, planned, seconds, shares } = await rateOf(command, kind, inFlight);
      console.log(
        `  ${kind}, ${inFlight} in flight: ${Math.round(states / seconds)} states/s ` +
          `(${states} walked of ${planned} planned; histories and starts of the port included)`,
      );
      const parts = Object.entries(shares).toSorted(([, a], [, b]) => b - a);
      const each = parts.map(([phase, share]) => {
        const ms = ((1000 * seconds * share) / states).toFixed(2);
        return `${phase} ${Math.round(100 * share)} % (${ms} ms)`;
      });
      console.log(`    ${each.join(', ')}`);
    }
  }
}
