import { describe, expect, it } from 'vitest';
import type { Clause } from '../../spec/lib/clause.ts';
import { kinds } from '../subjects.ts';
import { codecs } from '../wire/codecs.ts';
import { clausePlan, isLater, isMeant } from './plan.ts';

const clause = (id: Clause['id'], over: Partial<Clause> = {}): Clause => ({
  id, level: 'MUST', policies: ['safe'], since: '0.1.0', text: '', source: '', loses: '',
  promise: 'S3', check: () => [], ...over,
}); // prettier-ignore

const clauses = [
  clause('K-S3-1'),
  clause('K-S3-2', { asks: ['rollback', 'truncate'] }),
  clause('K-S3-30', { level: 'SHOULD', since: '0.2.0' }),
  clause('K-S4-1', { promise: 'S4', needs: 'power cuts' }),
  clause('K-OPEN-1', { policies: ['original'] }),
];

describe('clausePlan', () => {
  it('fixes the denominators', () => {
    const plan = clausePlan(clauses, { policy: 'safe', ops: ['truncate'] });
    expect(plan).toMatchObject({ must: ['K-S3-1', 'K-S3-2'], should: ['K-S3-30'] });
    expect(plan.notTested).toEqual(['K-S4-1 (needs power cuts)']);
    expect(plan.judged.map((one) => one.id)).toEqual(['K-S3-1', 'K-S3-2', 'K-S3-30']);
  });

  it('leaves out what the port does not claim, and judges what does not count', () => {
    const select = { requirements: '0.1' };
    const plan = clausePlan(clauses, { policy: 'safe', ops: [], select });
    expect(plan.must).toEqual(['K-S3-1']);
    expect(plan.notApplicable).toEqual([
      { clause: 'K-S3-2', level: 'MUST', why: 'rollback, truncate not claimed' },
    ]);
    expect(plan.notScored).toMatchObject([{ clause: 'K-S3-30', level: 'SHOULD' }]);
    expect(plan.judged.map((one) => one.id)).toEqual(['K-S3-1', 'K-S3-30']);
  });

  it('takes a waiver that holds, and none that ended', () => {
    const waiver = { kind: 'k', clause: 'K-S3-1', reason: 'because', until: '2026-01-01' };
    const of = (waivers: object): unknown =>
      clausePlan(clauses, { policy: 'safe', ops: [], ...waivers }).notScored;
    expect(of({ waivers: [waiver] })).toMatchObject([{ why: 'waived until 2026-01-01: because' }]);
    expect(of({ waivers: [{ ...waiver, expired: true }] })).toEqual([]);
  });

  it('asks where the port runs what cannot be seen from there', () => {
    const unseen = ({ id }: Clause): string | null =>
      id === 'K-S3-1' ? 'needs reach traced' : null;
    const plan = clausePlan(clauses, { policy: 'safe', ops: ['rollback'], unseen });
    expect(plan.must).toEqual(['K-S3-2']);
    expect(plan.notTested[0]).toBe('K-S3-1 (needs reach traced)');
  });
});

describe('what is asked for', () => {
  it.each([
    ['K-S3-1', ['K-S3-1']],
    ['K-S3', ['K-S3-1', 'K-S3-2', 'K-S3-30']],
    ['k-s3-3', []],
    ['k-s4-1', ['K-S4-1']],
    ['s3', ['K-S3-1', 'K-S3-2', 'K-S3-30', 'K-OPEN-1']],
    ['K', clauses.map((one) => one.id)],
  ])('%s means %j', (asked, ids) => {
    expect(clauses.filter((one) => isMeant(one, asked)).map((one) => one.id)).toEqual(ids);
  });

  it.each([
    ['0.1.0', '0.1', false],
    ['0.1.9', '0.1', false],
    ['0.2.0', '0.1', true],
    ['0.10.0', '0.2', true],
    ['0.2.1', '0.2.0', true],
    ['1.0.0', '0.9', true],
    ['0.9.0', '1', false],
  ])('since %s is later than requirements %s: %s', (since, asked, later) => {
    expect(isLater(since, asked)).toBe(later);
  });
});

describe('what clauses are about', () => {
  const about = kinds.flatMap((kind) =>
    kind.clauses.flatMap(({ id, asks }) => (asks === undefined ? [] : [{ id, asks, kind }])),
  );

  it.each(about.map((one) => [one.id, one] as const))('%s names operations', (_id, one) => {
    const codec = codecs.find(({ kind }) => kind === one.kind.name);
    expect(one.asks.filter((op) => !Object.hasOwn(codec!.methods, op))).toEqual([]);
    // What the core has, every port claims: such a clause would need no member for it.
    expect(one.asks.filter((op) => one.kind.core.includes(op))).toEqual([]);
  });

  it('leaves something to judge of a port of the core alone', () => {
    for (const { clauses: all, core } of kinds) {
      const plan = clausePlan(all, { policy: 'safe', ops: core });
      expect(plan.must.length).toBeGreaterThan(10);
      const asking = all.filter((c) => c.asks !== undefined && c.policies.includes('safe'));
      // What needs another command stands aside before anybody asks what is claimed.
      const here = asking.filter((c) => c.needs === undefined);
      expect(plan.notApplicable.length).toBe(here.length);
    }
  });
});
