import type { Check, Clause } from '../lib/clause.ts';

type Sentence = Pick<Clause, 'text' | 'loses' | 'watches' | 'needs' | 'asks'> & {
  readonly check: Check;
};

const should: ReadonlySet<string> = new Set(['S1', 'S2', 'S6', 'S8', 'S11', 'S13']);

/** A clause of policy `safe`; its promise, and with it its level, stand in its id. */
export function promise(id: `WAL-S${number}-${number}`, sentence: Sentence): Clause {
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
