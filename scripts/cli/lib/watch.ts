import * as fs from 'node:fs';
import * as path from 'node:path';
import { collate } from '../../../harness/collate.ts';
import { newDeal } from '../../../harness/deal.ts';
import { historiesOf, type CheckRequest, type Told } from '../../../harness/engine.ts';
import type { PortEvent, RunEvent } from '../../../harness/events.ts';
import { sweepPorts } from '../../../harness/wire/sweep.ts';
import { fileSink, type Sink } from '../../../harness/sink.ts';
import { startCrew, type Gone } from './crew.ts';
import { overdue, type TimeLimit } from './time-limit.ts';

export interface WatchOptions {
  readonly dir: string;
  /** Workers, at least 1; whatever their number, the run writes the same files. */
  readonly jobs: number;
  /** A walk that gives no sign of life for this long hangs; wall clock, so it is generous. */
  readonly hangTimeoutMs: number;
  /** Told of each event when it was written. */
  readonly onEvent: (event: RunEvent) => void;
  /** URL of a module whose `portOf` gives a port of somebody else's; our own by default. */
  readonly portModule?: string;
  readonly limit?: TimeLimit;
}

/** How a watched run came to its end; `time`: its time was up. */
export type Ended = 'done' | 'time' | 'hang' | 'interrupted' | 'broken';

interface Watched {
  readonly ended: Ended;
  /** Why a run ended before its last history; `index` is the history that a worker was at. */
  readonly failure: Failure | null;
  /** What was wrong with the beginning or the end of the workers' ports. */
  readonly endings: readonly PortEvent[];
}

interface Failure {
  readonly index: number;
  readonly gone: Exclude<Gone, { readonly is: 'finished' }>;
}

/**
 * Runs the engine in workers, so that a port which never comes back is named, kept as a repro, and
 * ended.
 */
export async function watchCheck(request: CheckRequest, options: WatchOptions): Promise<Ended> {
  const file = fileSink(options.dir);
  const event = (one: RunEvent): void => {
    file.event(one);
    options.onEvent(one);
  };
  const watched = await untilEnd(request, options, { ...file, event });
  // A worker that was terminated ran no hooks of its own: its port may still be there.
  if (request.port !== undefined) sweepPorts();
  for (const one of eachFault(watched.endings)) event(one);
  for (const one of lastWords(watched, request, options.dir)) event(one);
  file.close();
  return watched.ended;
}

/** How far a run is. */
interface Standing {
  failure: Failure | null;
  /** Workers that still work. */
  left: number;
  /** True where histories were left out because the time was up. */
  isLate: boolean;
}

/**
 * How a run ends by now, or null where it goes on. Where one worker fails, the histories before its
 * own are still run to their end: which failure is told must not depend on who was faster.
 */
function endOf({ failure, left, isLate }: Standing, next: number, total: number): Ended | null {
  if (failure !== null && (left === 0 || next >= failure.index)) {
    return failure.gone.is === 'hang' ? 'hang' : 'broken';
  }
  if (left > 0) return null;
  if (next < total) return 'broken';
  return isLate ? 'time' : 'done';
}

function untilEnd(request: CheckRequest, options: WatchOptions, sink: Sink): Promise<Watched> {
  const total = historiesOf(request);
  const jobs = Math.min(options.jobs, total);
  const deal = newDeal(total, jobs);
  const run: Standing = { failure: null, left: jobs, isLate: false };
  const endings: PortEvent[] = [];
  return new Promise((resolve) => {
    const collator = collate({ sink, onFound: (found) => crew.tellFound(found) });
    const finish = async (ended: Ended): Promise<void> => {
      clearInterval(timer);
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      await crew.stop();
      if (ended === 'interrupted') collator.flush();
      resolve({ ended, failure: run.failure, endings });
    };
    const settle = (): void => {
      const ended = endOf(run, collator.next, total);
      if (ended !== null) void finish(ended);
    };
    const keepTime = (): void => {
      const to = overdue(options.limit, request);
      const from = deal.skipTo(to);
      if (from === null) return;
      run.isLate = true;
      collator.skip(from, to);
    };
    const told = (one: Told): void => {
      if (one.is === 'ending') endings.push(one.event);
      collator.take(one);
      keepTime();
      settle();
    };
    const gone = (how: Gone): void => {
      run.left--;
      if (how.is !== 'finished') noteFailure(run, { index: how.index ?? collator.next, gone: how });
      if (run.failure !== null) deal.endAt(run.failure.index);
      settle();
    };
    const crew = startCrew({ ...options, request, deal, jobs }, { told, gone });
    const interrupt = (): void => void finish('interrupted');
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    const timer = setInterval(keepTime, 100);
  });
}

function noteFailure(run: Standing, failure: Failure): void {
  if (run.failure === null || failure.index < run.failure.index) run.failure = failure;
}

/** One of each fault, whichever worker met it first. */
function eachFault(endings: readonly PortEvent[]): readonly PortEvent[] {
  const byFault = new Map(endings.map((one) => [one.fault, one]));
  return [...byFault.values()].toSorted((a, b) => (a.fault < b.fault ? -1 : 1));
}

/** Faults of a port that never began, by their names. */
const beginnings = ['start', 'handshake', 'claims-changed'];

function lastWords(
  { ended, failure, endings }: Watched,
  request: CheckRequest,
  dir: string,
): RunEvent[] {
  if (ended === 'done' || ended === 'time') return [{ is: 'end', reason: ended }];
  if (ended === 'interrupted') return [{ is: 'end', reason: 'interrupted' }];
  const gone = failure?.gone;
  const never = endings.find(({ fault }) => beginnings.includes(fault));
  if (gone === undefined && never !== undefined) {
    return [{ is: 'end', reason: 'cannot_start', detail: never.say }];
  }
  if (gone?.is !== 'hang') {
    const detail = gone?.detail ?? 'the engine ended before its work did';
    return [{ is: 'end', reason: 'harness_error', detail }];
  }
  const { last } = gone;
  const kind = last?.kind ?? request.subjects[0]?.kind ?? '';
  const file = `${kind}-hang.json`;
  if (last !== null) {
    fs.writeFileSync(path.join(dir, file), `${JSON.stringify(last, null, 2)}\n`);
  }
  return [
    {
      is: 'finding',
      kind,
      id: `${kind}/hang`,
      clause: 'hang',
      anomaly: 'hang',
      phase: 'open',
      fault: 'none',
      rung: 'all prefixes',
      model: 'none',
      gates: true,
      say: 'the port did not come back; the operations and the fault are kept in the file',
      ...(last === null ? {} : { repro: file }),
    },
    { is: 'end', reason: 'hang' },
  ];
}
