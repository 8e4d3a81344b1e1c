import type { Clause } from '../lib/clause.ts';
import * as may from '../lib/promises.ts';
import { facts } from './clauses-checks.ts';

type Sentence = Pick<Clause, 'id' | 'text' | 'source' | 'loses' | 'check'>;

const agreement = (sentence: Sentence): Clause => ({
  ...sentence,
  level: 'MUST',
  policies: ['original'],
  since: '0.1.0',
});

/** Agreement with the original, and what holds under either policy. */
export const originalClauses: readonly Clause[] = [
  agreement({
    id: 'SSV2-OPEN-1',
    text:
      'Create succeeds or fails as the original does on the same bytes, with an error ' +
      'of the same meaning.',
    source: 'format page, Decision table',
    loses: 'Stores that only one of two programs can open.',
    check: may.opensAsAllowed(facts),
  }),
  agreement({
    id: 'SSV2-OPEN-2',
    text: 'Create shows the entries that the original shows on the same bytes.',
    source: 'format page, Decision table',
    loses: 'One history: two programs read two sessions from one directory.',
    check: may.showsAsAllowed(facts),
  }),
  agreement({
    id: 'SSV2-OPEN-3',
    text: 'Create leaves the bytes that the original leaves, temporary names apart.',
    source: 'format page, Opening in the original; format page, Rebuild',
    loses: 'What the other program would still have found.',
    check: may.leavesAsAllowed(facts),
  }),
  agreement({
    id: 'SSV2-OPEN-4',
    text: 'All readers of one open store show the same entries.',
    source: 'format page, Reads',
    loses: 'A session that depends on which function looked at it.',
    check: may.readersAgree(facts),
  }),
  agreement({
    id: 'SSV2-OPEN-5',
    text: 'No bytes make the port die.',
    source: 'format page, Errors',
    loses: 'The program that opened the session.',
    check: may.survives,
  }),
  {
    ...agreement({
      id: 'SSV2-OPS-1',
      text:
        'On a disk without faults every operation answers what the machine answers, to ' +
        'the last member.',
      source: 'format page, Operations',
      loses: 'Everything: a store that is wrong without a fault is wrong with one.',
      check: may.answersAsModelled,
    }),
    policies: ['original', 'safe'],
  },
  {
    ...agreement({
      id: 'SSV2-ERR-1',
      text: 'Every refusal carries a code that somebody thought of.',
      source: 'format page, Errors',
      loses: 'The reason: a caller cannot tell a full disk from a damaged store.',
      check: may.typedErrors((code) => code === '' || code === 'internal'),
    }),
    policies: ['original', 'safe'],
  },
];
