import type { Clause } from '../../spec/lib/clause.ts';
import { checkKind } from '../check.ts';
import { depths } from '../depth.ts';
import type { Repro } from '../repro.ts';
import { trialOf } from '../subjects.ts';
import { logPort, type LogClaims, type OpenAppendLog } from './append-log-port.ts';
import { appendLog } from './append-log.ts';

/** How far a log is tried: counts of histories and faults, never seconds. The seed is decimal. */
export interface TryOptions extends LogClaims {
  readonly seed?: string;
  readonly depth?: keyof typeof depths;
}

/** One promise that a log broke, shrunk to a history from which nothing can be removed. */
export interface BrokenPromise extends Pick<Clause, 'id' | 'text' | 'loses'> {
  readonly anomaly: string;
  /** What happened, in one sentence. */
  readonly say: string;
  /** Save it as JSON, and `tearproof replay` shows it; null where shrinking could not repeat it. */
  readonly repro: Repro | null;
}

/** What became of a log: how many states it was walked over, and every promise that it broke. */
export interface Tried {
  readonly states: number;
  readonly broken: readonly BrokenPromise[];
}

/**
 * Kills a log at every call and inside every write, damages its files, lets it recover and append
 * again, all on a disk in memory. The same seed tries the same states everywhere.
 */
export async function tryLog(open: OpenAppendLog, options: TryOptions = {}): Promise<Tried> {
  const { seed = '1', depth = 'quick', ...claims } = options;
  const trial = trialOf(appendLog, logPort(open, claims), 'safe');
  const broken: BrokenPromise[] = [];
  let states = 0;
  let kept: Repro | null = null;
  const keep = (repro: Repro): undefined => void (kept = repro);
  const subject = { trial, by: claims.name ?? 'your log' };
  for await (const event of checkKind(subject, { seed, depth: depths[depth], keep })) {
    if (event.is === 'case') states += event.walked;
    if (event.is !== 'finding') continue;
    const { id, text, loses } = appendLog.clauses.find((c) => c.id === event.clause)!;
    broken.push({ id, text, loses, anomaly: event.anomaly, say: event.say, repro: kept });
    kept = null;
  }
  return { states, broken };
}
