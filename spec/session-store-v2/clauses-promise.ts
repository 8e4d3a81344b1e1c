import type { Clause } from '../lib/clause.ts';

type Sentence = Pick<Clause, 'text' | 'loses' | 'watches' | 'needs' | 'asks' | 'check'>;

const levels: Readonly<Record<string, Clause['level']>> = {
  S3: 'MUST', S4: 'MUST', S5: 'MUST', S7: 'MUST', S9: 'MUST', S10: 'MUST', S12: 'MUST',
  S1: 'SHOULD', S2: 'SHOULD', S6: 'SHOULD', S8: 'SHOULD', S11: 'SHOULD', S13: 'SHOULD',
}; // prettier-ignore

/** The operations that a clause is about, where the core of the kind is not enough. */
const asks: Readonly<Record<string, readonly string[]>> = {
  'SSV2-S3-5': ['rollback'],
  'SSV2-S3-7': ['manifest', 'ledgerAppend', 'checkpoint'],
  'SSV2-S4-2': ['rollback'],
  'SSV2-S5-3': ['inspect'],
  'SSV2-S5-4': ['state'],
  'SSV2-S5-6': ['from', 'tail'],
  'SSV2-S5-7': ['state', 'summary', 'index'],
  'SSV2-S8-2': ['inspect'],
  'SSV2-S11-1': ['manifest', 'checkpoint'],
  'SSV2-S13-1': ['rollback'],
};

/** A clause of policy `safe`; its promise, and with it its level, stand in its id. */
export function promise(
  id: `SSV2-S${number}-${number}`,
  { text, loses, check, ...rest }: Sentence,
): Clause {
  const about = asks[id];
  const kept = `S${id.split('-')[1]?.slice(1) ?? ''}` as const;
  return {
    id,
    level: levels[kept] ?? 'MUST',
    policies: ['safe'],
    promise: asPromise(kept),
    since: rest.needs === 'tearproof live' ? '0.2.0' : '0.1.0',
    text,
    source: `promise ${kept}`,
    loses,
    ...rest,
    ...(about === undefined ? {} : { asks: about }),
    check,
  };
}

function asPromise(kept: string): `S${number}` {
  return `S${Number(kept.slice(1))}`;
}
