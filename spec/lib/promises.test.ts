// A long file, for all promises are asked of walks made by the same few helpers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Check, Evidence, Finding, Seen } from './clause.ts';
import { fileNode } from './image.ts';
import type { Image } from './image.ts';
import type { Key, Owes } from './judge.ts';
import * as may from './promises.ts';
import { utf8Of } from './utf8.ts';

const facts: may.Facts = {
  isOpen: (seen) => seen.op === 'open',
  isVolatile: (path) => path.startsWith('tmp/'),
};

const imageOf = (files: Readonly<Record<string, string>>): Image =>
  new Map(Object.entries(files).map(([path, text]) => [path, fileNode(utf8Of(text))]));

const shown = (phase: Seen['phase'], keys: readonly Key[], image?: Image): Seen => ({
  phase,
  op: 'all',
  outcome: { is: 'ok', value: null },
  view: { keys, repairs: [], notices: [] },
  ...(image === undefined ? {} : { image }),
});

const opened = (phase: Seen['phase'], image?: Image, view?: Partial<Seen['view']>): Seen => ({
  phase,
  op: 'open',
  outcome: { is: 'ok', value: null },
  view: { keys: [], repairs: [], notices: [], ...view },
  ...(image === undefined ? {} : { image }),
});

const refused = (phase: Seen['phase'], op: string, code: string, image?: Image): Seen => ({
  phase,
  op,
  outcome: { is: 'fail', code },
  ...(image === undefined ? {} : { image }),
});

const added = (key: Key): Seen => ({
  phase: 'append',
  op: 'append',
  outcome: { is: 'ok', value: null },
  adds: key,
});

const evidence = (seen: readonly Seen[], over: Partial<Evidence> = {}): Evidence => ({
  policy: 'safe',
  fault: 'kill',
  start: new Map(),
  legal: [],
  classes: [],
  owes: [{ must: ['a', 'b'], may: ['c', 'd'], never: ['x'] }],
  seen,
  ...over,
});

const anomaliesOf = (check: Check, e: Evidence): readonly string[] | 'not_exercised' => {
  const found = check(e);
  return found === 'not_exercised' ? found : found.map((f: Finding) => f.anomaly);
};

const key = fc.constantFrom('a', 'b', 'c', 'd', 'x', 'q');

