import type { Random } from '../faults/random.ts';
import type { Owes } from '../spec/lib/judge.ts';
import { takenAway } from '../spec/lib/promises.ts';
import type { Fault, Faulted } from './fault.ts';
import type { Run } from './drive.ts';
import type { Draft, Planned } from './ladder.ts';
import type { WalkRun } from './nested.ts';
import { digestImage } from './lib/digest.ts';
import { ofEachSort } from './lib/draw.ts';
import type { RungTally } from './rungs.ts';

/** A state that no earlier one equals, with the fault that leaves it. */
export interface State<F extends Fault = Fault> {
  readonly planned: Planned<F>;
  readonly faulted: Faulted;
}

/** A state of a run, or of that run with failing calls. */
export interface StateOfRun<O, R, S> extends State {
  /** The run that it comes from, where that is another than the history without failing calls. */
  readonly run?: Run<O, R, S>;
  /** The walk that a second fault or failing calls hit. */
  readonly walked?: WalkRun;
}

/** What of a stage is made and walked. */
export interface Explore<F extends Fault> {
  readonly planned: Iterable<Draft<F>>;
  /** The state that a fault leaves, or null where the run does not reach it. */
  readonly apply: (fault: F) => Faulted | null;
  /** States that were met before, by name; grows. */
  readonly merged: Set<string>;
  /** At most so many are walked; without it all. */
  readonly walkedMost?: number;
  readonly random: Random;
  /** Told how far each rung of the stage went, when it has ended. */
  readonly tell: (tally: RungTally) => void;
  /** Told of every state that was made. */
  readonly made?: (planned: Planned<F>, isNew: boolean) => void;
}

/** Of a stage that is too large, this many images are made a model for each that may be walked. */
const madePerWalk = 2;

type Counted = { -readonly [K in keyof RungTally]: RungTally[K] };
type Place = Pick<Planned, 'rung' | 'model'>;
type TallyOf = (one: Place) => Counted;

/**
 * Makes the states of a stage, drops those that equal an earlier one, and gives the rest: all, or a
 * fair sample of at most `walkedMost`, rung by rung as they come.
 */
export function* explore<F extends Fault>(stage: Explore<F>): Generator<State<F>> {
  const tallies = new Map<string, Counted>();
  let last: Counted | undefined;
  const tallyOf: TallyOf = ({ rung, model }) => {
    // Most come in a row.
    if (last?.rung === rung && last.model === model) return last;
    const name = `${rung}/${model}`;
    last = tallies.get(name);
    if (last === undefined) {
      last = { rung, model, generated: 0, unique: 0, walked: 0, finished: true };
      tallies.set(name, last);
    }
    return last;
  };
  const { walkedMost = Number.POSITIVE_INFINITY } = stage;
  if (walkedMost === Number.POSITIVE_INFINITY) {
    for (const state of newStates(stage, made(stage.planned, tallyOf), tallyOf)) {
      stage.merged.add(state.name);
      tallyOf(state.planned).walked++;
      yield state;
    }
  } else yield* fairly(stage, walkedMost, tallyOf);
  for (const tally of tallies.values()) stage.tell(tally);
}

interface Named<F extends Fault> extends State<F> {
  readonly name: string;
}

/**
 * Of too many states a sample is made, and of what is new among it some are walked: of each model
 * as many, as far as they go.
 */
function* fairly<F extends Fault>(
  stage: Explore<F>,
  most: number,
  tallyOf: TallyOf,
): Generator<State<F>> {
  const drop = (one: Place): void => void (tallyOf(one).finished = false);
  const sampled = sampledByModel(stage, most * madePerWalk, tallyOf, drop);
  const states = [...newStates(stage, sampled, tallyOf)];
  const chosen = new Set(ofEachSort(states, modelOf, most, stage.random));
  for (const state of states) {
    if (!chosen.has(state)) {
      drop(state.planned);
      continue;
    }
    stage.merged.add(state.name);
    tallyOf(state.planned).walked++;
    yield state;
  }
}

const modelOf = ({ planned }: State): string => planned.model;

/** Of each model at most so many, each with the same chance, in their order; no other is made. */
function sampledByModel<F extends Fault>(
  { planned, random }: Pick<Explore<F>, 'planned' | 'random'>,
  most: number,
  tallyOf: TallyOf,
  drop: (one: Place) => void,
): readonly Planned<F>[] {
  const samples = new Map<string, Sample<Planned<F>>>();
  let at = 0;
  for (const one of planned) {
    tallyOf(one).generated++;
    let sample = samples.get(one.model);
    if (sample === undefined) samples.set(one.model, (sample = { met: 0, kept: [] }));
    put(sample, { at: at++, draft: one }, most, random, drop);
  }
  const kept = [...samples.values()].flatMap((sample) => sample.kept);
  return kept.toSorted((a, b) => a.at - b.at).map(({ item }) => item);
}

function* made<F extends Fault>(
  drafts: Iterable<Draft<F>>,
  tallyOf: TallyOf,
): Generator<Planned<F>> {
  for (const one of drafts) {
    tallyOf(one).generated++;
    yield one.make();
  }
}

/** States that equal no earlier one, neither of this stage nor of those before. */
function* newStates<F extends Fault>(
  { apply, merged, made: tellMade }: Explore<F>,
  planned: Iterable<Planned<F>>,
  tallyOf: TallyOf,
): Generator<Named<F>> {
  const here = new Set<string>();
  for (const one of planned) {
    const faulted = apply(one.fault);
    if (faulted === null) continue;
    const name = stateNameOf(one.fault, faulted);
    const isNew = !merged.has(name) && !here.has(name);
    tellMade?.(one, isNew);
    if (!isNew) continue;
    here.add(name);
    tallyOf(one).unique++;
    yield { planned: one, faulted, name };
  }
}

interface Sample<T> {
  met: number;
  readonly kept: { readonly at: number; readonly item: T }[];
}

function put<F extends Fault>(
  sample: Sample<Planned<F>>,
  { at, draft }: { readonly at: number; readonly draft: Draft<F> },
  most: number,
  random: Random,
  drop: (one: Place) => void,
): void {
  sample.met++;
  if (sample.kept.length < most) {
    sample.kept.push({ at, item: draft.make() });
    return;
  }
  const place = random.below(sample.met);
  drop(place < most ? sample.kept[place]!.item : draft);
  if (place < most) sample.kept[place] = { at, item: draft.make() };
}

/**
 * What makes a state the same as another, so that both need only one walk: bytes, duties, and of
 * what kind the fault was.
 */
export function stateNameOf(fault: Fault, { image, owes, earlier }: Faulted): string {
  const last = fault.is === 'nested' ? fault.second.is : fault.is;
  // What a first walk took away can be kept or not; where it took nothing it does not matter.
  const isLess = earlier !== undefined && takenAway(earlier, image).length > 0;
  const before = isLess ? ` ${digestImage(earlier)}` : '';
  return `${last} ${digestImage(image)} ${dutiesText(owes)}${before}`;
}

const dutiesTexts = new WeakMap<readonly Owes[], string>();

function dutiesText(owes: readonly Owes[]): string {
  let text = dutiesTexts.get(owes);
  if (text === undefined) dutiesTexts.set(owes, (text = JSON.stringify(owes)));
  return text;
}
