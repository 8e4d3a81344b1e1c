import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { threadId } from 'node:worker_threads';
import { processesOf, type Processes } from '../../faults/strace/processes.ts';
import { connect, type Client, type ClientOptions } from '../wire/client.ts';
import { PortFault } from '../wire/fault.ts';
import { descriptorOf } from '../wire/proc.ts';
import { feedOf, type Feed } from './feed.ts';
import { holdsRing, processesWith, temporaryOf } from './pids.ts';
import { tracingOf, type Tracing } from './tracing.ts';
import { catchUp, letGoOn } from './waiting.ts';

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
  const { stringBytes } = options;
  const [first = 0] = begun.pids;
  const tracing = tracingOf({ marker, first, feed, processes, file, stringBytes, waitMs });
  let onHalt: (() => Promise<void>) | undefined;
  let isDead = false;
  const call: Client['call'] = async (method, params) => {
    const { tracer } = tracing;
    const due = feed.answers + 1;
    try {
      const asked = client.call(method, params);
      if (tracer !== null && onHalt !== undefined) {
        await letGoOn(asked, { feed, tracer, due }, onHalt);
      }
      const reply = await asked;
      if (tracer !== null) await catchUp({ feed, tracer, due }, waitMs);
      return reply;
    } catch (error) {
      isDead = true;
      await client.kill();
      await tracer?.ended;
      await tracing.stop();
      throw error;
    }
  };
  await settle(client, { tracing, feed, first });
  return {
    client: { ...client, call },
    feed,
    processes,
    own: temporary === null ? [] : [temporary],
    get isDead() {
      return isDead;
    },
    async trace(inject, halted) {
      onHalt = halted;
      await tracing.inject(inject);
    },
    async calm(spent) {
      onHalt = undefined;
      await (spent ? tracing.spend() : tracing.inject([]));
    },
    async limit(fileBytes) {
      const soft = fileBytes === null ? 'unlimited' : String(fileBytes);
      for (const pid of processesWith(marker, first).pids) {
        await run('prlimit', ['--pid', String(pid), `--fsize=${soft}:`]);
      }
    },
    async close() {
      await tracing.stop();
      if (isDead) await client.kill();
      else await client.close();
      rmSync(file, { force: true });
    },
  };
}

/**
 * Tells what the port's stdout is by the answer to the first of two calls: whoever passes it on has
 * passed it on when there is a second one.
 */
async function settle(client: Client, { tracing, feed, first }: Settling): Promise<void> {
  await tracing.inject([]);
  for (let i = 0; i < 2; i++) await client.call('ping', {});
  await tracing.stop();
  const [stdout, stderr] = [1, 2].map((fd) => descriptorOf(first, fd)[0]);
  if (!feed.settle({ stdout, stderr })) {
    throw new PortFault('start', 'the port answers by no write that strace shows');
  }
  await tracing.inject([]);
}

interface Settling {
  readonly tracing: Tracing;
  readonly feed: Feed;
  /** The process that was started. */
  readonly first: number;
}
