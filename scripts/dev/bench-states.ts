import os from 'node:os';
import { createDisk } from '../../faults/disk.ts';
import type { CrashChoice } from '../../faults/crash.ts';
import { choicesOf, type PowerRung } from '../../faults/ladder.ts';
import { modelNamed } from '../../faults/models/index.ts';
import { powerOf } from '../../faults/power.ts';
import { storeRoot, type Run } from '../../harness/drive.ts';
import { stateNameOf } from '../../harness/explore.ts';
import {
  faultable,
  killPointOf,
  losePower,
  type Faulted,
  type PowerCut,
} from '../../harness/fault.ts';
import { gatherFaulted, judge, type Trial } from '../../harness/judge.ts';
import { sessionStoreV2 as kind } from '../../harness/kinds/session-store-v2.ts';
import { momentAt } from '../../harness/ladder.ts';
import { walksOf } from '../../harness/lazy/walks.ts';
import { digestImage } from '../../harness/lib/digest.ts';
import { runOps } from '../../harness/shrink.ts';
import { trialOf } from '../../harness/subjects.ts';
import type { Draft } from '../../spec/session-store-v2/drafts.ts';
import type { State } from '../../spec/session-store-v2/machine.ts';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';

// What the states of power cuts cost as a store grows: the last cuts of a history of 8, 100 and
// 1,000 entries, synced every fourth. Seconds of the processor, and ratios to the port's own walk
// in the same run. Nothing is asserted: machines differ, and so do runs.

const sizes = (process.env['BENCH_STATES_ENTRIES'] ?? '8,100,1000').split(',').map(Number);
const models = ['ext4-ordered', 'adversarial-512'];
const rungs: readonly PowerRung[] = ['one lost', 'one kept', 'two lost', 'closed subsets'];
/** Cuts from the end, and states that are walked: a walk over a long store takes long. */
const lastCuts = 24;
const walksMost = (entries: number): number => Math.max(12, Math.floor(2400 / entries));

const trial: Trial<Op, Value, State, Draft> = trialOf(kind, kind.ports['safe']!, 'safe');

