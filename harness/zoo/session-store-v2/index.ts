import { safePort } from '../../kinds/session-store-v2-safe.ts';
import type { Op, Value } from '../../../spec/session-store-v2/ops.ts';
import type { Zoo } from '../types.ts';
import { acceptsBrokenJson } from './accepts-broken-json.ts';
import { acceptsSameId } from './accepts-same-id.ts';
import { acceptsUnknownParent } from './accepts-unknown-parent.ts';
import { acknowledgesEarly } from './acknowledges-early.ts';
import { appendsOverAnother } from './appends-over-another.ts';
import { cutsInSilence } from './cuts-in-silence.ts';
import { cutsSealedSegment } from './cuts-sealed-segment.ts';
import { cutsThroughHole } from './cuts-through-hole.ts';
import { cutsWithoutKeeping } from './cuts-without-keeping.ts';
import { destroysRolledBackTail } from './destroys-rolled-back-tail.ts';
import { foldsWrongHash } from './folds-wrong-hash.ts';
import { followsLinks } from './follows-links.ts';
import { forgetsLineFeed } from './forgets-line-feed.ts';
import { gluesIndexRows } from './glues-index-rows.ts';
import { hidesManifestAhead } from './hides-manifest-ahead.ts';
import { hidesMissingHead } from './hides-missing-head.ts';
import { hidesRowDifferences } from './hides-row-differences.ts';
import { inspectorWrites } from './inspector-writes.ts';
import { keepsTornFrame } from './keeps-torn-frame.ts';
import { leavesIndexBehind } from './leaves-index-behind.ts';
import { leavesTornLedger } from './leaves-torn-ledger.ts';
import { quarantinesEveryTime } from './quarantines-every-time.ts';
import { readsMoreThanIsThere } from './reads-more-than-is-there.ts';
import { rebuildsForEver } from './rebuilds-for-ever.ts';
import { removesIntentFirst } from './removes-intent-first.ts';
import { rollsBackWithoutIntent } from './rolls-back-without-intent.ts';
import { setsAsideLowestFirst } from './sets-aside-lowest-first.ts';
import { skipsCoordinates } from './skips-coordinates.ts';
import { skipsPayloadHash } from './skips-payload-hash.ts';
import { tailLacksFirst } from './tail-lacks-first.ts';
import { usesNumberAgain } from './uses-number-again.ts';

/** The bugs planted in the safe session store. */
export const sessionStoreV2Zoo: Zoo<Op, Value> = {
  kind: 'session-store-v2',
  entry: 'harness/kinds/session-store-v2-safe.ts',
  safe: safePort,
  bugs: [
    acceptsBrokenJson,
    acceptsSameId,
    acceptsUnknownParent,
    acknowledgesEarly,
    appendsOverAnother,
    cutsInSilence,
    cutsSealedSegment,
    cutsThroughHole,
    cutsWithoutKeeping,
    destroysRolledBackTail,
    foldsWrongHash,
    followsLinks,
    forgetsLineFeed,
    gluesIndexRows,
    hidesManifestAhead,
    hidesMissingHead,
    hidesRowDifferences,
    inspectorWrites,
    keepsTornFrame,
    leavesIndexBehind,
    leavesTornLedger,
    quarantinesEveryTime,
    readsMoreThanIsThere,
    rebuildsForEver,
    removesIntentFirst,
    rollsBackWithoutIntent,
    setsAsideLowestFirst,
    skipsCoordinates,
    skipsPayloadHash,
    tailLacksFirst,
    usesNumberAgain,
  ],
};
