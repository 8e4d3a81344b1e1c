import { describe, expect, it } from 'vitest';
import type { Anomaly, Evidence, FailedCall, FailingStep, Phase, Seen } from '../lib/clause.ts';
import { fileNode, type Image } from '../lib/image.ts';
import type { Owes } from '../lib/judge.ts';
import { clauses } from './clauses.ts';

const disk = (...bytes: readonly number[]): Image =>
  new Map([['log', fileNode(Uint8Array.from(bytes))]]);
const ok = { is: 'ok', value: null } as const;
const owes = (must: string, may = '', never = ''): Owes => ({
  must: Array.from(must),
  may: Array.from(may),
  never: Array.from(never),
});

const step = (phase: Phase, op: string, more: Partial<Seen> = {}): Seen => ({
  phase,
  op,
  outcome: ok,
  image: disk(1),
  ...more,
});
const read = (phase: Phase, keys: string, image = disk(1)): Seen =>
  step(phase, 'read', { view: { keys: Array.from(keys), repairs: [], notices: [] }, image });
const added = (key: string): Seen => step('append', 'append', { adds: key, image: disk(2) });

/**
 * A walk over a log that shows `a` and `b`, to which `x` and `y` are appended; every part can be
 * replaced.
 */
function walked(
  parts: { open?: Seen; reads?: Seen[]; writes?: Seen[]; reopen?: Seen[]; again?: Seen[] } = {},
): Seen[] {
  const writes = [added('x'), added('y'), step('sync', 'sync', { image: disk(3) })];
  return [
    parts.open ?? step('open', 'open'),
    ...(parts.reads ?? [read('read', 'ab'), read('read', 'ab')]),
    ...(parts.writes ?? writes),
    ...(parts.reopen ?? [step('reopen', 'open'), read('reopen', 'abxy', disk(3))]),
    ...(parts.again ?? [step('again', 'open'), read('again', 'abxy', disk(3))]),
  ];
}

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  policy: 'safe',
  fault: 'kill',
  start: disk(1),
  legal: [],
  classes: [],
  owes: [owes('a', 'bc')],
  seen: walked(),
  outside: [],
  ...more,
});

function check(id: string, more: Partial<Evidence>): readonly Anomaly[] | 'not_exercised' {
  const findings = clauses.find((c) => c.id === id)!.check(evidence(more));
  return findings === 'not_exercised' ? findings : findings.map((f) => f.anomaly);
}

const failed = (phase: Phase, op: string, code = 'EIO'): Seen =>
  step(phase, op, { outcome: { is: 'info', code } });
const reads = (keys: string): Partial<Evidence> => ({
  seen: walked({ reads: [read('read', keys), read('read', keys)] }),
});

const eio: FailedCall = { call: 'fsyncSync', path: 'log', on: 'file', errno: 'EIO' };
const asked = (op: string, more: Partial<FailingStep> = {}): FailingStep => ({
  op,
  handle: '',
  opens: op === 'open',
  outcome: ok,
  holds: op === 'sync' ? 'power' : op === 'append' ? 'process' : 'memory',
  failed: [],
  ...more,
});
const unsynced = (code: string): FailingStep =>
  asked('sync', { outcome: { is: 'info', code }, failed: [eio] });
const known = (keys: string): FailingStep =>
  asked('read', { view: { keys: Array.from(keys), repairs: [], notices: [] } });

