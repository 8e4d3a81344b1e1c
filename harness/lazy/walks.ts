import { isDeepStrictEqual } from 'node:util';
import type { Fact } from '../../faults/observe/facts.ts';
import { observedDisk, type ObservedDisk } from '../../faults/observe/disk.ts';
import type { Seen } from '../../spec/lib/clause.ts';
import { differences, type Image } from '../../spec/lib/image.ts';
import { storeRoot } from '../drive.ts';
import type { Fault } from '../fault.ts';
import { judgedOf, type Trial, type Walker } from '../judge.ts';
import type { DiskMaker, PortMaker } from '../kind.ts';
import { walk, type Walked } from '../walk.ts';
import { rebased, type WalkOn, type WalkOver } from './rebase.ts';
import { newTrie } from './trie.ts';

/** How often walks were made, and how often one that was made before told the same. */
export interface WalkCounts {
  /** States that a walk was wanted of. */
  readonly asked: number;
  readonly walked: number;
  /** Of those that were not walked: how many were all the same, to see whether that is true. */
  readonly rechecked: number;
  /** Of those: walks that went otherwise than was said. Of a port that is always the same, none. */
  readonly differed: number;
}

/** Walks of one port, each made only where no earlier one has learned the same of its image. */
export interface Walks<O, R, S, D> {
  /** The trial, with walks that are remembered. */
  readonly trial: Trial<O, R, S, D>;
  /**
   * The trial for a state that this fault leaves: what damage or a second fault leaves is hardly
   * ever met again, and observing a walk costs a tenth of it.
   */
  trialFor(fault: Fault): Trial<O, R, S, D>;
  /**
   * What a walk over this image learns of it; null where none has been made or it was forgotten.
   */
  learned(image: Image): readonly Fact[] | null;
  readonly counts: WalkCounts;
}

/** How walks are remembered. */
export interface WalksOptions {
  /** One in so many remembered walks is made all the same; 100 unless told, 0 for none. */
  readonly recheckOneIn?: number;
  /**
   * Walks that are kept, the first ones, at about 200 kB each for ten entries; 1,024 unless told.
   */
  readonly keptMost?: number;
}

interface Leaf extends WalkOver {
  readonly facts: readonly Fact[];
}

/**
 * Remembers the walks of a trial. Only a port in this process over disks of ours can be observed;
 * each state of any other is walked. Sound for ports whose walk follows from what the disk answers
 * them: no clock, no chance, nothing kept from one walk to the next. Once a walk has gone otherwise
 * than was said, each state is walked.
 */
export function walksOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  options: WalksOptions = {},
): Walks<O, R, S, D> {
  const { recheckOneIn = 100, keptMost = 1024 } = options;
  const { kind, policy } = trial;
  const make = judgedOf(trial);
  const isObserved = make.disk === undefined && trial.walker === undefined;
  const unobserved: Walker =
    trial.walker ??
    (async (image, asked) => ({ image, walked: await walk(kind, make, policy, image, asked) }));
  const trie = newTrie<Leaf>(keptMost);
  const counts = { asked: 0, walked: 0, rechecked: 0, differed: 0 };
  let isTrusted = true;
  const recheck = async ({ image, walked }: WalkOn): Promise<void> => {
    counts.rechecked++;
    const plain = await walk(kind, make, policy, image);
    if (isSameWalk(plain, walked)) return;
    counts.differed++;
    isTrusted = false;
  };
  const walker: Walker = async (image, asked) => {
    counts.asked++;
    if (!isObserved || asked.costly === true || !isTrusted) {
      counts.walked++;
      return unobserved(image, asked);
    }
    const known = trie.find(image);
    const other = known === null ? null : rebased(known, image);
    if (other !== null) {
      const reused = counts.asked - counts.walked;
      if (recheckOneIn > 0 && reused % recheckOneIn === 0) await recheck(other);
      return other;
    }
    counts.walked++;
    const leaf = await observedWalk(trial, image);
    trie.add(image, leaf.facts, leaf);
    return { image, walked: leaf.walked };
  };
  const remembering = { ...trial, walker };
  return {
    trial: remembering,
    trialFor: ({ is }) => (is === 'damage' || is === 'nested' ? trial : remembering),
    learned: (image) => trie.find(image)?.facts ?? null,
    counts,
  };
}

async function observedWalk<O, R, S, D>(trial: Trial<O, R, S, D>, image: Image): Promise<Leaf> {
  const { kind, policy } = trial;
  const make = judgedOf(trial);
  const made: ObservedDisk[] = [];
  const disk: DiskMaker = (from) => {
    const observed = observedDisk(from ?? new Map(), storeRoot);
    made.push(observed);
    return observed.disk;
  };
  const port: PortMaker<O, R> = Object.assign((...on: Parameters<PortMaker<O, R>>) => make(...on), {
    disk,
  });
  const walked = await walk(kind, port, policy, image);
  const { base, facts } = made[0]!;
  return { start: image, base, walked, facts };
}

/** True where both walks were answered the same and left the same bytes after each step. */
function isSameWalk(a: Walked, b: Walked): boolean {
  const told = ({ phase, op, outcome, view, adds, probe }: Seen): unknown => ({
    phase, op, outcome, view, adds, probe,
  }); // prettier-ignore
  if (!isDeepStrictEqual(a.seen.map(told), b.seen.map(told))) return false;
  if (!isDeepStrictEqual(a.outside, b.outside) || a.requested !== b.requested) return false;
  return a.seen.every(({ image }, i) => {
    const other = b.seen[i]?.image;
    if (image === undefined || other === undefined) return image === other;
    return image === other || differences(image, other).length === 0;
  });
}
