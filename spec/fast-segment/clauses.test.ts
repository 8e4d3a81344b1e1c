// A long file, for it is one table: a case for every clause, so that none can be left out.
import { describe, expect, it } from 'vitest';
import type { Anomaly, Evidence, FailedCall, FailingStep, Seen } from '../lib/clause.ts';
import type { Image } from '../lib/image.ts';
import type { Key, Notice, Repair } from '../lib/judge.ts';
import { join } from '../lib/layout-damage.ts';
import { framed, encodeEntry, headerOf, keyOf } from './bytes.ts';
import { assess } from './classify.ts';
import { clauses } from './clauses.ts';
import { endsOf, entries, over, segment, segmentBytes, storeOf } from './testing.ts';

const ends = endsOf(entries);
const keys = entries.map(keyOf);
const [a = '', b = '', c = ''] = keys;
const whole = storeOf();
const bytes = segmentBytes();
const [, one = 0, , three = 0, four = 0] = ends;

// Three are published, and a fourth was appended.
const tailed = storeOf(segmentBytes(entries, BigInt(three)));
const cutImage = storeOf(segmentBytes(entries.slice(0, 3)));
const cut: Repair = { did: 'cut', file: segment, from: three, to: four, why: 'uncommitted_tail' };
const corrupt = storeOf(over(bytes, one + 9, 0xff));
const linked = storeOf({ is: 'link', to: '/etc/passwd' });
const odd = storeOf(
  join(headerOf(BigInt(four + 3)), bytes.slice(16, three), framed(join(encodeEntry(entries[3]!), Uint8Array.of(1, 2, 3)))),
); // prettier-ignore
const oddNotice: Notice = { code: 'non_canonical', file: segment };

const ok = (value: unknown): Seen['outcome'] => ({ is: 'ok', value });
const fail = (code: string): Seen['outcome'] => ({ is: 'fail', code });
const seen = (phase: Seen['phase'], op: string, more: Partial<Seen> = {}): Seen => ({
  phase,
  op,
  outcome: ok(null),
  ...more,
});
const open = (
  image: Image,
  told: { repairs?: readonly Repair[]; notices?: readonly Notice[] } = {},
  phase: Seen['phase'] = 'open',
): Seen => seen(phase, 'open', { image, view: { keys: [], repairs: [], notices: [], ...told } });
const read = (shown: readonly Key[] = keys, phase: Seen['phase'] = 'read'): Seen =>
  seen(phase, 'readCommitted', { view: { keys: shown, repairs: [], notices: [] } });

const walked = (steps: readonly Seen[], more: Partial<Evidence> = {}): Evidence => {
  const start = more.start ?? whole;
  return {
    policy: 'safe',
    fault: 'kill',
    start,
    legal: assess(start).legals,
    classes: [],
    owes: [{ must: [a], may: keys.slice(1), never: ['gone'] }],
    seen: steps,
    ...more,
  };
};
const good = [open(whole), read()];
const showing = (shown: readonly Key[]): readonly Seen[] => [open(whole), read(shown)];
const probe = (name: string, outcome: Seen['outcome']): Evidence =>
  walked([seen('refuse', 'append', { probe: name, outcome })]);
const goesOn = (after: readonly Key[]): Evidence =>
  walked([
    ...good,
    seen('append', 'seal', { adds: ['w'] }),
    open(whole, {}, 'reopen'),
    read(after, 'reopen'),
  ]);
const split = [
  { must: [a, b], may: [], never: [] },
  { must: [a], may: [], never: [b] },
];

// A history some of whose calls failed.
const noSync: FailedCall = { call: 'fsyncSync', path: segment, on: 'file', errno: 'EIO' };
const noWrite: FailedCall = { ...noSync, call: 'writeSync' };
const full: FailedCall = { ...noWrite, errno: 'ENOSPC' };
const asked = (op: string, more: Partial<FailingStep> = {}): FailingStep => ({
  op,
  handle: '7',
  opens: op === 'open',
  outcome: ok(null),
  holds: op === 'open' || op === 'readCommitted' ? 'memory' : 'power',
  failed: [],
  ...more,
});
const refusing = (op: string, code: string, failed: FailedCall, more = {}): FailingStep =>
  asked(op, { outcome: { is: 'info', code }, failed: [failed], ...more });
const after = (...failing: readonly FailingStep[]): Evidence => walked(good, { failing });
const knows = (shown: readonly Key[]): FailingStep =>
  asked('readCommitted', { view: { keys: shown, repairs: [], notices: [] } });
