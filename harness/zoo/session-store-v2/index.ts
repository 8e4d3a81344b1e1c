import { safePort } from '../../kinds/session-store-v2-safe.ts';
import type { Op, Value } from '../../../spec/session-store-v2/ops.ts';
import type { Zoo } from '../types.ts';
import { acceptsBrokenJson } from './accepts-broken-json.ts';
import { acceptsOwnParent } from './accepts-own-parent.ts';
import { acceptsSameId } from './accepts-same-id.ts';
import { acceptsUnknownParent } from './accepts-unknown-parent.ts';
import { acknowledgesEarly } from './acknowledges-early.ts';
import { answersNullForNone } from './answers-null-for-none.ts';
import { appendsOverAnother } from './appends-over-another.ts';
import { beginsSegmentUnsynced } from './begins-segment-unsynced.ts';
import { checkpointAheadOfLog } from './checkpoint-ahead-of-log.ts';
import { checkpointNameUnsynced } from './checkpoint-name-unsynced.ts';
import { checkpointRenamedUnsynced } from './checkpoint-renamed-unsynced.ts';
import { closeSkipsSync } from './close-skips-sync.ts';
import { cutsInSilence } from './cuts-in-silence.ts';
import { cutsSealedSegment } from './cuts-sealed-segment.ts';
import { cutsThroughHole } from './cuts-through-hole.ts';
import { cutsUnendedFrame } from './cuts-unended-frame.ts';
import { cutsWithoutKeeping } from './cuts-without-keeping.ts';
import { destroysRolledBackTail } from './destroys-rolled-back-tail.ts';
import { entrySkipsFrameSync } from './entry-skips-frame-sync.ts';
import { entrySkipsNameSync } from './entry-skips-name-sync.ts';
import { foldsWrongHash } from './folds-wrong-hash.ts';
import { followsLinks } from './follows-links.ts';
import { forgetsCreationTime } from './forgets-creation-time.ts';
import { forgetsFailedIntent } from './forgets-failed-intent.ts';
import { forgetsLineFeed } from './forgets-line-feed.ts';
import { gluesIndexRows } from './glues-index-rows.ts';
import { goesOnAfterFailedSync } from './goes-on-after-failed-sync.ts';
import { hidesFailedDirectorySync } from './hides-failed-directory-sync.ts';
import { hidesManifestAhead } from './hides-manifest-ahead.ts';
import { hidesMissingHead } from './hides-missing-head.ts';
import { hidesRowDifferences } from './hides-row-differences.ts';
import { hidesUnreadableWitness } from './hides-unreadable-witness.ts';
import { ignoresShortWrite } from './ignores-short-write.ts';
import { inspectorRefuses } from './inspector-refuses.ts';
import { inspectorWrites } from './inspector-writes.ts';
import { intentRemovalUnsynced } from './intent-removal-unsynced.ts';
import { keepsFailedEntry } from './keeps-failed-entry.ts';
import { keepsTornFrame } from './keeps-torn-frame.ts';
import { leavesHalfFrame } from './leaves-half-frame.ts';
import { leavesIndexBehind } from './leaves-index-behind.ts';
import { leavesLockBehind } from './leaves-lock-behind.ts';
import { leavesTornLedger } from './leaves-torn-ledger.ts';
import { leavesTracesOnFullDisk } from './leaves-traces-on-full-disk.ts';
import { ledgerEventUnsynced } from './ledger-event-unsynced.ts';
import { ledgerNameUnsynced } from './ledger-name-unsynced.ts';
import { ledgerTrustsLineFeed } from './ledger-trusts-line-feed.ts';
import { manifestAheadOfLog } from './manifest-ahead-of-log.ts';
import { manifestNameUnsynced } from './manifest-name-unsynced.ts';
import { manifestUnlinkedFirst } from './manifest-unlinked-first.ts';
import { namesCopyWithoutDigest } from './names-copy-without-digest.ts';
import { namesDurableTooSoon } from './names-durable-too-soon.ts';
import { namesWrongCause } from './names-wrong-cause.ts';
import { newSegmentNameless } from './new-segment-nameless.ts';
import { notesRepairsInLedger } from './notes-repairs-in-ledger.ts';
import { numbersRowsThroughout } from './numbers-rows-throughout.ts';
import { oldSegmentNameless } from './old-segment-nameless.ts';
import { printsPayloadAnew } from './prints-payload-anew.ts';
import { publishesWithoutDirectory } from './publishes-without-directory.ts';
import { quarantineNamedFirst } from './quarantine-named-first.ts';
import { quarantineNameless } from './quarantine-nameless.ts';
import { quarantineUnsynced } from './quarantine-unsynced.ts';
import { quarantinesEveryTime } from './quarantines-every-time.ts';
import { readsMoreThanIsThere } from './reads-more-than-is-there.ts';
import { rebuildsForEver } from './rebuilds-for-ever.ts';
import { redoDropsIntentFirst } from './redo-drops-intent-first.ts';
import { redoTrustsCut } from './redo-trusts-cut.ts';
import { redoTrustsEvent } from './redo-trusts-event.ts';
import { redoTrustsIntent } from './redo-trusts-intent.ts';
import { redoTrustsRename } from './redo-trusts-rename.ts';
import { refreshesManifest } from './refreshes-manifest.ts';
import { refusesJsonWithoutCode } from './refuses-json-without-code.ts';
import { removesIntentFirst } from './removes-intent-first.ts';
import { renamesUnsyncedFile } from './renames-unsynced-file.ts';
import { repairsBeforeItRefuses } from './repairs-before-it-refuses.ts';
import { reportsLengthForEnd } from './reports-length-for-end.ts';
import { retriesFailedSync } from './retries-failed-sync.ts';
import { rollbackCutUnsynced } from './rollback-cut-unsynced.ts';
import { rollsBackUnsynced } from './rolls-back-unsynced.ts';
import { rollsBackWithoutIntent } from './rolls-back-without-intent.ts';
import { rootLeftToMaker } from './root-left-to-maker.ts';
import { rootNamesUnsynced } from './root-names-unsynced.ts';
import { setAsideUnsynced } from './set-aside-unsynced.ts';
import { setsAsideLowestFirst } from './sets-aside-lowest-first.ts';
import { skipsCoordinates } from './skips-coordinates.ts';
import { skipsPayloadHash } from './skips-payload-hash.ts';
import { skipsSegmentsDirectory } from './skips-segments-directory.ts';
import { sortsById } from './sorts-by-id.ts';
import { stagesManifestOutside } from './stages-manifest-outside.ts';
import { swallowsNoSpace } from './swallows-no-space.ts';
import { syncSkipsSegment } from './sync-skips-segment.ts';
import { tailLacksFirst } from './tail-lacks-first.ts';
import { takesZerosForBlank } from './takes-zeros-for-blank.ts';
import { trustsEarlierHandle } from './trusts-earlier-handle.ts';
import { usesNumberAgain } from './uses-number-again.ts';

