import type { Claims } from '../../spec/lib/port.ts';
import { judgedBy } from '../engine.ts';
import type { StartEvent } from '../events.ts';
import { kindNamed, kinds, subjectOf } from '../subjects.ts';
import type { Expect } from '../verdicts/expect.ts';
import { clausePlan, type ClausePlan, type Select } from '../verdicts/plan.ts';
import type { ClientOptions } from '../wire/client.ts';
import { liveClausesOf } from './judge.ts';

/** How many histories of a kind are written, each of so many operations, and from which seed. */
export interface LiveRequest {
  readonly version: string;
  readonly command: string;
  readonly seed: string;
  readonly histories: number;
  readonly operations: number;
  readonly select?: Select;
  readonly expect?: Expect;
}

/** One kind with the store that is written and read. */
export interface LiveSubject {
  readonly kind: string;
  /** The name that the store goes by in results. */
  readonly by: string;
  readonly claims: Claims;
  /** How it is served, for two processes of it. */
  readonly client: ClientOptions;
  /** True for our own, which is read in memory too. */
  readonly isOurs: boolean;
}

/** How reads are set beside a writer. */
export type How = 'at each moment' | 'across moments' | 'in two processes';

const howsOf = ({ isOurs }: LiveSubject): readonly How[] =>
  isOurs ? ['at each moment', 'across moments', 'in two processes'] : ['in two processes'];

/** The class of reads that show something: those while the writer was within an operation. */
export const classOf = (how: How): string => `read ${how}, the writer within an operation`;

/** One of our safe stores, by its kind and how it is served. */
export async function ourSubject(kind: string, client: ClientOptions): Promise<LiveSubject> {
  const { trial, by } = await subjectOf(kind, 'safe', 'safe');
  return { kind, by, claims: trial.claims, client, isOurs: true };
}

/** Where the clauses of a kind stand in a run, and what it is held against. */
export function livePlan(
  { kind, claims: { ops } }: LiveSubject,
  { select, expect }: Pick<LiveRequest, 'select' | 'expect'>,
): ClausePlan {
  const waivers = expect?.waivers?.filter((one) => one.kind === kind);
  const choice = { policy: 'safe', ops, select, waivers } as const;
  return clausePlan(liveClausesOf(kindNamed(kind)), choice);
}

/** The first event of a run: its denominators, fixed before it begins. */
export function liveStart(request: LiveRequest, subjects: readonly LiveSubject[]): StartEvent {
  const { version, command, seed, select, expect } = request;
  return {
    is: 'start',
    version: 2,
    tearproof: version,
    seed,
    depth: 'live',
    policy: 'safe',
    command,
    reach: 'live',
    ...judgedBy({ select, expect: ofLive(expect) }),
    kinds: subjects.map((subject) => {
      const plan = livePlan(subject, request);
      const histories = request.histories * howsOf(subject).length;
      return {
        kind: subject.kind,
        port: subject.by,
        histories,
        least: histories,
        rungs: ['none'],
        models: [],
        must: [...plan.must],
        should: [...plan.should],
        ...(plan.notScored.length === 0 ? {} : { notScored: [...plan.notScored] }),
        ...(plan.notApplicable.length === 0 ? {} : { notApplicable: [...plan.notApplicable] }),
        notTested: [],
      };
    }),
  };
}

/** Expectations of clauses that `check` runs hold there, and are none of this run. */
function ofLive(expect: Expect | undefined): Expect {
  const isLive = ({ kind, clause }: { readonly kind: string; readonly clause: string }): boolean =>
    kinds.some((one) => one.name === kind && liveClausesOf(one).some(({ id }) => id === clause));
  const { baseline, waivers } = expect ?? {};
  return {
    ...(baseline === undefined
      ? {}
      : { baseline: baseline.filter((one) => one.unknown === true || isLive(one)) }),
    ...(waivers === undefined ? {} : { waivers: waivers.filter(isLive) }),
  };
}
