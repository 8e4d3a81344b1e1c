import type { Clause } from '../lib/clause.ts';
import * as may from '../lib/promises.ts';
import { promise } from './clauses-promise.ts';

const live = { needs: 'tearproof live', asks: ['inspect'] } as const;

/** What a read on an inspecting handle answers where a rollback moved the store since. */
const movedSince = ['frame-missing', 'index-out-of-bounds', 'checksum-mismatch'];

/** What a second process sees of a store while the first one writes it. */
export const liveClauses: readonly Clause[] = [
  promise('SSV2-S3-8', {
    ...live,
    text: 'A reader beside a writer shows every entry that was acknowledged before it began.',
    loses: 'Messages that are safely there: whoever looks meanwhile acts without them.',
    check: may.besideAcknowledged(),
  }),
  promise('SSV2-S3-9', {
    ...live,
    text: 'A reader beside a writer shows a prefix of what was appended, in order, once each.',
    loses: 'Cause and effect, for whoever looks while the session goes on.',
    check: may.besideInOrder(),
  }),
  promise('SSV2-S3-10', {
    ...live,
    text: 'A later reader beside a writer shows all that an earlier one showed and nobody took back.',
    loses: 'What was read already: somebody acted on a message that is gone when they look again.',
    check: may.besideForward(),
  }),
  promise('SSV2-S3-11', {
    ...live,
    text:
      'A reader beside a writer is let in; where a rollback moves the store under it, it may be ' +
      'refused by a code that says so.',
    loses: 'The session, for as long as somebody writes it.',
    check: may.besideLetIn({ inspect: ['store_changing'], all: movedSince }),
  }),
  promise('SSV2-S4-3', {
    ...live,
    asks: ['rollback'],
    text:
      'A reader beside a rollback shows the log as before it or as after it, and no later one ' +
      'shows what it took back.',
    loses: 'A consistent session: some of the rolled back entries are shown, some are not.',
    check: may.besideRollback(),
  }),
  promise('SSV2-S5-8', {
    ...live,
    text: 'A reader beside a writer shows no entry that is half written or that no append was given.',
    loses: 'The words themselves: half of a message is read as the whole.',
    check: may.besideWhole(),
  }),
  promise('SSV2-S9-3', {
    ...live,
    text: 'Nothing that is half written makes a reader beside a writer die, or wait for ever.',
    loses: 'The program that looks, each time that it meets an append.',
    check: may.besideLives(),
  }),
  promise('SSV2-S10-7', {
    ...live,
    text: 'A reader beside a writer changes no byte, and the writer answers as it would alone.',
    loses: 'The session itself: what was being written is cut because somebody looked.',
    check: may.besideUnnoticed(),
  }),
];