function opsOf(entries: number): Op[] {
  const h = 'a';
  const ops: Op[] = [{ op: 'create', h, max: 65_536n }];
  for (let i = 1; i <= entries; i++) {
    const payload = JSON.stringify({ n: i, text: 'x'.repeat((i * 37) % 64) });
    const parent = i === 1 ? null : `e${i - 1}`;
    ops.push({ op: 'append', h, id: `e${i}`, parent, type: 'message', payload });
    if (i % 4 === 0) ops.push({ op: 'sync', h });
  }
  return [...ops, { op: 'close', h }];
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const took = new Map<string, { seconds: number; count: number }>();

async function phase(
  name: string,
  count: () => number,
  run: () => void | Promise<void>,
): Promise<void> {
  globalThis.gc?.();
  const began = cpuSeconds();
  await run();
  took.set(name, { seconds: cpuSeconds() - began, count: count() });
}

interface Made {
  readonly fault: PowerCut;
  readonly event: number;
  readonly faulted: Faulted;
}

async function bench(entries: number): Promise<void> {
  const run: Run<Op, Value, State> = await runOps(trial, opsOf(entries));
  const on = faultable(trial.machine, run);
  const chosen: { readonly model: string; readonly choice: CrashChoice }[] = [];
  await phase('crack and rule', () => 1, () => {
    for (const model of models) powerOf(on.log).rules(modelNamed(model));
  }); // prettier-ignore
  const power = powerOf(on.log);
  await phase('enumerate', () => chosen.length, () => {
    for (const model of models) {
      const rules = power.rules(modelNamed(model));
      for (const cut of power.cuts.slice(-lastCuts)) {
        for (const rung of rungs) {
          for (const choice of choicesOf(power, rules, rung, cut, { windowMost: 8 })) chosen.push({ model, choice }); // prettier-ignore
        }
      }
    }
  }); // prettier-ignore
  const made: Made[] = [];
  await phase('materialise', () => chosen.length, () => {
    for (const { model, choice } of chosen) {
      const kill = killPointOf(on, momentAt(on, choice.cut));
      const fault: PowerCut = { is: 'power', model, kill, lost: choice.lost };
      made.push({ fault, event: choice.cut, faulted: losePower(on, fault, choice.cut) });
    }
  }); // prettier-ignore
  const states = new Map<string, Made>();
  const images = new Set<string>();
  await phase('merge', () => chosen.length, () => {
    for (const state of made) {
      images.add(digestImage(state.faulted.image));
      const name = stateNameOf(state.fault, state.faulted);
      if (!states.has(name)) states.set(name, state);
    }
  }); // prettier-ignore
  const stride = Math.max(1, Math.floor(states.size / walksMost(entries)));
  const walked = [...states.values()].filter((_, i) => i % stride === 0);
  await walks(run, walked);
  print(entries, { generated: chosen.length, states: states.size, images: images.size, walked: walked.length }); // prettier-ignore
}

async function walks(run: Run<Op, Value, State>, states: readonly Made[]): Promise<void> {
  const asked: { op: Op; at: string }[][] = [];
  const listening: typeof trial = {
    ...trial,
    make: (fs, root) => {
      const port = trial.make(fs, root);
      const steps: { op: Op; at: string }[] = [];
      asked.push(steps);
      return { ...port, step: (op, at) => (steps.push({ op, at }), port.step(op, at)) };
    },
  };
  for (const state of states) await gatherFaulted(listening, { run, ...state });
  const count = (): number => states.length;
  await phase('port alone', count, () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    for (const [i, { faulted }] of states.entries()) {
      const disk = createDisk(faulted.image, { root: storeRoot, record: false });
      const port = trial.make(disk.fs, storeRoot);
      for (const { op, at } of asked[i] ?? []) void port.step(op, at);
    }
    Error.stackTraceLimit = stackTraceLimit;
  });
  await phase('walk and classify', count, async () => {
    for (const state of states) await gatherFaulted(trial, { run, ...copied(state) });
  });
  const remembered = walksOf(trial, { recheckOneIn: 0 });
  await phase('walk, observed', count, async () => {
    for (const state of states) await gatherFaulted(remembered.trial, { run, ...copied(state) });
  });
  await phase('walk, remembered', count, async () => {
    for (const state of states) await gatherFaulted(remembered.trial, { run, ...copied(state) });
  });
  const evidence = await Promise.all(
    states.map((s) => gatherFaulted(remembered.trial, { run, ...s })),
  );
  await phase('judge', count, () => {
    for (const one of evidence) judge(kind.clauses, { ...one });
  });
}

/** The same state as another object, so that nothing is remembered of it but what it holds. */
function copied({ fault, faulted }: Made): Pick<Made, 'fault' | 'faulted'> {
  return { fault, faulted: { ...faulted, image: new Map(faulted.image) } };
}

interface Counts {
  readonly generated: number;
  readonly states: number;
  readonly images: number;
  readonly walked: number;
}

function print(entries: number, { generated, states, images, walked }: Counts): void {
  console.log(`\n${entries} entries, the last ${lastCuts} cuts under ${models.join(' and ')}`);
  console.log(`generated ${generated}, states ${states}, images ${images}; walked here ${walked}`);
  console.log(
    `${''.padEnd(22)}${'us each'.padStart(10)}${'a second'.padStart(12)}${'of the port'.padStart(13)}`,
  );
  const port = took.get('port alone')!;
  for (const [name, { seconds, count }] of took) {
    const each = seconds / Math.max(1, count);
    const ratio = `${(each / (port.seconds / port.count)).toFixed(3)} x`;
    const cells = [(each * 1e6).toFixed(0).padStart(10), Math.round(1 / each).toLocaleString('en').padStart(12), ratio.padStart(13)]; // prettier-ignore
    console.log(name.padEnd(22) + cells.join(''));
  }
  took.clear();
}

const cpu = os.cpus()[0]?.model ?? 'unknown';
console.log(`node ${process.version}, ${os.cpus().length} x ${cpu}, ${os.type()} ${os.release()}`);
await bench(8);
took.clear();
for (const entries of sizes) await bench(entries);
