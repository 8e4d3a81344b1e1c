import type { AskedCall, CallName } from '../disk/around.ts';
import type { DiskFs } from '../disk/shape.ts';
import type { DiskState, Inode } from '../disk/state.ts';
import type { Ino } from '../oplog.ts';
import { fits, needsBytes, type Usage } from './space.ts';
import type { Synced } from './syncs.ts';
import type { CallSite, Injection } from './types.ts';

/** Everything that injecting into one disk knows. */
export interface Bench {
  readonly state: DiskState;
  readonly plain: DiskFs;
  readonly injections: readonly Injection[];
  readonly usage: Usage;
  readonly fired: number[];
  /** Kept only where some file may have to go back. */
  readonly synced: Synced | null;
  /** Persistent errors that have begun, with the number of their injection. */
  readonly lasting: Map<CallName, { readonly error: Refusal; readonly by: number }>;
  /** Files whose next sync tells of an earlier failure. */
  readonly late: Map<Ino, string>;
  nextWrite: string | null;
  lifted: boolean;
}

/** A call that answers an error, without its effect or after it. */
export interface Refusal {
  readonly is: 'error';
  readonly errno: string;
  readonly when: 'before' | 'after';
  readonly bytes?: number;
}

/** What becomes of a call. */
export type Verdict =
  | Refusal
  | { readonly is: 'part'; readonly bytes: number; readonly nextErrno?: string }
  | { readonly is: 'space'; readonly bytes: number }
  | (Extract<Injection, { readonly is: 'sync' }> & { readonly inode: Inode });

/** What the injections make of the call at a site; null where it is none of their business. */
export function verdictOn(bench: Bench, { step, nth }: CallSite, call: AskedCall): Verdict | null {
  for (const [i, injection] of bench.injections.entries()) {
    if (injection.is === 'space') continue;
    if (injection.at.step !== step || injection.at.nth !== nth) continue;
    const verdict = struck(bench, injection, call, i);
    if (verdict === null) continue;
    bench.fired[i]!++;
    return verdict;
  }
  return afterwards(bench, call) ?? full(bench, call);
}

/** What an injection makes of the call that it stands at; null where it means nothing to it. */
function struck(
  bench: Bench,
  injection: Exclude<Injection, { readonly is: 'space' }>,
  call: AskedCall,
  by: number,
): Verdict | null {
  if (injection.is === 'short') {
    const asked = askedBytes(call);
    if (asked === null || injection.bytes >= asked || injection.bytes < 1) return null;
    const { bytes, nextErrno } = injection;
    return nextErrno === undefined ? { is: 'part', bytes } : { is: 'part', bytes, nextErrno };
  }
  if (injection.is === 'sync') {
    if (call.name !== 'fsyncSync' && call.name !== 'fdatasyncSync') return null;
    const inode = bench.state.fds[call.fd]?.inode;
    return inode === undefined ? null : { ...injection, inode };
  }
  const { errno, when, bytes } = injection;
  const error: Refusal = { is: 'error', errno, when, ...(bytes === undefined ? {} : { bytes }) };
  if (injection.lasting === 'persistent') {
    bench.lasting.set(call.name, { error: { is: 'error', errno, when }, by });
  }
  return error;
}

/** What an earlier fault makes of this call. */
function afterwards(bench: Bench, call: AskedCall): Verdict | null {
  if (call.name === 'writeSync' && bench.nextWrite !== null) {
    const errno = bench.nextWrite;
    bench.nextWrite = null;
    return { is: 'error', errno, when: 'before' };
  }
  if (call.name === 'fsyncSync' || call.name === 'fdatasyncSync') {
    const ino = bench.state.fds[call.fd]?.inode.ino ?? 0;
    const errno = bench.late.get(ino);
    if (errno !== undefined) {
      bench.late.delete(ino);
      return { is: 'error', errno, when: 'before' };
    }
  }
  const lasting = bench.lasting.get(call.name);
  if (lasting === undefined) return null;
  bench.fired[lasting.by]!++;
  return lasting.error;
}

/** What a disk that is nearly full makes of a call. */
function full(bench: Bench, call: AskedCall): Verdict | null {
  for (const [i, injection] of bench.injections.entries()) {
    if (injection.is !== 'space') continue;
    const { budgetBytes, backAtStep = Infinity } = injection;
    if (bench.state.step >= backAtStep) continue;
    const needed = needsBytes(bench.state, call);
    if (needed === null) return null;
    const left = budgetBytes - bench.usage.usedBytes();
    const room = fits(needed, askedBytes(call) ?? 0, left);
    if (room === 'all') continue;
    bench.fired[i]!++;
    return room === 'none'
      ? { is: 'error', errno: 'ENOSPC', when: 'before' }
      : { is: 'space', bytes: room };
  }
  return null;
}

function askedBytes(call: AskedCall): number | null {
  if (call.name === 'writeSync') return call.bytes.length;
  return call.name === 'readSync' ? call.length : null;
}
