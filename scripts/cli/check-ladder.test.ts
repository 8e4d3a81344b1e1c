import { describe, expect, it } from 'vitest';
import { depths } from '../../harness/depth.ts';
import type { CheckRequest } from '../../harness/engine.ts';
import { rungsOf } from '../../harness/fault-classes.ts';
import type { Results } from '../../harness/results.ts';
import { rungs, type Rung, type RungTally } from '../../harness/rungs.ts';
import { steps, stepsOf } from '../../harness/verdicts/adoption.ts';
import { begin, broke, done, lived, resultsFrom } from '../../harness/verdicts/testing-events.ts';
import type { End } from '../../harness/lint/check.ts';
import type { LintReport } from '../../harness/lint/lint.ts';
import { climb } from './check-ladder.ts';
import { UsageError } from './lib/exit.ts';

const request: CheckRequest = {
  version: '0', command: 'tearproof check --seed 1 -- node check', seed: '1', depth: depths.quick,
  policy: 'safe', subjects: [{ kind: 'k', store: 'safe' }],
}; // prettier-ignore

const tally = (rung: Rung): RungTally => ({
  rung, model: 'none', generated: 1, unique: 1, walked: 1, finished: true,
}); // prettier-ignore

/** Climbs; the step of that number does not hold. */
async function climbed(
  failing: number | null,
  on = request,
  unreached: readonly Rung[] = [],
  lint?: () => Promise<LintReport>,
): Promise<{
  readonly code: number;
  readonly asked: readonly CheckRequest[];
  readonly lines: readonly string[];
  readonly reports: number;
}> {
  const asked: CheckRequest[] = [];
  const lines: string[] = [];
  let reports = 0;
  const runOnce = async (one: CheckRequest): Promise<Results> => {
    asked.push(one);
    const start = begin({ only: { rungs: [...(one.only?.rungs ?? [])] } });
    const failed = asked.length === failing ? [broke('A', 'gap')] : [];
    const walked = (one.only?.rungs ?? []).filter((rung) => !unreached.includes(rung));
    return resultsFrom(
      start,
      ...failed,
      { ...lived(['A', 'B', 'C']), rungs: walked.map(tally) },
      done,
    );
  };
  const report = async (): Promise<void> => void reports++;
  const line = (text: string): void => void lines.push(text);
  const code = await climb(on, runOnce, { line, report, ...(lint && { lint }) });
  return { code, asked, lines, reports };
}

describe('the ladder of adoption', () => {
  it('tries every rung, and each step for something of its own', () => {
    expect(new Set(steps.flatMap((step) => step.rungs))).toEqual(new Set(rungs));
    expect(stepsOf(depths.quick)).toEqual({ tried: steps, left: [] });
  });

  it('climbs to its end where every step holds', async () => {
    const { code, asked, lines, reports } = await climbed(null);
    expect([code, reports]).toEqual([0, 0]);
    const has = rungsOf(depths.quick);
    const able = steps.map((step) => step.rungs.filter((rung) => has.includes(rung)));
    expect(asked.map((one) => one.only?.rungs)).toEqual(able);
    expect(lines.filter((one) => one.startsWith('✓'))).toHaveLength(steps.length);
    expect(lines.at(-1)).toMatch(/^next: the whole run/);
  });

  it('stops at the first step that does not hold, and says what comes next', async () => {
    const { code, asked, lines, reports } = await climbed(3);
    expect([code, asked.length, reports]).toEqual([1, 3, 1]);
    expect(asked[2]!.command).toBe(
      'tearproof check --rung none damage-at-rest --seed 1 -- node check',
    );
    const text = lines.join('\n');
    expect(text).toContain('stops at step 3 of 6, damage: VIOLATES: 1 MUST clause broken');
    expect(text).toMatch(/look at: checksums.*\n +then: power: .*\n +: nested: .*\n +: errors: /);
  });

  it('says which steps it has no faults for', async () => {
    const { power } = depths.quick;
    const depth = { ...depths.quick, power: { ...power, models: [] } };
    const { asked, lines } = await climbed(null, { ...request, depth });
    expect(asked).toHaveLength(steps.length - 1);
    expect(lines).toContain(
      '- power: not tried here: what was acknowledged as synced is there after a power cut',
    );
  });

  it('says which steps came about nowhere, instead of calling them held', async () => {
    const { code, lines } = await climbed(null, request, ['error sweep']);
    expect(code).toBe(0);
    expect(lines.filter((one) => one.startsWith('✓'))).toHaveLength(steps.length - 1);
    expect(lines.at(-2)).toMatch(/^- errors: not tried here: /);
    expect(lines.at(-1)).toMatch(/a reach or depth that has what was not tried$/);
  });

  it.each<[string, LintReport['is'] | End['is'], number]>([
    ['begins with the driver of a port', 'held', 0],
    ['leaves to the store what lint could not try for want of one', 'not_tried', 0],
    ['stops at a driver that does not keep the protocol', 'failed', 1],
    ['stops at one that cannot be started', 'cannot_start', 3],
  ])('%s', async (_name, is, code) => {
    const why = 'seen \u001b[2J';
    const end = { is, saw: why, why } as End;
    const check = { id: 'flush', level: 'MUST', sentence: 'S.', cure: 'C.', end } as const;
    const report: LintReport =
      is === 'cannot_start'
        ? { is, saw: why }
        : {
            is: 'linted', port: { name: 'p', version: '1' }, kinds: ['k'], checks: [check],
            errors: { all: 0, internal: 0 },
          }; // prettier-ignore
    const climbing = await climbed(null, request, [], () => Promise.resolve(report));
    expect(climbing.code).toBe(code);
    expect(climbing.asked.length).toBe(code === 0 ? steps.length : 0);
    const text = climbing.lines.join('\n');
    if (code === 0) expect(climbing.lines[0]).toMatch(/^✓ driver: the driver keeps the protocol/);
    else expect(text).toMatch(/stops at step 1 of 7, driver: .*\n.*\n {2}then: undamaged: /);
    expect(text).not.toContain('\u001b');
  });

  it('chooses the rungs itself', async () => {
    const narrowed = { ...request, only: { rungs: ['none' as const] } };
    await expect(climbed(null, narrowed)).rejects.toThrow(UsageError);
  });
});
