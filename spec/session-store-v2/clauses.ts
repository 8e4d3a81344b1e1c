import type { Clause } from '../lib/clause.ts';
import * as may from '../lib/promises.ts';
import { booksIn, isReplaced } from './books.ts';
import * as own from './clauses-checks.ts';
import { liveClauses } from './clauses-live.ts';
import { promise } from './clauses-promise.ts';
import { intentFile } from './classify-intent.ts';
import { originalClauses } from './original-clauses.ts';

const { facts } = own;

const kept: readonly Clause[] = [
  promise('SSV2-S1-1', {
    text:
      'Bytes that an open takes out of a file are kept, whole, in the quarantine or ' +
      'under a set-aside name.',
    loses: 'The only copy of what a crash or a bad disk left; nobody can look at it any more.',
    check: may.nothingDestroyed(facts, own.keeping),
  }),
  promise('SSV2-S1-2', {
    text: 'An open that refuses changes nothing at all on the disk.',
    loses:
      'The evidence: a store that could not be opened is no longer what it was when it failed.',
    check: may.refusalsChangeNothing(facts, 'open', 'inspect'),
  }),
  promise('SSV2-S1-3', {
    watches: 'failing calls',
    text:
      'An open that lacks the space for what it must do refuses with no_space and ' +
      'changes nothing.',
    loses: 'What was to be kept: it is cut although there is no room for the copy.',
    check: may.fullDiskChangesNothing(facts, ['no_space'], own.isRollingBack),
  }),
  promise('SSV2-S1-4', {
    text: 'What an open took out of a file is kept when a second crash comes before it is done.',
    loses: 'The only copy of what the first crash left: cut for good before its copy was.',
    check: may.nothingDestroyedBefore(facts, own.keeping),
  }),
  promise('SSV2-S2-1', {
    text:
      'A witness that knows a head which verified data does not reach is reported as ' +
      'witness_ahead.',
    loses: 'The knowledge that entries are missing: the session looks complete and is not.',
    check: own.owedNotices('witness_ahead'),
  }),
  promise('SSV2-S2-2', {
    text:
      'An index row or a checkpoint that disagrees with verified frames is reported as ' +
      'witness_disagrees.',
    loses: 'The only sign that a name, a type or a link of an entry was altered.',
    check: own.owedNotices('witness_disagrees'),
  }),
  promise('SSV2-S2-3', {
    text: 'No open rewrites the manifest.',
    loses: 'Session id, source format and time of creation, which stand nowhere else.',
    check: own.manifestStays,
  }),
  promise('SSV2-S3-1', {
    text: 'After a kill every entry is shown whose acknowledgement survives it.',
    loses: 'Messages that the user was told are saved.',
    check: may.nothingLost(facts),
  }),
  promise('SSV2-S3-2', {
    text: 'No entry is shown that no append was given.',
    loses: 'The truth of the conversation: a reader acts on something that nobody said.',
    check: may.nothingInvented(facts),
  }),
  promise('SSV2-S3-3', {
    text:
      'What is shown beyond what is owed is a prefix of what was appended, in order, ' +
      'once each.',
    loses: 'Cause and effect: an answer stands without its question.',
    check: may.inOrder(facts),
  }),
  promise('SSV2-S3-4', {
    text:
      'An append after recovery is accepted and stands right behind what was recovered ' +
      'once the store is reopened.',
    loses: 'Everything written from then on: the store looks alive and keeps nothing.',
    check: may.goesOn(facts),
  }),
  promise('SSV2-S3-5', {
    text: 'No entry is shown that a rollback took back.',
    loses: 'The rollback: a discarded branch of the conversation is back.',
    check: may.nothingResurrected(facts),
  }),
  promise('SSV2-S3-6', {
    text: 'What a kill left opens; only several appends half done excuse ambiguous_gap.',
    loses: 'The whole session: after a crash it can no longer be opened.',
    check: may.opensAfterKill(facts, ['ambiguous_gap']),
  }),
  promise('SSV2-S3-7', {
    text:
      'Manifest, migration ledger and each checkpoint are found as they were last ' +
      'acknowledged, or as a later operation wrote them.',
    loses: 'The way back to a checkpoint, or the record of what was done to the session.',
    check: may.booksKept(facts, booksIn),
  }),
  promise('SSV2-S4-1', {
    text: 'Opening again changes no byte, repairs nothing and shows the same entries.',
    loses: 'A little at every start: what recovery does is never done.',
    check: may.idempotent(facts),
  }),
  promise('SSV2-S4-2', {
    text: 'A rollback that was cut short is found as before it or as after it, never between.',
    loses: 'A consistent session: some of the rolled back entries are gone, some are not.',
    check: may.atomic(facts),
  }),
  promise('SSV2-S5-1', {
    text:
      'A writing open succeeds or refuses as the classification of the bytes says, ' +
      'under a code of its reasons.',
    loses: 'Either good entries, behind a refusal without cause, or trust in what is shown.',
    check: may.opensAsAllowed(facts),
  }),
  promise('SSV2-S5-2', {
    text: 'An open that succeeds shows exactly the entries that verify.',
    loses: 'Good entries, or the difference between good and damaged ones.',
    check: may.showsAsAllowed(facts),
  }),
  promise('SSV2-S5-3', {
    text: 'Where a writing open refuses, an inspecting one shows the verified prefix.',
    loses: 'Access to what is undamaged while the rest waits for repair.',
    check: may.inspectsAsAllowed(facts, ['symlink_refused', 'not_a_file', 'not_a_directory']),
  }),
  promise('SSV2-S5-4', {
    text:
      'The chain hash that a handle reports is the fold over exactly the entries that ' +
      'it shows.',
    loses: 'The means to tell two copies of a session apart, or to know that they are one.',
    check: own.chainIsFold,
  }),
  promise('SSV2-S5-5', {
    text: 'Every frame that is shown carries the hash and the length of its payload.',
    loses: 'The words themselves: an altered message is shown as the one that was written.',
    check: own.payloadsVerify,
  }),
  promise('SSV2-S5-6', {
    text: 'All readers of one store show the same entries.',
    loses: 'A session that depends on which function looked at it.',
    check: may.readersAgree(facts),
  }),
  promise('SSV2-S5-7', {
    text: 'State, head, index and summary speak of exactly the entries that are shown.',
    loses: 'Positions and counts that the next writer builds upon.',
    check: own.countsAgree,
  }),
  promise('SSV2-S6-1', {
    text: 'An append of an id that the store holds is refused before the disk is touched.',
    loses: 'The session at the next start: two entries of one id can no longer be opened.',
    check: may.probeRefused('duplicate_id', ['entry-id-duplicate']),
  }),
  promise('SSV2-S6-2', {
    text:
      'An append under a parent that the store does not hold is refused before the ' +
      'disk is touched.',
    loses: 'The session at the next start: a missing parent can no longer be opened.',
    check: may.probeRefused('unknown_parent', ['parent-missing']),
  }),
  promise('SSV2-S6-3', {
    text: 'An append that names itself as its parent is refused before the disk is touched.',
    loses: 'The session at the next start: a cycle can no longer be opened.',
    check: may.probeRefused('self_parent', ['parent-missing', 'parent-cycle']),
  }),
  promise('SSV2-S6-4', {
    text:
      'An append of a payload that is not one JSON value is refused before the disk is ' +
      'touched.',
    loses: 'The line it stands in, and with it every entry behind it.',
    check: may.probeRefused('not_json', ['payload_not_json', 'not_unicode']),
  }),
  promise('SSV2-S6-5', {
    watches: 'entries beyond any line',
    text: 'An append whose line no reader takes is refused before the disk is touched.',
    loses: 'The entry, and every one behind it: no reader goes beyond a line that is too long.',
    check: may.probeRefused('too_large', ['entry_too_large']),
  }),
  promise('SSV2-S7-1', {
    watches: 'failing calls',
    text: 'What is acknowledged after a failed file call is there when the store is opened again.',
    loses: 'Messages that were acknowledged after the store knew that something was wrong.',
    check: may.keepsWordAfterFailure(facts),
  }),
  promise('SSV2-S7-2', {
    watches: 'failing calls',
    text:
      'After a failed sync of a file that holds entries the handle acknowledges nothing ' +
      'any more, that operation included.',
    loses: 'What was acknowledged: a sync that succeeds later does not write what an earlier lost.',
    check: may.poisonedBySync(facts),
  }),
  promise('SSV2-S7-3', {
    watches: 'failing calls',
    text: 'What promises to survive a power cut and could not be synced is not acknowledged.',
    loses: 'The entry, checkpoint or rollback at the next power cut.',
    check: may.unsyncedIsRefused(),
  }),
  promise('SSV2-S7-4', {
    watches: 'failing calls',
    text: 'A handle that goes on after a failed file call shows what an open after it shows.',
    loses: 'A single truth: the program works with entries that the next start does not know.',
    check: may.goesOnAsFound(facts),
  }),
  promise('SSV2-S7-5', {
    watches: 'failing calls',
    text:
      'Whichever file call fails, the store lives on and answers with a code that names ' +
      'the cause.',
    loses: 'The right reaction: nobody can tell a full disk from a broken one.',
    check: may.failsTyped(own.codesOfFailure),
  }),
  promise('SSV2-S8-1', {
    text: 'A handle notices that another writer moved the store, and refuses to write.',
    loses: 'What either of two programs wrote: they overwrite each other.',
    check: may.probeRefused('stale_handle', ['stale_handle']),
  }),
  promise('SSV2-S8-2', {
    text: 'An inspecting handle cannot write.',
    loses: 'The first segment: somebody who only wanted to look has emptied it.',
    check: may.probeRefused('inspect_writes', ['read_only']),
  }),
  promise('SSV2-S9-1', {
    text:
      'Lengths and counts on disk that no file could meet, and files of zeros, do not ' +
      'end the port, and it asks for no more bytes than a file or a record has.',
    loses: 'The program: one damaged number takes all its memory.',
    check: own.boundsHold,
  }),
  promise('SSV2-S9-2', {
    text: 'No bytes make the port die.',
    loses: 'The program that opened the session, and whatever else it was doing.',
    check: may.survives,
  }),
  promise('SSV2-S10-1', {
    text: 'Every repair that the bytes call for is reported: what was done, to which file.',
    loses:
      'The knowledge that something was lost or repaired: a user who is not told ' +
      'cannot ask for the copy.',
    check: own.owedRepairs,
  }),
  promise('SSV2-S10-2', {
    text: 'Whatever an open changes in a file that was there, it reports.',
    loses: 'The difference between what was found and what was made of it.',
    check: may.reportsChanges(facts, intentFile),
  }),
  promise('SSV2-S10-3', {
    text: 'Reading and inspecting change no byte.',
    loses: 'The next append: it goes to another place because somebody looked.',
    check: may.changesNothing('read', 'inspect'),
  }),
  promise('SSV2-S10-4', {
    text: 'Where a repair says that bytes were kept, those bytes are.',
    loses: 'The copy that the report promises.',
    check: may.keptWhereSaid,
  }),
  promise('SSV2-S10-5', {
    text:
      'What is accepted although no store of ours writes it, and what cannot be read, ' +
      'is reported.',
    loses: 'The hint that another program wrote here.',
    check: own.owedNotices('non_canonical', 'witness_unreadable', 'ledger_unreadable'),
  }),
  promise('SSV2-S10-6', {
    text: 'A repair that is reported was done, to bytes that the file held.',
    loses: 'Trust in every other report: what is said to be gone was never there, or still is.',
    check: may.repairsWereDone,
  }),
  promise('SSV2-S11-1', {
    text: 'After a crash manifest and checkpoints are there as a whole, the old or the new ones.',
    loses: 'Both: the old one was overwritten before the new one was on the disk.',
    check: may.booksWhole(booksIn, isReplaced),
  }),
  promise('SSV2-S12-1', {
    text: 'Nothing outside the directory of the store is changed.',
    loses: 'Other files of the user.',
    check: may.staysInside,
  }),
  promise('SSV2-S12-2', {
    text: 'A link where the store looks for a file or directory of its own is refused.',
    loses: 'Files elsewhere: whoever can place a link chooses what is cut or overwritten.',
    check: own.linksRefused,
  }),
  promise('SSV2-S13-1', {
    text: 'After a rollback the next frame goes to a segment number that was never used.',
    loses: 'The rollback: frames that it set aside fit again if they come back.',
    check: own.neverUsedNumber,
  }),
];

/**
 * Every clause of session-store-v2: promises under policy `safe`, agreement under policy
 * `original`.
 */
export const clauses: readonly Clause[] = [...kept, ...liveClauses, ...originalClauses];
