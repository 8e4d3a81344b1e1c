import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gather } from '../../harness/judge.ts';
import { replay } from '../../harness/replay.ts';
import { caseOf, type Repro } from '../../harness/repro.ts';
import { runOps } from '../../harness/shrink.ts';
import { oneLess } from '../../harness/shrunk.ts';
import { subjectOf } from '../../harness/subjects.ts';
import { keptRepros, originalsPage } from './originals.ts';
import { repository } from './sources.ts';

const kept = keptRepros();
const subject = await subjectOf('session-store-v2', 'original', 'safe');

/** What of a repro can be removed although it still breaks its clause in the same way. */
async function removable(repro: Repro): Promise<readonly string[]> {
  const { trial } = subject;
  const clause = trial.kind.clauses.find((one) => one.id === repro.clause)!;
  const names: string[] = [];
  for (const less of oneLess(caseOf<unknown>(repro)!)) {
    const run = await runOps(trial, less.case.ops);
    const evidence = run.steps.length === 0 ? null : await gather(trial, run, less.case.fault);
    const found = evidence === null ? 'not_exercised' : clause.check(evidence);
    if (found === 'not_exercised') continue;
    if (found.some(({ anomaly }) => anomaly === repro.anomaly)) names.push(less.without);
  }
  return names;
}

describe('what the originals do', () => {
  it('has a page that is current, a section a finding', async () => {
    const page = readFileSync(join(repository, 'docs/originals.md'), 'utf8');
    expect(page).toBe(await originalsPage());
    expect(page.match(/^## /gm)).toHaveLength(kept.length);
    expect(kept.length).toBeGreaterThanOrEqual(30);
  });

  it.each(kept.map(({ file, repro }) => [file, repro] as const))(
    '%s breaks its clause, on its history and on its image',
    async (_file, repro) => {
      const made = await replay(subject.trial, repro, 'made');
      const image = await replay(subject.trial, repro, 'image');
      expect([made.finding?.anomaly, made.finding?.say]).toEqual([repro.anomaly, repro.say]);
      // An answer in the middle of a history is no state, so no image can show it.
      const isOfHistory = made.evidence.model !== undefined && image.finding === null;
      if (!isOfHistory) expect(image.finding?.anomaly).toBe(repro.anomaly);
    },
  );

  it.each(kept.map(({ file, repro }) => [file, repro] as const))(
    '%s has nothing that can be removed',
    async (_file, repro) => {
      expect(await removable(repro)).toEqual([]);
    },
  );
});
