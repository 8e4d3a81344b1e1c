import { aroundCalls, type Around, type AskedCall, type CallName } from '../disk/around.ts';
import { fsError } from '../disk/errno.ts';
import type { DiskFs } from '../disk/shape.ts';
import { record, type DiskState } from '../disk/state.ts';
import type { Failed } from '../oplog.ts';
import { accountOf, type CallDraft } from './account.ts';
import { usageOf } from './space.ts';
import { syncedOf } from './syncs.ts';
import type { CallMade, Injection } from './types.ts';
import { verdictOn, type Bench, type Refusal, type Verdict } from './verdict.ts';
import { wouldDo } from './would.ts';

/** File calls of a disk with faults in them, and the account of all of them. */
export interface Injected {
  readonly fs: DiskFs;
  readonly calls: readonly CallMade[];
  /** How often each injection made a difference, in the order given. */
  readonly fired: readonly number[];
  /** Ends every injection: power or the process is gone. */
  lift(): void;
}

/** Puts faults into the calls of a disk; without injections only the account is kept. */
export function injected(
  state: DiskState,
  plain: DiskFs,
  injections: readonly Injection[] = [],
): Injected {
  const usage = usageOf(state);
  const account = accountOf(state, usage);
  const bench: Bench = {
    state,
    plain,
    injections,
    usage,
    fired: injections.map(() => 0),
    synced: injections.some((i) => i.is === 'sync' && i.way === 'revert') ? syncedOf(state) : null,
    lasting: new Map(),
    late: new Map(),
    nextWrite: null,
    lifted: false,
  };
  const around: Around = (call, run, part) => {
    const draft = account.begin(call);
    try {
      const verdict = bench.lifted ? null : verdictOn(bench, account.site, call);
      const answer = carryOut(bench, { call, draft, verdict, run, part });
      if (call.name === 'openSync') account.opened(call, answer);
      return answer;
    } catch (error) {
      if (error instanceof Error && 'code' in error) draft.refused = String(error.code);
      throw error;
    } finally {
      account.end(call, draft);
    }
  };
  return {
    fs: aroundCalls(plain, around),
    calls: account.calls,
    fired: bench.fired,
    lift: () => {
      bench.lifted = true;
    },
  };
}

interface Turn<T> {
  readonly call: AskedCall;
  readonly draft: CallDraft;
  readonly verdict: Verdict | null;
  readonly run: () => T;
  readonly part: ((bytes: number) => T) | undefined;
}

function carryOut<T>(bench: Bench, turn: Turn<T>): T {
  const { call, draft, verdict, run, part } = turn;
  if (verdict === null) {
    const answer = run();
    noteSync(bench, call);
    return answer;
  }
  if (verdict.is === 'part' || verdict.is === 'space') {
    draft.done = verdict.bytes;
    if (verdict.is === 'part') bench.nextWrite = verdict.nextErrno ?? bench.nextWrite;
    const answer = part === undefined ? run() : part(verdict.bytes);
    noteSync(bench, call);
    return answer;
  }
  draft.failed = verdict.errno;
  if (verdict.is === 'sync') return failSync(bench, turn, verdict);
  const takes = call.name === 'closeSync' || (verdict.when === 'after' && hasEffect(bench, call));
  if (takes) takeEffect(bench, turn, verdict);
  else recordFailed(bench.state, call, { errno: verdict.errno, injected: true });
  throw errorOf(call, verdict.errno);
}

/** Closing always gives up the descriptor; what else changes or syncs nothing cannot have taken. */
function hasEffect(bench: Bench, call: AskedCall): boolean {
  return wouldDo(bench.state, call) !== null;
}

/** The call is done, and marked in the log as one that reported an error. */
function takeEffect<T>(bench: Bench, turn: Turn<T>, verdict: Refusal): void {
  const { call, draft, run, part } = turn;
  const { state, plain } = bench;
  state.marks = { failed: { errno: verdict.errno, injected: true, took: true } };
  try {
    const { bytes } = verdict;
    const answer = bytes === undefined || part === undefined ? run() : part(bytes);
    if (bytes !== undefined && part !== undefined) draft.done = bytes;
    draft.took = true;
    if (call.name === 'openSync' && typeof answer === 'number') plain.closeSync(answer);
    noteSync(bench, call);
  } finally {
    state.marks = null;
  }
}

function failSync<T>(
  bench: Bench,
  turn: Turn<T>,
  verdict: Extract<Verdict, { readonly is: 'sync' }>,
): T {
  const { call, draft, run } = turn;
  const { errno, way, inode } = verdict;
  const isFile = inode.is === 'file';
  const failed: Failed = {
    errno,
    injected: true,
    ...(way === 'late' ? { told: false } : {}),
    ...(isFile ? { forgets: true } : {}),
  };
  if (way === 'late') {
    bench.state.marks = { failed };
    draft.told = false;
    bench.late.set(inode.ino, errno);
    try {
      return run();
    } finally {
      bench.state.marks = null;
    }
  }
  recordFailed(bench.state, call, failed);
  if (way === 'revert' && isFile) bench.synced?.revert(inode);
  throw errorOf(call, errno);
}

/** Remembers what a sync, or a write that syncs, has made durable. */
function noteSync(bench: Bench, call: AskedCall): void {
  if (bench.synced === null || !('fd' in call)) return;
  const file = bench.state.fds[call.fd];
  if (file?.inode.is !== 'file') return;
  const isSync = call.name === 'fsyncSync' || call.name === 'fdatasyncSync';
  if (isSync || (call.name === 'writeSync' && file.syncs !== 'none')) bench.synced.note(file.inode);
}

/** A call that failed without an effect, in the log as what it would have done. */
function recordFailed(state: DiskState, call: AskedCall, failed: Failed): void {
  if (!state.recording) return;
  const would = wouldDo(state, call);
  if (would === null) return;
  if (would.do === 'name' && would.made !== undefined) state.nextIno++;
  state.marks = { failed };
  record(state, would);
  state.marks = null;
}

const syscalls: Partial<Record<CallName, string>> = { readdirSync: 'scandir' };

/** The error as Node throws it for this call. */
function errorOf(call: AskedCall, errno: string): Error {
  const syscall = syscalls[call.name] ?? call.name.slice(0, -4);
  if ('to' in call) return fsError(errno, syscall, call.path, call.to);
  return 'path' in call ? fsError(errno, syscall, call.path) : fsError(errno, syscall);
}
