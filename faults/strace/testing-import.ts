import { dirname } from 'node:path';
import { traceImport, type TraceImport } from './import.ts';
import { traceParser } from './parse.ts';
import { processesOf } from './processes.ts';
import type { Injecting } from './state.ts';

interface Watched {
  readonly injecting?: Injecting;
  readonly told?: (what: string) => void;
}

/** Reads lines of a trace as those of a store in `root` that begins empty. */
export function importOf(
  lines: readonly string[],
  dir: string,
  { injecting, told }: Watched = {},
): TraceImport {
  const parser = traceParser();
  const processes = processesOf(dirname(dir), new Map());
  const found = traceImport({
    root: dir,
    near: dirname(dir),
    base: new Map(),
    procOf: (tid) => processes.of(tid),
    ...(told === undefined ? {} : { told }),
    oldestOpen: () => Math.min(...[...parser.open.values()].map(({ began }) => began)),
  });
  if (injecting !== undefined) found.inject(injecting);
  for (const line of lines) {
    const event = parser.line(line);
    if (event.is === 'unknown') throw new Error(`nobody can read ${line}`);
    processes.note(event);
    if (event.is === 'call') found.take(event.call);
  }
  return found;
}
