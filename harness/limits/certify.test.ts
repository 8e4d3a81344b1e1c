import { describe, expect, it } from 'vitest';
import { killCuts } from '../../faults/kill.ts';
import { randomFrom } from '../../faults/random.ts';
import { faultable, killPointOf, type Fault } from '../fault.ts';
import type { Trial } from '../judge.ts';
import { powerCuts } from '../ladder.ts';
import { runOps, shrink, type Hit } from '../shrink.ts';
import { certify } from './certify.ts';
import { excludes } from './excludes.ts';
import {
  toyClause,
  toyFrames,
  toyKind,
  toyOps as ops,
  toyPort,
  toyTrial,
  type ToyOp,
} from './testing-committed.ts';

type Toy = Trial<ToyOp, readonly string[] | null, readonly string[], ToyOp>;
type Found = Hit<ToyOp, readonly string[] | null, readonly string[]>;

const trialOf = (syncs: boolean): Toy => toyTrial(toyPort({ syncs }));
const target = { clause: toyClause, anomaly: 'lost_acked' } as const;

/** The first fault of the run that breaks the clause in either of its ways. */
async function firstHit(trial: Toy, faults: Iterable<Fault>): Promise<Found | null> {
  for (const fault of faults) {
    for (const anomaly of ['lost_acked', 'lost_durable'] as const) {
      const hit = await shrink(trial, { ops, fault }, { ...target, anomaly }, { walks: 1 });
      if (hit !== null) return hit;
    }
  }
  return null;
}

async function tears(trial: Toy): Promise<Fault[]> {
  const run = await runOps(trial, ops);
  const cuts = killCuts(run.log, { tears: toyKind.tears });
  return cuts.map((cut) => ({ is: 'kill', kill: killPointOf(run, cut) }));
}

async function losses(trial: Toy): Promise<Fault[]> {
  const on = faultable(trial.machine, await runOps(trial, ops));
  const plan = { models: ['adversarial-512'], rungs: ['one lost', 'one kept'] } as const;
  return [...powerCuts(toyKind, on, plan, randomFrom('1'))].map((one) => one.fault);
}

describe('a limit of a format', () => {
  it('is certified by another history that leaves the same bytes and owes something else', async () => {
    const trial = trialOf(true);
    const hit = await firstHit(trial, await tears(trial));
    expect(hit?.case.fault).toMatchObject({ is: 'kill', kill: { partialBytes: 1 } });
    const safe = toyPort({ syncs: true });
    const found = await certify(trial, hit!, toyClause, { safe });
    expect(found?.other.ops.map((op) => op.op)).toContain('reset');
    const again = await runOps(trial, found!.other.ops);
    expect(again.image.get('log')).toEqual(hit!.evidence.start.get('log'));
  });

  it('never excuses a missing sync, nor a store that the safe one is better than', async () => {
    const trial = trialOf(false);
    const hit = await firstHit(trial, await losses(trial));
    expect(hit?.case.fault.is).toBe('power');
    const safe = toyPort({ syncs: true });
    expect(await certify(trial, hit!, toyClause, { safe })).toBeNull();
    const torn = await firstHit(trialOf(true), await tears(trialOf(true)));
    // It believes the frames instead of the committed length, so a torn length loses nothing.
    const better: typeof safe = (fs, root) => {
      const port = safe(fs, root);
      return {
        claims: port.claims,
        step: (op, at) =>
          op.op === 'read' ? { is: 'ok', value: toyFrames(fs, root) } : port.step(op, at),
      };
    };
    expect(await certify(trialOf(true), torn!, toyClause, { safe: better })).toBeNull();
  });

  it('needs duties that no log satisfies both', () => {
    const none = { must: [], may: [], never: [] };
    expect(excludes([{ ...none, must: ['a'] }], [{ ...none, never: ['a'] }])).toBe(true);
    expect(excludes([{ ...none, must: ['a'] }], [{ ...none, may: ['a'] }])).toBe(false);
    expect(excludes([{ ...none, must: ['a'] }], [none, { ...none, may: ['a'] }])).toBe(false);
  });
});
