import type { Outcome } from '../../lib/history.ts';
import { handleName, type Op, type Value } from '../ops.ts';
import type { RowId } from '../rows.ts';
import { listIds, open } from './open.ts';
import { readCommitted } from './read.ts';
import type { RuleId } from './rules.ts';
import { Fault, type Disk, type Handle, type Run, type World } from './run.ts';
import { appendFrame, reset, seal, syncGroup, track, truncate } from './write.ts';

/** One legal result of an operation. `world` is the disk and the handles after it. */
export interface TableResult {
  readonly outcome: Outcome<Value>;
  readonly world: World;
  /** The decision rows that this run went through. */
  readonly rows: readonly RowId[];
  /** How often each decision was answered yes and no. */
  readonly decisions: ReadonlyMap<RuleId, { readonly yes: number; readonly no: number }>;
}

export interface TableOptions {
  /** A spec mutant: this decision is answered the other way round, or always so. */
  readonly mutate?: RuleId | { readonly rule: RuleId; readonly answer: boolean };
}

/** Most results that are listed: more would need many absurd lengths in one file. */
const resultsMost = 16;

/**
 * Every result that the original can come to for this operation on this world; more than one where
 * it hangs on the machine: on what can be allocated, on what a file system takes. `abort`, a death
 * of the process, leaves no handle. Nothing that is passed in is changed, and the time is not
 * asked: a seal brings its own.
 */
export function does(
  world: World,
  op: Op,
  _at = '',
  options: TableOptions = {},
): readonly TableResult[] {
  const results: TableResult[] = [];
  let choices: readonly number[] | null = [];
  while (choices !== null && results.length < resultsMost) {
    const attempt = once(world, op, options, choices);
    results.push(attempt.result);
    choices = attempt.next;
  }
  return results;
}

const noHandle: Handle = { file: '', position: 0, committed: 0n };

/** Runs with the given choices, and says which to try next. */
function once(
  world: World,
  op: Op,
  { mutate }: TableOptions,
  choices: readonly number[],
): { readonly result: TableResult; readonly next: readonly number[] | null } {
  const made: { readonly way: number; readonly count: number }[] = [];
  const decisions = new Map<RuleId, { yes: number; no: number }>();
  const rows = new Set<RowId>();
  const disk: Disk = {
    root: world.root, image: world.image, far: world.far ?? new Map(), touched: false,
  }; // prettier-ignore
  const held = 'id' in op ? world.handles.get(handleName(op)) : undefined;
  const run: Run = {
    disk,
    handle: { ...(held ?? noHandle) },
    rule: (id, condition) => {
      const answer = answerOf(mutate, id, condition);
      const count = decisions.get(id) ?? { yes: 0, no: 0 };
      decisions.set(id, count);
      if (answer) count.yes += 1;
      else count.no += 1;
      return answer;
    },
    choose: (count) => {
      const way = choices[made.length] ?? 0;
      made.push({ way, count });
      return way;
    },
    row: (id) => rows.add(id),
  };
  const ended = perform(run, op, held);
  const after: World = {
    image: disk.image,
    root: world.root,
    handles: handlesAfter(world, op, run, ended),
    ...(disk.far.size > 0 ? { far: disk.far } : {}),
  };
  const outcome = outcomeOf(ended, disk.touched);
  const result = { outcome, world: after, rows: [...rows], decisions };
  return { result, next: nextChoices(made) };
}

function answerOf(mutate: TableOptions['mutate'], id: RuleId, condition: boolean): boolean {
  if (mutate === id) return !condition;
  return typeof mutate === 'object' && mutate.rule === id ? mutate.answer : condition;
}

/** The last choice that can still be raised, raised; null where there is none. */
function nextChoices(
  made: readonly { readonly way: number; readonly count: number }[],
): readonly number[] | null {
  const last = made.findLastIndex(({ way, count }) => way + 1 < count);
  if (last === -1) return null;
  return [...made.slice(0, last).map(({ way }) => way), (made[last]?.way ?? 0) + 1];
}

function perform(run: Run, op: Op, held: Handle | undefined): Value | Fault {
  try {
    return answered(run, op, held);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function outcomeOf(ended: Value | Fault, touched: boolean): Outcome<Value> {
  if (!(ended instanceof Fault)) return { is: 'ok', value: ended };
  return { is: touched ? 'info' : 'fail', code: ended.code };
}

function handlesAfter(
  world: World,
  op: Op,
  run: Run,
  ended: Value | Fault,
): ReadonlyMap<string, Handle> {
  if (ended instanceof Fault && ended.code === 'abort') return new Map();
  if (!('id' in op)) return world.handles;
  const handles = new Map(world.handles);
  const name = handleName(op);
  const isOpen = op.op === 'open' ? !(ended instanceof Fault) : handles.has(name);
  if (isOpen && op.op !== 'close') handles.set(name, run.handle);
  else handles.delete(name);
  return handles;
}

function answered(run: Run, op: Op, held: Handle | undefined): Value {
  if (op.op === 'list') return listIds(run);
  if (!Number.isInteger(op.id) || op.id < 0 || op.id >= 2 ** 32) throw new Fault('id_out_of_range');
  if (op.op === 'open') return open(run, op.id);
  if (held === undefined) throw new Fault('no-handle');
  switch (op.op) {
    case 'append': {
      const bytes = appendFrame(run, op.entry);
      if (op.track) track(run, bytes);
      return bytes;
    }
    case 'track':
      track(run, op.bytes);
      return null;
    case 'syncGroup':
      syncGroup(run);
      return null;
    case 'truncate':
      truncate(run, op.len);
      return null;
    case 'reset':
      reset(run);
      return null;
    case 'readCommitted':
      return readCommitted(run);
    case 'seal':
      return seal(run, op);
    case 'committedBytes':
      return run.handle.committed;
    case 'close':
      return null;
  }
}
