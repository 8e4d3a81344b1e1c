import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { threadId } from 'node:worker_threads';
import { processesOf, type Processes } from '../../faults/strace/processes.ts';
import { connect, type Client, type ClientOptions } from '../wire/client.ts';
import { PortFault, SuiteFault } from '../wire/fault.ts';
import { descriptorOf } from '../wire/proc.ts';
import { feedOf, type Feed } from './feed.ts';
import { holdsRing, processesWith, temporaryOf } from './pids.ts';
import type { Tail } from './tail.ts';
import { attach, CannotTrace, type Tracer } from './tracer.ts';

/** A port's process with strace attached to it. */
export interface TracedProcess {
  /** Its calls are answered when the trace has come as far as their answers. */
  readonly client: Client;
  readonly feed: Feed;
  readonly processes: Processes;
  /** Directories in which the port may do as it likes. */
  readonly own: readonly string[];
  /** Whether it can still be asked. */
  readonly isDead: boolean;
  /**
   * Attaches anew where strace is to do something else from the next call on. Where that stops the
   * port, it goes on after `halted`.
   */
  trace(inject: readonly string[], halted?: () => Promise<void>): Promise<void>;
  /**
   * Injects nothing more. Where it is `spent`, what was injected once was the one time that it
   * comes to its thread, and the tracer may stay.
   */
  calm(spent: boolean): Promise<void>;
  /** How large a file may get from the next call on; null for as large as it likes. */
  limit(fileBytes: number | null): Promise<void>;
  close(): Promise<void>;
}

/** How a port is started that is to be traced. */
export interface TracedProcessOptions extends ClientOptions {
  /** A directory of its own, for the traces. */
  readonly traces: string;
  readonly stringBytes: number;
}

const run = promisify(execFile);

/** A trace that has grown so long is begun anew with the next history. */
const traceBytesMost = 32 * 1024 * 1024;

/** Milliseconds, about: one of the processes may have ended, and is not waited for any longer. */
const stopTurnsMost = 1000;

let started = 0;

/**
 * The port with SIGXFSZ ignored, so that a write that reaches a limit is a short one, and with a
 * mark by which its processes are found.
 */
function wrapped(options: TracedProcessOptions, marker: string): ClientOptions {
  const { traces: _, stringBytes: __, command, ...rest } = options;
  const [name = '', value = ''] = marker.split('=');
  return {
    ...rest,
    // What libuv puts through a ring of its own accord, no tracer sees.
    env: { ...options.env, [name]: value, UV_USE_IO_URING: '0' },
    command: ['env', '--ignore-signal=XFSZ', '--', ...command],
  };
}

/** Starts a port and attaches to it. Rejects with a `PortFault`, or with `CannotTrace`. */
export async function startTraced(options: TracedProcessOptions): Promise<TracedProcess> {
  const marker = `TEARPROOF_TRACED=${process.pid}-${threadId}-${++started}.`;
  const client = await connect(wrapped(options, marker));
  try {
    return await tracedProcess(client, options, marker);
  } catch (error) {
    await client.kill();
    throw error;
  }
}

