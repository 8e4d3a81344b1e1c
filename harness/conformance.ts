import type { Clause } from '../spec/lib/clause.ts';
import type { Policy } from '../spec/lib/port.ts';
import { checkKind } from './check.ts';
import { depths } from './depth.ts';
import type { Kind, PortMaker } from './kind.ts';
import type { Repro } from './repro.ts';
import { trialOf } from './subjects.ts';

/** How far a port is tried: counts of histories and faults, never seconds. The seed is decimal. */
export interface ConformanceOptions {
  readonly seed?: string;
  readonly depth?: keyof typeof depths;
  /** By what it is judged; `safe` by default. */
  readonly policy?: Policy;
  /** The name that it goes by in repros. */
  readonly by?: string;
}

/** One clause that a port broke, shrunk to a history from which nothing can be removed. */
export interface BrokenClause extends Pick<Clause, 'id' | 'level' | 'text' | 'loses'> {
  readonly anomaly: string;
  /** What happened, in one sentence. */
  readonly say: string;
  /** Save it as JSON, and `tearproof replay` shows it; null where shrinking could not repeat it. */
  readonly repro: Repro | null;
}

/** What became of a port: how many states were walked over, and every clause that it broke. */
export interface Conformance {
  readonly states: number;
  readonly broken: readonly BrokenClause[];
}

/**
 * Kills a port at every call and inside every write, damages its files, lets it recover and go on,
 * all on a disk in memory. The same seed tries the same states everywhere.
 */
export async function runConformance<O, R, S, D>(
  kind: Kind<O, R, S, D>,
  make: PortMaker<O, R>,
  options: ConformanceOptions = {},
): Promise<Conformance> {
  const { seed = '1', depth = 'quick', policy = 'safe', by = 'your port' } = options;
  const subject = { trial: trialOf(kind, make, policy), by };
  const broken: BrokenClause[] = [];
  const kept: Repro[] = [];
  const keep = (repro: Repro): undefined => void kept.push(repro);
  let states = 0;
  for await (const event of checkKind(subject, { seed, depth: depths[depth], keep })) {
    if (event.is === 'case') states += event.walked;
    if (event.is !== 'finding') continue;
    const { id, level, text, loses } = kind.clauses.find((c) => c.id === event.clause)!;
    const { anomaly, say } = event;
    broken.push({ id, level, text, loses, anomaly, say, repro: kept.pop() ?? null });
  }
  return { states, broken };
}
