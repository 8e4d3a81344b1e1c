import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyTo, faultable, type SingleFault } from '../../harness/fault.ts';
import { gather } from '../../harness/judge.ts';
import { digestImage } from '../../harness/lib/digest.ts';
import { fromPlain } from '../../harness/lib/plain.ts';
import { excludes } from '../../harness/limits/excludes.ts';
import { survivesEverySync } from '../../harness/limits/synced.ts';
import { runOps } from '../../harness/shrink.ts';
import { kinds, subjectOf } from '../../harness/subjects.ts';
import { limitsFile, type FormatLimit } from './limits.ts';
import { repository } from './sources.ts';

const recorded = kinds.flatMap(({ name }) => {
  const file = join(repository, limitsFile(name));
  if (!existsSync(file)) return [];
  const limits = JSON.parse(readFileSync(file, 'utf8')) as readonly FormatLimit[];
  return limits.map((limit) => ({ kind: name, ...limit }));
});

describe('limits of formats', () => {
  it('are recorded for fast-segment', () => {
    expect(recorded.map(({ kind }) => kind)).toContain('fast-segment');
  });

  it.each(recorded)('$kind, $clause $anomaly: both histories leave what no store can tell apart', async (limit) => {
    const { trial } = await subjectOf(limit.kind, 'safe', 'safe');
    const played = async ({ ops, fault }: FormatLimit['history']) => {
      const run = await runOps(trial, ops.map(fromPlain));
      const on = faultable(trial.machine, run);
      const single = fromPlain(fault) as SingleFault;
      const faulted = applyTo(on, single);
      if (faulted === null) throw new Error('the history does not reach its fault');
      const kept = [...faulted.image].filter(([path]) => !trial.kind.volatile(path));
      return { run, on, fault: single, owes: faulted.owes, bytes: digestImage(new Map(kept)) };
    };
    const [one, other] = [await played(limit.history), await played(limit.other)];
    expect(one.bytes).toBe(other.bytes);
    expect(excludes(one.owes, other.owes)).toBe(true);
    expect(survivesEverySync(one.on, one.fault)).toBe(true);
    const clause = trial.kind.clauses.find(({ id }) => id === limit.clause);
    const evidence = await gather(trial, one.run, one.fault);
    const findings = evidence === null ? [] : clause?.check(evidence);
    expect(findings).toContainEqual(expect.objectContaining({ anomaly: limit.anomaly }));
  }); // prettier-ignore
});
