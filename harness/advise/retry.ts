import type { Clause, Finding } from '../../spec/lib/clause.ts';
import type { Run } from '../drive.ts';
import type { Fault, Faulted } from '../fault.ts';
import { stateNameOf } from '../explore.ts';
import { gatherFaulted, type Trial } from '../judge.ts';

/** Asks of states whether a clause breaks on them, within a budget of walks. */
export interface Retry {
  /** What breaks on the state; null where the budget ended before that was known. */
  findings(fault: Fault, faulted: Faulted): Promise<readonly Finding[] | null>;
  /** Walks that are still allowed, and those that were made. */
  readonly left: number;
  readonly walks: number;
}

/** Judges states of one history by one clause; a state that was met before costs no walk. */
export function retryOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  clause: Clause,
  walksMost: number,
): Retry {
  const known = new Map<string, readonly Finding[]>();
  let walks = 0;
  return {
    get left() {
      return walksMost - walks;
    },
    get walks() {
      return walks;
    },
    findings: async (fault, faulted) => {
      const name = stateNameOf(fault, faulted);
      const kept = known.get(name);
      if (kept !== undefined) return kept;
      if (walks >= walksMost) return null;
      walks++;
      const evidence = await gatherFaulted(trial, { run, fault, faulted });
      const found = clause.check(evidence);
      const findings = found === 'not_exercised' ? [] : found;
      known.set(name, findings);
      return findings;
    },
  };
}
