import { expect, it } from 'vitest';
import { runConformance } from './conformance.ts';
import { appendLog } from './kinds/append-log.ts';

const safe = appendLog.ports['safe']!;

it('tells what a lying device breaks apart from what a port breaks', async () => {
  const only = { rungs: ['one lost', 'one kept'], models: ['lying-fsync', 'xfs'] } as const;
  const { broken, reported, results } = await runConformance(appendLog, safe, {
    histories: 2,
    only,
  });
  expect(broken).toEqual([]);
  expect(reported.map(({ id }) => id)).toContain('LOG-S3-1');
  expect(reported.every(({ story }) => story.includes('⚡'))).toBe(true);
  expect([results.only, results.exitCode]).toEqual([only, 0]);
  const found = results.kinds[0]!.reported.map(({ model }) => model);
  expect(new Set(found)).toEqual(new Set(['lying-fsync']));
});
