import { killCuts, type Cut } from '../../faults/kill.ts';
import type { OpLog } from '../../faults/oplog.ts';
import type { Random } from '../../faults/random.ts';
import {
  faultable,
  killPointOf,
  type Faultable,
  type Kill,
  type Nested,
  type PowerCut,
} from '../fault.ts';
import type { Trial } from '../judge.ts';
import { momentAt, momentIn } from '../ladder.ts';
import { applyNested, walkAfter, type WalkRun } from '../nested.ts';
import { opsOf, type Candidate, type Ground } from './ground.ts';
import { powerCutsSampled, type Sample } from './power-stage.ts';
import { shuffled } from '../lib/draw.ts';
import { byName, inTurn, isStruck } from './sampling.ts';

/** Crashes while a first one is recovered from: mostly first ones that recovery repairs. */
export async function* nestedStage<O, R, S, D>(
  ground: Ground<O, R, S, D>,
): AsyncGenerator<Candidate<O, R, S>> {
  const { trial, run, random, size, bug } = ground;
  for await (const { fault, walked } of firstsOf(ground)) {
    for (const second of secondsOf(
      trial,
      walked,
      { most: size.seconds, is: bug.pair?.[1] },
      random,
    )) {
      const both: Nested = { is: 'nested', first: fault, second };
      const faulted = applyNested(walked, both);
      if (faulted !== null) yield { run, fault: both, faulted, stage: 'nested' };
    }
  }
}

/** Walks over as many first faults as may be tried; of those that need no repair one in two. */
export async function* firstsOf<O, R, S, D>({
  trial,
  run,
  random,
  size,
  bug,
}: Ground<O, R, S, D>): AsyncGenerator<{ fault: Kill | PowerCut; walked: WalkRun }> {
  const { strikes = [] } = bug;
  const on = faultable(trial.machine, run);
  const cuts = killCuts(run.log, { tears: trial.kind.tears, boundariesMost: 4 });
  const opAt = opsOf(trial, run);
  const killsAt = (some: readonly Cut[], sortOf: (cut: Cut) => string = () => ''): Kill[] => {
    const struck = some.filter(({ step }) => isStruck(strikes, opAt(step)));
    const lists = byName(struck, (cut) => `${opAt(cut.step)} ${sortOf(cut)}`, random);
    return inTurn(...lists).map((cut) => ({ is: 'kill', kill: killPointOf(on, cut) }));
  };
  const asked = ({ event }: Cut): string => askedAt(run.log, event - 1);
  const isTorn = (cut: Cut): boolean => cut.partialBytes !== undefined;
  const sample: Sample = { opAt, strikes, rung: 'one lost', most: size.firsts * 2 };
  const all = inTurn<Kill | PowerCut>(
    killsAt(beforeSyncs(on), asked),
    killsAt(cuts.filter(isTorn)),
    // Where the kernel lives on, a kill between two other calls is one before a sync.
    bug.pair?.[1] === 'power' ? [] : killsAt(cuts.filter((cut) => !isTorn(cut))),
    [...powerCutsSampled(trial, on, sample, random)],
  ).filter(({ is }) => bug.pair === undefined || is === bug.pair[0]);
  let left = size.firsts;
  for (const fault of all.slice(0, size.firsts * 6)) {
    const walked = await walkAfter(trial, run, { first: fault });
    if (walked === null || (!repairs(walked) && !random.chance(1, 2))) continue;
    yield { fault, walked };
    if (--left <= 0) return;
  }
}

/** What an event of a log asked for, and for names in which directory. */
function askedAt(log: OpLog, index: number): string {
  const event = log.events[index];
  if (event?.is !== 'call') return '';
  const { call } = event;
  const path = call.do === 'rename' ? call.to : call.do === 'name' ? call.at : '';
  return `${call.do} ${path.slice(0, Math.max(0, path.lastIndexOf('/')))}`;
}

/**
 * Cuts right before each sync: a kill there leaves the same image as one behind it, but what was to
 * be synced is still pending when power fails later.
 */
function beforeSyncs(on: Faultable): Cut[] {
  return on.log.events.flatMap((event, index) =>
    event.is === 'call' && event.call.do === 'sync' ? [momentAt(on, index)] : [],
  );
}

/** Recovery called the file system for a change before it was answered. */
function repairs({ log, steps }: WalkRun): boolean {
  const { began = 0, ended = 0 } = steps[0] ?? {};
  return log.events.slice(began, ended).some((event) => event.is === 'call' && event.call.do !== 'sync'); // prettier-ignore
}

/** Kills and power cuts up to the reopen, half of them inside recovery. */
function secondsOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  walked: WalkRun,
  { most, is }: { readonly most: number; readonly is: (Kill | PowerCut)['is'] | undefined },
  random: Random,
): (Kill | PowerCut)[] {
  const from = walked.steps[0]?.began ?? 0;
  const recovered = walked.steps[0]?.ended ?? from;
  const until = walked.seen.findIndex((s) => s.phase === 'reopen');
  const isBefore = (step: number): boolean => until === -1 || step <= until;
  const kills = killCuts(walked.log, { tears: trial.kind.tears, boundariesMost: 2 })
    .filter((cut) => cut.event >= from)
    .map((cut): Kill => ({ is: 'kill', kill: killPointOf(walked, momentIn(walked, cut)) }))
    .filter(({ kill }) => isBefore(kill.step));
  const opAt = (step: number): string => walked.seen[step]?.op ?? '';
  const rungs = ['one lost', 'one kept'] as const;
  const cuts = rungs.flatMap((rung) => [
    ...powerCutsSampled(trial, walked, { opAt, rung, most: most * 2, from, old: true }, random),
  ]);
  const early = ({ kill }: Kill | PowerCut): boolean =>
    (walked.steps[kill.step]?.began ?? 0) + kill.calls <= recovered;
  const later = (one: Kill | PowerCut): boolean => !early(one);
  const power = cuts.filter(({ kill }) => isBefore(kill.step));
  const all = inTurn<Kill | PowerCut>(
    shuffled(power.filter(early), random),
    shuffled(kills.filter(early), random),
    shuffled(power.filter(later), random),
    shuffled(kills.filter(later), random).slice(0, most >> 3),
  );
  return all.filter((one) => is === undefined || one.is === is).slice(0, most);
}