describe('the clauses of a log', () => {
  it('are all kept by a walk over what is owed', () => {
    const whole = evidence({ fault: 'none', model: { asked: 9, strays: [] } });
    for (const clause of clauses) {
      const kept = clause.id.startsWith('LOG-S7-') ? 'not_exercised' : [];
      expect(clause.check(whole), clause.id).toEqual(kept);
    }
    expect(new Set(clauses.map((c) => c.id)).size).toBe(clauses.length);
  });

  const broken: [string, string, Partial<Evidence>, readonly Anomaly[]][] = [
    ['LOG-OPS-1', 'an answer that no list gives', { model: { asked: 2, strays: ['read answered nothing'] } }, ['readers_disagree']],
    ['LOG-S3-1', 'an acknowledged entry that is gone', reads('b'), ['lost_acked']],
    ['LOG-S3-2', 'an entry from nowhere', reads('abz'), ['phantom']],
    ['LOG-S3-2', 'an entry from nowhere after damage', { ...reads('z'), fault: 'damage' }, ['phantom']],
    ['LOG-S3-2', 'an entry from nowhere after a reopen', { seen: walked({ reopen: [read('reopen', 'abxyz')] }) }, ['phantom']],
    ['LOG-S3-3', 'an entry shown twice', reads('aab'), ['duplicate']],
    ['LOG-S3-3', 'two entries exchanged', reads('acb'), ['reordered']],
    ['LOG-S3-3', 'a hole in what may be there', reads('ac'), ['gap']],
    ['LOG-S3-4', 'a refused append', { seen: walked({ writes: [failed('append', 'append')] }) }, ['continuation_broken']],
    ['LOG-S3-4', 'an append that a reopen does not show', { seen: walked({ reopen: [read('reopen', 'abx')] }) }, ['continuation_broken']],
    ['LOG-S3-4', 'an append that hides what was there', { seen: walked({ reopen: [read('reopen', 'xy')] }) }, ['continuation_broken']],
    ['LOG-S3-4', 'more than was appended', { seen: walked({ reopen: [read('reopen', 'abxyy')] }) }, ['continuation_broken']],
    ['LOG-S3-4', 'a reopen that is refused', { seen: walked({ reopen: [failed('reopen', 'open')], again: [] }) }, ['continuation_broken']],
    ['LOG-S3-4', 'an append to a damaged log that a reopen does not show', { fault: 'damage', seen: walked({ reopen: [read('reopen', 'abx')] }) }, ['continuation_broken']],
    ['LOG-S3-4', 'a damaged log that took appends and opens no more', { fault: 'damage', seen: walked({ reopen: [failed('reopen', 'open')], again: [] }) }, ['continuation_broken']],
    ['LOG-S4-1', 'a log that does not open', { seen: [failed('open', 'open')] }, ['unopenable']],
    ['LOG-S4-2', 'another open that shows less', { seen: walked({ again: [read('again', 'abx', disk(3))] }) }, ['not_idempotent']],
    ['LOG-S4-2', 'another open that writes', { seen: walked({ again: [read('again', 'abxy', disk(4))] }) }, ['not_idempotent']],
    ['LOG-S7-1', 'an acknowledgement after a failure, then nothing', { seen: walked({ writes: [failed('append', 'append'), added('y')], reopen: [read('reopen', 'ab')] }) }, ['lost_acked']],
    ['LOG-S7-1', 'an entry acknowledged behind a failed call, then nothing', { failing: [unsynced('EIO'), asked('append', { adds: 'a' })], ...reads('') }, ['lost_acked']],
    ['LOG-S7-2', 'an append after a sync that failed', { failing: [unsynced('EIO'), asked('append', { adds: 'a' })] }, ['lost_durable']],
    ['LOG-S7-3', 'a sync that hides its failure', { failing: [asked('sync', { failed: [eio] })] }, ['lost_durable']],
    ['LOG-S7-4', 'entries that only the handle knows', { failing: [unsynced('EIO'), asked('append', { adds: 'b' }), known('abc')], ...reads('ab') }, ['readers_disagree']],
    ['LOG-S7-5', 'a refusal without a code', { failing: [unsynced('untyped')] }, ['wrong_error']],
    ['LOG-S9-1', 'a death while opening', { fault: 'damage', seen: [failed('open', 'open', 'died: RangeError')] }, ['died']],
    ['LOG-S10-1', 'a read that writes', { seen: walked({ reads: [read('read', 'ab', disk(9))] }) }, ['side_effect']],
    ['LOG-S10-1', 'two reads that differ', { seen: walked({ reads: [read('read', 'a'), read('read', 'ab')] }) }, ['readers_disagree']],
    ['LOG-S10-1', 'an append that goes astray after a read', { fault: 'none', seen: walked({ reopen: [read('reopen', 'abx')] }) }, ['continuation_broken']],
    ['LOG-S12-1', 'a file outside', { outside: ['/elsewhere'] }, ['side_effect']],
  ]; // prettier-ignore
  it.each(broken)('%s is broken by %s', (id, _what, more, anomalies) => {
    expect(check(id, more)).toEqual(anomalies);
  });

  it('keep quiet about a log that stops where a sync failed', () => {
    const failing = [asked('open'), unsynced('EIO'), unsynced('poisoned'), known('ab')];
    const all = clauses.filter((c) => c.id.startsWith('LOG-S7-'));
    expect(all.map((c) => c.check(evidence({ failing })))).toEqual([
      'not_exercised',
      [],
      [],
      'not_exercised',
      [],
    ]);
  });

  it('lets the kindest alternative decide', () => {
    const either = [owes('abc'), owes('ab')];
    expect(check('LOG-S3-1', { ...reads('ab'), owes: either })).toEqual([]);
    expect(check('LOG-S3-1', { ...reads('a'), owes: either })).toHaveLength(1);
  });

  it('owes nothing but the truth and a life after damage at rest', () => {
    const after = { fault: 'damage', seen: [failed('open', 'open', 'checksum')] } as const;
    const exercised = clauses.filter((c) => c.check(evidence(after)) !== 'not_exercised');
    expect(exercised.map((c) => c.id)).toEqual(['LOG-S9-1', 'LOG-S12-1']);
    expect(check('LOG-S3-2', { ...reads('b'), fault: 'damage' })).toEqual([]);
  });
});
