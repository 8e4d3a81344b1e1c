import type { Injection } from '../../faults/errors/types.ts';
import type { TracedCall } from '../../faults/strace/state.ts';

/** How an injection is made to happen in a step of a traced port. */
export type Plan =
  /** What strace is told, as behind `-e inject=`. */
  | { readonly is: 'strace'; readonly inject: string; readonly lasts: boolean }
  /** Files may grow so long and no longer, so that a write that reaches there is cut short. */
  | { readonly is: 'limit'; readonly fileBytes: number };

/** Calls of the account whose system calls are known; others were made by no traced port. */
export function isTraced(call: object): call is TracedCall {
  return 'syscall' in call && 'ordinal' in call;
}

/**
 * What makes this injection happen at `calls[nth]`, `calls` being those of its step without faults;
 * null where nothing does: strace fails a call before its effect and not after it, it cuts no read
 * short, and it knows no file but by number.
 */
export function planOf(injection: Injection, calls: readonly TracedCall[]): Plan | null {
  if (injection.is === 'space') return null;
  const call = calls.find(({ nth }) => nth === injection.at.nth);
  if (call === undefined) return null;
  if (injection.is === 'short') return limitAt(injection, call, calls);
  if (injection.is === 'sync' && injection.way !== 'clean') return null;
  if (injection.is === 'error' && injection.when !== 'before') return null;
  const { errno } = injection;
  const lasts = injection.is === 'error' && injection.lasting === 'persistent';
  // From there on it would fail for the port's own files too, and for what it says to us.
  if (lasts && call.foreign.has(call.syscall)) return null;
  const when = `${call.ordinal}${lasts ? '+' : ''}`;
  return { is: 'strace', inject: `${call.syscall}:error=${errno}:when=${when}`, lasts };
}

/**
 * A write that reaches the limit does what fits, and the next one there fails: only a short write
 * with an error behind it is that. Nothing that the step does before may reach the limit.
 */
function limitAt(
  { bytes, nextErrno }: Extract<Injection, { readonly is: 'short' }>,
  call: TracedCall,
  calls: readonly TracedCall[],
): Plan | null {
  if (nextErrno === undefined || call.call !== 'writeSync' || call.from === undefined) return null;
  const fileBytes = call.from + bytes;
  const before = calls.filter(({ nth }) => nth < call.nth);
  const fits = before.every((one) =>
    one.call === 'writeSync'
      ? (one.from ?? 0) + (one.bytes ?? 0) <= fileBytes
      : one.call !== 'ftruncateSync',
  );
  return fits ? { is: 'limit', fileBytes } : null;
}

/**
 * What ends the process in the place of a call, which is not executed; null where there is none.
 */
export function killOf(nth: number, calls: readonly TracedCall[]): Plan | null {
  const call = calls.find((one) => one.nth === nth);
  if (call === undefined) return null;
  const inject = `${call.syscall}:signal=KILL:when=${call.ordinal}`;
  return { is: 'strace', inject, lasts: false };
}
