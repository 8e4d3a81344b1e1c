import type { Check, Clause } from '../lib/clause.ts';
import * as may from '../lib/promises.ts';
import { facts, keepsWordAfterFailure, readingIsIdle, unharmed } from './checks.ts';

type Sentence = Pick<Clause, 'id' | 'text' | 'loses' | 'needs' | 'watches'> & {
  readonly check: Check;
};

/**
 * All clauses of a log are promises, MUST, of policy `safe`: nothing is known that an original did.
 */
function clause(sentence: Sentence): Clause {
  const promise = promiseOf(sentence.id);
  return {
    ...sentence,
    level: 'MUST',
    policies: ['safe'],
    ...(promise === null ? {} : { promise }),
    since: '0.1.0',
    source: promise === null ? 'docs/test-your-own-log.md' : `promise ${promise}`,
  };
}

function promiseOf(id: string): `S${number}` | null {
  const match = /-S(\d+)-/.exec(id);
  return match === null ? null : `S${Number(match[1])}`;
}

/**
 * What any log must keep, judged by what it acknowledged and shows; nothing is known of its bytes.
 */
export const clauses: readonly Clause[] = [
  clause({
    id: 'LOG-OPS-1',
    text: 'On a disk without faults every operation answers what a list of payloads would.',
    loses: 'Everything: a log that is wrong without a fault is wrong with one.',
    check: may.answersAsModelled,
  }),
  clause({
    id: 'LOG-S3-1',
    text: 'After an event, every entry is shown whose acknowledgement survives it.',
    loses: 'Work that somebody was told is kept.',
    check: may.nothingLost(facts),
  }),
  clause({
    id: 'LOG-S3-2',
    text: 'No entry is shown that was never given to an append, whatever happened to the bytes.',
    loses: 'The truth of the log: a reader acts on something that nobody wrote.',
    check: may.nothingInvented(facts, { evenAfterDamage: true }),
  }),
  clause({
    id: 'LOG-S3-3',
    text: 'What is shown beyond what is owed is a prefix of what was appended, in order, once each.',
    loses: 'Cause and effect: replay ends in a state that never was.',
    check: may.inOrder(facts),
  }),
  clause({
    id: 'LOG-S3-4',
    text: 'An append after recovery is accepted, and stands behind what was recovered after a reopen.',
    loses: 'Everything written from then on, silently: the log looks alive and keeps nothing.',
    check: may.goesOn(facts, { mayRefuseDamaged: true }),
  }),
  clause({
    id: 'LOG-S4-1',
    text: 'A log that a kill left opens.',
    loses: 'The whole log, until somebody repairs it by hand.',
    check: may.opensAfterKill(facts),
  }),
  clause({
    id: 'LOG-S4-2',
    text: 'Opening a log again changes neither what it shows nor its bytes.',
    loses: 'A little more at each start: recovery that never comes to rest.',
    check: unharmed(may.idempotent(facts)),
  }),
  clause({
    id: 'LOG-S7-1',
    watches: 'failing calls',
    text: 'What is acknowledged after a failure is there when the log is opened again.',
    loses: 'Work that was acknowledged after the log already knew that something was wrong.',
    check: keepsWordAfterFailure,
  }),
  clause({
    id: 'LOG-S7-2',
    watches: 'failing calls',
    text: 'After a failed sync of its file a log acknowledges nothing until it is opened again.',
    loses: 'What was acknowledged: a sync that succeeds later does not write what an earlier lost.',
    check: may.poisonedBySync(facts),
  }),
  clause({
    id: 'LOG-S7-3',
    watches: 'failing calls',
    text: 'What promises to survive a power cut and could not be synced is not acknowledged.',
    loses: 'The entry, or the name of the whole log, at the next power cut.',
    check: may.unsyncedIsRefused(),
  }),
  clause({
    id: 'LOG-S7-4',
    watches: 'failing calls',
    text: 'A log that goes on after a failed file call shows what it shows when opened again.',
    loses: 'A single truth: the program works with entries that the next start does not know.',
    check: may.goesOnAsFound(facts),
  }),
  clause({
    id: 'LOG-S7-5',
    watches: 'failing calls',
    text: 'Whichever file call fails, the log answers with an error that has a code, and lives on.',
    loses: 'The right reaction: nobody can tell a full disk from a broken one.',
    check: may.failsTyped(null),
  }),
  clause({
    id: 'LOG-S9-1',
    text: 'No bytes on disk make the log die or hang.',
    loses: 'The program: one damaged file takes it down at each start.',
    check: may.survives,
  }),
  clause({
    id: 'LOG-S10-1',
    text: 'Reading changes neither the store nor what a later append does.',
    loses: 'An entry, because somebody looked.',
    check: unharmed(readingIsIdle),
  }),
  clause({
    id: 'LOG-S12-1',
    text: "Nothing outside the log's directory is changed, also where its file became a symbolic link.",
    loses: "Somebody else's file.",
    check: may.staysInside,
  }),
];
