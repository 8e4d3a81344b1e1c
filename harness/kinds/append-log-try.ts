import { runConformance, type Conformance, type ConformanceOptions } from '../conformance.ts';
import { logPort, type LogClaims, type OpenAppendLog } from './append-log-port.ts';
import { appendLog } from './append-log.ts';

/** How far a log is tried, and what it claims. */
export type TryOptions = Pick<ConformanceOptions, 'seed' | 'depth'> & LogClaims;

/**
 * Puts anybody's log under faults and answers every promise that it broke: `runConformance` for
 * whoever has a function that opens a log.
 */
export async function tryLog(open: OpenAppendLog, options: TryOptions = {}): Promise<Conformance> {
  const { seed, depth, ...claims } = options;
  return runConformance(appendLog, logPort(open, claims), {
    ...(seed === undefined ? {} : { seed }),
    ...(depth === undefined ? {} : { depth }),
    by: claims.name ?? 'your log',
  });
}