async function tracedProcess(
  client: Client,
  options: TracedProcessOptions,
  marker: string,
): Promise<TracedProcess> {
  const waitMs = (options.callMs ?? 10_000) * (options.timeFactor ?? 1);
  const file = `${options.traces}/${marker.slice(marker.indexOf('=') + 1)}.trace`;
  const begun = processesWith(marker);
  if (begun.pids.length === 0) {
    const why = 'the port does not keep the environment that it is started with';
    throw new PortFault('start', `${why}, by which reach traced finds its processes`);
  }
  if (begun.pids.some(holdsRing)) {
    throw new PortFault('start', 'the port uses io_uring, by which files change unseen by strace');
  }
  const temporary = temporaryOf(begun.pids[0]!);
  const processes = processesOf(options.cwd ?? process.cwd(), begun.groups);
  const feed = feedOf(processes);
  let injecting: readonly string[] = [];
  let onHalt: (() => Promise<void>) | undefined;
  let tracer: Tracer | null = null;
  let isDead = false;
  /** Threads that there were when the tracer came, and how many had been made by then. */
  let [threads, made] = [0, 0];
  const start = async (inject: readonly string[]): Promise<void> => {
    const { pids, groups } = processesWith(marker, begun.pids[0]);
    if (pids.length === 0) throw new CannotTrace('the port has ended');
    [threads, made] = [groups.size, processes.made];
    const { stringBytes } = options;
    tracer = await attach({ pids, file, inject, stringBytes, waitMs });
    injecting = inject;
    feed.begin();
  };
  const stop = async (): Promise<void> => {
    if (tracer === null) return;
    await tracer.detach();
    feed.pump(tracer.tail);
    tracer.tail.close();
    tracer = null;
  };
  const call: Client['call'] = async (method, params) => {
    const due = feed.answers + 1;
    try {
      const asked = client.call(method, params);
      if (tracer !== null && onHalt !== undefined) {
        await letGoOn(asked, { feed, tail: tracer.tail, due, halted: onHalt });
      }
      const reply = await asked;
      if (tracer !== null) await catchUp(feed, tracer, due, waitMs);
      return reply;
    } catch (error) {
      isDead = true;
      await client.kill();
      if (tracer !== null) await tracer.ended;
      await stop();
      throw error;
    }
  };
  /** Waits until the trace shows that so many processes were sent to sleep. */
  const haveStopped = async (count: number): Promise<void> => {
    let left = count;
    for (let turn = 0; left > 0 && turn < stopTurnsMost; turn++) {
      if (tracer !== null) feed.pump(tracer.tail);
      left -= feed.stopped().length;
      if (left > 0) await aMoment();
    }
  };
  const trace: TracedProcess['trace'] = async (inject, halted) => {
    onHalt = halted;
    const isLong = tracer !== null && tracer.tail.bytes > traceBytesMost;
    if (inject.join(' ') === injecting.join(' ') && !isLong) return;
    // What other threads do between two tracers, nobody would see.
    const isAlone = threads === 1 && processes.made === made;
    const pids = isAlone ? [] : processesWith(marker, begun.pids[0]).pids;
    feed.stopped();
    for (const pid of pids) signal(pid, 'SIGSTOP');
    await haveStopped(pids.length);
    await stop();
    await start(inject);
    feed.stopped();
    for (const pid of pids) signal(pid, 'SIGCONT');
  };
  await start([]);
  // By the answer to the first of these it is known what the port's stdout is: whoever passes an
  // answer on has passed it on when there is a second one.
  for (let i = 0; i < 2; i++) await client.call('ping', {});
  await stop();
  const [stdout, stderr] = [1, 2].map((fd) => descriptorOf(begun.pids[0]!, fd)[0]);
  if (!feed.settle({ stdout, stderr })) {
    throw new PortFault('start', 'the port answers by no write that strace shows');
  }
  await start([]);
  return {
    client: { ...client, call },
    feed,
    processes,
    own: temporary === null ? [] : [temporary],
    get isDead() {
      return isDead;
    },
    trace,
    async calm(spent) {
      // Every other thread would have its own first, second and third call of that name.
      if (!spent || threads !== 1 || processes.made !== made) return trace([]);
      onHalt = undefined;
      injecting = [];
    },
    async limit(fileBytes) {
      const soft = fileBytes === null ? 'unlimited' : String(fileBytes);
      for (const pid of processesWith(marker, begun.pids[0]).pids) {
        await run('prlimit', ['--pid', String(pid), `--fsize=${soft}:`]);
      }
    },
    async close() {
      await stop();
      if (isDead) await client.kill();
      else await client.close();
      rmSync(file, { force: true });
    },
  };
}

interface Halting {
  readonly feed: Feed;
  readonly tail: Tail;
  /** The number of the answer that is awaited. */
  readonly due: number;
  readonly halted: () => Promise<void>;
}

/** Watches a port until it has answered, or failed to: where it is stopped, it is let go on. */
async function letGoOn(
  asked: Promise<unknown>,
  { feed, tail, due, halted }: Halting,
): Promise<void> {
  const port = { isOver: false };
  const over = (): void => void (port.isOver = true);
  asked.then(over, over);
  while (!port.isOver) {
    feed.pump(tail, due);
    const tids = feed.stopped();
    if (tids.length === 0) await aMoment();
    else {
      await halted();
      for (const tid of tids) signal(tid, 'SIGCONT');
    }
  }
}

const aMoment = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 1));

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile, which whoever asks it next is told.
  }
}

/** Reads the trace until it holds so many answers; each line of it comes right after its call. */
async function catchUp(feed: Feed, tracer: Tracer, due: number, waitMs: number): Promise<void> {
  for (let turn = 0; turn < waitMs + 200; turn++) {
    const { isOver } = tracer;
    feed.pump(tracer.tail, due);
    if (feed.answers >= due) return;
    if (isOver) throw new SuiteFault('strace ended before the port');
    await new Promise<void>((resolve) => {
      if (turn < 200) setImmediate(resolve);
      else setTimeout(resolve, 1);
    });
  }
  throw new SuiteFault('the trace holds no answer of the port');
}
