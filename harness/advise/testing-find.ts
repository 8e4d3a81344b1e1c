import type { Injection } from '../../faults/errors/types.ts';
import type { PowerRung } from '../../faults/ladder.ts';
import { randomFrom } from '../../faults/random.ts';
import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Clause } from '../../spec/lib/clause.ts';
import { cutOf, faultable, losePower } from '../fault.ts';
import { gatherFaulted, type Trial } from '../judge.ts';
import { powerCuts } from '../ladder.ts';
import { runOps, type Hit } from '../shrink.ts';

/** Where a power cut is looked for: of these models, on these rungs, what breaks this clause. */
export interface Look<O> {
  readonly ops: readonly O[];
  readonly clause: Clause['id'];
  readonly models: readonly string[];
  readonly rungs?: readonly PowerRung[];
  readonly errors?: readonly Injection[];
}

/** The first power cut of a history that breaks a clause, not shrunk; throws where none does. */
export async function findPowerCut<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  { ops, clause: id, models, rungs = ['one lost', 'one kept'], errors = [] }: Look<O>,
): Promise<{ readonly clause: Clause; readonly hit: Hit<O, R, S> }> {
  const clause = trial.kind.clauses.find((one) => one.id === id)!;
  const run = await runOps(trial, ops, errors);
  const on = faultable(trial.machine, run);
  for (const { fault } of powerCuts(trial.kind, on, { models, rungs }, randomFrom('1'))) {
    const faulted = losePower(on, fault, cutOf(on, fault.kill)!.event);
    const evidence = await gatherFaulted(trial, { run, fault, faulted });
    const found = clause.check(evidence);
    const finding = found === 'not_exercised' ? undefined : found[0];
    if (finding !== undefined) {
      return { clause, hit: { case: { ops, errors, fault }, run, evidence, finding } };
    }
  }
  throw new Error(`no power cut breaks ${id}`);
}

/** A file system whose syncs of files, or of directories, answer and do nothing. */
export function withoutSyncs(fs: StoreFs, of: 'file' | 'dir'): StoreFs {
  return new Proxy(fs, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name);
      if (name !== 'fsyncSync') return call;
      return (fd: number): void => {
        if (target.fstatSync(fd).isDirectory() !== (of === 'dir')) target.fsyncSync(fd);
      };
    },
  });
}
