import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CheckRequest } from '../../../harness/engine.ts';
import type { RunEvent } from '../../../harness/events.ts';
import { newHeartbeat, readHeartbeat } from '../../../harness/heartbeat.ts';
import { startWorker } from '../../../harness/lib/worker.ts';
import { runFiles } from '../../../harness/sink.ts';
import type { EngineWork } from './engine-worker.ts';

export interface WatchOptions {
  readonly dir: string;
  /** A walk that gives no sign of life for this long hangs; wall clock, so it is generous. */
  readonly hangTimeoutMs: number;
  readonly onEvent: (event: RunEvent) => void;
  /** URL of a module whose `portOf` gives a port of somebody else's; our own by default. */
  readonly portModule?: string;
}

/** How a watched run came to its end. */
export type Ended = 'done' | 'hang' | 'interrupted' | 'broken';

/**
 * Runs the engine in a worker, so that a port which never comes back is named, kept as a repro, and
 * ended.
 */
export async function watchCheck(request: CheckRequest, options: WatchOptions): Promise<Ended> {
  const heartbeat = newHeartbeat();
  const { dir, portModule } = options;
  const work: EngineWork = { request, dir, heartbeat, ...(portModule && { portModule }) };
  const worker = startWorker(import.meta.url, './engine-worker', work);
  worker.on('message', options.onEvent);
  const ended = await new Promise<Ended>((resolve) => {
    const timer = watchBeats(heartbeat, options.hangTimeoutMs, () => resolve('hang'));
    const interrupt = (): void => resolve('interrupted');
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    worker.once('error', (error) => {
      process.stderr.write(`${error.stack ?? error.message}\n`);
      resolve('broken');
    });
    worker.once('exit', (code) => resolve(code === 0 ? 'done' : 'broken'));
    worker.once('exit', () => clearInterval(timer));
  });
  await worker.terminate();
  if (ended !== 'done') dropTornLine(path.join(options.dir, runFiles.events));
  for (const event of lastWords(ended, request, options.dir, heartbeat)) {
    fs.appendFileSync(path.join(options.dir, runFiles.events), `${JSON.stringify(event)}\n`);
    options.onEvent(event);
  }
  return ended;
}

/** What stops the engine may stop it inside a line: the last words begin a line of their own. */
function dropTornLine(file: string): void {
  if (!fs.existsSync(file)) return;
  fs.truncateSync(file, fs.readFileSync(file).lastIndexOf(0x0a) + 1);
}

function watchBeats(
  heartbeat: SharedArrayBuffer,
  timeoutMs: number,
  onHang: () => void,
): NodeJS.Timeout {
  const everyMs = 250;
  let last = -1;
  let quietMs = 0;
  return setInterval(() => {
    const { beats } = readHeartbeat(heartbeat);
    quietMs = beats === last ? quietMs + everyMs : 0;
    last = beats;
    if (quietMs >= timeoutMs) onHang();
  }, everyMs);
}

function lastWords(
  ended: Ended,
  request: CheckRequest,
  dir: string,
  heartbeat: SharedArrayBuffer,
): RunEvent[] {
  if (ended === 'done') return [];
  if (ended === 'broken')
    return [{ is: 'end', reason: 'harness_error', detail: 'the engine ended' }];
  if (ended === 'interrupted') return [{ is: 'end', reason: 'interrupted' }];
  const { last } = readHeartbeat(heartbeat);
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
      say: 'the port did not come back; the operations and the fault are kept in the file',
      ...(last === null ? {} : { repro: file }),
    },
    { is: 'end', reason: 'hang' },
  ];
}
