import type { Clause } from '../lib/clause.ts';

type Sentence = Pick<Clause, 'text' | 'loses' | 'watches' | 'asks' | 'check'>;

const levels: Readonly<Record<string, Clause['level']>> = {
  S3: 'MUST', S4: 'MUST', S5: 'MUST', S7: 'MUST', S9: 'MUST', S10: 'MUST', S12: 'MUST',
  S1: 'SHOULD', S2: 'SHOULD', S6: 'SHOULD', S8: 'SHOULD', S11: 'SHOULD', S13: 'SHOULD',
}; // prettier-ignore

/** A clause of policy `safe`; its promise, and with it its level, stand in its id. */
export function promise(
  id: `SSV2-S${number}-${number}`,
  { text, loses, check, ...rest }: Sentence,
): Clause {
  const kept = `S${id.split('-')[1]?.slice(1) ?? ''}` as const;
  return {
    id,
    level: levels[kept] ?? 'MUST',
    policies: ['safe'],
    promise: asPromise(kept),
    since: '0.1.0',
    text,
    source: `promise ${kept}`,
    loses,
    ...rest,
    check,
  };
}

function asPromise(kept: string): `S${number}` {
  return `S${Number(kept.slice(1))}`;
}
