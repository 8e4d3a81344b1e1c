import { clauses } from '../../../../spec/append-log/clauses.ts';
import { emptyHandbook, type Handbook } from './handbook.ts';

/** What there is to say of a log of anybody. */
export const appendLogBook: Handbook = { ...emptyHandbook, kind: 'append-log', clauses };
