import type { Random } from '../faults/random.ts';
import type { Depth } from './depth.ts';
import type { Run } from './drive.ts';
import { errorStates, recoveryErrors } from './error-sweep.ts';
import { explore, type Explore, type StateOfRun } from './explore.ts';
import {
  applyTo,
  faultable,
  type Fault,
  type Faulted,
  type Nested,
  type PowerCut,
  type SingleFault,
} from './fault.ts';
import type { Trial } from './judge.ts';
import type { LeansOn } from './kind.ts';
import { ofEachSort } from './lib/draw.ts';
import { asDrafts, powerDrafts, powerLeavesOut, secondDrafts, type Planned } from './ladder.ts';
import { lazyStates, type LookedAt } from './lazy/states.ts';
import { faultsOf } from './make.ts';
import { wanted, wants } from './narrow.ts';
import { applyNested, walkAfter, type WalkRun } from './nested.ts';
import type { RungTally } from './rungs.ts';

/** A history that is to be put under faults. */
export interface Staged<O, R, S> {
  readonly run: Run<O, R, S>;
  readonly random: Random;
  readonly leansOn?: LeansOn | undefined;
}

/** A fault whose recovery a second one may hit, and what that recovery did, in words. */
export interface First {
  readonly fault: Nested['first'];
  readonly sort: string;
}

/** Who is told of what the stages do, and which states recovery wrote to, as they are walked. */
export interface Told {
  readonly firsts: readonly First[];
  readonly tell: (rung: RungTally) => void;
  readonly made: (planned: Planned, isNew: boolean) => void;
  /** Told of each walk that is recorded for second faults to hit. */
  readonly recorded?: (walked: WalkRun) => void;
  /** The walks of the trial, that tell what each has looked at. */
  readonly walks: LookedAt;
  /** Resolves when each state that was given so far is walked and judged; at once where missing. */
  readonly settled?: () => Promise<void>;
}

/** Every state of one history that is to be walked, in the order of the ladder. */
export async function* statesOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  depth: Depth,
  { run, random, leansOn }: Staged<O, R, S>,
  { firsts, tell, made, recorded, walks, settled }: Told,
): AsyncGenerator<StateOfRun<O, R, S>> {
  const on = faultable(trial.machine, run);
  const drawn = depth.tearsPerWrite !== undefined;
  const common = {
    merged: new Set<string>(),
    random: random.fork('sample'),
    tell,
    made,
    recorded,
  };
  yield* explore({
    ...common,
    // Of the kills inside a write, a depth may draw some.
    tell: (tally) => tell(tally.rung === 'all prefixes' ? ifWhole(tally, !drawn) : tally),
    planned: wanted(
      depth,
      asDrafts(faultsOf(trial, run, random, depth.damaged, leansOn, depth.tearsPerWrite)),
    ),
    apply: (fault: SingleFault) => applyTo(on, fault),
  });
  let left = depth.power.walked;
  for (const [i, rung] of depth.power.rungs.entries()) {
    const plan = { ...depth.power, rungs: [rung] };
    const planned = powerDrafts(trial.kind, on, plan, random.fork(rung));
    const walkedMost = Math.ceil(left / (depth.power.rungs.length - i));
    const stage = {
      ...common,
      planned,
      apply: (fault: PowerCut) => applyTo(on, fault),
      walkedMost,
      tell: (tally: RungTally) =>
        tell(ifWhole(tally, !powerLeavesOut(on, depth.power, rung, tally.model))),
    };
    for (const state of explore(stage)) {
      left--;
      yield state;
    }
  }
  if (depth.lazy !== undefined && wants(depth, 'read-set-lazy')) {
    await settled?.();
    for (const state of lazyStates(on, walks, depth.lazy, common)) {
      yield state;
      await settled?.();
    }
  }
  if (wants(depth, 'nested') || wants(depth, 'error sweep')) {
    await settled?.();
    yield* nestedStates(trial, run, depth, random.fork('nested'), firsts, common);
  }
  if (!wants(depth, 'error sweep')) return;
  yield* errorStates(trial, run, depth.errors, random.fork('errors'), common);
}

/** A rung is finished only where it had all states that there are. */
function ifWhole(tally: RungTally, isWhole: boolean): RungTally {
  return isWhole ? tally : { ...tally, finished: false };
}

interface Common extends Pick<Explore<Fault>, 'merged' | 'random' | 'tell' | 'made'> {
  readonly recorded?: Told['recorded'] | undefined;
}

async function* nestedStates<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  depth: Depth,
  random: Random,
  candidates: readonly First[],
  common: Common,
): AsyncGenerator<StateOfRun<O, R, S>> {
  const { nested, errors } = depth;
  const closed: First = { fault: { is: 'none' }, sort: 'closed' };
  const chosen = ofEachSort([closed, ...candidates], ({ sort }) => sort, nested.firsts, random);
  let left = nested.walked;
  for (const [i, { fault: first }] of chosen.entries()) {
    const walked = await walkAfter(trial, run, { first });
    if (walked === null || walked.log.notModelled.length > 0) continue;
    common.recorded?.(walked);
    const planned = secondDrafts(trial.kind, walked, first, nested, random.fork(`${i}`));
    const walkedMost = Math.ceil(left / (chosen.length - i));
    const apply = (fault: Nested): Faulted | null => applyNested(walked, fault);
    const seconds = wanted(depth, planned);
    for (const state of explore({ ...common, planned: seconds, apply, walkedMost })) {
      left--;
      yield state;
    }
    if (wants(depth, 'error sweep')) yield* recoveryErrors(trial, run, first, errors, common);
  }
}
