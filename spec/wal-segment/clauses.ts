import type { Clause } from '../lib/clause.ts';
import * as may from '../lib/promises.ts';
import * as own from './clauses-checks.ts';
import { liveClauses } from './clauses-live.ts';
import { promise } from './clauses-promise.ts';
import { originalClauses } from './original-clauses.ts';

export const { facts } = own;

const kept: readonly Clause[] = [
  promise('WAL-S1-1', {
    text: 'Bytes that an open takes out of a segment are kept, whole, in the quarantine.',
    loses: 'The only copy of what a crash or a bad disk left; nobody can look at it any more.',
    check: may.nothingDestroyed(facts, own.keeping),
  }),
  promise('WAL-S1-2', {
    text: 'An open that refuses changes nothing at all on the disk.',
    loses: 'The evidence: a log that could not be opened is no longer what it was when it failed.',
    check: may.refusalsChangeNothing(facts, 'open', 'inspect'),
  }),
  promise('WAL-S1-3', {
    watches: 'failing calls',
    text:
      'An open that lacks the space for what it must do refuses with no_space and ' +
      'changes nothing.',
    loses: 'What was to be kept: it is cut although there is no room for the copy.',
    check: may.fullDiskChangesNothing(facts, ['no_space']),
  }),
  promise('WAL-S1-4', {
    text: 'What an open took out of a segment is kept when a second crash comes before it is done.',
    loses: 'The only copy of what the first crash left: cut for good before its copy was.',
    check: may.nothingDestroyedBefore(facts, own.keeping),
  }),
  promise('WAL-S3-1', {
    text: 'After an event every frame is replayed whose acknowledgement survives it.',
    loses: 'Commits that a client was told are kept.',
    check: may.nothingLost(facts),
  }),
  promise('WAL-S3-2', {
    text: 'No frame is replayed that was never given to an append, whatever happened to the bytes.',
    loses: 'The truth of the database: a change is applied that nobody made.',
    check: may.nothingInvented(facts, { evenAfterDamage: true }),
  }),
  promise('WAL-S3-3', {
    text:
      'What is replayed beyond what is owed is a prefix of what was appended, in order, ' +
      'once each.',
    loses: 'Cause and effect: a later commit is applied without an earlier one.',
    check: may.inOrder(facts),
  }),
  promise('WAL-S3-4', {
    text: 'Appends and rotations after recovery are accepted, and stand behind what was recovered.',
    loses: 'Every commit from then on, silently: no replay comes to them.',
    check: may.goesOn(facts),
  }),
  promise('WAL-S4-1', {
    text: 'A log that a crash left opens; only several appends half done excuse ambiguous_gap.',
    loses: 'The whole database, until somebody repairs it by hand.',
    check: may.opensAfterKill(facts, ['ambiguous_gap']),
  }),
  promise('WAL-S4-2', {
    text: 'Opening again changes no byte, repairs nothing and replays the same frames.',
    loses: 'A little at every start: recovery that never comes to rest.',
    check: may.idempotent(facts),
  }),
  promise('WAL-S5-1', {
    text: 'Two replays of one log answer the same.',
    loses: 'One truth: what the database holds depends on when it was started.',
    check: may.readersAgree(facts),
  }),
  promise('WAL-S5-2', {
    text:
      'An open succeeds or refuses as the classification of the bytes says, under a code of ' +
      'its reasons.',
    loses: 'Either good commits, behind a refusal without cause, or trust in what is replayed.',
    check: may.opensAsAllowed(facts),
  }),
  promise('WAL-S5-3', {
    text: 'Behind an open that succeeds exactly the frames are replayed that verify.',
    loses: 'Good commits, or the difference between good and damaged ones.',
    check: may.showsAsAllowed(facts),
  }),
  promise('WAL-S5-4', {
    text: 'Where an open refuses, a permissive replay shows the verified prefix.',
    loses: 'Access to what is undamaged while the rest waits for repair.',
    check: may.inspectsAsAllowed(facts, ['symlink_refused', 'not_a_file', 'segment_name']),
  }),
  promise('WAL-S5-5', {
    text: 'A log that opens is one that a strict replay takes.',
    loses: 'Everything that is appended: it is accepted into a log that nobody can read.',
    check: own.opensToBeReplayed,
  }),
  promise('WAL-S5-6', {
    asks: ['verify'],
    text: 'Verification names every segment with the hash of its bytes and the one before it.',
    loses: 'The means to know that a segment is the one that was written.',
    check: own.linksHold,
  }),
  promise('WAL-S5-7', {
    asks: ['rotate'],
    text:
      'A segment that is closed is named with the hash and size of its file, and the next one ' +
      'holds that hash.',
    loses: 'The chain: every later replay that asks for it fails, although nothing is damaged.',
    check: own.closedAsFound,
  }),
  promise('WAL-S6-1', {
    text: 'An append whose sequence is not above the last is refused before the disk is touched.',
    loses: 'The database at the next start: no replay gets past such a frame.',
    check: may.probeRefused('not_increasing', ['not_increasing']),
  }),
  promise('WAL-S6-2', {
    text: 'An append of a payload type that no replay applies is refused before the disk is touched.',
    loses: 'The database at the next start: a strict replay ends at such a frame.',
    check: may.probeRefused('unknown_type', ['unknown_payload_type']),
  }),
  promise('WAL-S6-3', {
    watches: 'entries beyond any line',
    text: 'An append of a frame that no reader takes is refused before the disk is touched.',
    loses: 'The commit, and every one behind it: no reader goes beyond a frame that is too long.',
    check: may.probeRefused('too_large', ['frame_too_large']),
  }),
  promise('WAL-S6-4', {
    text: 'A segment that another follows is not opened to append to it.',
    loses: 'The chain: what is appended there changes a hash that stands behind it.',
    check: may.probeRefused('sealed_segment', ['segment_sealed']),
  }),
  promise('WAL-S7-1', {
    watches: 'failing calls',
    text: 'What is acknowledged after a failed file call is there when the log is opened again.',
    loses: 'Commits that were acknowledged after the log knew that something was wrong.',
    check: may.keepsWordAfterFailure(facts),
  }),
  promise('WAL-S7-2', {
    watches: 'failing calls',
    text:
      'After a failed sync of a segment the handle acknowledges nothing any more, that ' +
      'operation included.',
    loses: 'What was acknowledged: a sync that succeeds later does not write what an earlier lost.',
    check: may.poisonedBySync(facts),
  }),
  promise('WAL-S7-3', {
    watches: 'failing calls',
    text: 'What promises to survive a power cut and could not be synced is not acknowledged.',
    loses: 'The commit at the next power cut.',
    check: may.unsyncedIsRefused(),
  }),
  promise('WAL-S7-4', {
    watches: 'failing calls',
    text: 'What is replayed while a handle goes on after a failed call is replayed by the next open.',
    loses: 'A single truth: the program works with commits that the next start does not know.',
    check: may.goesOnAsFound(facts),
  }),
  promise('WAL-S7-5', {
    watches: 'failing calls',
    text: 'Whichever file call fails, the log lives on and answers with a code that names the cause.',
    loses: 'The right reaction: nobody can tell a full disk from a broken one.',
    check: may.failsTyped(own.codesOfFailure),
  }),
  promise('WAL-S8-1', {
    asks: ['other'],
    text: 'A handle notices that another writer moved the log, and refuses to write.',
    loses: 'What either of two programs wrote: the chain and the sequences no longer fit.',
    check: may.probeRefused('stale_handle', ['stale_handle']),
  }),
  promise('WAL-S9-1', {
    text: 'No bytes make the log die.',
    loses: 'The database: one damaged length takes it down at each start.',
    check: may.survives,
  }),
  promise('WAL-S9-2', {
    text: 'Every refusal has a code that somebody thought of.',
    loses: 'The right reaction: nobody can tell a damaged log from a bug of the program.',
    check: may.typedErrors((code) => code === '' || code === 'internal'),
  }),
  promise('WAL-S9-3', {
    watches: 'lengths asked for',
    text: 'No length on disk makes the log ask for more bytes than a file or the longest frame has.',
    loses: 'The program: one damaged number takes all its memory.',
    check: own.boundsHold,
  }),
  promise('WAL-S10-1', {
    text: 'Replay, verification and the question of rotation change no byte.',
    loses: 'The next append: it goes to another place because somebody looked.',
    check: may.changesNothing('read', 'inspect'),
  }),
  promise('WAL-S10-2', {
    text: 'Whatever an open changes in a file that was there, it reports.',
    loses: 'The knowledge that commits were cut: nobody asks for the copy.',
    check: may.reportsChanges(facts),
  }),
  promise('WAL-S10-3', {
    text: 'Every repair that the bytes call for is reported: what was done, to which file.',
    loses: 'The knowledge that something was lost: a user who is not told cannot ask for the copy.',
    check: own.owedRepairs,
  }),
  promise('WAL-S10-4', {
    text: 'A segment that begins a chain of its own behind others is reported.',
    loses: 'The hint that nothing vouches for what stands before it.',
    check: own.owedNotices('chain_restart'),
  }),
  promise('WAL-S10-5', {
    text: 'What is accepted although no log of ours writes it is reported.',
    loses: 'The hint that another program wrote here.',
    check: own.owedNotices('non_canonical'),
  }),
  promise('WAL-S10-6', {
    text: 'Where a repair says that bytes were kept, those bytes are.',
    loses: 'The copy that the report promises.',
    check: may.keptWhereSaid,
  }),
  promise('WAL-S10-7', {
    text: 'A repair that is reported was done, to bytes that the file held.',
    loses: 'Trust in every other report: what is said to be gone was never there, or still is.',
    check: may.repairsWereDone,
  }),
  promise('WAL-S11-1', {
    asks: ['rotate'],
    text: 'After a crash every segment that another follows is whole, and its hash stands behind it.',
    loses: 'Commits in the middle of the log: later ones are there, and cannot be used.',
    check: own.sealedIsWhole,
  }),
  promise('WAL-S12-1', {
    text: 'Nothing outside the directory of the log is changed.',
    loses: "Somebody else's file.",
    check: may.staysInside,
  }),
  promise('WAL-S12-2', {
    text: 'A link where the log looks for a file or directory of its own is refused.',
    loses: 'Files elsewhere: whoever can place a link chooses what is cut or written to.',
    check: own.linksRefused,
  }),
  promise('WAL-S13-1', {
    asks: ['rotate'],
    text: 'A rotation goes on in a segment whose number was never used.',
    loses: 'The order of the log: old frames stand behind new ones, or before them.',
    check: own.newNumber,
  }),
];

/** What a log of chained segments must keep: promises, and agreement with the original. */
export const clauses: readonly Clause[] = [...originalClauses, ...kept, ...liveClauses];
