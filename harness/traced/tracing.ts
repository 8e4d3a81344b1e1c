import type { Processes } from '../../faults/strace/processes.ts';
import type { Feed } from './feed.ts';
import { processesWith } from './pids.ts';
import { attach, CannotTrace, type Tracer } from './tracer.ts';
import { aMoment, signal } from './waiting.ts';

/** strace on all processes of a port, which is told anew what to inject as the port goes on. */
export interface Tracing {
  /** Null before the first and behind the last. */
  readonly tracer: Tracer | null;
  /** Injects this and nothing else from the next call of the port on. */
  inject(what: readonly string[]): Promise<void>;
  /** Injects nothing more, what was injected having come the one time that it comes. */
  spend(): Promise<void>;
  /** Reads the trace to its end, and lets the port go on untraced. */
  stop(): Promise<void>;
}

/** What is traced, and who is told. */
export interface TracingOptions {
  /** What the environments of the port's processes hold, and the first of them. */
  readonly marker: string;
  readonly first: number;
  readonly feed: Feed;
  readonly processes: Processes;
  readonly file: string;
  readonly stringBytes: number;
  readonly waitMs: number;
}

/** A trace that has grown so long is begun anew with the next history. */
const traceBytesMost = 32 * 1024 * 1024;

/** Milliseconds, about: one of the processes may have ended, and is not waited for any longer. */
const stopTurnsMost = 1000;

/** Attaches nothing yet. */
export function tracingOf(options: TracingOptions): Tracing {
  const { marker, first, feed, processes, file, stringBytes, waitMs } = options;
  let tracer: Tracer | null = null;
  let injecting: readonly string[] = [];
  /** Threads that there were when the tracer came, and how many had been made by then. */
  let [threads, made] = [0, 0];
  const isAlone = (): boolean => threads === 1 && processes.made === made;
  const start = async (what: readonly string[]): Promise<void> => {
    const { pids, groups } = processesWith(marker, first);
    if (pids.length === 0) throw new CannotTrace('the port has ended');
    [threads, made] = [groups.size, processes.made];
    tracer = await attach({ pids, file, inject: what, stringBytes, waitMs });
    injecting = what;
    feed.begin();
  };
  const stop = async (): Promise<void> => {
    if (tracer === null) return;
    await tracer.detach();
    feed.pump(tracer.tail);
    tracer.tail.close();
    tracer = null;
  };
  /** Sends processes to sleep, and waits until the trace shows it. */
  const halt = async ({ tail }: Tracer, pids: readonly number[]): Promise<void> => {
    feed.stopped();
    for (const pid of pids) signal(pid, 'SIGSTOP');
    let left = pids.length;
    for (let turn = 0; left > 0 && turn < stopTurnsMost; turn++) {
      feed.pump(tail);
      left -= feed.stopped().length;
      if (left > 0) await aMoment();
    }
  };
  const inject: Tracing['inject'] = async (what) => {
    if (tracer === null) return start(what);
    const isLong = tracer.tail.bytes > traceBytesMost;
    if (what.join(' ') === injecting.join(' ') && !isLong) return;
    // What other threads do between two tracers, nobody would see.
    const pids = isAlone() ? [] : processesWith(marker, first).pids;
    await halt(tracer, pids);
    await stop();
    await start(what);
    feed.stopped();
    for (const pid of pids) signal(pid, 'SIGCONT');
  };
  return {
    get tracer() {
      return tracer;
    },
    inject,
    async spend() {
      // Every other thread would have its own first, second and third call of that name.
      if (isAlone()) injecting = [];
      else await inject([]);
    },
    stop,
  };
}
