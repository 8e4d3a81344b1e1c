import type { PowerRung } from '../../faults/ladder.ts';
import { allows } from '../../faults/models/allows.ts';
import { modelNamed } from '../../faults/models/index.ts';
import type { Ino } from '../../faults/oplog.ts';
import { powerOf } from '../../faults/power.ts';
import type { Unit } from '../../faults/units.ts';
import { cutOf, killPointOf, type Faultable, type PowerCut } from '../fault.ts';
import type { Kind } from '../kind.ts';
import { cutBehind, withBarriers, type Barrier } from './edited.ts';
import type { Retry } from './retry.ts';
import type { Scene } from './scene.ts';
import { choiceCount, rungsWith, statesOf, type Place, type States } from './states.ts';

/** What completed syncs could do about a finding. */
export interface BarrierAdvice {
  /**
   * `removes`: with the barriers no state of the rungs breaks the clause. `logic`: some do even
   * with a completed sync of file and directory behind every call. `forgotten`: a sync that failed
   * made the system believe that it was written, so no later one writes it. `unknown`: none of
   * these was shown.
   */
  readonly is: 'removes' | 'logic' | 'forgotten' | 'unknown';
  readonly rungs: readonly PowerRung[];
  /** Failing states of the rungs as the history was, or null where the budget ended first. */
  readonly failing: number | null;
  /**
   * A smallest set that removes them, from one to `barriersMost`; with `every`, the syncs of one
   * file or directory, behind each call that changes it.
   */
  readonly barriers: readonly Barrier[];
  readonly every?: Ino;
  /** Of what is forgotten: the event of the sync that failed. */
  readonly failed?: number;
}

/**
 * The longest list of syncs that is an advice; beyond it, the store syncs too little throughout.
 */
const barriersMost = 4;

/** Sets of syncs that are tried. */
const triesMost = 300;

interface Hunt<O, R, S, D> {
  readonly kind: Pick<Kind<O, R, S, D>, 'tears'>;
  readonly scene: Scene;
  readonly retry: Retry;
  readonly rungs: readonly PowerRung[];
  triesLeft: number;
}

/** Finds the syncs that would have made the finding impossible, by running its rungs with them. */
export async function barriersOf<O, R, S, D>(
  kind: Pick<Kind<O, R, S, D>, 'tears'>,
  scene: Scene,
  retry: Retry,
): Promise<BarrierAdvice> {
  const failed = forgottenAt(scene);
  if (failed !== null) {
    return { is: 'forgotten', rungs: [], failing: null, barriers: [], failed };
  }
  // A loss that is on no rung, since it could not be shrunk, is asked for beside the cheap ones.
  const own = rungsWith(kind, scene) ?? (['one lost', 'one kept'] as const);
  // Of a long history the dear rungs are left out: the finding itself is always asked for.
  const rungs = choiceCount(kind, scene, own) > 2 * retry.left ? own.slice(0, 2) : own;
  const hunt: Hunt<O, R, S, D> = { kind, scene, retry, rungs, triesLeft: triesMost };
  const result = { rungs, failing: null, barriers: [] };
  const all = await run(hunt, everySync(scene.on, scene.from));
  if (all === null) return { ...result, is: 'unknown' };
  if (all.failing.length > 0) return { ...result, is: 'logic' };
  const every = await everyOfOne(hunt);
  const isLong = rungs.length < own.length && every !== null;
  const found = isLong ? null : await search(hunt);
  if (found === null && every === null) return { ...result, is: 'unknown' };
  // Counted last: of a long history there may be more states than walks are left for.
  const before = await statesOf(kind, scene, scene, retry, { rungs });
  const failing = before === null ? null : Math.max(1, before.failing.length);
  return { ...result, is: 'removes', failing, ...(found === null ? every : { barriers: found }) };
}

/** One file or directory whose sync behind each call that changes it does it, or null. */
async function everyOfOne<O, R, S, D>(
  hunt: Hunt<O, R, S, D>,
): Promise<Required<Pick<BarrierAdvice, 'barriers' | 'every'>> | null> {
  const { on, from, fault } = hunt.scene;
  const lost = new Set(fault.lost.map((one) => one.unit));
  const gone = powerOf(on.log).units.filter((unit) => lost.has(unit.id));
  for (const every of new Set(gone.flatMap(inosOf))) {
    const barriers = everySync(on, from).filter(({ ino }) => ino === every);
    const states = await run(hunt, barriers);
    if (states?.failing.length === 0) return { barriers, every };
  }
  return null;
}

/** The failed sync after which something that was lost counted as written, or null. */
function forgottenAt({ on, fault }: Scene): number | null {
  const cut = cutOf(on, fault.kill)?.event ?? on.log.events.length;
  const rules = powerOf(on.log).rules(modelNamed(fault.model));
  for (const { unit } of fault.lost) {
    const index = rules.indexOf.get(unit);
    const at = index === undefined ? cut : rules.forgottenFrom[rules.groupOf[index]!]!;
    if (at < cut) return at;
  }
  return null;
}

