import type { OpLog } from '../faults/oplog.ts';
import { createDisk, type Disk } from '../faults/disk.ts';
import type { CallMade, Injection } from '../faults/errors/types.ts';
import type { Outcome, Step } from '../spec/lib/history.ts';
import type { Image } from '../spec/lib/image.ts';
import type { Machine } from '../spec/lib/judge.ts';
import type { Port } from '../spec/lib/port.ts';
import { goneOf } from '../spec/lib/promises.ts';
import { follow } from './follow.ts';
import type { PortMaker } from './kind.ts';
import { timeAt } from './lib/time.ts';
import { show } from './lib/show.ts';
import { OutOfPatience } from './remote/patience.ts';
import { WalkAgain } from './remote/walk-again.ts';
import { PortFault, SuiteFault } from './wire/fault.ts';

/** Where a store lives on a disk of ours; a change outside it is a `side_effect`. */
export const storeRoot = '/store';

/** An answer of a port that its machine does not allow at that point of a history. */
export interface Stray {
  readonly step: number;
  readonly say: string;
}

/**
 * One history as it went: steps, the op log they left, and the machine's state before each step and
 * after the last.
 */
export interface Run<O, R, S> {
  readonly steps: readonly Step<O, R>[];
  readonly states: readonly S[];
  readonly log: OpLog;
  readonly image: Image;
  readonly strays: readonly Stray[];
  /** Paths changed outside the store's root. */
  readonly outside: readonly string[];
  /** The faults that its file calls were put under. */
  readonly errors: readonly Injection[];
  /** Every file call, where an account was asked for or calls were to fail. */
  readonly calls: readonly CallMade[];
}

/** How a history is run. */
export interface DriveOptions<O> {
  /** Told of the operations so far, the next one included. */
  readonly beat?: (ops: readonly O[]) => void;
  /** Faults of the file calls. */
  readonly errors?: readonly Injection[];
  /** Keep an account of every file call. */
  readonly account?: boolean;
}

/**
 * Runs drafts or operations on a fresh port over a fresh disk. `nextOp` gives the next operation,
 * or null to end.
 */
export async function drive<O, R, S>(
  make: PortMaker<O, R>,
  machine: Machine<S, O, R>,
  nextOp: (state: S, index: number, done: number) => O | null,
  { beat, errors = [], account = false }: DriveOptions<O> = {},
): Promise<Run<O, R, S>> {
  const disk = (make.disk ?? createDisk)(new Map(), { root: storeRoot, account, inject: errors });
  const port = make(disk.fs, storeRoot);
  const steps: Step<O, R>[] = [];
  const follower = follow(machine, errors.length > 0);
  const { states } = follower;
  const strays: Stray[] = [];
  for (let index = 0; ; index++) {
    const state = states[states.length - 1]!;
    const op = nextOp(state, index, steps.length);
    if (op === null) break;
    // The time of a step is that of its place, so that the operations alone run again to the byte.
    const at = timeAt(steps.length);
    const allowed = follower.allowed(op, at);
    if (allowed.length === 0) continue;
    beat?.([...steps.map((step) => step.op), op]);
    disk.mark(steps.length, 0);
    const began = disk.log.events.length;
    const asked = ask(port, op, at, disk);
    const outcome = asked instanceof Promise ? await asked : asked;
    if (outcome.is === 'ok') disk.ack(steps.length);
    const isOver = disk.settle !== undefined && goneOf(outcome) !== null;
    steps.push({ actor: 0, began, ended: disk.log.events.length, op, at, outcome });
    if (!follower.answered(op, at, outcome) && errors.length === 0) {
      strays.push({
        step: steps.length - 1,
        say: strayText(
          op,
          allowed.map((a) => a.result),
          outcome,
        ),
      });
    }
    // A process took all its handles with it; nothing that is asked now belongs to this history.
    if (isOver) break;
  }
  const { log, calls } = disk;
  const image = disk.image();
  return { steps, states, log, image, strays, outside: disk.outside(), errors, calls };
}

/**
 * Asks a port once; whether a failed operation changed the disk is read from the disk, never
 * believed.
 */
export function ask<O, R>(
  port: Port<O, R>,
  op: O,
  at: string,
  disk: Pick<Disk, 'mutations' | 'settle'>,
): Outcome<R> | Promise<Outcome<R>> {
  const before = disk.mutations;
  const heard = (outcome: Outcome<R>): Outcome<R> => {
    if (!isOutcome(outcome)) return died(new TypeError('the answer is no outcome'));
    if (outcome.is === 'ok') return outcome;
    const { code, says } = outcome;
    const is = disk.mutations === before ? 'fail' : 'info';
    return says === undefined ? { is, code } : { is, code, says };
  };
  const settled = async (answer: PromiseLike<Outcome<R>>): Promise<Outcome<R>> => {
    let gone: Outcome<R> | null = null;
    const outcome = await Promise.resolve(answer).catch((error) => (gone = died(error)));
    await disk.settle?.();
    return gone ?? heard(outcome);
  };
  // A port throws at itself all the time, and nobody sees the stack of such an error; taking it
  // down costs more than most file calls.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const answer = port.step(op, at);
    return isThenable(answer) ? settled(answer) : heard(answer);
  } catch (error) {
    return died(error);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Also a promise of another realm or library. */
function isThenable<T>(answer: T | Promise<T>): answer is Promise<T> {
  return typeof answer === 'object' && answer !== null && 'then' in answer;
}

/** A port in JavaScript may answer anything. */
function isOutcome(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('is' in answer)) return false;
  if (answer.is === 'ok') return 'value' in answer;
  const isRefusal = answer.is === 'fail' || answer.is === 'info';
  return isRefusal && 'code' in answer && typeof answer.code === 'string';
}

/**
 * What became of a port that did not answer. One that broke the protocol has not told what became
 * of its store: that is no outcome, and is thrown on. So is what was our own doing.
 */
function died(error: unknown): Outcome<never> {
  if (error instanceof OutOfPatience || error instanceof WalkAgain) throw error;
  if (error instanceof SuiteFault) throw error;
  if (error instanceof PortFault) {
    if (error.fault !== 'died' && error.fault !== 'hang') throw error;
    return { is: 'info', code: `${error.fault}: ${error.message}` };
  }
  return { is: 'info', code: `died: ${error instanceof Error ? error.message : String(error)}` };
}

function strayText(
  op: unknown,
  allowed: readonly Outcome<unknown>[],
  got: Outcome<unknown>,
): string {
  const legal = allowed.map((a) => show(a)).join(' or ');
  return `${show(op)} answered ${show(got)}; allowed: ${legal}`;
}
