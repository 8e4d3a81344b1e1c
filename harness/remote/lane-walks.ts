import type { Claims, Policy } from '../../spec/lib/port.ts';
import type { Image } from '../../spec/lib/image.ts';
import type { Walker, WalkerOptions } from '../judge.ts';
import type { AnyKind } from '../subjects.ts';
import { walk, type Walked } from '../walk.ts';
import type { AnyCodec } from '../wire/codecs.ts';
import type { Lane, Looks } from './lane.ts';
import type { Lanes } from './lanes.ts';
import { kindWithKills } from './narrowed.ts';
import { WalkAgain } from './walk-again.ts';

/** Walks over states, each in a lane that is free. */
export interface LaneWalks {
  readonly walker: Walker;
  /** The next walk for which nobody says that is made with kills. */
  readonly beginAnew: () => void;
}

/**
 * Of so many walks since the process was begun anew, the first is made with real kills in it: a
 * process costs as much as many walks.
 */
export const killedOneIn = 32;

/** Whose walks they are. */
export interface WalksOf {
  readonly kind: AnyKind;
  readonly policy: Policy;
  readonly codec: AnyCodec;
  readonly claims: Claims;
}

/**
 * Makes the walks of a kind in these lanes; those with kills in lanes on a process of their own, so
 * that nobody else's is killed.
 */
export function laneWalks(
  lanes: Lanes,
  killed: Lanes,
  { kind, policy, codec, claims }: WalksOf,
): LaneWalks {
  let looks: Looks = 'after writes';
  let unsaid = 0;
  const canBeKilled = claims.holds.includes('process');
  const walkIn = (
    lane: Lane,
    image: Image,
    { kills, ...asked }: WalkerOptions,
  ): Promise<Walked> => {
    const by = kills === true && canBeKilled ? kindWithKills(kind, lane.killFirst) : kind;
    return walk(by, lane.maker(codec, claims, looks), policy, image, asked);
  };
  const walker: Walker = (image, options) => {
    const { kills: isMeant = unsaid++ % killedOneIn === 0 } = options;
    const kills = isMeant && canBeKilled;
    const asked = { ...options, kills };
    return (kills ? killed : lanes).take(async (lane) => {
      try {
        return { image, walked: await walkIn(lane, image, asked) };
      } catch (error) {
        if (!(error instanceof WalkAgain) || error.why !== 'changed by reading') throw error;
        // Who writes where nothing may be written is looked at after each call from now on.
        looks = 'after calls';
        return { image, walked: await walkIn(lane, image, asked) };
      }
    });
  };
  return { walker, beginAnew: () => void (unsaid = 0) };
}
