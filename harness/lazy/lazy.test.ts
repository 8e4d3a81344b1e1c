import { describe, expect, it } from 'vitest';
import { trialOf } from '../subjects.ts';
import { appendLogZoo } from '../zoo/append-log/index.ts';
import { loadBug } from '../zoo/load.ts';
import { sessionStoreV2Zoo } from '../zoo/session-store-v2/index.ts';
import { appendLog } from '../kinds/append-log.ts';
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import { runOps } from '../shrink.ts';
import { compareLadders, type LaddersCompared } from './compare.ts';
import { logOps, rollbackOps, sessionOps } from './histories.ts';
import type { Op } from '../../spec/session-store-v2/ops.ts';

// Each of these histories is small enough for every closed subset at every cut.
const windowMost = 40;
const recheckOneIn = 20;

async function session(
  ops: readonly Op[],
  models: readonly string[],
  bugId?: string,
): Promise<LaddersCompared> {
  const bug = sessionStoreV2Zoo.bugs.find((b) => b.id === bugId);
  const port = bug === undefined ? sessionStoreV2.ports['safe']! : (await loadBug(sessionStoreV2Zoo, bug)).make; // prettier-ignore
  const trial = trialOf(sessionStoreV2, port, 'safe');
  const run = await runOps(trial, ops);
  return compareLadders(trial, run, { models, windowMost, recheckOneIn });
}

async function log(
  entries: number,
  models: readonly string[],
  bugId?: string,
): Promise<LaddersCompared> {
  const bug = appendLogZoo.bugs.find((b) => b.id === bugId);
  const port = bug === undefined ? appendLog.ports['safe']! : (await loadBug(appendLogZoo, bug)).make; // prettier-ignore
  const trial = trialOf(appendLog, port, 'safe');
  const run = await runOps(trial, logOps(entries));
  return compareLadders(trial, run, { models, windowMost, recheckOneIn });
}

function expectSame({ full, lazy }: LaddersCompared): void {
  expect(lazy.findings).toEqual(full.findings);
  expect(lazy.counts.differed).toBe(0);
  expect(lazy.counts.rechecked).toBeGreaterThan(0);
}

const fewer = ({ full, lazy }: LaddersCompared): number => full.walked / lazy.walked;

describe('read-set-lazy finds what the full ladder finds', () => {
  it('in the safe session store, with a fifth of the walks', async () => {
    const told = await session(sessionOps(9), ['ext4-journal', 'seq']);
    expectSame(told);
    expect(told.full.findings).toEqual([]);
    expect(fewer(told)).toBeGreaterThan(5);
  }, 60_000);

  it('in one with a planted bug, with a fifth of the walks', async () => {
    const told = await session(sessionOps(9), ['ext4-journal', 'seq'], 'keeps-torn-frame');
    expectSame(told);
    expect(fewer(told)).toBeGreaterThan(5);
    const torn = await session(sessionOps(4), ['ext4-ordered'], 'keeps-torn-frame');
    expectSame(torn);
    expect(torn.full.findings).toContain('SSV2-S3-4 continuation_broken');
    expect(fewer(torn)).toBeGreaterThan(2);
  }, 60_000);

  it('in the example of a log, and in one with a planted bug, with a fifth of the walks', async () => {
    const safe = await log(12, ['ext4-ordered', 'xfs']);
    expectSame(safe);
    expect(safe.full.findings).toEqual([]);
    expect(fewer(safe)).toBeGreaterThan(5);
    for (const [bug, finding] of [
      ['keeps-torn-tail', 'LOG-S3-4 continuation_broken'],
      ['zeros-are-entries', 'LOG-S3-2 phantom'],
    ] as const) {
      const told = await log(12, ['ext4-ordered', 'xfs'], bug);
      expectSame(told);
      expect(told.full.findings).toContain(finding);
      expect(fewer(told)).toBeGreaterThan(5);
    }
  }, 60_000);

  it('where a rollback stages, renames and sets aside', async () => {
    for (const [bug, finding] of [
      ['set-aside-unsynced', 'SSV2-S3-5 resurrected'],
      ['rolls-back-unsynced', null],
    ] as const) {
      const told = await session(rollbackOps(), ['ext4-ordered', 'adversarial-512'], bug);
      expectSame(told);
      if (finding !== null) expect(told.full.findings).toContain(finding);
      expect(fewer(told)).toBeGreaterThan(2);
      // Files that nobody looks at, and not duties alone, make up for some of it.
      if (bug === 'rolls-back-unsynced') {
        expect(told.lazy.walked).toBeLessThan(told.full.images * 0.7);
      }
    }
  }, 60_000);
});
