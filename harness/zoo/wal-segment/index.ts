import { safePort } from '../../kinds/wal-segment-safe.ts';
import type { Op, Value } from '../../../spec/wal-segment/ops.ts';
import type { Zoo } from '../types.ts';
import { acknowledgesEarly } from './acknowledges-early.ts';
import { answersNullForNone } from './answers-null-for-none.ts';
import { appendSkipsSync } from './append-skips-sync.ts';
import { appendsToSealed } from './appends-to-sealed.ts';
import { beginsSegmentAtEachOpen } from './begins-segment-at-each-open.ts';
import { believesLateErrorStale } from './believes-late-error-stale.ts';
import { breaksChainUnseen } from './breaks-chain-unseen.ts';
import { cutsInSilence } from './cuts-in-silence.ts';
import { cutsSealedSegment } from './cuts-sealed-segment.ts';
import { cutsThroughHole } from './cuts-through-hole.ts';
import { cutsWithoutKeeping } from './cuts-without-keeping.ts';
import { followsLinks } from './follows-links.ts';
import { followsStaleNote } from './follows-stale-note.ts';
import { forgetsEarlierBytes } from './forgets-earlier-bytes.ts';
import { forgetsLastSequence } from './forgets-last-sequence.ts';
import { goesOnAfterFailedSync } from './goes-on-after-failed-sync.ts';
import { hidesChainRestart } from './hides-chain-restart.ts';
import { hidesFailedSync } from './hides-failed-sync.ts';
import { hidesOddHeader } from './hides-odd-header.ts';
import { ignoresShortWrite } from './ignores-short-write.ts';
import { keepsHalf } from './keeps-half.ts';
import { keepsTornTail } from './keeps-torn-tail.ts';
import { leavesHalfFrame } from './leaves-half-frame.ts';
import { leavesTracesOnFullDisk } from './leaves-traces-on-full-disk.ts';
import { makesHeaderInSilence } from './makes-header-in-silence.ts';
import { makesQuarantineFirst } from './makes-quarantine-first.ts';
import { namesWrongCause } from './names-wrong-cause.ts';
import { overlooksOtherWriter } from './overlooks-other-writer.ts';
import { overstatesRepair } from './overstates-repair.ts';
import { passesOverHoles } from './passes-over-holes.ts';
import { passesOverOddSegment } from './passes-over-odd-segment.ts';
import { quarantineNamedFirst } from './quarantine-named-first.ts';
import { quarantineNameless } from './quarantine-nameless.ts';
import { quarantineUnsynced } from './quarantine-unsynced.ts';
import { readsMoreThanIsThere } from './reads-more-than-is-there.ts';
import { readsPastEnd } from './reads-past-end.ts';
import { refusesOddSegment } from './refuses-odd-segment.ts';
import { replayCutsTail } from './replay-cuts-tail.ts';
import { replaysOnlyWhatIsNew } from './replays-only-what-is-new.ts';
import { restartsChain } from './restarts-chain.ts';
import { retriesFailedSync } from './retries-failed-sync.ts';
import { rotatesUnsynced } from './rotates-unsynced.ts';
import { segmentNameless } from './segment-nameless.ts';
import { showsNothingOfDamaged } from './shows-nothing-of-damaged.ts';
import { skipsChecksum } from './skips-checksum.ts';
import { stagesOutside } from './stages-outside.ts';
import { staysForced } from './stays-forced.ts';
import { swallowsNoSpace } from './swallows-no-space.ts';
import { syncDoesNothing } from './sync-does-nothing.ts';
import { takesAnySequence } from './takes-any-sequence.ts';
import { takesAnyType } from './takes-any-type.ts';
import { takesBackEachTime } from './takes-back-each-time.ts';
import { trustsEarlierHandle } from './trusts-earlier-handle.ts';
import { trustsHeader } from './trusts-header.ts';
import { trustsName } from './trusts-name.ts';
import { usesNumberAgain } from './uses-number-again.ts';
import { verifiesAllButLast } from './verifies-all-but-last.ts';

/**
 * The bugs planted in the safe log of chained segments.
 *
 * Not among them: an append that takes frames of more than 64 MiB (WAL-S6-3). Only the costly steps
 * of a walk ask for one, which a run takes once and a hunt never.
 */
export const walSegmentZoo: Zoo<Op, Value> = {
  kind: 'wal-segment',
  entry: 'harness/kinds/wal-segment-safe.ts',
  safe: safePort,
  bugs: [
    acknowledgesEarly,
    answersNullForNone,
    appendSkipsSync,
    appendsToSealed,
    beginsSegmentAtEachOpen,
    believesLateErrorStale,
    breaksChainUnseen,
    cutsInSilence,
    cutsSealedSegment,
    cutsThroughHole,
    cutsWithoutKeeping,
    followsLinks,
    followsStaleNote,
    forgetsEarlierBytes,
    forgetsLastSequence,
    goesOnAfterFailedSync,
    hidesChainRestart,
    hidesFailedSync,
    hidesOddHeader,
    ignoresShortWrite,
    keepsHalf,
    keepsTornTail,
    leavesHalfFrame,
    leavesTracesOnFullDisk,
    makesHeaderInSilence,
    makesQuarantineFirst,
    namesWrongCause,
    overlooksOtherWriter,
    overstatesRepair,
    passesOverHoles,
    passesOverOddSegment,
    quarantineNamedFirst,
    quarantineNameless,
    quarantineUnsynced,
    readsMoreThanIsThere,
    readsPastEnd,
    refusesOddSegment,
    replayCutsTail,
    replaysOnlyWhatIsNew,
    restartsChain,
    retriesFailedSync,
    rotatesUnsynced,
    segmentNameless,
    showsNothingOfDamaged,
    skipsChecksum,
    stagesOutside,
    staysForced,
    swallowsNoSpace,
    syncDoesNothing,
    takesAnySequence,
    takesAnyType,
    takesBackEachTime,
    trustsEarlierHandle,
    trustsHeader,
    trustsName,
    usesNumberAgain,
    verifiesAllButLast,
  ],
};
