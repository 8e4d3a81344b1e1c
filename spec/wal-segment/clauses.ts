import type { Check, Clause } from '../lib/clause.ts';
import * as may from '../lib/promises.ts';

/**
 * Opening reports and shows no frame; of what recovery sets aside only the last step is relied on.
 */
export const facts: may.Facts = {
  isOpen: (seen) => seen.op === 'open',
  isVolatile: (path) => path === 'quarantine/tmp',
};

type Sentence = Pick<Clause, 'text' | 'loses'> & { readonly check: Check };

/** A promise, MUST, of policy `safe`; its number stands in the id. */
function promise(id: `WAL-S${number}-${number}`, sentence: Sentence): Clause {
  const kept = `S${Number(/\d+/.exec(id)?.[0])}` as const;
  return {
    id,
    level: 'MUST',
    policies: ['safe'],
    promise: kept,
    since: '0.2.0',
    source: `promise ${kept}`,
    ...sentence,
  };
}

/** What a log of chained segments must keep, as far as it is the same for every log. */
export const clauses: readonly Clause[] = [
  {
    id: 'WAL-OPS-1',
    level: 'MUST',
    policies: ['safe', 'original'],
    since: '0.2.0',
    text: 'On a disk without faults every operation answers what the machine allows.',
    source: 'the machine of wal-segment',
    loses: 'Everything: a log that is wrong without a fault is wrong with one.',
    check: may.answersAsModelled,
  },
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
    text: 'A log that a crash left opens.',
    loses: 'The whole database, until somebody repairs it by hand.',
    check: may.opensAfterKill(facts),
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
  promise('WAL-S9-1', {
    text: 'No bytes make the log die.',
    loses: 'The database: one damaged length takes it down at each start.',
    check: may.survives,
  }),
  promise('WAL-S9-2', {
    text: 'Every refusal has a code that somebody thought of.',
    loses: 'The right reaction: nobody can tell a damaged log from a bug of the program.',
    check: may.typedErrors((code) => code === 'internal'),
  }),
  promise('WAL-S10-1', {
    text: 'Replay, verification and the question of rotation change no byte.',
    loses: 'The next append: it goes to another place because somebody looked.',
    check: may.changesNothing('read'),
  }),
  promise('WAL-S10-2', {
    text: 'Whatever an open changes in a file that was there, it reports.',
    loses: 'The knowledge that commits were cut: nobody asks for the copy.',
    check: may.reportsChanges(facts),
  }),
  promise('WAL-S12-1', {
    text: 'Nothing outside the directory of the log is changed.',
    loses: "Somebody else's file.",
    check: may.staysInside,
  }),
];
