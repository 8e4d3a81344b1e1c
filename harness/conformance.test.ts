import { describe, expect, it } from 'vitest';
import { conformance, runConformance, type ConformanceOptions } from './conformance.ts';
import { appendLog } from './kinds/append-log.ts';
import { findBug } from './zoo/index.ts';

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

/** Which tests of the suite fail for a log that keeps a torn tail, each with its first line. */
async function failing(options: ConformanceOptions): Promise<Readonly<Record<string, string>>> {
  const tests: [name: string, body: () => Promise<void>][] = [];
  const runner = {
    describe: (_name: string, body: () => void) => body(),
    test: (name: string, body: () => Promise<void>) => void tests.push([name, body]),
  };
  const port = await findBug('append-log', 'keeps-torn-tail');
  conformance(runner, appendLog, port as typeof safe, { histories: 2, ...options });
  const failed: Record<string, string> = {};
  for (const [name, body] of tests) {
    const message = await body().then(() => null, (error: Error) => error.message); // prettier-ignore
    if (message !== null) failed[name.split(' ')[0]!] = message.split('\n')[0]!;
  }
  return failed;
}

describe('a suite of tests', () => {
  const rungs = ['all prefixes'] as const;
  const select = { clauses: ['LOG-S3'] };
  const entry = { kind: 'append-log', clause: 'LOG-S3-4', reason: 'known' };

  it('takes the failures that are known, and no others', async () => {
    const only = { rungs };
    const as = 'LOG-S3-4 is fail';
    expect(await failing({ only, select })).toEqual({ 'LOG-S3-4': as });
    const baseline = [{ ...entry, anomaly: 'continuation_broken' }];
    expect(await failing({ only, select, expect: { baseline } })).toEqual({});
    const other = [{ ...entry, anomaly: 'phantom' }];
    expect(await failing({ only, select, expect: { baseline: other } })).toEqual({
      'LOG-S3-4': as,
      what: expect.stringMatching(/^changed: LOG-S3-4 phantom: found instead: continuation/),
    });
  });

  it('does not score what is waived', async () => {
    const waivers = [{ ...entry, until: '2999-01-01' }];
    expect(await failing({ only: { rungs }, select, expect: { waivers } })).toEqual({});
  });
});
