import { once } from 'node:events';
import { beatInto, newHeartbeat } from './heartbeat.ts';
import type { Beat } from './judge.ts';
import { startWorker } from './lib/worker.ts';

/** A watched stretch of work: tell it what is tried, and stop it when the work is done. */
export interface Watchdog {
  readonly beat: Beat;
  stop(): Promise<void>;
}

export interface WatchdogOptions {
  /** A walk that gives no sign of life for this long hangs; wall clock, so it is generous. */
  readonly timeoutMs: number;
  /** Where the operations and the fault of a hang are written, as JSON. */
  readonly file: string;
}

/** What the watching thread is given. */
export interface WatchdogWork extends WatchdogOptions {
  readonly heartbeat: SharedArrayBuffer;
}

/**
 * Watches this thread from another one. A thread that hangs in somebody's code cannot be stopped
 * from inside: the watchdog writes down what was tried, says so on stderr, and ends the process
 * with SIGKILL.
 */
export async function startWatchdog(options: WatchdogOptions): Promise<Watchdog> {
  const heartbeat = newHeartbeat();
  const work: WatchdogWork = { ...options, heartbeat };
  const worker = startWorker(import.meta.url, './watchdog-worker', work);
  // It must be awake before this thread can hang. It also keeps the process alive until `stop`: a
  // port whose promise never settles leaves nothing else to wait for, and that is a hang too.
  await once(worker, 'message');
  return {
    beat: beatInto(heartbeat),
    stop: async () => {
      await worker.terminate();
    },
  };
}