/** The bugs planted in the safe session store. */
export const sessionStoreV2Zoo: Zoo<Op, Value> = {
  kind: 'session-store-v2',
  entry: 'harness/kinds/session-store-v2-safe.ts',
  safe: safePort,
  bugs: [
    acceptsBrokenJson,
    acceptsOwnParent,
    acceptsSameId,
    acceptsUnknownParent,
    acknowledgesEarly,
    answersNullForNone,
    appendsOverAnother,
    beginsSegmentUnsynced,
    checkpointAheadOfLog,
    checkpointNameUnsynced,
    checkpointRenamedUnsynced,
    closeSkipsSync,
    cutsInSilence,
    cutsSealedSegment,
    cutsThroughHole,
    cutsUnendedFrame,
    cutsWithoutKeeping,
    destroysRolledBackTail,
    entrySkipsFrameSync,
    entrySkipsNameSync,
    foldsWrongHash,
    followsLinks,
    forgetsCreationTime,
    forgetsFailedIntent,
    forgetsLineFeed,
    gluesIndexRows,
    goesOnAfterFailedSync,
    hidesFailedDirectorySync,
    hidesManifestAhead,
    hidesMissingHead,
    hidesRowDifferences,
    hidesUnreadableWitness,
    ignoresShortWrite,
    inspectorRefuses,
    inspectorWrites,
    intentRemovalUnsynced,
    keepsFailedEntry,
    keepsTornFrame,
    leavesHalfFrame,
    leavesIndexBehind,
    leavesLockBehind,
    leavesTornLedger,
    leavesTracesOnFullDisk,
    ledgerEventUnsynced,
    ledgerNameUnsynced,
    ledgerTrustsLineFeed,
    manifestAheadOfLog,
    manifestNameUnsynced,
    manifestUnlinkedFirst,
    namesCopyWithoutDigest,
    namesDurableTooSoon,
    namesWrongCause,
    newSegmentNameless,
    notesRepairsInLedger,
    numbersRowsThroughout,
    oldSegmentNameless,
    printsPayloadAnew,
    publishesWithoutDirectory,
    quarantineNamedFirst,
    quarantineNameless,
    quarantineUnsynced,
    quarantinesEveryTime,
    readsMoreThanIsThere,
    rebuildsForEver,
    redoDropsIntentFirst,
    redoTrustsCut,
    redoTrustsEvent,
    redoTrustsIntent,
    redoTrustsRename,
    refreshesManifest,
    refusesJsonWithoutCode,
    removesIntentFirst,
    renamesUnsyncedFile,
    repairsBeforeItRefuses,
    reportsLengthForEnd,
    retriesFailedSync,
    rollbackCutUnsynced,
    rollsBackUnsynced,
    rollsBackWithoutIntent,
    rootLeftToMaker,
    rootNamesUnsynced,
    setAsideUnsynced,
    setsAsideLowestFirst,
    skipsCoordinates,
    skipsPayloadHash,
    skipsSegmentsDirectory,
    sortsById,
    stagesManifestOutside,
    swallowsNoSpace,
    syncSkipsSegment,
    tailLacksFirst,
    takesZerosForBlank,
    trustsEarlierHandle,
    usesNumberAgain,
  ],
};
