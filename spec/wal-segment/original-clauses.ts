import type { Clause } from '../lib/clause.ts';
import * as may from '../lib/promises.ts';
import * as own from './clauses-checks.ts';

type Sentence = Pick<Clause, 'id' | 'text' | 'source' | 'loses' | 'check' | 'asks'>;

const agreement = (sentence: Sentence): Clause => ({
  ...sentence,
  level: 'MUST',
  policies: ['original'],
  since: '0.2.0',
});

/** Agreement with the original, and what holds under either policy. */
export const originalClauses: readonly Clause[] = [
  {
    ...agreement({
      id: 'WAL-OPS-1',
      text: 'On a disk without faults every operation answers what the machine allows.',
      source: 'format page, Operations',
      loses: 'Everything: a log that is wrong without a fault is wrong with one.',
      check: may.answersAsModelled,
    }),
    policies: ['safe', 'original'],
  },
  agreement({
    id: 'WAL-OPEN-1',
    text: 'Opening succeeds or fails as with the original, with an error of the same meaning.',
    source: 'format page, Decision table',
    loses: 'Logs that only one of two programs can open.',
    check: may.opensAsAllowed(own.facts),
  }),
  agreement({
    id: 'WAL-OPEN-2',
    text: 'Each of the four replays applies or refuses what the original does on the same bytes.',
    source: 'format page, Decision table',
    loses: 'One history: two programs recover two databases from one directory.',
    check: own.replaysAsTable,
  }),
  agreement({
    id: 'WAL-OPEN-3',
    text: 'Opening a segment that is there changes no byte.',
    source: 'format page, Operations',
    loses: 'What the other program would still have found.',
    check: may.leavesAsAllowed(own.facts),
  }),
  agreement({
    id: 'WAL-OPEN-4',
    asks: ['verify'],
    text: 'Verification names the links, or refuses, as the original does on the same bytes.',
    source: 'format page, Decision table',
    loses: 'A chain that one program trusts and the other does not.',
    check: own.verifiesAsTable,
  }),
  agreement({
    id: 'WAL-OPEN-5',
    text: 'No bytes make the port die.',
    source: 'format page, Codes',
    loses: 'The program that opened the log.',
    check: may.survives,
  }),
  agreement({
    id: 'WAL-ERR-1',
    text: 'Every refusal carries a code that somebody thought of.',
    source: 'format page, Codes',
    loses: 'The reason: a caller cannot tell a full disk from a damaged log.',
    check: may.typedErrors((code) => code === '' || code === 'internal'),
  }),
];
