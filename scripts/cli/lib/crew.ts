import type { Worker } from 'node:worker_threads';
import type { Deal } from '../../../harness/deal.ts';
import type { CheckRequest, FoundBefore, Told } from '../../../harness/engine.ts';
import { beatsIn, newHeartbeat, readHeartbeat, type LastBeat } from '../../../harness/heartbeat.ts';
import { startWorker } from '../../../harness/lib/worker.ts';
import type { EngineWork } from './engine-worker.ts';
import { isHang, longer, noSilence } from './silence.ts';

/** How a worker came to its end; `index` is the history it was at, or null where at none. */
export type Gone =
  | { readonly is: 'finished' }
  | { readonly is: 'hang'; readonly index: number | null; readonly last: LastBeat | null }
  | { readonly is: 'broken'; readonly index: number | null; readonly detail: string };

export interface CrewWork {
  readonly request: CheckRequest;
  readonly deal: Deal;
  readonly jobs: number;
  /** A worker that gives no sign of life for this long hangs; see `Silence`. */
  readonly hangTimeoutMs: number;
  readonly portModule?: string | undefined;
}

export interface CrewEvents {
  readonly told: (told: Told) => void;
  /** Told once for each worker, but for those that `stop` ends. */
  readonly gone: (gone: Gone) => void;
}

/** The workers of a run. */
export interface Crew {
  /** Spares every worker that still works the search for what was found already. */
  tellFound(found: FoundBefore): void;
  stop(): Promise<void>;
}

/**
 * Starts the workers and watches each: one that hangs is ended and the others go on. A worker
 * cannot be asked whether it is well, so that it is told by its signs of life.
 */
export function startCrew(work: CrewWork, events: CrewEvents): Crew {
  const working = new Map<Worker, NodeJS.Timeout>();
  const leave = (worker: Worker, gone: () => Gone): void => {
    clearInterval(working.get(worker));
    if (working.delete(worker)) events.gone(gone());
  };
  for (let number = 0; number < work.jobs; number++) {
    const heartbeat = newHeartbeat();
    const worker = startOne(work, number, heartbeat);
    const index = (): number | null => work.deal.at(number);
    const onHang = (): void => {
      const { last } = readHeartbeat(heartbeat);
      leave(worker, () => ({ is: 'hang', index: index(), last }));
      void worker.terminate();
    };
    let hasBegun = false;
    const timeoutMs = (): number => (hasBegun ? work.hangTimeoutMs : startMs);
    const around = { working: () => working.size, onHang };
    working.set(worker, watchBeats(worker, heartbeat, timeoutMs, around));
    worker.on('message', (told: Told) => {
      hasBegun = true;
      if (working.has(worker)) events.told(told);
    });
    worker.once('error', (error) => {
      const detail = error.stack ?? error.message;
      leave(worker, () => ({ is: 'broken', index: index(), detail }));
    });
    worker.once('exit', () => {
      leave(worker, () =>
        // A port may end the thread that it runs in, with any code.
        index() === null ? { is: 'finished' } : { is: 'broken', index: index(), detail: ended },
      );
    });
  }
  return {
    tellFound: (found) => {
      for (const worker of working.keys()) worker.postMessage(found);
    },
    stop: async () => {
      const left = [...working];
      working.clear();
      for (const [, timer] of left) clearInterval(timer);
      await Promise.all(left.map(([worker]) => worker.terminate()));
    },
  };
}

/** How long a worker may take to load its modules, on a machine that is busy with others. */
const startMs = 60_000;

const ended = 'the thread of the engine ended before its work did';

function startOne(
  { request, deal, portModule }: CrewWork,
  number: number,
  heartbeat: SharedArrayBuffer,
): Worker {
  const { shared } = deal;
  const foreign = portModule === undefined ? {} : { portModule };
  const data: EngineWork = { request, number, deal: shared, heartbeat, ...foreign };
  return startWorker(import.meta.url, './engine-worker', data);
}

function watchBeats(
  worker: Worker,
  heartbeat: SharedArrayBuffer,
  timeoutMs: () => number,
  { working, onHang }: { readonly working: () => number; readonly onHang: () => void },
): NodeJS.Timeout {
  const wallMs = 250;
  let last = -1;
  let silence = noSilence;
  let cpu = process.cpuUsage();
  let loop = worker.performance.eventLoopUtilization();
  return setInterval(() => {
    const { user, system } = process.cpuUsage(cpu);
    const { utilization: busy } = worker.performance.eventLoopUtilization(loop);
    cpu = process.cpuUsage();
    loop = worker.performance.eventLoopUtilization();
    const beats = beatsIn(heartbeat);
    const look = { wallMs, cpuMs: (user + system) / 1000, workers: working(), busy };
    silence = beats === last ? longer(silence, look) : noSilence;
    last = beats;
    if (isHang(silence, timeoutMs())) onHang();
  }, wallMs);
}
