// A long file, for it is one table: a case for every clause, so that none can be left out.
import { describe, expect, it } from 'vitest';
import type {
  Anomaly,
  BesideWriter,
  Evidence,
  FailedCall,
  FailingStep,
  Seen,
} from '../lib/clause.ts';
import { fileNode } from '../lib/image.ts';
import type { Image } from '../lib/image.ts';
import type { Key, Notice, Repair } from '../lib/judge.ts';
import { utf8Of } from '../lib/utf8.ts';
import { booksIn } from './books.ts';
import { assess } from './classify.ts';
import { clauses } from './clauses.ts';
import type { Frame } from './ops.ts';
import { changed, checkpointOf, segmentPath, storeOf, textAt } from './testing.ts';

const one = segmentPath(1n);
const index = 'index/offsets.jsonl';
const store = storeOf([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
const keys = assess(store.image).keys;
const last = store.frames.length - 1;
const chainHash = store.chains[3] ?? '';
const head = { segmentSeq: 1n, entrySeq: 3n, entryId: 'c' };
const [a = '', b = '', c = ''] = keys;

const ok = (value: unknown): Seen['outcome'] => ({ is: 'ok', value });
const fail = (code: string): Seen['outcome'] => ({ is: 'fail', code });
const seen = (phase: Seen['phase'], op: string, over: Partial<Seen> = {}): Seen => ({
  phase,
  op,
  outcome: ok(null),
  ...over,
});
const open = (
  image: Image,
  told: { repairs?: readonly Repair[]; notices?: readonly Notice[] } = {},
  phase: Seen['phase'] = 'open',
): Seen => seen(phase, 'create', { image, view: { keys: [], repairs: [], notices: [], ...told } });
const all = (
  frames: readonly Frame[] = store.frames,
  shown: readonly Key[] = keys,
  phase: Seen['phase'] = 'read',
): Seen =>
  seen(phase, 'all', { outcome: ok(frames), view: { keys: shown, repairs: [], notices: [] } });

/** A walk over the store: under `safe` what the bytes allow is read from them. */
const walked = (steps: readonly Seen[], over: Partial<Evidence> = {}): Evidence => {
  const start = over.start ?? store.image;
  return {
    policy: 'safe',
    fault: 'kill',
    start,
    legal: assess(start).legals,
    classes: [],
    owes: [{ must: [a], may: [b, c], never: ['gone'] }],
    seen: steps,
    ...over,
  };
};

const good = [open(store.image), all()];
const showing = (shown: readonly Key[]): readonly Seen[] => [open(store.image), all([], shown)];
const probe = (name: string, outcome: Seen['outcome']): Evidence =>
  walked([seen('refuse', 'append', { probe: name, outcome })]);

// A torn tail: the last frame is cut, the index still knows it.
const text = textAt(store.image, one);
const cutAt = Number(store.rows[last]?.byteOffset ?? 0n);
const torn = changed(store.image, one, text.slice(0, -9));
const cut: Repair = {
  did: 'cut', file: one, from: cutAt, to: text.length - 9, why: 'torn', keptIn: 'quarantine/x',
}; // prettier-ignore
const rebuilt: Repair = { did: 'rebuilt', file: index, from: 0, to: 1, why: 'index_ahead' };
const ahead: Notice = { code: 'witness_ahead', file: index };
const rows = textAt(store.image, index).split('\n').slice(0, 2).join('\n');
const repaired = changed(changed(torn, one, text.slice(0, cutAt)), index, `${rows}\n`);
const fragment = fileNode(utf8Of(text.slice(cutAt, -9)));
const keptImage = changed(
  changed(repaired, 'quarantine/x', fragment),
  'quarantine/index',
  textAt(store.image, index),
);
const told = { repairs: [cut, rebuilt], notices: [ahead] };

const corrupt = changed(changed(store.image, one, text.slice(0, -9)), segmentPath(2n), '');
const linked = changed(store.image, index, { is: 'link', to: '/etc/passwd' });
const boundless = changed(store.image, index, '{"byteLength":99999999999999}\n');
const otherCheckpoint = checkpointOf(storeOf([{ id: 'a', payload: '1' }]), 1n, 1);
const checkpointOne = 'checkpoints/0000000000000001.json';
const disagreeing = changed(store.image, checkpointOne, otherCheckpoint);
const disagrees: Notice = { code: 'witness_disagrees', file: checkpointOne };
const digestOf = (image: Image): string => booksIn(image).get('checkpoint 1') ?? '';
const booked = (start: Image, oneOf: readonly (string | null)[]): Evidence => {
  const owed = { must: [a], may: [b, c], never: [], books: [{ name: 'checkpoint 1', oneOf }] };
  return walked([open(start), all()], { start, owes: [owed] });
};
const spaced = changed(store.image, one, `${text} \n`);
const aside = changed(store.image, `${segmentPath(4n)}.rolledback`, 'x');
const manifest = changed(store.image, 'manifest.json', '{}');
const state = (over: object = {}): Seen =>
  seen('read', 'state', {
    outcome: ok({ entryCount: 3n, chainHash, totalBytes: 1n, head, ...over }),
  });
const appended = (segmentSeq: bigint): Seen =>
  seen('append', 'append', { outcome: ok({ ...store.rows[0], segmentSeq }) });
const goesOn = (after: readonly Key[]): Evidence =>
  walked([
    ...good,
    seen('append', 'append', { adds: 'w' }),
    open(store.image, {}, 'reopen'),
    all([], after, 'reopen'),
  ]);
// A read beside a writer.
const quiet: BesideWriter = { begun: true, cutting: false, changes: 0, strays: [] };
const beside = (shown: readonly Key[], over: Partial<BesideWriter> = {}): Evidence =>
  walked([all([], shown)], { live: { ...quiet, ...over } });
const refusedBeside = (code: string, over: Partial<BesideWriter> = {}): Evidence =>
  walked([seen('read', 'inspect', { outcome: fail(code) })], { live: { ...quiet, ...over } });
// A history some of whose calls failed.
const noSync: FailedCall = { call: 'fsyncSync', path: one, on: 'file', errno: 'EIO' };
const asked = (op: string, more: Partial<FailingStep> = {}): FailingStep => ({
  op,
  handle: 'h',
  opens: op === 'create',
  outcome: ok(null),
  holds: op === 'create' || op === 'all' ? 'memory' : 'power',
  failed: [],
  ...more,
});
const refusing = (op: string, code: string, failed: FailedCall, more = {}): FailingStep =>
  asked(op, { outcome: { is: 'info', code }, failed: [failed], ...more });
const after = (...failing: readonly FailingStep[]): Evidence => walked(good, { failing });
const noWrite: FailedCall = { ...noSync, call: 'writeSync' };
const full: FailedCall = { ...noWrite, errno: 'ENOSPC' };
const knows = (shown: readonly Key[]): FailingStep =>
  asked('all', { view: { keys: shown, repairs: [], notices: [] } });
const split = [
  { must: [a, b], may: [], never: [] },
  { must: [a], may: [], never: [b] },
];
const bent = store.frames.map((f, i) => (i === 1 ? { ...f, payload: '{"n":9}' } : f));
const original = (steps: readonly Seen[], legal: Evidence['legal']): Evidence =>
  walked(steps, { policy: 'original', legal, fault: 'damage' });
const opens = [{ open: 'ok' as const, keys, after: store.image }];
const shut = [{ open: 'refused' as const, codes: ['json'], readable: [] }];

interface Case {
  readonly kept: Evidence;
  readonly broken: Evidence;
  readonly as: Anomaly;
}

const cases: Readonly<Record<string, Case>> = {
  'SSV2-S1-1': {
    kept: walked([open(keptImage, told)], { start: torn }),
    broken: walked([open(changed(keptImage, 'quarantine/x', 'torn'), told)], { start: torn }),
    as: 'destroyed_evidence',
  },
  'SSV2-S1-2': {
    kept: walked([seen('open', 'create', { outcome: fail('frame_corrupt'), image: corrupt })], {
      start: corrupt,
    }),
    broken: walked([seen('open', 'create', { outcome: fail('frame_corrupt'), image: torn })], {
      start: corrupt,
    }),
    as: 'side_effect',
  },
  'SSV2-S1-3': {
    kept: after(
      refusing('create', 'no_space', full, {
        around: { before: store.image, after: changed(store.image, 'tmp/x', '') },
      }),
    ),
    broken: after(
      refusing('create', 'no_space', full, {
        around: { before: store.image, after: changed(store.image, index, '') },
      }),
    ),
    as: 'side_effect',
  },
  'SSV2-S1-4': {
    kept: walked([open(keptImage, told)], { start: keptImage, earlier: torn }),
    broken: walked([open(repaired, told)], { start: repaired, earlier: torn }),
    as: 'destroyed_evidence',
  },
  'SSV2-S2-1': {
    kept: walked([open(keptImage, told)], { start: torn }),
    broken: walked([open(keptImage, { repairs: [cut, rebuilt] })], { start: torn }),
    as: 'silent_repair',
  },
  'SSV2-S2-2': {
    kept: walked([open(disagreeing, { notices: [disagrees] })], { start: disagreeing }),
    broken: walked([open(disagreeing)], { start: disagreeing }),
    as: 'silent_repair',
  },
  'SSV2-S2-3': {
    kept: walked([open(manifest)], { start: manifest }),
    broken: walked([open(changed(manifest, 'manifest.json', '{ }'))], { start: manifest }),
    as: 'side_effect',
  },
  'SSV2-S3-1': { kept: walked(good), broken: walked(showing([])), as: 'lost_acked' },
  'SSV2-S3-2': { kept: walked(good), broken: walked(showing([a, 'q'])), as: 'phantom' },
  'SSV2-S3-3': { kept: walked(good), broken: walked(showing([a, c])), as: 'gap' },
  'SSV2-S3-4': {
    kept: goesOn([...keys, 'w']),
    broken: goesOn([...keys]),
    as: 'continuation_broken',
  },
  'SSV2-S3-5': { kept: walked(good), broken: walked(showing([a, 'gone'])), as: 'resurrected' },
  'SSV2-S3-6': {
    kept: walked(good),
    broken: walked([seen('open', 'create', { outcome: fail('frame_corrupt') })]),
    as: 'unopenable',
  },
  'SSV2-S3-7': {
    kept: booked(disagreeing, [digestOf(disagreeing)]),
    broken: booked(store.image, [digestOf(disagreeing)]),
    as: 'lost_acked',
  },
  'SSV2-S4-1': {
    kept: walked([...good, open(store.image, {}, 'again')]),
    broken: walked([...good, open(torn, {}, 'again')]),
    as: 'not_idempotent',
  },
  'SSV2-S4-2': {
    kept: walked(showing([a]), { owes: split }),
    broken: walked(showing([]), { owes: split }),
    as: 'not_atomic',
  },
  'SSV2-S5-1': {
    kept: walked(good),
    broken: walked([open(corrupt)], { start: corrupt }),
    as: 'corrupt_accepted',
  },
  'SSV2-S5-2': { kept: walked(good), broken: walked(showing([a, 'q'])), as: 'corrupt_accepted' },
  'SSV2-S5-3': {
    kept: walked([seen('inspect', 'inspect'), all([], keys.slice(0, 2), 'inspect')], {
      start: corrupt,
    }),
    broken: walked([seen('inspect', 'inspect'), all([], keys, 'inspect')], { start: corrupt }),
    as: 'corrupt_accepted',
  },
  'SSV2-S5-4': {
    kept: walked([...good, state()]),
    broken: walked([...good, state({ chainHash: '0'.repeat(64) })]),
    as: 'chain_broken',
  },
  'SSV2-S5-5': { kept: walked(good), broken: walked([all(bent)]), as: 'corrupt_accepted' },
  'SSV2-S5-6': {
    kept: walked([all(), all()]),
    broken: walked([all(), all([], [a])]),
    as: 'readers_disagree',
  },
  'SSV2-S5-7': {
    kept: walked([...good, state(), seen('read', 'index', { outcome: ok(store.rows) })]),
    broken: walked([...good, seen('read', 'index', { outcome: ok(store.rows.slice(1)) })]),
    as: 'readers_disagree',
  },
  'SSV2-S6-1': {
    kept: probe('duplicate_id', fail('entry-id-duplicate')),
    broken: probe('duplicate_id', ok(null)),
    as: 'corrupt_accepted',
  },
  'SSV2-S6-2': {
    kept: probe('unknown_parent', fail('parent-missing')),
    broken: probe('unknown_parent', fail('json')),
    as: 'wrong_error',
  },
  'SSV2-S6-3': {
    kept: probe('self_parent', fail('parent-missing')),
    broken: probe('self_parent', ok(null)),
    as: 'corrupt_accepted',
  },
  'SSV2-S6-4': {
    kept: probe('not_json', fail('payload_not_json')),
    broken: probe('not_json', ok(null)),
    as: 'corrupt_accepted',
  },
  'SSV2-S6-5': {
    kept: probe('too_large', fail('entry_too_large')),
    broken: probe('too_large', ok(null)),
    as: 'corrupt_accepted',
  },
  'SSV2-S7-1': {
    kept: after(refusing('append', 'io-eio', noWrite), asked('append', { adds: a })),
    broken: walked(showing([b]), {
      failing: [refusing('append', 'io-eio', noWrite), asked('append', { adds: a })],
    }),
    as: 'lost_acked',
  },
  'SSV2-S7-2': {
    kept: after(refusing('sync', 'io-eio', noSync), refusing('sync', 'poisoned', noSync)),
    broken: after(refusing('sync', 'io-eio', noSync), asked('sync')),
    as: 'lost_durable',
  },
  'SSV2-S7-3': {
    kept: after(refusing('checkpoint', 'io-eio', noSync)),
    broken: after(asked('checkpoint', { failed: [noSync] })),
    as: 'lost_durable',
  },
  'SSV2-S7-4': {
    kept: after(refusing('append', 'io-eio', noWrite), asked('sync'), knows(keys)),
    broken: after(refusing('append', 'io-eio', noWrite), asked('sync'), knows([a])),
    as: 'readers_disagree',
  },
  'SSV2-S7-5': {
    kept: after(refusing('append', 'io-eio', noWrite), refusing('append', 'no_space', full)),
    broken: after(refusing('append', 'io-enospc', full)),
    as: 'wrong_error',
  },
  'SSV2-S8-1': {
    kept: probe('stale_handle', fail('stale_handle')),
    broken: probe('stale_handle', ok(null)),
    as: 'corrupt_accepted',
  },
  'SSV2-S8-2': {
    kept: probe('inspect_writes', fail('read_only')),
    broken: probe('inspect_writes', ok(null)),
    as: 'corrupt_accepted',
  },
  'SSV2-S9-1': {
    kept: walked([open(boundless)], { start: boundless, requested: 1 << 16 }),
    broken: walked([open(boundless)], { start: boundless, requested: 1e8 }),
    as: 'allocation_unbounded',
  },
  'SSV2-S9-2': {
    kept: walked(good),
    broken: walked([seen('open', 'create', { outcome: fail('died: RangeError') })]),
    as: 'died',
  },
  'SSV2-S10-1': {
    kept: walked([open(keptImage, told)], { start: torn }),
    broken: walked([open(keptImage, { repairs: [rebuilt], notices: [ahead] })], { start: torn }),
    as: 'silent_repair',
  },
  'SSV2-S10-2': {
    kept: walked([open(keptImage, told)], { start: torn }),
    broken: walked([open(torn)]),
    as: 'silent_repair',
  },
  'SSV2-S10-3': {
    kept: walked([...good, seen('read', 'tail', { image: store.image })]),
    broken: walked([...good, seen('read', 'tail', { image: torn })]),
    as: 'side_effect',
  },
  'SSV2-S10-4': {
    kept: walked([open(keptImage, told)], { start: torn }),
    broken: walked([open(changed(keptImage, 'quarantine/x', 'other'), told)], { start: torn }),
    as: 'destroyed_evidence',
  },
  'SSV2-S10-6': {
    kept: walked([open(keptImage, told)], { start: torn }),
    broken: walked([open(keptImage, { repairs: [{ ...cut, to: text.length }] })], { start: torn }),
    as: 'silent_repair',
  },
  'SSV2-S10-5': {
    kept: walked([open(spaced, { notices: [{ code: 'non_canonical', file: one }] })], {
      start: spaced,
    }),
    broken: walked([open(spaced)], { start: spaced }),
    as: 'silent_repair',
  },
  'SSV2-S11-1': {
    kept: booked(disagreeing, [null, digestOf(disagreeing)]),
    broken: booked(changed(store.image, checkpointOne, '{'), [null, digestOf(disagreeing)]),
    as: 'torn_visible',
  },
  'SSV2-S12-1': {
    kept: walked(good, { outside: [] }),
    broken: walked(good, { outside: ['/etc/passwd'] }),
    as: 'side_effect',
  },
  'SSV2-S12-2': {
    kept: walked([seen('open', 'create', { outcome: fail('symlink_refused') })], { start: linked }),
    broken: walked([open(linked)], { start: linked }),
    as: 'corrupt_accepted',
  },
  'SSV2-S13-1': {
    kept: walked([open(aside), appended(5n)], { start: aside }),
    broken: walked([open(aside), appended(4n)], { start: aside }),
    as: 'resurrected',
  },
  'SSV2-S3-8': {
    kept: beside([a, b]),
    broken: beside([]),
    as: 'lost_acked',
  },
  'SSV2-S3-9': { kept: beside([a, b]), broken: beside([a, c]), as: 'gap' },
  'SSV2-S3-10': {
    kept: beside([a, b], { before: [a] }),
    broken: beside([a], { before: [a, b] }),
    as: 'readers_disagree',
  },
  'SSV2-S3-11': {
    kept: refusedBeside('store_changing', { cutting: true }),
    broken: refusedBeside('store_changing'),
    as: 'unopenable',
  },
  'SSV2-S4-3': {
    kept: beside([a], { cutting: true }),
    broken: beside([], { cutting: true }),
    as: 'not_atomic',
  },
  'SSV2-S5-8': { kept: beside([a, b]), broken: beside([a, 'half']), as: 'torn_visible' },
  'SSV2-S9-3': { kept: beside([a]), broken: refusedBeside('died: TypeError'), as: 'died' },
  'SSV2-S10-7': { kept: beside([a]), broken: beside([a], { changes: 1 }), as: 'side_effect' },
  'SSV2-OPEN-1': {
    kept: original([seen('open', 'create', { outcome: fail('json') })], shut),
    broken: original([open(store.image)], shut),
    as: 'corrupt_accepted',
  },
  'SSV2-OPEN-2': {
    kept: original(good, opens),
    broken: original(showing([a, b]), opens),
    as: 'gap',
  },
  'SSV2-OPEN-3': {
    kept: original(good, opens),
    broken: original([open(torn)], opens),
    as: 'side_effect',
  },
  'SSV2-OPEN-4': {
    kept: original([all(), all()], opens),
    broken: original([all(), all([], [a])], opens),
    as: 'readers_disagree',
  },
  'SSV2-OPEN-5': {
    kept: original(good, opens),
    broken: original([seen('open', 'create', { outcome: fail('died: x') })], opens),
    as: 'died',
  },
  'SSV2-OPS-1': {
    kept: walked(good, { model: { asked: 3, strays: [] } }),
    broken: walked(good, { model: { asked: 3, strays: ['all answered otherwise'] } }),
    as: 'readers_disagree',
  },
  'SSV2-ERR-1': {
    kept: walked([seen('open', 'create', { outcome: fail('frame_corrupt') })]),
    broken: walked([seen('open', 'create', { outcome: fail('internal') })]),
    as: 'wrong_error',
  },
};

describe('clauses of session-store-v2', () => {
  it('do not believe a report that nothing on the disk bears out', () => {
    const check = (id: string, evidence: Evidence): unknown =>
      clauses.find((clause) => clause.id === id)?.check(evidence);
    const untouched = walked([open(torn, told)], { start: torn });
    expect(check('SSV2-S10-6', untouched)).toHaveLength(2);
    const finished: Repair = { ...cut, did: 'finished', file: 'tmp/rollback.intent.json' };
    const excused = walked([open(keptImage, { repairs: [finished] })], { start: torn });
    expect(check('SSV2-S10-2', excused)).toHaveLength(2);
    const empty = walked([open(repaired, told)], { start: torn });
    expect(check('SSV2-S10-4', empty)).toHaveLength(1);
  });

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
    for (const { text: sentence, loses, source } of clauses) {
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(loses).toMatch(/^[A-Z].*\.$/);
      expect(source).not.toBe('');
    }
  });
});
