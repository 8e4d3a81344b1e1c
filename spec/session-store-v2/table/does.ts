import type { Outcome } from '../../lib/history.ts';
import { isWellFormed } from '../../lib/utf8.ts';
import type { Category } from '../codes.ts';
import { hasSidecar, sidecarPath } from '../helpers.ts';
import type { Op, Value } from '../ops.ts';
import { rowsOf } from '../rows.ts';
import type { RowId } from '../rows.ts';
import { appendEntry, appendEvent } from './append.ts';
import { createCheckpoint, readCheckpoint } from './checkpoint.ts';
import { diskOf } from './disk.ts';
import { Fault } from './fault.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { open } from './open.ts';
import { readIndex } from './read.ts';
import {
  entryCount,
  lookup,
  readFrom,
  readLedger,
  readPath,
  readSegment,
  readTail,
  stateOf,
  summary,
} from './readers.ts';
import { rebuild } from './rebuild.ts';
import { rollback } from './rollback.ts';
import type { RuleId } from './rules.ts';
import { freshHandle, originalLimits } from './run.ts';
import type { Deed, Handle, Limits, Run, World } from './run.ts';
import { validate } from './validate.ts';

/** One legal result of an operation. `world` is the disk and the handles after it. */
export interface TableResult {
  readonly outcome: Outcome<Value>;
  /**
   * Of an error: the original's category, and the text that it would print without the category.
   */
  readonly category?: Category;
  readonly message?: string;
  readonly world: World;
  /** The decision rows that this run went through; worked out when it is asked for. */
  readonly rows: readonly RowId[];
  /** How often each decision was answered yes and no. */
  readonly decisions: ReadonlyMap<RuleId, { readonly yes: number; readonly no: number }>;
}

export interface TableOptions {
  readonly limits?: Partial<Limits>;
  /** A spec mutant: this decision is answered the other way round, or always so. */
  readonly mutate?: RuleId | { readonly rule: RuleId; readonly answer: boolean };
}

/** Most results that are listed; only stores with many names for one segment number have more. */
const resultsMax = 24;
/**
 * Names in all images that one call may go through, so that hostile directories get few results.
 */
const namesMax = 200_000;

/** How many results are worth their time on this image. */
const resultsFor = ({ image }: World): number =>
  Math.max(2, Math.min(resultsMax, Math.floor(namesMax / (image.size + 1))));

/**
 * Every result that the original can come to for this operation on this world, at the time `at`.
 * More than one where it hangs on the order of a directory or of a hash map. `close` and `drop`
 * forget the handle; `sync` is no operation of the original (`not_supported`). Nothing that is
 * passed in is changed.
 */
export function does(
  world: World,
  op: Op,
  at: string,
  options: TableOptions = {},
): readonly TableResult[] {
  const results: TableResult[] = [];
  let choices: readonly number[] | null = [];
  while (choices !== null && results.length < resultsFor(world)) {
    const attempt = once(world, op, at, { options, choices });
    results.push(attempt.result);
    choices = attempt.next;
  }
  return results;
}

/**
 * Runs with the given choices, and says which to try next: the last one that can still be raised,
 * raised.
 */
function once(
  world: World,
  op: Op,
  at: string,
  given: { readonly options: TableOptions; readonly choices: readonly number[] },
): { readonly result: TableResult; readonly next: readonly number[] | null } {
  const made: { readonly way: number; readonly count: number }[] = [];
  let ways = 1;
  const decisions = new Map<RuleId, { yes: number; no: number }>();
  const deeds: Deed[] = [];
  const errors: string[] = [];
  const disk = diskOf(world.image, world.root);
  const held = 'h' in op ? world.handles.get(op.h) : undefined;
  const run: Run = {
    disk,
    orders: new Map(),
    deeds,
    errors,
    at,
    handle: { ...(held ?? freshHandle('max' in op ? op.max : 1n)) },
    limits: { ...originalLimits, ...given.options.limits },
    rule: (id, condition) => {
      const answer = answerOf(given.options.mutate, id, condition);
      const count = decisions.get(id) ?? { yes: 0, no: 0 };
      decisions.set(id, count);
      if (answer) count.yes += 1;
      else count.no += 1;
      return answer;
    },
    choose: (count) => {
      ways *= count;
      if (ways > resultsFor(world)) return 0;
      const way = given.choices[made.length] ?? 0;
      made.push({ way, count });
      return way;
    },
  };
  const ended = perform(run, op, held);
  if (ended instanceof Fault) errors.push(ended.message);
  const handles = handlesAfter(world, op, { run, ended, held });
  const after: World = { image: disk.image, root: world.root, handles };
  let rows: readonly RowId[] | null = null;
  const result: TableResult = {
    outcome: outcomeOf(ended, disk.touched),
    ...(ended instanceof Fault ? { category: ended.category, message: ended.message } : {}),
    world: after,
    decisions,
    get rows(): readonly RowId[] {
      const { outcome } = result;
      rows ??= rowsOf({ op, before: world.image, after, outcome, decisions, deeds, errors });
      return rows;
    },
  };
  return { result, next: nextChoices(made) };
}

