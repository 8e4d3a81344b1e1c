import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseEvents, type RunEvent } from './events.ts';
import type { Repro } from './repro.ts';
import { resultsOf, type Results } from './results.ts';

/** Where a run's events and repros go. */
export interface Sink {
  event(event: RunEvent): void;
  /** Keeps a repro; answers the file name it was kept under. */
  keep(repro: Repro, gates: boolean): string | undefined;
}

/** File names of a run's folder. */
export const runFiles = { events: 'events.jsonl', results: 'results.json' } as const;

/**
 * A sink that keeps a run in a folder: each event is one line, written whole before the run goes
 * on, so that a kill loses at most the case in flight. An earlier run's files there are removed
 * first.
 */
export function fileSink(dir: string): Sink & { readonly dir: string; close(): void } {
  fs.mkdirSync(dir, { recursive: true });
  for (const name of filesOfRun(dir)) fs.rmSync(path.join(dir, name), { force: true });
  const fd = fs.openSync(path.join(dir, runFiles.events), 'a');
  return {
    dir,
    event: (event: RunEvent) => {
      fs.writeSync(fd, `${JSON.stringify(event)}\n`);
    },
    keep: (repro, gates) => keepRepro(dir, repro, gates),
    close: () => {
      fs.closeSync(fd);
    },
  };
}

/** What an earlier run left: only names that its events tell, since a folder may hold more. */
function filesOfRun(dir: string): readonly string[] {
  const own: string[] = [runFiles.events, runFiles.results];
  for (const event of earlierEvents(path.join(dir, runFiles.events))) {
    if (event.is === 'finding' && event.repro !== undefined) own.push(path.basename(event.repro));
  }
  return own;
}

function earlierEvents(file: string): readonly RunEvent[] {
  try {
    return parseEvents(fs.readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

function keepRepro(dir: string, repro: Repro, gates: boolean): string {
  const weight = repro.limit !== undefined ? '-limit' : gates ? '' : '-reported';
  const name = `${repro.clause}-${repro.anomaly}${weight}.repro.json`;
  fs.writeFileSync(path.join(dir, name), `${JSON.stringify(repro, null, 2)}\n`);
  return name;
}

/** Builds `results.json` of a run's folder from its events; null where it had not yet begun. */
export function writeResults(dir: string): Results | null {
  const results = readResults(dir);
  if (results === null) return null;
  const temporary = path.join(dir, `${runFiles.results}.tmp`);
  fs.writeFileSync(temporary, `${JSON.stringify(results, null, 2)}\n`);
  fs.renameSync(temporary, path.join(dir, runFiles.results));
  return results;
}

/** The results that a run's events stand for, whatever became of the run. */
export function readResults(dir: string): Results | null {
  return resultsOf(parseEvents(fs.readFileSync(path.join(dir, runFiles.events), 'utf8')));
}
