import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { threadId } from 'node:worker_threads';
import type { Death } from './fault.ts';
import { ownName } from './owner.ts';
import { killStrays, markerName, noteKin, straysOf, tracesOf } from './strays.ts';
import type { Stray, Traces } from './strays.ts';
import { folderNames, removeIfWeCan } from './sweep.ts';

/**
 * How a port is started: `command` is the program and its arguments, given to the system as they
 * are.
 */
export interface SpawnOptions {
  readonly command: readonly string[];
  readonly cwd?: string;
  /** Variables beside the allowed ones; one of the same name is put in the allowed one's place. */
  readonly env?: Readonly<Record<string, string>>;
  /** How much of the end of stderr is kept. */
  readonly stderrBytes?: number;
  /** Folders in which nobody but it works: what still works there afterwards, it has started. */
  readonly folders?: readonly string[];
}

/** A running port in a process group of its own. */
export interface PortProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /**
   * Resolves once, when the process ended, its output was read and nothing that it started is left;
   * or to the error where it could not be started.
   */
  readonly ended: Promise<Death | Error>;
  /** True from the moment of its end, before its output was read. */
  hasExited(): boolean;
  stderr(): string;
  /** What it had started and left running when it ended. */
  strays(): readonly Stray[];
  /** To be called before it is asked to end: remembers what descends from it. */
  noteKin(): void;
  /** Asks the whole group to end, by SIGTERM. */
  terminate(): void;
  /** Ends the whole group with SIGKILL; harmless where it has ended. */
  kill(): void;
}

/**
 * What a port sees of our environment: what programs need in order to start, and nothing that
 * changes their results. Beside these a temporary folder of its own, and the marker.
 */
export const allowedEnv = [
  'PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'SystemRoot', 'PATHEXT', 'COMSPEC',
] as const; // prettier-ignore

/** How long output is awaited after the process itself ended: a stray may hold the pipe. */
const drainMs = 1000;

/** How long what a port started may take to notice that the port ended, before it is a stray. */
const strayMs = 500;
const lookEveryMs = 25;

const ownGroup = process.platform !== 'win32';
const running = new Set<() => void>();
let exitHookSet = false;
let started = 0;

/** Starts a port. Failing to start is reported by `ended`, never thrown. */
export function startProcess(options: SpawnOptions): PortProcess {
  const [program = '', ...args] = options.command;
  const marker = `${ownName()}-${threadId}-${++started}`;
  const made = fs.mkdtempSync(join(tmpdir(), `${folderNames.port}${marker}-`));
  const temporary = fs.realpathSync(made);
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...environment(temporary), ...options.env, [markerName]: marker },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: ownGroup,
    shell: false,
    windowsHide: true,
  });
  const folders = [temporary, ...(options.folders ?? [])];
  const traces = child.pid === undefined ? null : tracesOf(child.pid, marker, folders);
  let strays: readonly Stray[] = [];
  let wasKilled = false;
  const signal = (name: NodeJS.Signals): void => signalGroup(child, name);
  const kill = (): void => {
    if (!wasKilled && traces !== null) noteKin(traces);
    wasKilled = true;
    signal('SIGKILL');
  };
  const cleanUp = (): void => {
    signal('SIGKILL');
    if (traces !== null) killStrays(traces);
    removeIfWeCan(temporary);
  };
  cleanAtExit(cleanUp);
  // A port that dies while it is written to makes the pipe fail; who writes listens for that too.
  child.stdin.on('error', () => {});
  child.stdout.on('error', () => {});
  const stderr = keepTail(child.stderr, options.stderrBytes ?? 64 * 1024);
  const ended = endOf(child, async () => {
    if (traces !== null) strays = await leftBehind(traces, () => wasKilled);
    if (strays.length > 0) cleanUp();
  }).then((end) => {
    // A child that was being made while the first look was taken is found by the second.
    cleanUp();
    running.delete(cleanUp);
    return end;
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    ended,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    stderr,
    strays: () => strays,
    noteKin: () => {
      if (traces !== null) noteKin(traces);
    },
    terminate: () => signal('SIGTERM'),
    kill,
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** `onExit` is done between the end of the process and that of its output. */
function endOf(child: Child, onExit: () => Promise<void>): Promise<Death | Error> {
  return new Promise((resolve) => {
    child.once('error', resolve);
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    child.once('exit', (exitCode, signal) => {
      void onExit().then(() => {
        const timer = setTimeout(() => resolve({ exitCode, signal }), drainMs);
        void closed.then(() => {
          clearTimeout(timer);
          resolve({ exitCode, signal });
        });
      });
    });
  });
}

/**
 * What still runs a while after the port's end. Of a port that we killed, only what left its group:
 * the rest was ended with it.
 */
async function leftBehind(traces: Traces, wasKilled: () => boolean): Promise<readonly Stray[]> {
  const look = (): readonly Stray[] =>
    straysOf(traces).filter(({ leftGroup }) => leftGroup || !wasKilled());
  let found = look();
  for (let waitedMs = 0; found.length > 0 && waitedMs < strayMs; waitedMs += lookEveryMs) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    found = look();
  }
  return found;
}

function signalGroup(child: Child, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (ownGroup) process.kill(-child.pid, name);
    else child.kill(name);
  } catch {
    // It has ended already.
  }
}

function cleanAtExit(cleanUp: () => void): void {
  running.add(cleanUp);
  if (exitHookSet) return;
  exitHookSet = true;
  process.once('exit', () => {
    for (const each of running) each();
  });
}

function environment(temporary: string): Record<string, string> {
  const env: Record<string, string> = { TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  for (const name of allowedEnv) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
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
