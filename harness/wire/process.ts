import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Death } from './fault.ts';

/**
 * How a port is started: `command` is the program and its arguments, given to the system as they
 * are.
 */
export interface SpawnOptions {
  readonly command: readonly string[];
  readonly cwd?: string;
  /** Variables beside the allowed ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** How much of the end of stderr is kept. */
  readonly stderrBytes?: number;
}

/** A running port in a process group of its own. */
export interface PortProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves once, when the process ended and its output was read, or could not be started. */
  readonly ended: Promise<Death | Error>;
  stderr(): string;
  /** Ends the whole group with SIGKILL; harmless where it has ended. */
  kill(): void;
}

/**
 * What a port sees of our environment: what programs need in order to start, and nothing that
 * changes their results.
 */
const allowedEnv = [
  'PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'PATHEXT', 'COMSPEC',
] as const; // prettier-ignore

/** How long output is awaited after the process itself ended: a grandchild may hold the pipe. */
const drainMs = 1000;

const ownGroup = process.platform !== 'win32';
const running = new Set<() => void>();
let exitHookSet = false;

/** Starts a port. Failing to start is reported by `ended`, never thrown. */
export function startProcess(options: SpawnOptions): PortProcess {
  const [program = '', ...args] = options.command;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: environment(options.env ?? {}),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: ownGroup,
    shell: false,
    windowsHide: true,
  });
  const kill = (): void => killGroup(child);
  killAtExit(kill);
  // A port that dies while it is written to makes the pipe fail; that death is reported by `ended`.
  child.stdin.on('error', () => {});
  child.stdout.on('error', () => {});
  const stderr = keepTail(child.stderr, options.stderrBytes ?? 64 * 1024);
  const ended = endOf(child).then((end) => {
    running.delete(kill);
    // What the port itself started may still run in its group.
    kill();
    return end;
  });
  return { stdin: child.stdin, stdout: child.stdout, ended, stderr, kill };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function endOf(child: Child): Promise<Death | Error> {
  return new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', (exitCode, signal) => {
      const death: Death = { exitCode, signal };
      const timer = setTimeout(() => resolve(death), drainMs);
      child.once('close', () => {
        clearTimeout(timer);
        resolve(death);
      });
    });
  });
}

function killGroup(child: Child): void {
  if (child.pid === undefined) return;
  try {
    if (ownGroup) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended already.
  }
}

function killAtExit(kill: () => void): void {
  running.add(kill);
  if (exitHookSet) return;
  exitHookSet = true;
  process.once('exit', () => {
    for (const each of running) each();
  });
}

function environment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of allowedEnv) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...extra };
}

function keepTail(stream: Readable, maxBytes: number): () => string {
  let tail = Buffer.alloc(0);
  stream.on('error', () => {});
  stream.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]);
    if (tail.length > maxBytes) tail = Buffer.from(tail.subarray(tail.length - maxBytes));
  });
  return () => tail.toString('utf8');
}
