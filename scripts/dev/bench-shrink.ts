import fc from 'fast-check';
import { killCuts, type Cut } from '../../faults/kill.ts';
import { drive, type Run } from '../../harness/drive.ts';
import { killPointIn, killPointOf, type Fault, type Kill } from '../../harness/fault.ts';
import { gather, type Trial } from '../../harness/judge.ts';
import { appendLog as kind } from '../../harness/kinds/append-log.ts';
import { shrink } from '../../harness/shrink.ts';
import { trialOf } from '../../harness/subjects.ts';
import { loadBug } from '../../harness/zoo/load.ts';
import { appendLogZoo } from '../../harness/zoo/append-log/index.ts';
import type { Draft } from '../../spec/append-log/drafts.ts';
import type { State } from '../../spec/append-log/machine.ts';
import type { Op, Value } from '../../spec/append-log/ops.ts';

// The same bug, made smaller by fast-check alone (a property over an array of operations and the
// number of a cut) and by our own loop, from the very same first counterexample. Seconds of the
// processor; size is operations, the bytes of their payloads, and calls before the kill.

const subjects = [
  { bug: 'keeps-torn-tail', clause: 'LOG-S3-4' },
  { bug: 'acknowledges-early', clause: 'LOG-S3-1' },
  { bug: 'clipped-frame', clause: 'LOG-S3-4' },
] as const;
const seeds = [1, 2, 3, 4, 5];

type LogTrial = Trial<Op, Value, State, Draft>;
type LogRun = Run<Op, Value, State>;
type Found = readonly [drafts: readonly Draft[], cut: number];

const cases = fc.tuple(
  fc.array(kind.drafts('safe'), { minLength: 1, maxLength: 24, size: 'max' }),
  fc.nat(1_000_000),
);

async function runOf(trial: LogTrial, drafts: readonly Draft[]): Promise<LogRun> {
  const next = (state: State, index: number): Op | null => {
    const draft = drafts[index];
    return draft === undefined ? null : kind.resolve(state, draft);
  };
  return drive(trial.make, trial.machine, next);
}

const cutsOf = (run: LogRun): readonly Cut[] => killCuts(run.log, { tears: kind.tears });

function killIn(run: LogRun, number: number): Kill {
  const cuts = cutsOf(run);
  return { is: 'kill', kill: killPointOf(run, cuts[number % cuts.length]!) };
}

interface Size {
  readonly operations: number;
  readonly payloadBytes: number;
  readonly calls: number;
}

function sizeOf(ops: readonly Op[], run: Pick<LogRun, 'steps' | 'log'>, fault: Fault): Size {
  const bytes = ops.map((op) => (op.op === 'append' ? op.payload.length : 0));
  const payloadBytes = bytes.reduce((a, b) => a + b, 0);
  const kill = killPointIn(fault);
  const all = run.log.events.length;
  const calls = kill === null ? all : (run.steps[kill.step]?.began ?? 0) + kill.calls;
  return { operations: ops.length, payloadBytes, calls };
}

/** What a body took of the processor, in milliseconds. */
async function timed<T>(
  body: () => Promise<T>,
): Promise<{ readonly value: T; readonly ms: number }> {
  globalThis.gc?.();
  const began = process.cpuUsage();
  const value = await body();
  const { user, system } = process.cpuUsage(began);
  return { value, ms: (user + system) / 1000 };
}

interface Shrunk {
  readonly size: Size;
  readonly ms: number;
}

async function bench(bugId: string, clauseId: string): Promise<void> {
  const bug = appendLogZoo.bugs.find((b) => b.id === bugId)!;
  const { make } = await loadBug(appendLogZoo, bug);
  const clause = kind.clauses.find((c) => c.id === clauseId)!;
  const trial: LogTrial = trialOf(kind, make, 'safe');
  const anomalyOf = async ([drafts, cut]: Found): Promise<string | null> => {
    const run = await runOf(trial, drafts);
    const evidence = await gather(trial, run, killIn(run, cut));
    const found = evidence === null ? 'not_exercised' : clause.check(evidence);
    return found === 'not_exercised' ? null : (found[0]?.anomaly ?? null);
  };
  const property = fc.asyncProperty(cases, async (found) => (await anomalyOf(found)) === null);
  const [theirs, ours, firsts]: [Shrunk[], Shrunk[], Size[]] = [[], [], []];
  for (const seed of seeds) {
    const common = { seed, numRuns: 4000 };
    const search = await timed(() => fc.check(property, { ...common, endOnFailure: true }));
    const first: Found | undefined = search.value.counterexample?.[0];
    if (first === undefined) continue;
    const whole = await timed(() => fc.check(property, common));
    const least: Found = whole.value.counterexample![0];
    const leastRun = await runOf(trial, least[0]);
    const leastOps = leastRun.steps.map((s) => s.op);
    const size = sizeOf(leastOps, leastRun, killIn(leastRun, least[1]));
    // The search comes first both times; what is left is shrinking.
    theirs.push({ size, ms: whole.ms - search.ms });
    const run = await runOf(trial, first[0]);
    const ops = run.steps.map((s) => s.op);
    const fault = killIn(run, first[1]);
    firsts.push(sizeOf(ops, run, fault));
    const anomaly = clause.check((await gather(trial, run, fault))!);
    if (anomaly === 'not_exercised') continue;
    const target = { clause, anomaly: anomaly[0]!.anomaly };
    const hit = await timed(() => shrink(trial, { ops, fault }, target));
    const { value } = hit;
    if (value === null) continue;
    ours.push({ size: sizeOf(value.case.ops, value.run, value.case.fault), ms: hit.ms });
  }
  print(bugId, clauseId, firsts, theirs, ours);
}

function middle(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

const sizeText = (sizes: readonly Size[]): string =>
  [
    `${middle(sizes.map((s) => s.operations))} operations`,
    `${middle(sizes.map((s) => s.payloadBytes))} bytes`,
    `${middle(sizes.map((s) => s.calls))} calls`,
  ].join(', ');

function print(
  bug: string,
  clause: string,
  firsts: readonly Size[],
  theirs: readonly Shrunk[],
  ours: readonly Shrunk[],
): void {
  console.log(`\n${bug}, ${clause}: found with ${firsts.length} of ${seeds.length} seeds`);
  console.log(`  first         ${sizeText(firsts)}`);
  for (const [name, shrunk] of [
    ['fast-check   ', theirs],
    ['tearproof    ', ours],
  ] as const) {
    console.log(`  ${name} ${sizeText(shrunk.map((s) => s.size))}; ${middle(shrunk.map((s) => s.ms)).toFixed(0)} ms`); // prettier-ignore
  }
  const ratio = middle(theirs.map((s) => s.ms)) / middle(ours.map((s) => s.ms));
  console.log(`  time of fast-check, of ours: ${ratio.toFixed(2)} x`);
}

console.log(`medians of ${seeds.length} seeds, milliseconds of one processor`);
for (const { bug, clause } of subjects) await bench(bug, clause);
