import { describe, expect, it } from 'vitest';
import { withoutEvent } from '../../faults/barriers.ts';
import { models } from '../../faults/models/index.ts';
import type { OpLog } from '../../faults/oplog.ts';
import { createDisk } from '../../faults/disk.ts';
import { powerOf } from '../../faults/power.ts';
import { randomFrom } from '../../faults/random.ts';
import { appendLog } from '../kinds/append-log.ts';
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import type { AnyKind } from '../subjects.ts';
import { makeRun } from '../make.ts';
import { walkAfter } from '../nested.ts';
import { trialOf } from '../subjects.ts';
import { redundantLines, redundantSyncs, syncsOfRun, syncsOfWalk } from './redundant.ts';

const honest = models.filter((model) => model.honest);

/** What a power cut may lose at each cut of a log, unit by unit, under every honest model. */
function pendingIn(log: OpLog): string[] {
  const power = powerOf(log);
  return honest.flatMap((model) => {
    const rules = power.rules(model);
    return Array.from({ length: log.events.length + 1 }, (_, cut) => {
      const units = rules.pendingAt(cut).flatMap((group) => rules.groups[group]!.units);
      return units.map((unit) => power.units[unit]!.id).join(' ');
    });
  });
}

/** The same without one event; its cut is told twice, so that the others keep their places. */
function pendingWithout(log: OpLog, event: number): string[] {
  const shorter = withoutEvent(log, event);
  const cuts = shorter.events.length + 1;
  const all = pendingIn(shorter);
  return honest.flatMap((_model, i) => {
    const own = all.slice(i * cuts, (i + 1) * cuts);
    return own.toSpliced(event + 1, 0, own[event]!);
  });
}

function syncsIn(log: OpLog): number[] {
  return log.events.flatMap((event, index) =>
    event.is === 'call' && event.call.do === 'sync' && event.call.ino > 0 ? [index] : [],
  );
}

describe('a redundant sync', () => {
  it.each([
    ['append-log', appendLog],
    ['session-store-v2', sessionStoreV2],
  ])('is one without which nothing more can be lost at any cut: %s', async (_name, kind) => {
    const trial = trialOf(kind as AnyKind, (kind as AnyKind).ports['safe']!, 'safe');
    const found = { redundant: 0, needed: 0 };
    for (let i = 0; i < 4; i++) {
      const { log } = await makeRun(trial, randomFrom('5').fork(`${i}`), 8);
      const redundant = new Set(redundantSyncs(log, honest));
      const before = pendingIn(log);
      for (const event of syncsIn(log)) {
        const isSame = pendingWithout(log, event).every((one, k) => one === before[k]);
        expect(redundant.has(event), `seed 5, history ${i}, event ${event}`).toBe(isSame);
        found[isSame ? 'redundant' : 'needed']++;
      }
    }
    expect(found.needed).toBeGreaterThan(5);
    if (kind.name === 'session-store-v2') expect(found.redundant).toBeGreaterThan(10);
  });

  it('is the second of two, and one that failed is none', () => {
    const disk = createDisk();
    const fd = disk.fs.openSync('/store/a', 'w');
    disk.fs.writeSync(fd, new Uint8Array(3));
    disk.fs.fsyncSync(fd);
    disk.fs.fsyncSync(fd);
    expect(redundantSyncs(disk.log, honest)).toEqual([3]);
    const failed = { errno: 'EIO', injected: true } as const;
    const events = disk.log.events.map((e, i) =>
      i === 3 && e.is === 'call' ? { ...e, failed } : e,
    );
    expect(redundantSyncs({ ...disk.log, events }, honest)).toEqual([]);
  });
});

describe('syncs by pattern', () => {
  const tally = { operation: 'append', call: 'fsync segments/#.seg', met: 12, redundant: 12 };

  it('are named where each was in vain, and often enough', () => {
    expect(redundantLines([tally])).toEqual(['append: fsync segments/#.seg (each of 12 times)']);
    expect(redundantLines([tally, { ...tally, met: 1, redundant: 0 }])).toEqual([]);
    expect(redundantLines([{ ...tally, met: 9, redundant: 9 }])).toEqual([]);
  });

  it('count those of recorded walks, where a killed process left something pending', async () => {
    const trial = trialOf(sessionStoreV2, sessionStoreV2.ports['safe']!, 'safe');
    const run = await makeRun(trial, randomFrom('5'), 8);
    const own = syncsOfRun(trial.kind, run);
    expect(own.map((one) => one.call)).toContain('fsync segments/#.seg');
    const last = run.steps.findLastIndex((step) => step.ended - step.began > 2);
    const kill = { step: last, calls: 1, inFlight: true };
    const walked = (await walkAfter(trial, run, { first: { is: 'kill', kill } }))!;
    const operations = new Set(syncsOfWalk(walked).map((one) => one.operation));
    expect(operations.has('append')).toBe(true);
  });
});
