import type { Clause } from '../lib/clause.ts';
import * as may from '../lib/promises.ts';
import { facts } from './clauses-checks.ts';

type Sentence = Pick<Clause, 'id' | 'text' | 'source' | 'loses' | 'check'>;

const agreement = (sentence: Sentence): Clause => ({
  ...sentence,
  level: 'MUST',
  policies: ['original'],
  since: '0.2.0',
});

/** Agreement with the original, and what holds under either policy. */
export const originalClauses: readonly Clause[] = [
  agreement({
    id: 'FAST-OPEN-1',
    text: 'Open succeeds or fails as the original does on the same bytes, under the same code.',
    source: 'format page, Decision table',
    loses: 'Sessions that only one of two programs can open.',
    check: may.opensAsAllowed(facts),
  }),
  agreement({
    id: 'FAST-OPEN-2',
    text: 'Reading shows the entries that the original shows on the same bytes.',
    source: 'format page, Decision table',
    loses: 'One history: two programs read two sessions from one file.',
    check: may.showsAsAllowed(facts),
  }),
  agreement({
    id: 'FAST-OPEN-3',
    text: 'Open leaves the bytes that the original leaves.',
    source: 'format page, Operations',
    loses: 'What the other program would still have found.',
    check: may.leavesAsAllowed(facts),
  }),
  {
    ...agreement({
      id: 'FAST-OPS-1',
      text: 'On a disk without faults every operation answers what the machine answers.',
      source: 'format page, Operations',
      loses: 'Everything: a store that is wrong without a fault is wrong with one.',
      check: may.answersAsModelled,
    }),
    policies: ['original', 'safe'],
  },
  {
    ...agreement({
      id: 'FAST-ERR-1',
      text: 'Every refusal carries a code that somebody thought of.',
      source: 'format page, Codes',
      loses: 'The reason: a caller cannot tell a full disk from a damaged segment.',
      check: may.typedErrors((code) => code === '' || code === 'internal'),
    }),
    policies: ['original', 'safe'],
  },
];
