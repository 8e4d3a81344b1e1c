import type { Outcome } from '../../lib/history.ts';
import type { Frame, Op, Value } from '../ops.ts';
import * as manager from './manager.ts';
import { replay, verify } from './replay.ts';
import { rowsOf, type Fact, type RowId } from './rows.ts';
import type { RuleId } from './rules.ts';
import { Fault, type Run, type World } from './run.ts';

/** One legal result of an operation. `world` is the disk and the handle after it. */
export interface TableResult {
  readonly outcome: Outcome<Value>;
  /** The frames that a replay applied, also where it failed behind them. */
  readonly applied: readonly Frame[];
  readonly world: World;
  /** The decision rows that this run went through; worked out when it is asked for. */
  readonly rows: readonly RowId[];
  /** How often each decision was answered yes and no. */
  readonly decisions: ReadonlyMap<RuleId, { readonly yes: number; readonly no: number }>;
}

export interface TableOptions {
  /** A spec mutant: this decision is answered the other way round, or always so. */
  readonly mutate?: RuleId | { readonly rule: RuleId; readonly answer: boolean };
}

/** Most results that are listed; only logs with many names for one number have more. */
const resultsMost = 24;

/**
 * Every result that the original can come to for this operation on this world, at the time `at`:
 * more than one where it hangs on the order of a directory, or on what stands at the place of a
 * file. None where a number is given that nobody can say to it. Nothing that is passed in is
 * changed.
 */
export function does(
  world: World,
  op: Op,
  at: string,
  options: TableOptions = {},
): readonly TableResult[] {
  if (!canBeSaid(op)) return [];
  const results: TableResult[] = [];
  let choices: readonly number[] | null = [];
  while (choices !== null && results.length < resultsMost) {
    const attempt = once(world, op, at, { options, choices });
    results.push(attempt.result);
    choices = attempt.next;
  }
  return results;
}

const u64Max = (1n << 64n) - 1n;

function canBeSaid(op: Op): boolean {
  const frames = op.op === 'append' || op.op === 'other' ? op.frames : [];
  const numbers = [
    ...Object.values(op).filter((value) => typeof value === 'bigint'),
    ...frames.flatMap(({ seq, at, type }) => [seq, at, BigInt(type) << 56n]),
  ];
  return numbers.every((number) => number >= 0n && number <= u64Max);
}

function once(
  world: World,
  op: Op,
  at: string,
  given: { readonly options: TableOptions; readonly choices: readonly number[] },
): { readonly result: TableResult; readonly next: readonly number[] | null } {
  const made: { readonly way: number; readonly count: number }[] = [];
  const decisions = new Map<RuleId, { yes: number; no: number }>();
  const seen = new Set<Fact>();
  const run: Run = {
    root: world.root,
    at,
    image: world.image,
    handle: world.handle,
    applied: [],
    rule: (id, condition) => {
      const answer = answerOf(given.options.mutate, id, condition);
      const count = decisions.get(id) ?? { yes: 0, no: 0 };
      decisions.set(id, count);
      if (answer) count.yes += 1;
      else count.no += 1;
      return answer;
    },
    choose: (count) => {
      const way = given.choices[made.length] ?? 0;
      made.push({ way, count });
      return way;
    },
    saw: (fact) => seen.add(fact),
  };
  const outcome = perform(run, op, world);
  let rows: readonly RowId[] | null = null;
  const result: TableResult = {
    outcome,
    applied: run.applied,
    world: { image: run.image, root: world.root, handle: run.handle },
    decisions,
    get rows(): readonly RowId[] {
      rows ??= rowsOf(seen);
      return rows;
    },
  };
  return { result, next: nextChoices(made) };
}

function answerOf(mutate: TableOptions['mutate'], id: RuleId, condition: boolean): boolean {
  if (mutate === id) return !condition;
  return typeof mutate === 'object' && mutate.rule === id ? mutate.answer : condition;
}

/** Which choices to try next: the last one that can still be raised, raised. */
function nextChoices(
  made: readonly { readonly way: number; readonly count: number }[],
): readonly number[] | null {
  const last = made.findLastIndex(({ way, count }) => way + 1 < count);
  if (last === -1) return null;
  return [...made.slice(0, last).map(({ way }) => way), (made[last]?.way ?? 0) + 1];
}

function perform(run: Run, op: Op, before: World): Outcome<Value> {
  try {
    return { is: 'ok', value: valueOf(run, op) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { is: run.image === before.image ? 'fail' : 'info', code: error.code };
  }
}

const needless: readonly Op['op'][] = ['open', 'other', 'frames', 'verify', 'replay'];

function valueOf(run: Run, op: Op): Value {
  if (!needless.includes(op.op)) {
    const isOpen = run.handle !== null;
    if (!isOpen) run.saw('no handle');
    if (!run.rule('handle-there', isOpen)) throw new Fault('no-handle');
    // A mutant that takes nothing for an open log does nothing with it.
    if (!isOpen) return null;
  }
  switch (op.op) {
    case 'open':
      run.handle = null;
      return manager.open(run, op);
    case 'append':
      manager.append(run, op.frames);
      return null;
    case 'other':
      return manager.besides(run, op);
    case 'sync':
      return null;
    case 'force':
      manager.force(run);
      return null;
    case 'shouldRotate':
      return manager.shouldRotate(run);
    case 'rotate':
      return manager.rotate(run);
    case 'close':
      return manager.close(run);
    case 'frames':
      return manager.framesOf(run, op.segment);
    case 'verify':
      return verify(run);
    case 'replay':
      return replay(run, op);
  }
}
