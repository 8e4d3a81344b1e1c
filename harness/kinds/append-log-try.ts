import { runConformance, type Conformance, type ConformanceOptions } from '../conformance.ts';
import { logPort, type LogClaims, type OpenAppendLog } from './append-log-port.ts';
import { appendLog } from './append-log.ts';

/** How far a log is tried, and what it claims. */
export type TryOptions = Omit<ConformanceOptions, 'policy' | 'by'> & LogClaims;

/**
 * Puts anybody's log under faults and answers every promise that it broke: `runConformance` for
 * whoever has a function that opens a log.
 */
export async function tryLog(open: OpenAppendLog, options: TryOptions = {}): Promise<Conformance> {
  const by = options.name ?? 'your log';
  return runConformance(appendLog, logPort(open, claimsIn(options)), { ...options, by });
}

function claimsIn({ name, version, holds }: TryOptions): LogClaims {
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(holds === undefined ? {} : { holds }),
  };
}
