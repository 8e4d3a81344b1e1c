import { powerRungs, type PowerRung } from '../faults/ladder.ts';

/** A rung of the ladder: one family of states, in the order in which they are tried. */
export const rungs = [
  'none',
  'all prefixes',
  ...powerRungs,
  'read-set-lazy',
  'nested',
  'error sweep',
  'damage at rest',
] as const;
export type Rung =
  | 'none'
  | 'all prefixes'
  | PowerRung
  | 'read-set-lazy'
  | 'nested'
  | 'error sweep'
  | 'damage at rest';

/** How far one rung went under one model, in one history or in many. */
export interface RungTally {
  readonly rung: Rung;
  /** The persistence model; `none` where the rung needs none. */
  readonly model: string;
  /** States that the rung has, as far as they were counted. */
  readonly generated: number;
  /** Of those whose image was made: the ones that no earlier state equals in image and duties. */
  readonly unique: number;
  readonly walked: number;
  /** True where every state that the rung has was made, and walked unless it equals another. */
  readonly finished: boolean;
}

/** Tallies of the same rung and model as one, in the order of the ladder. */
export function sumOfRungs(all: readonly RungTally[]): RungTally[] {
  const sums = new Map<string, RungTally>();
  for (const one of all) {
    const name = `${one.rung}/${one.model}`;
    const before = sums.get(name);
    sums.set(
      name,
      before === undefined
        ? one
        : {
            ...one,
            generated: before.generated + one.generated,
            unique: before.unique + one.unique,
            walked: before.walked + one.walked,
            finished: before.finished && one.finished,
          },
    );
  }
  const at = (one: RungTally): number => rungs.indexOf(one.rung);
  return [...sums.values()].toSorted((a, b) => at(a) - at(b));
}
