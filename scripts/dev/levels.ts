import type { Random } from '../../faults/random.ts';
import { randomFrom } from '../../faults/random.ts';
import type { Run } from '../../harness/drive.ts';
import { applyTo, faultable, type PowerCut } from '../../harness/fault.ts';
import { gatherFaulted, judge, type Trial } from '../../harness/judge.ts';
import { powerCuts } from '../../harness/ladder.ts';
import { makeRun } from '../../harness/make.ts';
import { runOps } from '../../harness/shrink.ts';
import { subjectOf } from '../../harness/subjects.ts';
import type { Evidence } from '../../spec/lib/clause.ts';
import type { Key, Owes } from '../../spec/lib/judge.ts';

/** How much is asked. */
export interface LevelsPlan {
  readonly seed: string;
  readonly models: readonly string[];
  readonly histories: number;
  readonly operations: number;
  /** States walked a history and model, each of those there are with the same chance. */
  readonly states: number;
}

/** What became of a store of one durability under one model, in states. */
export interface LevelRow {
  readonly durability: 'none' | 'entry';
  readonly model: string;
  readonly states: number;
  /** States that a writing open refused. */
  readonly refused: number;
  /** States that lack an entry which was to survive a kill, and one which was to survive this. */
  readonly lostProcess: number;
  readonly lostPower: number;
  /** States whose entries are not the first ones of what was appended, in their order. */
  readonly notPrefix: number;
  /** Anomalies by the clauses that they broke, with the number of states. */
  readonly broken: Readonly<Record<string, number>>;
}

type Counted = { -readonly [K in keyof LevelRow]: LevelRow[K] } & {
  broken: Record<string, number>;
};

const rungs = ['one lost', 'one kept', 'frontier tears', 'two lost'] as const;

/**
 * What the safe store of a kind keeps under each model where each append is synced (`entry`), and
 * where none is (`none`): the same histories with one or the other in every open.
 */
export async function levelsOf(kind: string, plan: LevelsPlan): Promise<LevelRow[]> {
  const { trial } = await subjectOf(kind, 'safe', 'safe');
  const rows: LevelRow[] = [];
  for (const durability of ['none', 'entry'] as const) {
    const counted = plan.models.map((model) => newRow(durability, model));
    for (let i = 0; i < plan.histories; i++) {
      const random = randomFrom(plan.seed).fork(`${kind}/levels/${i}`);
      const drawn = await makeRun(trial, random, plan.operations);
      const ops = drawn.steps.map(({ op }) => withDurability(op, durability));
      const run = await runOps(trial, ops);
      for (const row of counted) await walkSome(trial, run, row, plan.states, random);
    }
    rows.push(...counted);
  }
  return rows;
}

const newRow = (durability: LevelRow['durability'], model: string): Counted => ({
  durability, model, states: 0, refused: 0, lostProcess: 0, lostPower: 0, notPrefix: 0, broken: {},
}); // prettier-ignore

/** The operation with that durability, where it is one that chooses it. */
function withDurability(op: unknown, durability: string): unknown {
  return typeof op === 'object' && op !== null && 'durability' in op ? { ...op, durability } : op;
}

type AnyTrial = Trial<unknown, unknown, unknown, unknown>;

async function walkSome(
  trial: AnyTrial,
  run: Run<unknown, unknown, unknown>,
  row: Counted,
  most: number,
  random: Random,
): Promise<void> {
  const on = faultable(trial.machine, run);
  const plan = { models: [row.model], rungs };
  const planned = powerCuts(trial.kind, on, plan, random.fork(row.model));
  for (const fault of sample(planned, most, random.fork(`sample ${row.model}`))) {
    const faulted = applyTo(on, fault);
    if (faulted === null) continue;
    const evidence = await gatherFaulted(trial, { run, fault, faulted });
    row.states++;
    const { step, inFlight } = fault.kill;
    const reached = { upTo: inFlight ? step : step + 1, inFlight };
    countKeys(
      row,
      shownIn(evidence, trial.kind.opens),
      faulted.owes,
      on.owedAt(reached, 'process'),
    );
    for (const { clause, findings } of judge(trial.kind.clauses, evidence)) {
      for (const { anomaly } of findings) {
        const name = `${clause.id} ${anomaly}`;
        row.broken[name] = (row.broken[name] ?? 0) + 1;
      }
    }
  }
}

function countKeys(
  row: Counted,
  shown: readonly Key[] | null,
  afterPower: readonly Owes[],
  afterKill: readonly Owes[],
): void {
  if (shown === null) {
    row.refused++;
    return;
  }
  if (lacks(shown, afterKill)) row.lostProcess++;
  if (lacks(shown, afterPower)) row.lostPower++;
  const all = [...afterKill, ...afterPower];
  if (!all.some(({ must, may }) => startsWith([...must, ...may], shown))) row.notPrefix++;
}

/** What the first reader showed; null where the store was not opened for writing. */
function shownIn({ seen }: Evidence, opens: readonly string[]): readonly Key[] | null {
  const opened = seen.find(({ phase }) => phase === 'open');
  if (opened?.outcome.is !== 'ok') return null;
  return seen.find(({ op, view }) => view !== undefined && !opens.includes(op))?.view?.keys ?? null;
}

/** True where every reading of the history owes something that is not shown. */
function lacks(shown: readonly Key[], owed: readonly Owes[]): boolean {
  const there = new Set(shown);
  return owed.length > 0 && owed.every(({ must }) => must.some((key) => !there.has(key)));
}

const startsWith = (whole: readonly Key[], shown: readonly Key[]): boolean =>
  shown.length <= whole.length && shown.every((key, i) => key === whole[i]);

/** So many of the faults, each with the same chance, in their order. */
function sample(
  planned: Iterable<{ readonly fault: PowerCut }>,
  most: number,
  random: Random,
): readonly PowerCut[] {
  const kept: { readonly at: number; readonly fault: PowerCut }[] = [];
  let at = 0;
  for (const { fault } of planned) {
    const place = at < most ? at : random.below(at + 1);
    if (place < most) kept[place] = { at, fault };
    at++;
  }
  return kept.toSorted((a, b) => a.at - b.at).map(({ fault }) => fault);
}
