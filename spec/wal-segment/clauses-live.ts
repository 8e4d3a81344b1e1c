import type { Clause } from '../lib/clause.ts';
import * as may from '../lib/promises.ts';
import { promise } from './clauses-promise.ts';

const live = { needs: 'tearproof live' } as const;

/** What a replay in a second process sees of a log while the first one writes it. */
export const liveClauses: readonly Clause[] = [
  promise('WAL-S3-5', {
    ...live,
    text: 'A replay beside a writer shows every frame that was acknowledged before it began.',
    loses: 'Commits that are there: a follower that reads the log goes on without them.',
    check: may.besideAcknowledged(),
  }),
  promise('WAL-S3-6', {
    ...live,
    text: 'A replay beside a writer shows a prefix of what was appended, in order, once each.',
    loses: 'Cause and effect: a follower applies a later commit without an earlier one.',
    check: may.besideInOrder(),
  }),
  promise('WAL-S3-7', {
    ...live,
    text: 'A later replay beside a writer shows all that an earlier one showed.',
    loses: 'One truth: a follower applied a commit that the log then does not have.',
    check: may.besideForward(),
  }),
  promise('WAL-S3-8', {
    ...live,
    text: 'A replay that is not strict is let in whatever the writer is doing.',
    loses: 'Every follower, for as long as the database writes.',
    check: may.besideLetIn(),
  }),
  promise('WAL-S5-8', {
    ...live,
    text: 'A replay beside a writer shows no frame that is half written or that no append was given.',
    loses: 'The truth of the database: a follower applies a change that nobody made.',
    check: may.besideWhole(),
  }),
  promise('WAL-S9-4', {
    ...live,
    text: 'Nothing that is half written makes a replay beside a writer die, or wait for ever.',
    loses: 'The follower, each time that it meets an append.',
    check: may.besideLives(),
  }),
  promise('WAL-S10-8', {
    ...live,
    text: 'A replay beside a writer changes no byte, and the writer answers as it would alone.',
    loses: 'The log itself: what was being written is cut because somebody looked.',
    check: may.besideUnnoticed(),
  }),
];
