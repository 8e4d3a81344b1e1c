import fc from 'fast-check';
import { randomDamage, type Damage, type DamageOptions } from '../faults/damage.ts';
import { applyCut, killCuts, type Cut } from '../faults/kill.ts';
import type { Random } from '../faults/random.ts';
import type { Image } from '../spec/lib/image.ts';
import { drive, type Run } from './drive.ts';
import { damageInTurn, namesInTurn } from './each-sort.ts';
import { applyFault, killPointOf, type Decay, type SingleFault } from './fault.ts';
import { beatOf, type Trial } from './judge.ts';
import type { Kind, LeansOn, StructuralDamage } from './kind.ts';
import type { Planned } from './ladder.ts';

/**
 * A random history: drafts from the kind's generators, resolved against the machine's state as it
 * goes.
 */
export async function makeRun<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  random: Random,
  operations: number,
  leansOn?: LeansOn,
): Promise<Run<O, R, S>> {
  const { kind, policy } = trial;
  const drafts: D[] = [];
  const more = (): void => {
    const one = fc.array(kind.drafts(policy, leansOn), {
      minLength: operations,
      maxLength: operations,
      size: 'max',
    });
    drafts.push(...fc.sample(one, { seed: random.next() | 0, numRuns: 1 })[0]!);
  };
  more();
  const next = (state: S, index: number, done: number): O | null => {
    if (done >= operations) return null;
    // Some drafts cannot be asked where they come; a second helping makes up for them.
    if (index === operations && index === drafts.length) more();
    const draft = drafts[index];
    return draft === undefined ? null : kind.resolve(state, draft);
  };
  return drive(trial.make, trial.machine, next, { beat: beatOf(trial), account: true });
}

/**
 * The first rungs for one history: no fault, all kill cuts, and damage at rest on final and killed
 * images.
 */
export function* faultsOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  random: Random,
  damaged: number,
  leansOn?: LeansOn,
  tearsPerWrite = Number.POSITIVE_INFINITY,
): Generator<Planned<SingleFault>> {
  yield { fault: { is: 'none' }, rung: 'none', model: 'none', names: ['none'] };
  const cuts = killCuts(run.log, { tears: trial.kind.tears });
  for (const cut of fewerTears(cuts, random.fork('tears'), tearsPerWrite)) {
    const name = cut.partialBytes === undefined ? 'kill between calls' : 'kill inside a write';
    const fault = { is: 'kill', kill: killPointOf(run, cut) } as const;
    yield { fault, rung: 'all prefixes', model: 'kill9', names: [name] };
  }
  const images = earlierImages(run, cuts);
  for (let i = 0; i < damaged; i++) {
    yield damageOf(trial, run, random, { cuts, earlier: images, leansOn: leansOn?.damage ?? [] });
  }
  if (leansOn?.turn === undefined) return;
  const { image } = run;
  const layout = suggested(trial.kind, image);
  for (const damage of damageInTurn(image, layout, leansOn.turn, random.fork('in turn'))) {
    if (trial.policy === 'original' && !staysInside(damage)) continue;
    yield atRest(null, [damage]);
  }
  for (const name of namesInTurn(leansOn.turn)) {
    const damage = oneOf(name, image, random, { earlier: images, structural: () => layout });
    if (damage !== null && (trial.policy !== 'original' || staysInside(damage))) {
      yield atRest(null, [damage]);
    }
  }
}

/** A draw leans on a kind of damage half of the time, and some images have no place for it. */
const triesMost = 12;

function oneOf(
  name: Damage['do'],
  image: Image,
  random: Random,
  options: Pick<DamageOptions, 'earlier' | 'structural'>,
): Damage | null {
  for (let tries = 0; tries < triesMost; tries++) {
    const [drawn] = randomDamage(image, random, { ...options, most: 1, leansOn: [name] });
    if (drawn?.do === name) return drawn;
  }
  return null;
}

/** What the store looked like after a third and after two thirds of these cuts. */
export function earlierImages(
  { log }: Pick<Run<unknown, unknown, unknown>, 'log'>,
  cuts: readonly Cut[],
): readonly Image[] {
  const earlier = [1, 2].map((k) => cuts[Math.floor((cuts.length * k) / 3)]);
  return earlier.flatMap((cut) => (cut === undefined ? [] : [applyCut(log, cut)]));
}

/** At most so many kills inside each write, at random; kills between calls are all kept. */
function fewerTears(cuts: readonly Cut[], random: Random, most: number): readonly Cut[] {
  if (most === Number.POSITIVE_INFINITY) return cuts;
  const left = new Map<number, number>();
  for (const { event, partialBytes } of cuts) {
    if (partialBytes !== undefined) left.set(event, (left.get(event) ?? 0) + 1);
  }
  const wanted = new Map<number, number>();
  return cuts.filter(({ event, partialBytes }) => {
    if (partialBytes === undefined) return true;
    const others = left.get(event) ?? 1;
    const want = wanted.get(event) ?? most;
    left.set(event, others - 1);
    const taken = want > 0 && random.chance(Math.min(want, others), others);
    if (taken) wanted.set(event, want - 1);
    return taken;
  });
}

interface DamageSource {
  readonly cuts: readonly Cut[];
  readonly earlier: readonly Image[];
  readonly leansOn: readonly Damage['do'][];
}

/** Damage of a killed store is the rarer case: most stores that rot were closed. */
function damageOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  random: Random,
  { cuts, earlier, leansOn }: DamageSource,
): Planned<Decay> {
  const killed = cuts.length > 0 && random.chance(1, 4);
  const kill = killed ? killPointOf(run, random.pick(cuts)) : null;
  const base = applyFault(
    trial.machine,
    run,
    kill === null ? { is: 'none' } : { is: 'kill', kill },
  );
  const drawn = randomDamage(base?.image ?? run.image, random, {
    // A killed store cannot have been at a later time: what it had not yet done cannot come back.
    earlier: kill === null ? earlier : [],
    structural: (image) => suggested(trial.kind, image),
    leansOn,
  });
  return atRest(kill, trial.policy === 'original' ? drawn.filter(staysInside) : drawn);
}

function atRest(kill: Decay['kill'], damage: readonly Damage[]): Planned<Decay> {
  return {
    fault: { is: 'damage', kill, damage },
    rung: 'damage at rest',
    model: 'none',
    names: damage.map((d) => `damage: ${d.do}`),
  };
}

/**
 * The original waits for ever on a FIFO, and follows a link to wherever it leads: no table can say
 * what it does there.
 */
export function staysInside(damage: Damage): boolean {
  if (damage.do !== 'replace' || damage.by === 'dir') return true;
  return damage.by === 'link' && !damage.target.startsWith('/');
}

const suggestions = new WeakMap<Image, readonly StructuralDamage[]>();

/**
 * What the layout suggests for an image; asked dozens of times for the final image of a history.
 */
function suggested<O, R, S, D>(kind: Kind<O, R, S, D>, image: Image): readonly StructuralDamage[] {
  let kept = suggestions.get(image);
  if (kept === undefined) suggestions.set(image, (kept = kind.structuralDamage?.(image) ?? []));
  return kept;
}
