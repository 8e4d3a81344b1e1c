import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tailOf, type Tail } from './tail.ts';

/** strace could not be started, or was not allowed to look on. */
export class CannotTrace extends Error {
  override readonly name = 'CannotTrace';
  readonly code = 'cannot_trace';
}

/** strace at work on a number of processes and all that they start. */
export interface Tracer {
  readonly tail: Tail;
  /** True once strace has ended: by itself it does so with the last process that it traced. */
  readonly isOver: boolean;
  /** Resolves when strace has ended. */
  readonly ended: Promise<void>;
  /** Lets the processes go on untraced. */
  detach(): Promise<void>;
}

/**
 * What is traced: whatever takes a path or a descriptor, whatever makes a process, and the few
 * other ways to change a file. A `?` stands before what some machines do not have.
 */
const traced = [
  '%file', '%desc', '%process', 'sync', 'sendto', 'sendmsg', 'mprotect', 'munmap', 'mremap',
  '?pkey_mprotect', '?unshare', '?open_tree', '?move_mount',
  '?io_uring_setup', '?io_uring_enter', '?io_setup', '?io_submit', '?close_range',
].join(','); // prettier-ignore

/** How a tracer is started. */
export interface TracerOptions {
  readonly pids: readonly number[];
  /** Where the trace goes; it is made anew. */
  readonly file: string;
  /** As behind `-e inject=`. */
  readonly inject?: readonly string[];
  /** Longer buffers are shown cut. */
  readonly stringBytes: number;
  readonly waitMs: number;
}

const running = new Set<ChildProcess>();
let exitHookSet = false;

/** Attaches to processes. Rejects with `CannotTrace` where that is not allowed here. */
export async function attach(options: TracerOptions): Promise<Tracer> {
  const { pids, file, inject = [], stringBytes, waitMs } = options;
  writeFileSync(file, '');
  const child = spawn(
    'strace',
    [
      '-f', '-y', '-s', String(stringBytes), '-o', file, '-e', `trace=${traced}`,
      ...inject.flatMap((one) => ['-e', `inject=${one}`]),
      ...pids.flatMap((pid) => ['-p', String(pid)]),
    ], // prettier-ignore
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
    },
  );
  killAtExit(child);
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      isOver = true;
      running.delete(child);
      resolve();
    };
    child.once('error', end);
    child.once('close', end);
  });
  await attached(child, pids.length, waitMs);
  const tail = tailOf(file);
  return {
    tail,
    get isOver() {
      return isOver;
    },
    ended,
    async detach() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** Waits until strace said of each process that it has it. */
async function attached(child: ChildProcess, count: number, waitMs: number): Promise<void> {
  let said = '';
  const { stderr } = child;
  const heard = new Promise<string | null>((resolve) => {
    const timer = setTimeout(() => resolve('strace did not say that it is attached'), waitMs);
    const answer = (why: string | null): void => {
      clearTimeout(timer);
      resolve(why);
    };
    stderr?.on('data', (chunk: Buffer) => {
      // What it says of every process that starts later is of no use, and has no end.
      if (said.length > 64 * 1024) return;
      said += chunk.toString('latin1');
      if ((said.match(/ attached/g) ?? []).length >= count) answer(null);
    });
    child.once('error', (error) => answer(`strace cannot be started: ${error.message}`));
    child.once('close', () => answer(`strace ended: ${said.trim()}`));
  });
  const why = await heard;
  if (why === null) return;
  child.kill('SIGKILL');
  throw new CannotTrace(why);
}

function killAtExit(child: ChildProcess): void {
  running.add(child);
  if (exitHookSet) return;
  exitHookSet = true;
  process.once('exit', () => {
    for (const one of running) one.kill('SIGKILL');
  });
}
