import { describe, expect, it } from 'vitest';
import type { Op } from '../../spec/fast-segment/ops.ts';
import { applyNested, walkAfter } from '../nested.ts';
import type { Nested } from '../fault.ts';
import { gatherFaulted, judge } from '../judge.ts';
import { fastSegment } from '../kinds/fast-segment.ts';
import { safePort } from '../kinds/fast-segment-safe.ts';
import { runOps } from '../shrink.ts';
import { trialOf } from '../subjects.ts';
import { flatOf } from './flat.ts';
import { sortedOut } from './sort.ts';

const id = 7;
const trial = trialOf(fastSegment, safePort, 'safe');
/** Two frames, behind which the walk's own end where the low byte of the length is that of 16. */
const ops: readonly Op[] = [
  { op: 'open', id },
  {
    op: 'seal',
    id,
    entries: [
      { t: 'tombstone', space: 1n, coords: [178], revision: 4_611_686_018_427_388_169n },
      { t: 'checkpoint', revision: 266n },
    ],
    deadlineMs: 1000,
  },
];

/** The kills inside the walk that tear a write after its first byte. */
async function* torn() {
  const run = await runOps(trial, ops);
  const first = { is: 'none' } as const;
  const walked = await walkAfter(trial, run, { first });
  for (const [step] of walked?.steps.entries() ?? []) {
    for (let calls = 0; calls < 8; calls++) {
      const kill = { step, calls, partialBytes: 1, inFlight: true };
      const fault: Nested = { is: 'nested', first, second: { is: 'kill', kill } };
      const faulted = walked === null ? null : applyNested(walked, fault);
      if (faulted !== null) yield { run, fault, faulted };
    }
  }
}

describe('a second fault that the format cannot tell', () => {
  it('is that of a longer history, with a certificate of its own', async () => {
    const limits: string[] = [];
    for await (const { run, fault, faulted } of torn()) {
      const evidence = await gatherFaulted(trial, { run, fault, faulted });
      const judged = judge(trial.kind.clauses, evidence);
      if (judged.every(({ findings }) => findings.length === 0)) continue;
      const flat = await flatOf(trial, run, { fault, image: faulted.image });
      expect(flat?.case.ops.slice(0, 3)).toEqual([...ops, { op: 'open', id }]);
      const planned = { fault, model: 'none', rung: 'nested' } as const;
      const state = { run, planned, evidence, gates: true, judged } as never;
      const sorted = await sortedOut({ trial, by: 'safe' }, {} as never, new Map(), state);
      for (const { clause, findings } of sorted) {
        for (const { limit } of findings) limits.push(`${clause.id} ${limit?.hit.case.fault.is}`);
      }
      break;
    }
    expect(limits).toEqual(['FAST-S3-1 kill']);
  });

  it('is not told of where the longer history leaves another image', async () => {
    for await (const { run, fault } of torn()) {
      expect(await flatOf(trial, run, { fault, image: new Map() })).toBeNull();
      return;
    }
    throw new Error('the walk writes nothing');
  });
});