describe('departure', () => {
  const owes: Owes = { must: ['a', 'b'], may: ['c', 'd'], never: ['x'] };

  it('is nothing exactly for must and a prefix of may', () => {
    const legal = [
      ['a', 'b'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd'],
    ].map(String);
    fc.assert(
      fc.property(fc.array(key, { maxLength: 6, size: 'max' }), (keys) => {
        const off = Object.values(may.departure(keys, owes)).flat();
        expect(off.length === 0).toBe(legal.includes(String(keys)));
      }),
      { seed: 20260104, numRuns: 3000 },
    );
  });

  it('names what is wrong', () => {
    const off = (keys: readonly Key[]): readonly string[] =>
      Object.entries(may.departure(keys, owes))
        .filter(([, list]) => list.length > 0)
        .map(([name, list]) => `${name} ${list.join('')}`);
    expect(off(['a'])).toEqual(['lost b']);
    expect(off(['a', 'b', 'q'])).toEqual(['alien q']);
    expect(off(['a', 'b', 'x'])).toEqual(['returned x']);
    expect(off(['a', 'b', 'b'])).toEqual(['twice b']);
    expect(off(['b', 'a'])).toEqual(['moved a']);
    expect(off(['a', 'b', 'd'])).toEqual(['skipped c']);
  });

  it('counts entries of one key one by one', () => {
    const twice: Owes = { must: ['a', 'a'], may: ['a'], never: [] };
    const isFine = (keys: readonly Key[]): boolean =>
      Object.values(may.departure(keys, twice)).every((list) => list.length === 0);
    expect([1, 2, 3, 4].map((n) => isFine(Array.from({ length: n }, () => 'a')))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('the recovered log', () => {
  const judged = (check: Check, keys: readonly Key[]): readonly string[] | 'not_exercised' =>
    anomaliesOf(check, evidence([opened('open'), shown('read', keys)]));

  it('is held to each promise by itself', () => {
    expect(judged(may.nothingLost(facts), ['a', 'b', 'c'])).toEqual([]);
    expect(judged(may.nothingLost(facts), ['a'])).toEqual(['lost_acked']);
    expect(judged(may.nothingInvented(facts), ['a', 'b', 'q'])).toEqual(['phantom']);
    expect(judged(may.nothingInvented(facts), ['a', 'b', 'x'])).toEqual([]);
    expect(judged(may.nothingResurrected(facts), ['a', 'b', 'x'])).toEqual(['resurrected']);
    expect(judged(may.nothingResurrected(facts), ['a', 'b'])).toEqual([]);
    expect(judged(may.inOrder(facts), ['a', 'b', 'd'])).toEqual(['gap']);
    expect(judged(may.inOrder(facts), ['b', 'a'])).toEqual(['reordered']);
    expect(judged(may.inOrder(facts), ['a', 'b', 'b'])).toEqual(['duplicate']);
  });

  it('is lost where an open is accepted and every reader refuses', () => {
    const closed = (code: string): Evidence => {
      const read = refused('read', 'read', code);
      return evidence([opened('open'), read, read]);
    };
    expect(anomaliesOf(may.nothingLost(facts), closed('unclean'))).toEqual(['lost_acked']);
    expect(anomaliesOf(may.nothingLost(facts), closed('died: at last'))).toBe('not_exercised');
    const owed = { ...closed('unclean'), owes: [{ must: [], may: ['a'], never: [] }] };
    expect(anomaliesOf(may.nothingLost(facts), owed)).toBe('not_exercised');
    const decayed = { ...closed('unclean'), fault: 'damage' } as const;
    expect(anomaliesOf(may.nothingLost(facts), decayed)).toBe('not_exercised');
  });

  it('is judged by the nearest alternative', () => {
    const owes = [
      { must: ['a', 'b', 'c'], may: [], never: [] },
      { must: ['a'], may: [], never: ['b', 'c'] },
    ];
    const of = (keys: readonly Key[]): Evidence =>
      evidence([opened('open'), shown('read', keys)], { owes });
    expect(anomaliesOf(may.nothingLost(facts), of(['a']))).toEqual([]);
    expect(anomaliesOf(may.atomic(facts), of(['a']))).toEqual([]);
    expect(anomaliesOf(may.atomic(facts), of(['a', 'b', 'c']))).toEqual([]);
    expect(anomaliesOf(may.atomic(facts), of(['a', 'b']))).toEqual(['not_atomic']);
  });

  it('is not judged by the history after damage, unless asked to', () => {
    const e = evidence([opened('open'), shown('read', ['q'])], { fault: 'damage' });
    expect(anomaliesOf(may.nothingLost(facts), e)).toBe('not_exercised');
    expect(anomaliesOf(may.nothingInvented(facts), e)).toBe('not_exercised');
    expect(anomaliesOf(may.nothingInvented(facts, { evenAfterDamage: true }), e)).toEqual([
      'phantom',
    ]);
  });
});

describe('goesOn', () => {
  const walk = (after: readonly Key[]): Evidence =>
    evidence([shown('read', ['a']), added('w'), opened('reopen'), shown('reopen', after)]);

  it('wants what was appended right behind what was recovered', () => {
    const check = may.goesOn(facts);
    expect(anomaliesOf(check, walk(['a', 'w']))).toEqual([]);
    expect(anomaliesOf(check, walk(['a']))).toEqual(['continuation_broken']);
    expect(anomaliesOf(check, walk(['a', 'z', 'w']))).toEqual(['continuation_broken']);
    const shut = evidence([shown('read', ['a']), added('w'), refused('reopen', 'open', 'json')]);
    expect(anomaliesOf(check, shut)).toEqual(['continuation_broken']);
    const no = evidence([shown('read', ['a']), refused('append', 'append', 'poisoned')]);
    expect(anomaliesOf(check, no)).toEqual(['continuation_broken']);
    expect(anomaliesOf(check, evidence([shown('read', ['a'])]))).toBe('not_exercised');
  });

  it('lets a damaged log refuse, and not forget what it accepted', () => {
    const check = may.goesOn(facts, { mayRefuseDamaged: true });
    const damaged = { fault: 'damage' } as const;
    const no = [shown('read', ['a']), refused('append', 'append', 'read_only')];
    expect(anomaliesOf(check, evidence(no, damaged))).toBe('not_exercised');
    expect(anomaliesOf(check, evidence(no))).toEqual(['continuation_broken']);
    expect(anomaliesOf(may.goesOn(facts), evidence(no, damaged))).toEqual(['continuation_broken']);
    expect(anomaliesOf(check, { ...walk(['a', 'w']), ...damaged })).toEqual([]);
    expect(anomaliesOf(check, { ...walk(['a']), ...damaged })).toEqual(['continuation_broken']);
  });

  it('is asked of a store too that opens and lets nobody read', () => {
    const check = may.goesOn(facts);
    const unread = [opened('open'), refused('read', 'all', 'stale_handle')];
    const shut = evidence([...unread, refused('append', 'append', 'stale_handle')]);
    expect(anomaliesOf(check, shut)).toEqual(['continuation_broken']);
    const unknown = evidence([...unread, added('w'), opened('reopen'), shown('reopen', ['w'])]);
    expect(anomaliesOf(check, unknown)).toBe('not_exercised');
  });
});

describe('opening', () => {
  it('after a kill is refused only where several appends may be half done', () => {
    const check = may.opensAfterKill(facts, ['ambiguous_gap']);
    const shut = [refused('open', 'open', 'ambiguous_gap')];
    expect(anomaliesOf(check, evidence(shut))).toEqual([]);
    const one = [{ must: [], may: ['a'], never: [] }];
    expect(anomaliesOf(check, evidence(shut, { owes: one }))).toEqual(['unopenable']);
    expect(anomaliesOf(check, evidence([refused('open', 'open', 'json')]))).toEqual(['unopenable']);
    expect(anomaliesOf(check, evidence([opened('open')]))).toEqual([]);
  });

  it('answers what the bytes allow', () => {
    const check = may.opensAsAllowed(facts);
    const bad = [{ open: 'refused' as const, codes: ['frame_corrupt'], readable: ['a'] }];
    const good = [{ open: 'ok' as const, keys: ['a'] }];
    const of = (seen: Seen, legal: Evidence['legal']): Evidence => evidence([seen], { legal });
    expect(anomaliesOf(check, of(opened('open'), good))).toEqual([]);
    expect(anomaliesOf(check, of(opened('open'), bad))).toEqual(['corrupt_accepted']);
    const shut = refused('open', 'open', 'json');
    expect(anomaliesOf(check, of(shut, bad))).toEqual(['wrong_error']);
    expect(anomaliesOf(check, of(shut, good))).toEqual(['unopenable']);
    expect(anomaliesOf(check, of(refused('open', 'open', 'frame_corrupt'), bad))).toEqual([]);
    expect(anomaliesOf(check, of(opened('open'), []))).toBe('not_exercised');
  });
});

describe('what opening takes away', () => {
  const check = may.nothingDestroyed(facts, {
    isKeeper: (path) => path.startsWith('kept/'),
    isSpared: (path) => path === 'derived',
  });
  const of = (before: Image, after: Image): Evidence =>
    evidence([opened('open', after)], { start: before });

  it('is kept whole, in a place for it', () => {
    const before = imageOf({ log: 'good|torn', derived: 'x', 'tmp/t': 'x' });
    expect(anomaliesOf(check, of(before, imageOf({ log: 'good|', 'kept/1': 'torn' })))).toEqual([]);
    expect(anomaliesOf(check, of(before, imageOf({ log: 'good|', 'kept/1': 'tor' })))).toEqual([
      'destroyed_evidence',
    ]);
    expect(anomaliesOf(check, of(before, imageOf({ log: 'good|', other: 'torn' })))).toEqual([
      'destroyed_evidence',
    ]);
    expect(anomaliesOf(check, of(before, imageOf({ 'kept/log': 'good|torn' })))).toEqual([]);
    expect(anomaliesOf(check, of(before, imageOf({ log: 'good|torn more' })))).toBe(
      'not_exercised',
    );
  });

  it('counts the zeros of a sparse tail without making them', () => {
    const start: Image = new Map([['log', { is: 'file', bytes: utf8Of('good|x'), size: 2 ** 40 }]]);
    const kept = (size: number): Image =>
      new Map([
        ['log', fileNode(utf8Of('good|'))],
        ['kept/1', { is: 'file', bytes: utf8Of('x'), size }],
      ]);
    expect(anomaliesOf(check, of(start, kept(2 ** 40 - 5)))).toEqual([]);
    expect(anomaliesOf(check, of(start, kept(9)))).toEqual(['destroyed_evidence']);
  });
});

describe('bytes that must stay', () => {
  const one = imageOf({ log: '1' });
  const two = imageOf({ log: '2' });

  it('are compared around refusals, reads and second opens', () => {
    const shut = may.refusalsChangeNothing(facts, 'open');
    const of = (seen: readonly Seen[]): Evidence => evidence(seen, { start: one });
    expect(anomaliesOf(shut, of([refused('open', 'open', 'no', one)]))).toEqual([]);
    expect(anomaliesOf(shut, of([refused('open', 'open', 'no', two)]))).toEqual(['side_effect']);
    const read = may.changesNothing('read');
    expect(anomaliesOf(read, of([shown('read', [], one)]))).toEqual([]);
    expect(anomaliesOf(read, of([shown('read', [], two)]))).toEqual(['side_effect']);
    const again = may.idempotent(facts);
    expect(anomaliesOf(again, of([opened('again', one)]))).toEqual([]);
    expect(anomaliesOf(again, of([opened('again', two)]))).toEqual(['not_idempotent']);
    const repairs = [{ did: 'cut' as const, file: 'log', from: 0, to: 1, why: 'torn' }];
    expect(anomaliesOf(again, of([opened('again', one, { repairs })]))).toEqual(['not_idempotent']);
    const other = [shown('reopen', ['a'], one), opened('again', one), shown('again', [], one)];
    expect(anomaliesOf(again, of(other))).toEqual(['not_idempotent']);
  });

  it('are what an allowed open leaves', () => {
    const legal = [{ open: 'ok' as const, keys: [], after: two }];
    const of = (image: Image): Evidence => evidence([opened('open', image)], { legal });
    expect(anomaliesOf(may.leavesAsAllowed(facts), of(two))).toEqual([]);
    expect(anomaliesOf(may.leavesAsAllowed(facts), of(one))).toEqual(['side_effect']);
  });
});

describe('probes and errors', () => {
  it('must be refused under the right code, before the disk is touched', () => {
    const check = may.probeRefused('rule', ['no']);
    const image = imageOf({ log: '1' });
    const probe = (seen: Seen): Evidence =>
      evidence([{ ...seen, probe: 'rule' }], { start: image });
    expect(anomaliesOf(check, probe(refused('refuse', 'append', 'no')))).toEqual([]);
    expect(anomaliesOf(check, probe(refused('refuse', 'append', 'why')))).toEqual(['wrong_error']);
    const touched = refused('refuse', 'append', 'no', imageOf({ log: '2' }));
    expect(anomaliesOf(check, probe(touched))).toEqual(['side_effect']);
    expect(anomaliesOf(check, probe(added('x')))).toEqual(['corrupt_accepted']);
    expect(anomaliesOf(check, evidence([added('x')]))).toBe('not_exercised');
  });

  it('never end the port, and are typed', () => {
    const died = evidence([refused('open', 'open', 'died: RangeError')]);
    expect(anomaliesOf(may.survives, died)).toEqual(['died']);
    const typed = may.typedErrors((code) => code === 'internal');
    expect(anomaliesOf(typed, evidence([refused('open', 'open', 'internal')]))).toEqual([
      'wrong_error',
    ]);
    expect(anomaliesOf(typed, died)).toEqual([]);
  });
});
