import { safePort } from '../../kinds/fast-segment-safe.ts';
import type { Op, Value } from '../../../spec/fast-segment/ops.ts';
import type { Zoo } from '../types.ts';
import { believesCommittedLength } from './believes-committed-length.ts';
import { believesLateErrorStale } from './believes-late-error-stale.ts';
import { cutsBeforeVerifying } from './cuts-before-verifying.ts';
import { cutsInSilence } from './cuts-in-silence.ts';
import { cutsOddEntries } from './cuts-odd-entries.ts';
import { followsLinks } from './follows-links.ts';
import { forgetsTornLength } from './forgets-torn-length.ts';
import { goesOnAfterFailedSync } from './goes-on-after-failed-sync.ts';
import { hidesFailedSync } from './hides-failed-sync.ts';
import { hidesOddEntries } from './hides-odd-entries.ts';
import { ignoresShortWrite } from './ignores-short-write.ts';
import { keepsPublishedLength } from './keeps-published-length.ts';
import { keepsUncommittedTail } from './keeps-uncommitted-tail.ts';
import { leavesHalfFrame } from './leaves-half-frame.ts';
import { leavesLateFrames } from './leaves-late-frames.ts';
import { leavesTracesOnFullDisk } from './leaves-traces-on-full-disk.ts';
import { listClearsCopies } from './list-clears-copies.ts';
import { makesAnyHeaderAnew } from './makes-any-header-anew.ts';
import { makesThroughLinks } from './makes-through-links.ts';
import { mendsInSilence } from './mends-in-silence.ts';
import { namesDurableTooSoon } from './names-durable-too-soon.ts';
import { namesWrongCause } from './names-wrong-cause.ts';
import { neverLate } from './never-late.ts';
import { opensUnsynced } from './opens-unsynced.ts';
import { overlooksOtherWriter } from './overlooks-other-writer.ts';
import { overstatesRepair } from './overstates-repair.ts';
import { passesOverOddEntries } from './passes-over-odd-entries.ts';
import { publishesBeforeData } from './publishes-before-data.ts';
import { publishesUnsynced } from './publishes-unsynced.ts';
import { publishesUntracked } from './publishes-untracked.ts';
import { readMovesEnd } from './read-moves-end.ts';
import { readsHalfHeader } from './reads-half-header.ts';
import { readsMoreThanIsThere } from './reads-more-than-is-there.ts';
import { readsOn } from './reads-on.ts';
import { readsUncommitted } from './reads-uncommitted.ts';
import { refusesTornHeader } from './refuses-torn-header.ts';
import { refusesTornLength } from './refuses-torn-length.ts';
import { remembersUncutLength } from './remembers-uncut-length.ts';
import { replacesNameless } from './replaces-nameless.ts';
import { replacesUnsynced } from './replaces-unsynced.ts';
import { resetsInSteps } from './resets-in-steps.ts';
import { retriesFailedSync } from './retries-failed-sync.ts';
import { roundsLargeNumbers } from './rounds-large-numbers.ts';
import { sessionNameless } from './session-nameless.ts';
import { sessionsNameless } from './sessions-nameless.ts';
import { showsFailedEntry } from './shows-failed-entry.ts';
import { showsNoData } from './shows-no-data.ts';
import { skipsHash } from './skips-hash.ts';
import { stagesOutside } from './stages-outside.ts';
import { stopsAtOldCopy } from './stops-at-old-copy.ts';
import { tracksAnything } from './tracks-anything.ts';
import { truncatesInPlace } from './truncates-in-place.ts';
import { trustsEarlierHandle } from './trusts-earlier-handle.ts';
import { writesLastFirst } from './writes-last-first.ts';

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
    cutsBeforeVerifying,
    cutsInSilence,
    cutsOddEntries,
    followsLinks,
    forgetsTornLength,
    goesOnAfterFailedSync,
    hidesFailedSync,
    hidesOddEntries,
    ignoresShortWrite,
    keepsPublishedLength,
    keepsUncommittedTail,
    leavesHalfFrame,
    leavesLateFrames,
    leavesTracesOnFullDisk,
    listClearsCopies,
    makesAnyHeaderAnew,
    makesThroughLinks,
    mendsInSilence,
    namesDurableTooSoon,
    namesWrongCause,
    neverLate,
    opensUnsynced,
    overlooksOtherWriter,
    overstatesRepair,
    passesOverOddEntries,
    publishesBeforeData,
    publishesUnsynced,
    publishesUntracked,
    readMovesEnd,
    readsHalfHeader,
    readsMoreThanIsThere,
    readsOn,
    readsUncommitted,
    refusesTornHeader,
    refusesTornLength,
    remembersUncutLength,
    replacesNameless,
    replacesUnsynced,
    resetsInSteps,
    retriesFailedSync,
    roundsLargeNumbers,
    sessionNameless,
    sessionsNameless,
    showsFailedEntry,
    showsNoData,
    skipsHash,
    stagesOutside,
    stopsAtOldCopy,
    tracksAnything,
    truncatesInPlace,
    trustsEarlierHandle,
    writesLastFirst,
  ],
};