const original = (steps: readonly Seen[], legal: Evidence['legal']): Evidence =>
  walked(steps, { policy: 'original', legal, fault: 'damage' });
const opens = [{ open: 'ok' as const, keys, after: whole }];
const shut = [{ open: 'refused' as const, codes: ['io-invalid-data'], readable: [] }];
const refused = (code: string, image: Image): Seen =>
  seen('open', 'open', { outcome: fail(code), image });

interface Case {
  readonly kept: Evidence;
  readonly broken: Evidence;
  readonly as: Anomaly;
}

const fullDisk = (left: Image): Evidence =>
  after(refusing('open', 'no_space', full, { around: { before: tailed, after: left } }));

const cases: Readonly<Record<string, Case>> = {
  'FAST-S1-1': {
    kept: walked([open(cutImage, { repairs: [cut] })], { start: tailed }),
    broken: walked([open(storeOf(segmentBytes(entries.slice(0, 2))))], { start: tailed }),
    as: 'destroyed_evidence',
  },
  'FAST-S1-2': {
    kept: walked([refused('corrupt_frame', corrupt)], { start: corrupt }),
    broken: walked([refused('corrupt_frame', cutImage)], { start: corrupt }),
    as: 'side_effect',
  },
  'FAST-S1-3': { kept: fullDisk(tailed), broken: fullDisk(cutImage), as: 'side_effect' },
  'FAST-S3-1': { kept: walked(good), broken: walked(showing([])), as: 'lost_acked' },
  'FAST-S3-2': { kept: walked(good), broken: walked(showing([a, 'q'])), as: 'phantom' },
  'FAST-S3-3': { kept: walked(good), broken: walked(showing([a, c])), as: 'gap' },
  'FAST-S3-4': {
    kept: goesOn([...keys, 'w']),
    broken: goesOn([...keys]),
    as: 'continuation_broken',
  },
  'FAST-S3-5': { kept: walked(good), broken: walked(showing([a, 'gone'])), as: 'resurrected' },
  'FAST-S3-6': {
    kept: walked(good),
    broken: walked([refused('header_damaged', whole)]),
    as: 'unopenable',
  },
  'FAST-S4-1': {
    kept: walked([...good, open(whole, {}, 'again')]),
    broken: walked([...good, open(cutImage, {}, 'again')]),
    as: 'not_idempotent',
  },
  'FAST-S4-2': {
    kept: walked(showing([a]), { owes: split }),
    broken: walked(showing([]), { owes: split }),
    as: 'not_atomic',
  },
  'FAST-S5-1': {
    kept: walked(good),
    broken: walked([open(corrupt)], { start: corrupt }),
    as: 'corrupt_accepted',
  },
  'FAST-S5-2': { kept: walked(good), broken: walked(showing([a, b])), as: 'gap' },
  'FAST-S5-3': {
    kept: walked([open(tailed), read(keys.slice(0, 3))], { start: tailed }),
    broken: walked([open(tailed), read()], { start: tailed }),
    as: 'torn_visible',
  },
  'FAST-S5-4': {
    kept: walked([read(), read()]),
    broken: walked([read(), read([a])]),
    as: 'readers_disagree',
  },
  'FAST-S6-1': {
    kept: probe('off_boundary', fail('not_on_boundary')),
    broken: probe('off_boundary', ok(null)),
    as: 'corrupt_accepted',
  },
  'FAST-S6-2': {
    kept: probe('too_large', fail('entry_too_large')),
    broken: probe('too_large', fail('entry_invalid')),
    as: 'wrong_error',
  },
  'FAST-S7-1': {
    kept: after(refusing('seal', 'io-eio', noWrite), asked('seal', { adds: [a] })),
    broken: walked(showing([b]), {
      failing: [refusing('seal', 'io-eio', noWrite), asked('seal', { adds: [a] })],
    }),
    as: 'lost_acked',
  },
  'FAST-S7-2': {
    kept: after(refusing('syncGroup', 'io-eio', noSync), refusing('seal', 'poisoned', noSync)),
    broken: after(refusing('syncGroup', 'io-eio', noSync), asked('syncGroup')),
    as: 'lost_durable',
  },
  'FAST-S7-3': {
    kept: after(refusing('reset', 'io-eio', noSync)),
    broken: after(asked('reset', { failed: [noSync] })),
    as: 'lost_durable',
  },
  'FAST-S7-4': {
    kept: after(refusing('seal', 'io-eio', noWrite), asked('seal', { adds: [a] }), knows(keys)),
    broken: after(refusing('seal', 'io-eio', noWrite), asked('seal', { adds: [a] }), knows([a])),
    as: 'readers_disagree',
  },
  'FAST-S7-5': {
    kept: after(refusing('seal', 'io-eio', noWrite), refusing('seal', 'no_space', full)),
    broken: after(refusing('seal', 'io-enospc', full)),
    as: 'wrong_error',
  },
  'FAST-S8-1': {
    kept: probe('stale_handle', fail('stale_handle')),
    broken: probe('stale_handle', ok(null)),
    as: 'corrupt_accepted',
  },
  'FAST-S9-1': {
    kept: walked(good, { requested: 1 << 20 }),
    broken: walked(good, { requested: 1 << 26 }),
    as: 'allocation_unbounded',
  },
  'FAST-S9-2': {
    kept: walked(good),
    broken: walked([refused('died: RangeError', whole)]),
    as: 'died',
  },
  'FAST-S10-1': {
    kept: walked([open(cutImage, { repairs: [cut] })], { start: tailed }),
    broken: walked([open(cutImage)], { start: tailed }),
    as: 'silent_repair',
  },
  'FAST-S10-2': {
    kept: walked([open(cutImage, { repairs: [cut] })], { start: tailed }),
    broken: walked([open(cutImage)]),
    as: 'silent_repair',
  },
  'FAST-S10-3': {
    kept: walked([...good, seen('read', 'list', { image: whole })]),
    broken: walked([...good, seen('read', 'list', { image: cutImage })]),
    as: 'side_effect',
  },
  'FAST-S10-4': {
    kept: walked([open(odd, { notices: [oddNotice] })], { start: odd }),
    broken: walked([open(odd)], { start: odd }),
    as: 'silent_repair',
  },
  'FAST-S10-5': {
    kept: walked([open(cutImage, { repairs: [cut] })], { start: tailed }),
    broken: walked([open(tailed, { repairs: [cut] })], { start: tailed }),
    as: 'silent_repair',
  },
  'FAST-S12-1': {
    kept: walked(good, { outside: [] }),
    broken: walked(good, { outside: ['/etc/passwd'] }),
    as: 'side_effect',
  },
  'FAST-S12-2': {
    kept: walked([refused('symlink_refused', linked)], { start: linked }),
    broken: walked([open(linked)], { start: linked }),
    as: 'corrupt_accepted',
  },
  'FAST-OPEN-1': {
    kept: original([refused('io-invalid-data', whole)], shut),
    broken: original([open(whole)], shut),
    as: 'corrupt_accepted',
  },
  'FAST-OPEN-2': { kept: original(good, opens), broken: original(showing([a]), opens), as: 'gap' },
  'FAST-OPEN-3': {
    kept: original(good, opens),
    broken: original([open(cutImage)], opens),
    as: 'side_effect',
  },
  'FAST-OPS-1': {
    kept: walked(good, { model: { asked: 3, strays: [] } }),
    broken: walked(good, { model: { asked: 3, strays: ['seal answered otherwise'] } }),
    as: 'readers_disagree',
  },
  'FAST-ERR-1': {
    kept: walked([refused('corrupt_frame', whole)]),
    broken: walked([refused('internal', whole)]),
    as: 'wrong_error',
  },
};

describe('clauses of fast-segment', () => {
  it('have an evidence that keeps and one that breaks them, each', () => {
    expect(Object.keys(cases).toSorted()).toEqual(clauses.map((clause) => clause.id).toSorted());
  });

  it.each(clauses.map((clause) => [clause.id, clause] as const))('%s', (id, clause) => {
    const { kept, broken, as } = cases[id] ?? { kept: walked([]), broken: walked([]), as: 'hang' };
    expect(clause.check(kept)).toEqual([]);
    const found = clause.check(broken);
    expect(found === 'not_exercised' ? [] : found.map((f) => f.anomaly)).toContain(as);
    expect(clause.check(walked([], { legal: [], owes: [] }))).toBe('not_exercised');
  });

  it('are whole sentences that name what a user loses', () => {
    for (const { text, loses, source } of clauses) {
      expect(text).toMatch(/^[A-Z].*\.$/);
      expect(loses).toMatch(/^[A-Z].*\.$/);
      expect(source).not.toBe('');
    }
  });
});
