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
const subjects = new Map<string, Awaited<ReturnType<typeof subjectOf>>>();
for (const { repro } of kept) {
  if (!subjects.has(repro.kind))
    subjects.set(repro.kind, await subjectOf(repro.kind, 'original', 'safe'));
}
const trialOf = ({ kind }: Repro) => subjects.get(kind)!.trial;

/** What of a repro can be removed although it still breaks its clause in the same way. */
async function removable(repro: Repro): Promise<readonly string[]> {
  const trial = trialOf(repro);
  const clause = trial.kind.clauses.find((one) => one.id === repro.clause)!;
  const names: string[] = [];
  for (const less of oneLess(caseOf<unknown>(repro)!)) {
    const run = await runOps(trial, less.case.ops, less.case.errors);
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
    expect(page.match(/^### /gm)).toHaveLength(kept.length);
    expect(kept.length).toBeGreaterThanOrEqual(30);
  });

  it.each(kept.map(({ file, repro }) => [file, repro] as const))(
    '%s breaks its clause, on its history and on its image',
    async (_file, repro) => {
      const made = await replay(trialOf(repro), repro, 'made');
      const image = await replay(trialOf(repro), repro, 'image');
      expect([made.finding?.anomaly, made.finding?.say]).toEqual([repro.anomaly, repro.say]);
      // No image can show an answer in the middle of a history, nor a call that fails.
      const isOfCalls = made.evidence.model !== undefined || made.evidence.failing !== undefined;
      const isOfHistory = isOfCalls && image.finding === null;
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
