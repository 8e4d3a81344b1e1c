import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { threadId } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../harness/events.ts';
import { run, small, type Ran } from '../../harness/remote/testing-run.ts';
import { resultsOf, type Results } from '../../harness/results.ts';
import { commandOf } from '../../harness/wire/bad/testing-case.ts';
import { ownName } from '../../harness/wire/owner.ts';
import { markedProcesses } from '../../harness/wire/strays.ts';
import { folderNames } from '../../harness/wire/sweep.ts';
import { onPort } from './check-port.ts';
import { exit } from './lib/exit.ts';

// Whole runs, and no more than two short histories each: all bad drivers are asked by
// `npx tsx scripts/dev/bad-drivers.ts`, and what the wire says of each by harness/wire/bad.

const histories = 2;
const depth = { ...small, histories, operations: 6, damaged: 3 };

/** What a run is in the end, from its events alone. */
function resultsOfRun({ told }: Ran): Results | null {
  const order = { start: 0, event: 1, ending: 2 } as const;
  const events = told
    .toSorted((a, b) => order[a.is] - order[b.is])
    .map(({ event }): RunEvent => event);
  return resultsOf([...events, { is: 'end', reason: 'done' }]);
}

/** Processes and folders of ports that this thread has started; others run other tests. */
function leftovers(): readonly string[] {
  const own = `${ownName()}-${threadId}-`;
  const running = markedProcesses().filter(({ marker }) => marker.startsWith(own));
  const folders = fs.readdirSync(tmpdir()).filter((n) => n.startsWith(`${folderNames.port}${own}`));
  return [...running.map(({ pid }) => `process ${pid}`), ...folders];
}

/** What this thread holds; the system counts all of them together. */
function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('a whole run over a bad driver', { timeout: 240_000 }, () => {
  let before = 0;
  beforeAll(() => void (before = heldBytes()));

  it.each([
    ['prints.mjs', 'noise'],
    ['invalid-json.mjs', 'invalid-json'],
    ['wrong-id.mjs', 'unknown-id'],
    ['answers-twice.mjs', 'duplicate-reply'],
    ['echoes.mjs', 'echo'],
    ['answers-otherwise.mjs', 'schema'],
    ['claims-too-much.mjs', 'not-served'],
    ['floods-stdout.mjs', 'flood'],
    ['changes-claims.mjs', 'claims-changed'],
    ['leaves-a-stranger.mjs', 'orphan'],
  ])('%s: %s, exit code 1, and the run goes on', async (program, fault) => {
    const ran = await run(commandOf(program), { depth });
    const results = resultsOfRun(ran);
    expect(ran.faults.map((one) => one.fault)).toContain(fault);
    expect(results?.exitCode).toBe(exit.violates);
    const lost = ran.faults.filter((one) => one.lost === true).length;
    expect(ran.cases.length + lost).toBe(histories);
    expect(leftovers()).toEqual([]);
  });

  it('leaves one that writes beside its store to the clause about that', async () => {
    const ran = await run(commandOf('writes-outside.mjs'), { depth });
    expect(ran.findings.map((one) => `${one.clause} ${one.anomaly}`)).toContain(
      'LOG-S12-1 side_effect',
    );
    expect(resultsOfRun(ran)?.exitCode).toBe(exit.violates);
    expect(leftovers()).toEqual([]);
  });

  it('holds nothing against an honest one', async () => {
    const ran = await run(commandOf('honest.mjs'), { depth });
    expect([...ran.faults, ...ran.findings]).toEqual([]);
    expect(resultsOfRun(ran)?.kinds[0]?.verdicts.some((one) => one.status === 'pass')).toBe(true);
    expect(leftovers()).toEqual([]);
  });

  it.each(['exits-at-once.mjs', 'wrong-version.mjs', 'claims-falsely.mjs'])(
    'does not begin where the port does not: %s, exit code 3',
    async (program) => {
      const { argv } = process;
      const shown = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      process.argv = [...argv, '--'];
      try {
        const flags = { timeoutFactor: '10' };
        const code = await onPort(commandOf(program), flags, () => Promise.resolve(0));
        expect(code).toBe(exit.cannotStart);
        expect(String(shown.mock.calls[0]?.[0])).toMatch(/^error: the port cannot be tried \(/);
      } finally {
        process.argv = argv;
        shown.mockRestore();
      }
      expect(leftovers()).toEqual([]);
    },
  );

  // A gigabyte of output is no gigabyte here.
  afterAll(() => expect(heldBytes() - before).toBeLessThan(256 * 1024 * 1024));
});
