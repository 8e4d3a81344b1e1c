import { hash } from 'node:crypto';
import os from 'node:os';
import { createDisk } from '../../faults/disk.ts';
import { randomFrom } from '../../faults/random.ts';
import { checkRun, faultsOf, type CheckOptions } from '../../harness/check.ts';
import { storeRoot, type Run } from '../../harness/drive.ts';
import { stateNameOf } from '../../harness/explore.ts';
import { applyFault, type SingleFault } from '../../harness/fault.ts';
import { gatherFaulted, judge, type FaultedRun, type Trial } from '../../harness/judge.ts';
import { sessionStoreV2 as kind } from '../../harness/kinds/session-store-v2.ts';
import { runOps } from '../../harness/shrink.ts';
import { trialOf } from '../../harness/subjects.ts';
import { agreementOneIn, countAgreement } from '../../harness/tally.ts';
import type { Evidence } from '../../spec/lib/clause.ts';
import type { Image } from '../../spec/lib/image.ts';
import type { Draft } from '../../spec/session-store-v2/drafts.ts';
import type { State } from '../../spec/session-store-v2/machine.ts';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';

// What one walked state of the safe session-store-v2 costs `check`, phase by phase: histories of a
// few entries, killed at every call and inside every write, and damaged. Times are of the
// processor, which other work disturbs less. Nothing is asserted: machines differ, and so do runs.

const entries = Number(process.env['BENCH_WALK_ENTRIES'] ?? '8');
const histories = Number(process.env['BENCH_WALK_HISTORIES'] ?? '8');
const damaged = 80;

const trial: Trial<Op, Value, State, Draft> = trialOf(kind, kind.ports['safe']!, 'safe');

/** Entries with payloads of a few dozen bytes, then a checkpoint, a rollback to it, and the end. */
function opsOf(history: number): Op[] {
  const random = randomFrom(`${history}`);
  const h = 'a';
  const ops: Op[] = [{ op: 'create', h, max: 1200n }];
  for (let i = 1; i <= entries; i++) {
    const payload = JSON.stringify({ n: i, text: 'x'.repeat(random.below(64)) });
    const parent = i === 1 ? null : `e${i - 1}`;
    ops.push({ op: 'append', h, id: `e${i}`, parent, type: 'message', payload });
    if (i === entries >> 1) ops.push({ op: 'checkpoint', h, seq: 1n, reason: 'half' });
  }
  return [...ops, { op: 'close', h }];
}

/** Seconds of the processor since the start of this process. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const took = new Map<string, number>();

/** Runs one phase and adds what it took. */
async function phase<T>(name: string, run: () => T | Promise<T>): Promise<T> {
  globalThis.gc?.();
  const began = cpuSeconds();
  const result = await run();
  took.set(name, (took.get(name) ?? 0) + cpuSeconds() - began);
  return result;
}

type Steps = readonly { readonly op: Op; readonly at: string }[];

/** The operations of each walk, so that the port can be asked them again without the harness. */
const asked: Steps[] = [];
const listening: typeof trial = {
  ...trial,
  make: (fs, root) => {
    const port = trial.make(fs, root);
    const steps: { op: Op; at: string }[] = [];
    asked.push(steps);
    return { ...port, step: (op, at) => (steps.push({ op, at }), port.step(op, at)) };
  },
};

/** The port's own walk on the same disk: nobody looks at what it answers. */
function portAlone(image: Image, steps: Steps): void {
  const disk = createDisk(image, { root: storeRoot, record: false });
  const port = trial.make(disk.fs, storeRoot);
  for (const { op, at } of steps) void port.step(op, at);
}

interface Counts {
  generated: number;
  unique: number;
  asked: number;
}

const counts: Counts = { generated: 0, unique: 0, asked: 0 };