function answerOf(mutate: TableOptions['mutate'], id: RuleId, condition: boolean): boolean {
  if (mutate === id) return !condition;
  return typeof mutate === 'object' && mutate.rule === id ? mutate.answer : condition;
}

function nextChoices(
  made: readonly { readonly way: number; readonly count: number }[],
): readonly number[] | null {
  const last = made.findLastIndex(({ way, count }) => way + 1 < count);
  if (last === -1) return null;
  return [...made.slice(0, last).map(({ way }) => way), (made[last]?.way ?? 0) + 1];
}

type Ended = { readonly value: Value } | Fault;

function perform(run: Run, op: Op, held: Handle | undefined): Ended {
  const opens = op.op === 'create' || op.op === 'inspect';
  const needsHandle = !opens && op.op !== 'sidecar' && op.op !== 'hasSidecar';
  if (needsHandle && held === undefined) return refusal('no-handle', 'no such handle is open');
  if (opens) run.handle = { ...freshHandle(op.max) };
  if (!isText(op)) return refusal('not_unicode', 'a string holds a lone surrogate');
  try {
    return { value: valueOf(run, op) };
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** The original takes UTF-8 texts only; a payload is checked when it is read. */
function isText(op: Op): boolean {
  const { payload: _, event, ...rest } = { payload: '', event: {}, ...op };
  return [...Object.values(rest), ...Object.values(event)].every(
    (value) => typeof value !== 'string' || isWellFormed(value),
  );
}

const refusal = (code: string, message: string): Fault => new Fault('validation', code, message);

function outcomeOf(ended: Ended, touched: boolean): Outcome<Value> {
  if (!(ended instanceof Fault)) return { is: 'ok', value: ended.value };
  return { is: touched ? 'info' : 'fail', code: ended.code };
}

function handlesAfter(
  world: World,
  op: Op,
  end: { readonly run: Run; readonly ended: Ended; readonly held: Handle | undefined },
): ReadonlyMap<string, Handle> {
  if (!('h' in op)) return world.handles;
  const opens = op.op === 'create' || op.op === 'inspect';
  const forgets = op.op === 'close' || op.op === 'drop' || (opens && end.ended instanceof Fault);
  if (!opens && end.held === undefined) return world.handles;
  const handles = new Map(world.handles);
  if (forgets) handles.delete(op.h);
  else handles.set(op.h, end.run.handle);
  return handles;
}

function valueOf(run: Run, op: Op): Value {
  switch (op.op) {
    case 'create':
    case 'inspect':
      if (op.max === 0n) throw refusal('max-segment-bytes-zero', 'max_segment_bytes must be > 0');
      if (op.op === 'create') open(run);
      return { entryCount: entryCount(run.handle), repairs: [], notices: [] };
    case 'append':
      return appendEntry(run, op);
    case 'sync':
      throw refusal('not_supported', 'the original has no such operation');
    case 'close':
    case 'drop':
      return null;
    case 'lookup':
      return lookup(run, op.seq);
    case 'all':
      return readFrom(run, 1n);
    case 'from':
      return readFrom(run, op.seq);
    case 'tail':
      return readTail(run, op.n);
    case 'path':
      return readPath(run, op.leaf);
    case 'segment':
      return readSegment(run, op.seq);
    case 'index':
      return readIndex(run);
    case 'summary':
      return summary(run);
    case 'state':
      return stateOf(run.handle);
    case 'checkpoint':
      return createCheckpoint(run, op.seq, op.reason);
    case 'readCheckpoint':
      return readCheckpoint(run, op.seq);
    case 'rollback':
      return rollback(run, op);
    case 'ledgerAppend':
      appendEvent(run, op.event);
      return null;
    case 'ledger':
      return readLedger(run);
    case 'manifest':
      return writeManifest(run, op);
    case 'readManifest':
      return readManifest(run);
    case 'rebuild':
      return BigInt(rebuild(run));
    case 'validate':
      validate(run);
      return null;
    case 'sidecar':
      return sidecarPath(op.path);
    case 'hasSidecar':
      return hasSidecar(run.disk, op.path);
  }
}
