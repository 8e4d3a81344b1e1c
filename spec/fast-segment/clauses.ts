import type { Check, Clause } from '../lib/clause.ts';
import * as may from '../lib/promises.ts';
import * as own from './clauses-checks.ts';
import { originalClauses } from './original-clauses.ts';

export const { facts } = own;

type Sentence = Pick<Clause, 'text' | 'loses' | 'watches' | 'asks'> & { readonly check: Check };

const should: ReadonlySet<string> = new Set(['S1', 'S2', 'S6', 'S8', 'S11', 'S13']);

/** A clause of policy `safe`; its promise, and with it its level, stand in its id. */
function promise(id: `FAST-S${number}-${number}`, sentence: Sentence): Clause {
  const kept = `S${Number(/\d+/.exec(id)?.[0])}` as const;
  return {
    id,
    level: should.has(kept) ? 'SHOULD' : 'MUST',
    policies: ['safe'],
    promise: kept,
    since: '0.2.0',
    source: `promise ${kept}`,
    ...sentence,
  };
}

const kept: readonly Clause[] = [
  promise('FAST-S1-1', {
    text: 'An open takes away nothing that was committed.',
    loses: 'Sealed entries, and every trace that there were any.',
    check: own.committedStays,
  }),
  promise('FAST-S1-2', {
    text: 'An open that refuses changes nothing at all on the disk.',
    loses: 'The evidence: a segment that could not be opened is no longer what it was.',
    check: may.refusalsChangeNothing(facts, 'open', 'again'),
  }),
  promise('FAST-S1-3', {
    watches: 'failing calls',
    text:
      'An open that lacks the space for what it must do refuses with no_space and ' +
      'changes nothing.',
    loses: 'What stood there: it is gone although there is no room for what replaces it.',
    check: may.fullDiskChangesNothing(facts, ['no_space']),
  }),
  promise('FAST-S3-1', {
    text: 'After an event every entry is shown whose sync group or seal survives it.',
    loses: 'Writes that a session was told are sealed.',
    check: may.nothingLost(facts),
  }),
  promise('FAST-S3-2', {
    text: 'No entry is shown that no append and no seal was given.',
    loses: 'The truth of the database: a write is applied that nobody made.',
    check: may.nothingInvented(facts),
  }),
  promise('FAST-S3-3', {
    text:
      'What is shown beyond what is owed is a prefix of what was appended, in order, ' +
      'once each.',
    loses: 'Cause and effect: a later write is applied without an earlier one.',
    check: may.inOrder(facts),
  }),
  promise('FAST-S3-4', {
    text:
      'Appends and seals after recovery and after reading are accepted, and stand right behind ' +
      'what was recovered once the segment is reopened.',
    loses: 'Everything sealed from then on: it overwrites something, or no reader comes to it.',
    check: may.goesOn(facts),
  }),
  promise('FAST-S3-5', {
    asks: ['truncate', 'reset'],
    text: 'No entry is shown that a truncate or a reset took back.',
    loses: 'The commit: what was applied already is applied once more.',
    check: may.nothingResurrected(facts),
  }),
  promise('FAST-S3-6', {
    text: 'What a crash left opens.',
    loses: 'The whole session: it is skipped without a word at every start.',
    check: may.opensAfterKill(facts),
  }),
  promise('FAST-S4-1', {
    text: 'Opening again changes no byte, repairs nothing and shows the same entries.',
    loses: 'A little at every start: recovery that never comes to rest.',
    check: may.idempotent(facts),
  }),
  promise('FAST-S4-2', {
    asks: ['truncate', 'reset'],
    text:
      'A truncate or reset that was cut short is found as before it or as after it, never ' +
      'between.',
    loses: 'A consistent session: some of its writes are gone, some are not.',
    check: may.atomic(facts),
  }),
  promise('FAST-S5-1', {
    text:
      'An open succeeds or refuses as the classification of the bytes says, under a code ' +
      'of its reasons.',
    loses: 'Either sealed entries, behind a refusal without cause, or trust in what is shown.',
    check: may.opensAsAllowed(facts),
  }),
  promise('FAST-S5-2', {
    text: 'An open that succeeds shows exactly the entries that verify and are committed.',
    loses: 'Sealed entries without a word, or the difference between sealed and abandoned ones.',
    check: may.showsAsAllowed(facts),
  }),
  promise('FAST-S5-3', {
    text: 'A reader shows exactly the frames that the header of its file publishes.',
    loses: 'The line between what is durable and what is not: readers act on what may be gone.',
    check: own.showsPublished,
  }),
  promise('FAST-S5-4', {
    text: 'Two reads of one handle answer the same.',
    loses: 'One truth: what the session holds depends on who asked before.',
    check: may.readersAgree(facts),
  }),
  promise('FAST-S6-1', {
    asks: ['truncate', 'track'],
    text:
      'A truncate or track to a length where no frame ends is refused before the disk is ' +
      'touched.',
    loses: 'Everything sealed later: the committed length no longer fits the frames.',
    check: may.probeRefused('off_boundary', ['not_on_boundary']),
  }),
  promise('FAST-S6-2', {
    watches: 'entries beyond any line',
    text: 'An append of an entry that no reader takes is refused before the disk is touched.',
    loses: 'The entry, and every one behind it: no reader gets past it.',
    check: may.probeRefused('too_large', ['entry_too_large']),
  }),
  promise('FAST-S7-1', {
    watches: 'failing calls',
    text:
      'What is acknowledged after a failed file call is there when the segment is opened ' +
      'again.',
    loses: 'Writes that were sealed after the store knew that something was wrong.',
    check: may.keepsWordAfterFailure(facts),
  }),
  promise('FAST-S7-2', {
    watches: 'failing calls',
    text:
      'After a failed sync of a segment the handle acknowledges nothing any more, that ' +
      'operation included.',
    loses: 'What was sealed: a sync that succeeds later does not write what an earlier lost.',
    check: may.poisonedBySync(facts),
  }),
  promise('FAST-S7-3', {
    watches: 'failing calls',
    text: 'What promises to survive a power cut and could not be synced is not acknowledged.',
    loses: 'The sealed entries, at the next power cut.',
    check: may.unsyncedIsRefused(),
  }),
  promise('FAST-S7-4', {
    watches: 'failing calls',
    text: 'A handle that goes on after a failed file call shows what an open after it shows.',
    loses: 'A single truth: the program works with entries that the next start does not know.',
    check: may.goesOnAsFound(facts),
  }),
  promise('FAST-S7-5', {
    watches: 'failing calls',
    text:
      'Whichever file call fails, the store lives on and answers with a code that names ' +
      'the cause.',
    loses: 'The right reaction: nobody can tell a full disk from a broken one.',
    check: may.failsTyped(own.codesOfFailure),
  }),
  promise('FAST-S8-1', {
    text: 'A handle notices that another writer moved the file, and refuses to write.',
    loses: 'What either of two writers sealed: they overwrite each other.',
    check: may.probeRefused('stale_handle', ['stale_handle']),
  }),
  promise('FAST-S9-1', {
    watches: 'lengths asked for',
    text:
      'Lengths and counts on disk that no file could meet do not end the port, and it asks for ' +
      'no more bytes than a file or an entry has.',
    loses: 'The program: one damaged length takes all its memory.',
    check: own.boundsHold,
  }),
  promise('FAST-S9-2', {
    text: 'No bytes make the port die.',
    loses: 'The program that opened the session, and whatever else it was doing.',
    check: may.survives,
  }),
  promise('FAST-S10-1', {
    text: 'Every repair that the bytes call for is reported: what was done, to which file.',
    loses: 'The knowledge that something was cut or set right: nobody looks for the cause.',
    check: own.owedRepairs,
  }),
  promise('FAST-S10-2', {
    text: 'Whatever an open changes in a file that was there, it reports.',
    loses: 'The difference between what was found and what was made of it.',
    check: may.reportsChanges(facts),
  }),
  promise('FAST-S10-3', {
    text: 'Reading and listing change no byte.',
    loses: 'The next append: it goes to another place because somebody looked.',
    check: may.changesNothing('read'),
  }),
  promise('FAST-S10-4', {
    text: 'Payloads that are accepted although no store of ours writes them are reported.',
    loses: 'The hint that another program wrote here.',
    check: own.owedNotices,
  }),
  promise('FAST-S10-5', {
    text: 'A repair that is reported was done, to bytes that the file held.',
    loses: 'Trust in every other report: what is said to be gone was never there, or still is.',
    check: may.repairsWereDone,
  }),
  promise('FAST-S12-1', {
    text: 'Nothing outside the directory of the store is changed.',
    loses: "Somebody else's file.",
    check: may.staysInside,
  }),
  promise('FAST-S12-2', {
    text: 'A link where the store looks for a file or directory of its own is refused.',
    loses: 'Files elsewhere: whoever can place a link chooses what is cut or overwritten.',
    check: own.linksRefused,
  }),
];

/**
 * Every clause of fast-segment: promises under policy `safe`, agreement under policy `original`.
 */
export const clauses: readonly Clause[] = [...kept, ...originalClauses];
