import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../faults/random.ts';
import type { Op } from '../../spec/fast-segment/ops.ts';
import { faultable, type Nested } from '../fault.ts';
import { gatherFaulted } from '../judge.ts';
import { fastSegment } from '../kinds/fast-segment.ts';
import { safePort } from '../kinds/fast-segment-safe.ts';
import { powerCuts } from '../ladder.ts';
import { applyNested, walkAfter } from '../nested.ts';
import { runOps } from '../shrink.ts';
import { trialOf } from '../subjects.ts';
import { flatOf } from './flat.ts';
import { certifySecond, type SecondState } from './second.ts';

const id = 7;
const trial = trialOf(fastSegment, safePort, 'safe');
const clause = fastSegment.clauses.find((one) => one.id === 'FAST-S3-1')!;
const target = { clause, anomaly: 'lost_acked' } as const;
/** A second session is opened, and a power cut may lose its name: no history without it does so. */
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
  { op: 'open', id: 9 },
];

/** States that a torn write of a walk leaves behind a power cut, where the clause breaks. */
async function* broken() {
  const run = await runOps(trial, ops);
  const plan = { models: ['adversarial-512'], rungs: ['one lost'] } as const;
  for (const { fault: first } of powerCuts(
    fastSegment,
    faultable(trial.machine, run),
    plan,
    randomFrom('1'),
  )) {
    const walked = await walkAfter(trial, run, { first });
    for (const [step] of walked?.steps.entries() ?? []) {
      for (let calls = 0; calls < 8; calls++) {
        const kill = { step, calls, partialBytes: 1, inFlight: true };
        const fault: Nested = { is: 'nested', first, second: { is: 'kill', kill } };
        const faulted = applyNested(walked!, fault);
        if (faulted === null) continue;
        const evidence = await gatherFaulted(trial, { run, fault, faulted });
        const found = clause.check(evidence);
        if (found === 'not_exercised' || found.length === 0) continue;
        yield { run, fault, evidence } satisfies SecondState<unknown, unknown, unknown>;
      }
    }
  }
}

describe('a second fault that is that of no longer history', () => {
  it('is certified by the history that the bytes tell of', async () => {
    for await (const state of broken()) {
      const { run, fault, evidence } = state;
      if ((await flatOf(trial, run, { fault, image: evidence.start })) !== null) continue;
      const found = await certifySecond(trial, state, target, safePort);
      if (evidence.start.has('sessions/9.fast')) {
        // Half a header: the bytes tell of no history that writes it.
        expect(found).toBeNull();
        continue;
      }
      expect(found?.other.fault.is).toBeDefined();
      const again = await runOps(trial, found!.other.ops);
      expect(again.image.get('sessions/7.fast')).toEqual(evidence.start.get('sessions/7.fast'));
      const anything = { ...evidence, owes: [{ must: [], may: [], never: [] }] };
      const consistent = { ...state, evidence: anything };
      expect(await certifySecond(trial, consistent, target, safePort)).toBeNull();
      const other = { ...target, anomaly: 'duplicate' } as const;
      const another: typeof safePort = (fs, root) => safePort(fs, root);
      expect(await certifySecond(trial, state, other, another)).toBeNull();
      return;
    }
    throw new Error('no torn length behind a power cut breaks the clause');
  });
});