async function benchRun(run: Run<Op, Value, State>, index: number): Promise<void> {
  const faults: SingleFault[] = [];
  const random = randomFrom(`${index}`);
  await phase('enumerate', () => {
    for (const { fault } of faultsOf(trial, run, random, damaged)) faults.push(fault);
  });
  const states: FaultedRun<Op, Value, State>[] = [];
  await phase('materialise and merge', () => {
    const merged = new Set<string>();
    for (const fault of faults) {
      const faulted = applyFault(trial.machine, run, fault);
      if (faulted === null) continue;
      const name = stateNameOf(fault, faulted);
      if (merged.has(name)) continue;
      merged.add(name);
      states.push({ run, fault, faulted });
    }
  });
  counts.generated += faults.length;
  counts.unique += states.length;
  asked.length = 0;
  for (const state of states) await gatherFaulted(listening, state);
  counts.asked += asked.reduce((sum, steps) => sum + steps.length, 0);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  await phase('port alone', () => {
    for (const [i, { faulted }] of states.entries()) portAlone(faulted.image, asked[i] ?? []);
  });
  Error.stackTraceLimit = stackTraceLimit;
  await phase('classify', () => {
    for (const { faulted } of states) kind.classify(new Map(faulted.image));
  });
  const seen: Evidence[] = [];
  await phase('walk', async () => {
    for (const state of states) seen.push(await gatherFaulted(trial, state));
  });
  await phase('judge', () => {
    for (const evidence of seen) judge(kind.clauses, evidence);
  });
  await phase('table agreement', () => {
    const tally = { agreement: { same: 0, compared: 0 } };
    for (const [i, evidence] of seen.entries()) {
      if (i % agreementOneIn === 0) countAgreement(tally, trial, evidence);
    }
  });
}

/** The same histories as `check` runs them, so that the phases can be held against the whole. */
async function whole(run: Run<Op, Value, State>, index: number): Promise<void> {
  const none = { models: [], rungs: [], walked: 0 };
  const depth = {
    name: 'bench',
    histories,
    least: 1,
    operations: run.steps.length,
    damaged,
    power: none,
    nested: { ...none, firsts: 0 },
    errors: { injections: 0, powerCuts: 0, inRecovery: 0 },
  };
  const options: CheckOptions = { seed: '1', depth };
  const random = randomFrom(`${index}`);
  const id = `bench/${index}`;
  for await (const event of checkRun({ trial, by: 'safe' }, options, {
    id,
    run,
    random,
    known: new Set(),
  })) {
    if (event.is === 'finding') throw new Error(`the safe store is judged: ${event.say}`);
  }
}

function line(name: string, seconds: number, states: number): string {
  const micros = ((seconds / states) * 1e6).toFixed(0).padStart(8);
  const perSecond = Math.round(states / seconds)
    .toLocaleString('en')
    .padStart(10);
  return `${name.padEnd(34)}${micros}${perSecond}`;
}

function print(): void {
  const { generated, unique } = counts;
  const of = (name: string): number => took.get(name) ?? 0;
  console.log(`${'a state'.padEnd(34)}${'us'.padStart(8)}${'a second'.padStart(10)}`);
  console.log(line('enumerate, by generated', of('enumerate'), generated));
  console.log(line('materialise, merge, by generated', of('materialise and merge'), generated));
  const made = of('enumerate') + of('materialise and merge');
  console.log(line('both, by generated', made, generated));
  for (const name of ['port alone', 'classify', 'walk', 'judge', 'table agreement']) {
    console.log(line(name, of(name), unique));
  }
  const all = of('check');
  console.log(line('check, all of it', all, unique));
  const port = of('port alone');
  const ratio = (seconds: number): string => `${(seconds / port).toFixed(2)} x`;
  console.log(`generated ${generated}, walked ${unique}, asked ${(counts.asked / unique).toFixed(1)} a walk`); // prettier-ignore
  console.log(`of the port alone: the walk ${ratio(of('walk'))}, with judging ${ratio(of('walk') + of('judge'))}, check ${ratio(all)}`); // prettier-ignore
}

/** A yardstick of this machine at this moment: other work slows processors down, too. */
function yardstick(): string {
  const bytes = new Uint8Array(1024);
  const began = cpuSeconds();
  for (let i = 0; i < 100_000; i++) hash('sha256', bytes);
  return `one SHA-256 of 1 KiB took ${((cpuSeconds() - began) * 10).toFixed(2)} us`;
}

const cpu = os.cpus()[0]?.model ?? 'unknown';
console.log(`node ${process.version}, ${os.cpus().length} x ${cpu}, ${os.type()} ${os.release()}`);
console.log(`session-store-v2, safe, histories of ${entries} entries; seconds of one processor`);
for (let warm = 2; warm > 0; warm--) {
  took.clear();
  Object.assign(counts, { generated: 0, unique: 0, asked: 0 } satisfies Counts);
  for (let i = 0; i < histories; i++) {
    const run = await runOps(trial, opsOf(i));
    await benchRun(run, i);
    // A fresh run, so that nothing is remembered of its images.
    const again = await runOps(trial, opsOf(i));
    await phase('check', () => whole(again, i));
  }
}
print();
console.log(yardstick());
