import * as fs from 'node:fs';
import * as path from 'node:path';
import { newDeal } from '../../harness/deal.ts';
import { depthAt } from '../../harness/depth.ts';
import { runWorker, type CheckRequest } from '../../harness/engine.ts';
import { openRemote } from '../../harness/remote/subject.ts';
import { makeWorkFolder } from '../../harness/remote/work.ts';
import { connect } from '../../harness/wire/client.ts';

// What a port in another process costs, on the code path of `check --reach images`:
//   npx tsx scripts/dev/bench-remote.ts [--histories N] [-- PORT ARGS...]...
// Each `--` begins another port; without one, the Python port and our driver of each of its kinds.

const words = process.argv.slice(2);
const histories = Number(words[words.indexOf('--histories') + 1] ?? 3) || 3;
const ours = path.join(import.meta.dirname, '../../dist/scripts/cli/main.js');
const usual: readonly (readonly string[])[] = [
  ['python3', path.join(import.meta.dirname, '../../ports/python/driver.py')],
  ...['wal-segment', 'append-log'].map((kind) => [
    process.execPath,
    ours,
    'driver',
    '--kind',
    kind,
  ]),
];

function portsOf(all: readonly string[]): readonly (readonly string[])[] {
  const starts = all.flatMap((word, i) => (word === '--' ? [i] : []));
  if (starts.length === 0) return usual;
  return starts.map((start, k) => all.slice(start + 1, starts[k + 1]));
}

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
  readonly seconds: number;
  readonly harnessSeconds: number;
}

/** States of one kind, by one worker, one call at a time. */
async function statesOf(command: readonly string[], kind: string): Promise<Rate> {
  const work = makeWorkFolder();
  const depth = { ...depthAt('images', 'quick'), histories };
  const request: CheckRequest = {
    version: '0', command: '', seed: '20260101', depth, policy: 'safe', subjects: [{ kind, store: 'port' }],
    port: { command, reach: 'images', timeoutFactor: 6, work: work.dir },
  }; // prettier-ignore
  let states = 0;
  const began = performance.now();
  const cpu = process.cpuUsage();
  try {
    await runWorker(request, {
      number: 0,
      deal: newDeal(histories, 1),
      tell: (told) => {
        if (told.is === 'event' && told.event.is === 'case') states += told.event.walked;
      },
    });
  } finally {
    work.remove();
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  return { states, seconds, harnessSeconds: (user + system) / 1e6 };
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

for (const command of portsOf(words)) {
  console.log(command.map((word) => path.basename(word)).join(' '));
  for (const most of [1, 8]) {
    const rate = await callsPerSecond(command, most);
    console.log(`  ${Math.round(rate)} calls/s, ${most} in flight`);
  }
  for (const kind of await kindsOf(command)) {
    const { states, seconds, harnessSeconds } = await statesOf(command, kind);
    const share = Math.round((100 * harnessSeconds) / seconds);
    console.log(
      `  ${kind}: ${Math.round(states / seconds)} states/s, one call at a time (${states} states, ` +
        `histories and starts included; ${share} % of the time is the harness's own CPU)`,
    );
  }
}