/** One sync that does it, or two, or a few more. */
async function search<O, R, S, D>(hunt: Hunt<O, R, S, D>): Promise<readonly Barrier[] | null> {
  const { fault } = hunt.scene;
  let open: (readonly [readonly Barrier[], PowerCut])[] = [[[], fault]];
  for (let size = 1; size <= barriersMost; size++) {
    const further: (readonly [readonly Barrier[], PowerCut])[] = [];
    // Beyond pairs only the first few ways are followed.
    for (const [barriers, cut] of size === 1 ? open : open.slice(0, size === 2 ? 8 : 2)) {
      for (const next of candidates(hunt.scene, barriers, cut)) {
        const more = [...barriers, next];
        const states = await run(hunt, more);
        if (states === null) return null;
        const left = states.failing[0];
        if (left === undefined) return more;
        further.push([more, left]);
      }
    }
    open = further;
  }
  return null;
}

/** The rungs of the finding with these syncs, up to the first state that fails. */
async function run<O, R, S, D>(
  hunt: Hunt<O, R, S, D>,
  barriers: readonly Barrier[],
): Promise<States | null> {
  if (hunt.triesLeft-- <= 0) return null;
  const { kind, scene, retry, rungs } = hunt;
  const place = placeWith(scene, barriers);
  const states = await statesOf(kind, scene, place, retry, { rungs, untilFirst: true });
  if (states === null || states.failing.length > 0) return states;
  // The finding itself may lie outside these rungs.
  const { on, fault } = scene;
  const cut = cutOf(on, fault.kill);
  if (cut === null || !isAllowed(scene, place, fault, barriers)) return states;
  const kill = killPointOf(place.on, { ...cut, event: cutBehind(cut.event, barriers) });
  return { ...states, failing: [{ ...fault, kill }] };
}

function placeWith({ on, from }: Scene, barriers: readonly Barrier[]): Place {
  return { on: withBarriers(on, barriers), from: cutBehind(from, barriers) };
}

/** True where the same loss is still possible at the same moment. */
function isAllowed(
  { on }: Scene,
  { on: edited }: Place,
  fault: PowerCut,
  barriers: readonly Barrier[],
): boolean {
  const cut = cutOf(on, fault.kill);
  if (cut === null) return false;
  const rules = powerOf(edited.log).rules(modelNamed(fault.model));
  return allows(rules, { cut: cutBehind(cut.event, barriers), lost: fault.lost });
}

/**
 * Syncs of what the lost units belong to, behind each call from the one that was lost to the cut,
 * that make this loss impossible. Directly behind the lost call comes first.
 */
function* candidates(scene: Scene, given: readonly Barrier[], cut: PowerCut): Generator<Barrier> {
  const { on, from } = placeWith(scene, given);
  const until = cutOf(on, cut.kill)?.event ?? on.log.events.length;
  const { units } = powerOf(on.log);
  const lost = new Set(cut.lost.map((one) => one.unit));
  const tried = new Set<string>();
  const all = units.filter((unit) => lost.has(unit.id)).toReversed();
  for (const unit of all) {
    for (const ino of inosOf(unit)) {
      // What a history left pending when its process died can only be synced by the walk.
      for (let after = Math.max(unit.event, from - 1); after < until; after++) {
        const name = `${after} ${ino}`;
        const isPlace = after === from - 1 || on.log.events[after]?.is === 'call';
        if (!isPlace || tried.has(name)) continue;
        tried.add(name);
        const place = { on: withBarriers(on, [{ after, ino }]), from: 0 };
        if (isAllowed({ ...scene, on }, place, cut, [{ after, ino }])) continue;
        yield { after: original(after, given), ino };
      }
    }
  }
}

/** An event of a history with these syncs, as it was without them. */
function original(event: number, given: readonly Barrier[]): number {
  let at = event;
  for (const { after } of given.toSorted((a, b) => a.after - b.after)) if (after < at) at--;
  return at;
}

/**
 * What to sync so that a unit becomes durable: its file, or of a name first its directories; some
 * file systems keep a file's own name too when the file is synced.
 */
function inosOf(unit: Unit): Ino[] {
  if (unit.is !== 'name' && unit.is !== 'rename') return [unit.ino];
  const isThere = unit.call.do === 'rename' || (unit.call.do === 'name' && unit.call.ino !== null);
  const own = isThere ? [unit.ino] : [];
  return [...new Set([...unit.places.map((place) => place.dir), ...own])].filter((ino) => ino > 0);
}

/**
 * A sync of the file, or of the directories, behind every call that changed something; in a walk
 * first of all that was pending when it began.
 */
function everySync({ log }: Faultable, from: number): Barrier[] {
  const barriers = new Map<string, Barrier>();
  for (const unit of powerOf(log).units) {
    const after = Math.max(unit.event, from - 1);
    for (const ino of inosOf(unit)) barriers.set(`${after} ${ino}`, { after, ino });
  }
  return [...barriers.values()];
}
