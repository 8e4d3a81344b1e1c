import { applyDamage, randomDamage, type Damage } from '../../faults/damage.ts';
import { applyCut, killCuts } from '../../faults/kill.ts';
import { randomFrom, type Random } from '../../faults/random.ts';
import type { Image } from '../../spec/lib/image.ts';
import type { Owes } from '../../spec/lib/judge.ts';
import { structuralDamage } from '../../spec/session-store-v2/damage.ts';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';
import type { State } from '../../spec/session-store-v2/machine.ts';
import { makeRun, staysInside } from '../check.ts';
import type { Run } from '../drive.ts';
import { applyFault, killPointOf, type Decay, type Kill } from '../fault.ts';
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import { digestImage } from '../lib/digest.ts';
import { trialOf } from '../subjects.ts';

/** A store of the original, damaged, with what its history owes and the image before the damage. */
export interface Damaged {
  readonly image: Image;
  readonly undamaged: Image;
  readonly owes: readonly Owes[];
  readonly damage: readonly Damage[];
  /** True where the store was killed before it was damaged. */
  readonly killed: boolean;
}

/** One history of the original with the damaged stores that were made of it. */
export interface DamagedHistory {
  readonly index: number;
  readonly traits: readonly Trait[];
  readonly stores: readonly Damaged[];
}

/** What a history went through; the property counts each. */
export type Trait = 'several segments' | 'rollback' | 'checkpoint' | 'manifest' | 'kill';

/** Which histories of a seed are made, and how many distinct damaged stores of each. */
export interface Portion {
  readonly seed: string;
  readonly from: number;
  readonly to: number;
  readonly perHistory: number;
}

type OriginalRun = Run<Op, Value, State>;

/** The original, judged by its own table; its histories are what is damaged. */
export const trialOfOriginal = trialOf(
  sessionStoreV2,
  sessionStoreV2.ports['original']!,
  'original',
);

/** Histories of the original, each with its damaged stores; all distinct, even across histories. */
export async function* damagedHistories(portion: Portion): AsyncGenerator<DamagedHistory> {
  const known = new Set<string>();
  for (let index = portion.from; index < portion.to; index++) {
    const random = randomFrom(portion.seed).fork(`damaged/${index}`);
    const run = await makeRun(trialOfOriginal, random, 24);
    const stores: Damaged[] = [];
    const faults = faultsOf(run, random);
    for (let tries = 0; stores.length < portion.perHistory && tries < 8 * portion.perHistory;) {
      tries++;
      const one = damagedOnce(run, faults());
      const name = one === null ? '' : digestImage(one.image);
      if (one === null || known.has(name)) continue;
      known.add(name);
      stores.push(one);
    }
    const killed = stores.some((store) => store.killed);
    yield { index, traits: traitsOf(run, killed), stores };
  }
}

/** Draws faults: damage to what a closed store left, and for every fourth to what a kill left. */
function faultsOf(run: OriginalRun, random: Random): () => Decay {
  const cuts = killCuts(run.log, { tears: sessionStoreV2.tears });
  const earlier = [1, 2].flatMap((k) => {
    const cut = cuts[Math.floor((cuts.length * k) / 3)];
    return cut === undefined ? [] : [applyCut(run.log, cut)];
  });
  const closed = structuralDamage(run.image);
  return () => {
    const kill = random.chance(1, 4) ? killPointOf(run, random.pick(cuts)) : null;
    const base = kill === null ? run.image : undamagedOf(run, { is: 'kill', kill });
    const drawn = randomDamage(base, random, {
      // A killed store cannot have been at a later time.
      earlier: kill === null ? earlier : [],
      structural: (image) =>
        image === run.image ? closed : structuralDamage(image, { linesPerFile: 2 }),
    });
    return { is: 'damage', kill, damage: drawn.filter(staysInside) };
  };
}

function undamagedOf(run: OriginalRun, fault: Kill): Image {
  return applyFault(trialOfOriginal.machine, run, fault)?.undamaged ?? run.image;
}

function damagedOnce(run: OriginalRun, fault: Decay): Damaged | null {
  const faulted = applyFault(trialOfOriginal.machine, run, fault);
  if (faulted === null || fault.damage.length === 0) return null;
  const { undamaged, owes } = faulted;
  const image = fault.damage.reduce(applyDamage, undamaged);
  return image === undamaged
    ? null
    : { image, undamaged, owes, damage: fault.damage, killed: fault.kill !== null };
}

function traitsOf(run: OriginalRun, killed: boolean): readonly Trait[] {
  const did = (op: Op['op']): boolean =>
    run.steps.some((step) => step.op.op === op && step.outcome.is === 'ok');
  const segments = [...run.image.keys()].filter((path) => path.endsWith('.seg'));
  const traits: Trait[] = [];
  if (segments.length > 1) traits.push('several segments');
  if (did('rollback')) traits.push('rollback');
  if (did('checkpoint')) traits.push('checkpoint');
  if (did('manifest')) traits.push('manifest');
  if (killed) traits.push('kill');
  return traits;
}
