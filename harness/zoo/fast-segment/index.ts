import { safePort } from '../../kinds/fast-segment-safe.ts';
import type { Op, Value } from '../../../spec/fast-segment/ops.ts';
import type { Zoo } from '../types.ts';
import { believesCommittedLength } from './believes-committed-length.ts';
import { believesLateErrorStale } from './believes-late-error-stale.ts';
import { cutsInSilence } from './cuts-in-silence.ts';
import { followsLinks } from './follows-links.ts';
import { goesOnAfterFailedSync } from './goes-on-after-failed-sync.ts';
import { hidesFailedSync } from './hides-failed-sync.ts';
import { hidesOddEntries } from './hides-odd-entries.ts';
import { ignoresShortWrite } from './ignores-short-write.ts';
import { keepsPublishedLength } from './keeps-published-length.ts';
import { keepsUncommittedTail } from './keeps-uncommitted-tail.ts';
import { leavesHalfFrame } from './leaves-half-frame.ts';
import { leavesLateFrames } from './leaves-late-frames.ts';
import { makesAnyHeaderAnew } from './makes-any-header-anew.ts';
import { mendsInSilence } from './mends-in-silence.ts';
import { namesWrongCause } from './names-wrong-cause.ts';
import { neverLate } from './never-late.ts';
import { opensUnsynced } from './opens-unsynced.ts';
import { overlooksOtherWriter } from './overlooks-other-writer.ts';
import { overstatesRepair } from './overstates-repair.ts';
import { publishesBeforeData } from './publishes-before-data.ts';
import { publishesUnsynced } from './publishes-unsynced.ts';
import { publishesUntracked } from './publishes-untracked.ts';
import { readMovesEnd } from './read-moves-end.ts';
import { readsMoreThanIsThere } from './reads-more-than-is-there.ts';
import { readsUncommitted } from './reads-uncommitted.ts';
import { refusesTornHeader } from './refuses-torn-header.ts';
import { refusesTornLength } from './refuses-torn-length.ts';
import { replacesNameless } from './replaces-nameless.ts';
import { replacesUnsynced } from './replaces-unsynced.ts';
import { resetsInSteps } from './resets-in-steps.ts';
import { retriesFailedSync } from './retries-failed-sync.ts';
import { sessionNameless } from './session-nameless.ts';
import { sessionsNameless } from './sessions-nameless.ts';
import { skipsHash } from './skips-hash.ts';
import { stopsAtOldCopy } from './stops-at-old-copy.ts';
import { tracksAnything } from './tracks-anything.ts';
import { truncatesInPlace } from './truncates-in-place.ts';
import { trustsEarlierHandle } from './trusts-earlier-handle.ts';

/**
 * The bugs planted in the safe store of fast segments.
 *
 * Bytes that wait in a buffer of the process (`acknowledges-early` of the other kinds) are no bug
 * here: nothing is acknowledged but behind a sync, and that hands over what waits.
 */
export const fastSegmentZoo: Zoo<Op, Value> = {
  kind: 'fast-segment',
  entry: 'harness/kinds/fast-segment-safe.ts',
  safe: safePort,
  bugs: [
    believesCommittedLength,
    believesLateErrorStale,
    cutsInSilence,
    followsLinks,
    goesOnAfterFailedSync,
    hidesFailedSync,
    hidesOddEntries,
    ignoresShortWrite,
    keepsPublishedLength,
    keepsUncommittedTail,
    leavesHalfFrame,
    leavesLateFrames,
    makesAnyHeaderAnew,
    mendsInSilence,
    namesWrongCause,
    neverLate,
    opensUnsynced,
    overlooksOtherWriter,
    overstatesRepair,
    publishesBeforeData,
    publishesUnsynced,
    publishesUntracked,
    readMovesEnd,
    readsMoreThanIsThere,
    readsUncommitted,
    refusesTornHeader,
    refusesTornLength,
    replacesNameless,
    replacesUnsynced,
    resetsInSteps,
    retriesFailedSync,
    sessionNameless,
    sessionsNameless,
    skipsHash,
    stopsAtOldCopy,
    tracksAnything,
    truncatesInPlace,
    trustsEarlierHandle,
  ],
};
