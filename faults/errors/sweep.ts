import { plausible } from './plausible.ts';
import type { CallMade, CallSite, Injection } from './types.ts';

/** What a sweep tries, in the order in which a site is given it. */
export const injectionKinds = [
  'error',
  'lasting error',
  'late error',
  'short',
  'sync',
  'space',
] as const;

/**
 * `error`: an errno once, instead of the effect; `lasting error`: from there on; `late error`: an
 * errno after the effect, or after a part of it.
 */
export type InjectionKind = (typeof injectionKinds)[number];

/** What of a sweep is wanted. */
export interface SweepOptions {
  readonly kinds?: readonly InjectionKind[];
  /** At most so many, taken evenly over the whole sweep. */
  readonly most?: number;
  /** Only call sites of these steps. */
  readonly steps?: (step: number) => boolean;
  /** Only what whoever runs the calls is able to do; the rest is left out. */
  readonly can?: (injection: Injection) => boolean;
}

/** The injections of a sweep, and how many were left out of it. */
export interface Sweep {
  readonly injections: readonly Injection[];
  readonly leftOut: number;
}

/** Which kind of a sweep an injection is of. */
export function kindOf(injection: Injection): InjectionKind {
  if (injection.is !== 'error') return injection.is;
  if (injection.when === 'after') return 'late error';
  return injection.lasting === 'once' ? 'error' : 'lasting error';
}

/**
 * Everything that can go wrong with these calls, one thing at a time: call by call, in a fixed
 * order. `calls` is the account of a run without faults, of a history or of a walk.
 */
export function* injectionsOf(
  calls: Iterable<CallMade>,
  options: Omit<SweepOptions, 'most' | 'can'> = {},
): Generator<Injection> {
  const { kinds = injectionKinds, steps = () => true } = options;
  const budgets = new Set<string>();
  for (const call of calls) {
    if (!steps(call.step)) continue;
    for (const injection of atCall(call)) {
      if (!kinds.includes(kindOf(injection))) continue;
      // A budget is no matter of one call: several may name the same.
      if (injection.is === 'space') {
        const { budgetBytes, backAtStep } = injection;
        const name = `${budgetBytes} ${backAtStep ?? ''}`;
        if (budgets.has(name)) continue;
        budgets.add(name);
      }
      yield injection;
    }
  }
}

/** As {@link injectionsOf}, with a bound. */
export function sweep(calls: Iterable<CallMade>, options: SweepOptions = {}): Sweep {
  const all = [...injectionsOf(calls, options)];
  const most = Math.max(0, options.most ?? Infinity);
  const able = options.can === undefined ? all : all.filter(options.can);
  const injections =
    able.length <= most
      ? able
      : Array.from({ length: most }, (_, i) => able[Math.floor(((i + 0.5) * able.length) / most)]!);
  return { injections, leftOut: all.length - injections.length };
}

function* atCall(call: CallMade): Generator<Injection> {
  const at: CallSite = { step: call.step, nth: call.nth };
  yield* errorsAt(call, at);
  if (call.refused !== undefined) return;
  yield* shortsAt(call, at);
  if (call.on === 'file' && (call.call === 'fsyncSync' || call.call === 'fdatasyncSync')) {
    for (const way of ['clean', 'late', 'revert'] as const) {
      yield { is: 'sync', at, way, errno: 'EIO' };
    }
    yield { is: 'sync', at, way: 'clean', errno: 'ENOSPC' };
  }
  yield* budgetsAt(call);
}

function* errorsAt(call: CallMade, at: CallSite): Generator<Injection> {
  for (const row of plausible) {
    if (!row.calls.includes(call.call)) continue;
    if (row.only === 'creates' && call.spaceBytes === undefined) continue;
    if (row.only === 'on dir' && call.on !== 'dir') continue;
    if (row.only === 'on file' && call.on !== 'file') continue;
    const { errno } = row;
    for (const when of row.when) {
      // What has no effect cannot fail after it.
      const isEmpty = call.call === 'openSync' && call.spaceBytes === undefined;
      if (when === 'after' && (call.refused !== undefined || isEmpty)) continue;
      for (const lasting of row.lasting) yield { is: 'error', at, errno, when, lasting };
      const { bytes = 0 } = call;
      if (when === 'after' && call.call === 'writeSync' && bytes > 1) {
        yield { is: 'error', at, errno, when, lasting: 'once', bytes: bytes >> 1 };
      }
    }
  }
}

/** Writes cut at 1, half, all but one byte and a sector's end, with and without an error after. */
function* shortsAt(call: CallMade, at: CallSite): Generator<Injection> {
  const { bytes = 0, from = 0 } = call;
  const places = new Set([1, bytes >> 1]);
  if (call.call === 'writeSync') places.add(bytes - 1).add(512 - (from % 512));
  for (const part of [...places].toSorted((a, b) => a - b)) {
    if (part < 1 || part >= bytes) continue;
    yield { is: 'short', at, bytes: part };
    if (call.call === 'writeSync') yield { is: 'short', at, bytes: part, nextErrno: 'ENOSPC' };
  }
}

/**
 * Budgets that end at this call: before it, and inside where it is a write; space is back later.
 */
function* budgetsAt(call: CallMade): Generator<Injection> {
  const { spaceBytes, bytes = 0 } = call;
  if (spaceBytes === undefined || spaceBytes < 0) return;
  const inside = call.call === 'writeSync' ? [1, bytes >> 1, bytes - 1] : [];
  const parts = new Set([0, ...inside.filter((part) => part > 0 && part < bytes)]);
  for (const part of [...parts].toSorted((a, b) => a - b)) {
    const budgetBytes = spaceBytes + part;
    yield { is: 'space', budgetBytes };
    yield { is: 'space', budgetBytes, backAtStep: call.step + 1 };
  }
}
