import type { Injection } from '../../faults/errors/types.ts';
import type { Injecting, TracedCall } from '../../faults/strace/state.ts';

/** How an injection is made to happen in a step of a traced port. */
export interface Plan {
  /** What strace is told, as behind `-e inject=`. */
  readonly inject?: string;
  /** It goes on with the next steps. */
  readonly lasts?: true;
  /** Files may grow so long and no longer, so that a write that reaches there is cut short. */
  readonly fileBytes?: number;
  /**
   * The port is stopped behind the call, before anything else of it runs: what the call is to have
   * done is done then, or the limit is taken away.
   */
  readonly halts?: true;
  /** What the errors mean that come of it. */
  readonly means: Injecting;
}

/** Calls of the account whose system calls are known; others were made by no traced port. */
export function isTraced(call: object): call is TracedCall {
  return 'syscall' in call && 'ordinal' in call;
}

/**
 * What makes this injection happen at `calls[nth]`, `calls` being those of its step without faults;
 * null where nothing does. strace fails a call in the place of its effect, which is made up for
 * while the port is stopped. That cannot be done to a `close`, whose descriptor only the port can
 * give up, nor to a read that is to be short. A sync that fails late needs a second error at a call
 * that nobody knows beforehand, and space is no matter of one call.
 */
export function planOf(injection: Injection, calls: readonly TracedCall[]): Plan | null {
  if (injection.is === 'space') return null;
  const call = calls.find(({ nth }) => nth === injection.at.nth);
  if (call === undefined) return null;
  if (injection.is === 'short') return shortOf(injection, call, calls);
  const { errno } = injection;
  const once = `${call.syscall}:error=${errno}:when=${call.ordinal}`;
  if (injection.is === 'sync') {
    if (injection.way === 'late') return null;
    if (injection.way === 'clean') return { inject: once, means: { forgets: true } };
    return { inject: halting(once), halts: true, means: { forgets: true, reverts: true } };
  }
  const { when, lasting, bytes } = injection;
  const lasts = lasting === 'persistent';
  // From there on it would fail for the port's own files too, and for what it says to us.
  if (lasts && call.foreign.has(call.syscall)) return null;
  const inject = `${once}${lasts ? '+' : ''}`;
  const goesOn = lasts ? ({ lasts } as const) : {};
  if (when === 'before') return { inject, ...goesOn, means: {} };
  if (call.call === 'closeSync') return null;
  const means = { takes: true, ...(bytes === undefined ? {} : { bytes }) } as const;
  return { inject: halting(inject), ...goesOn, halts: true, means };
}

/** The signal comes behind the call: one that does not end a process waits until it is done. */
const halting = (inject: string): string => inject.replace(':when=', ':signal=STOP:when=');

/**
 * A write that reaches the limit does what fits, and the next one there fails, or the limit is gone
 * by then. Nothing that the step does before may reach the limit.
 */
function shortOf(
  { bytes, nextErrno }: Extract<Injection, { readonly is: 'short' }>,
  call: TracedCall,
  calls: readonly TracedCall[],
): Plan | null {
  if (call.call !== 'writeSync' || call.from === undefined) return null;
  const fileBytes = call.from + bytes;
  const before = calls.filter(({ nth }) => nth < call.nth);
  const fits = before.every((one) =>
    one.call === 'writeSync'
      ? (one.from ?? 0) + (one.bytes ?? 0) <= fileBytes
      : one.call !== 'ftruncateSync',
  );
  if (!fits) return null;
  if (nextErrno !== undefined) return { fileBytes, means: { fsize: true } };
  const inject = `${call.syscall}:signal=STOP:when=${call.ordinal}`;
  return { inject, fileBytes, halts: true, means: {} };
}

/**
 * What ends the process in the place of a call, which is not executed; null where there is none.
 */
export function killOf(nth: number, calls: readonly TracedCall[]): Plan | null {
  const call = calls.find((one) => one.nth === nth);
  if (call === undefined) return null;
  return { inject: `${call.syscall}:signal=KILL:when=${call.ordinal}`, means: {} };
}
