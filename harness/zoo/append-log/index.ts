import { safePort } from '../../kinds/append-log-example.ts';
import type { Op, Value } from '../../../spec/append-log/ops.ts';
import type { Zoo } from '../types.ts';
import { acknowledgesEarly } from './acknowledges-early.ts';
import { backsUpAtEachOpen } from './backs-up-at-each-open.ts';
import { believesLateErrorStale } from './believes-late-error-stale.ts';
import { clippedFrame } from './clipped-frame.ts';
import { eitherCopy } from './either-copy.ts';
import { entrySkipsSync } from './entry-skips-sync.ts';
import { followsLink } from './follows-link.ts';
import { forgetsHeader } from './forgets-header.ts';
import { goesOnAfterFailedSync } from './goes-on-after-failed-sync.ts';
import { goesOnBehindHalfFrame } from './goes-on-behind-half-frame.ts';
import { hidesFailedSync } from './hides-failed-sync.ts';
import { ignoresShortWrite } from './ignores-short-write.ts';
import { keepsTornTail } from './keeps-torn-tail.ts';
import { nameNotDurable } from './name-not-durable.ts';
import { noChecksum } from './no-checksum.ts';
import { readMovesEnd } from './read-moves-end.ts';
import { readsBeyondEnd } from './reads-beyond-end.ts';
import { readsWhatItFound } from './reads-what-it-found.ts';
import { redoesWhatWasDone } from './redoes-what-was-done.ts';
import { refusesToRead } from './refuses-to-read.ts';
import { refusesTornTail } from './refuses-torn-tail.ts';
import { refusesWithoutCode } from './refuses-without-code.ts';
import { replacesUnsynced } from './replaces-unsynced.ts';
import { retriesFailedSync } from './retries-failed-sync.ts';
import { rewritesInPlace } from './rewrites-in-place.ts';
import { showsFailedEntry } from './shows-failed-entry.ts';
import { swallowsNoSpace } from './swallows-no-space.ts';
import { syncsBeforeWriting } from './syncs-before-writing.ts';
import { syncsNameWhenCreated } from './syncs-name-when-created.ts';
import { syncsOnlyItsOwn } from './syncs-only-its-own.ts';
import { unlinksBeforePublish } from './unlinks-before-publish.ts';
import { verifiesLastFrame } from './verifies-last-frame.ts';
import { zerosAreEntries } from './zeros-are-entries.ts';

/** The bugs planted in the example log. */
export const appendLogZoo: Zoo<Op, Value> = {
  kind: 'append-log',
  entry: 'harness/kinds/append-log-example.ts',
  safe: safePort,
  bugs: [
    acknowledgesEarly,
    backsUpAtEachOpen,
    believesLateErrorStale,
    clippedFrame,
    eitherCopy,
    entrySkipsSync,
    followsLink,
    forgetsHeader,
    goesOnAfterFailedSync,
    goesOnBehindHalfFrame,
    hidesFailedSync,
    ignoresShortWrite,
    keepsTornTail,
    nameNotDurable,
    noChecksum,
    readMovesEnd,
    readsBeyondEnd,
    readsWhatItFound,
    redoesWhatWasDone,
    refusesToRead,
    refusesTornTail,
    refusesWithoutCode,
    replacesUnsynced,
    retriesFailedSync,
    rewritesInPlace,
    showsFailedEntry,
    swallowsNoSpace,
    syncsBeforeWriting,
    syncsNameWhenCreated,
    syncsOnlyItsOwn,
    unlinksBeforePublish,
    verifiesLastFrame,
    zerosAreEntries,
  ],
};
