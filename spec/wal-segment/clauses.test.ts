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
import { keyOf } from './bytes.ts';
import { assess } from './classify.ts';
import { clauses } from './clauses.ts';
import { hashOfFile } from './frames.ts';
import { pathOf } from './names.ts';
import type { Link } from './ops.ts';
import { does, legalOpens, start } from './table.ts';
import { bytesAt, changed, frameOf, logOf, patched } from './testing.ts';
import { modeName } from './walk.ts';

const frames = [1n, 2n, 3n].map((seq) => frameOf(seq));
const log = logOf({ number: 1n, frames: frames.slice(0, 2) }, { number: 2n, frames: [frames[2]!] });
const [one, two] = [pathOf(1n), pathOf(2n)];
const keys = frames.map(keyOf);
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
): Seen => seen(phase, 'open', { image, view: { keys: [], repairs: [], notices: [], ...told } });
const all = (shown: readonly Key[] = keys, phase: Seen['phase'] = 'read'): Seen =>
  seen(phase, 'replay', { view: { keys: shown, repairs: [], notices: [] } });

/** A walk over a log: under `safe` what the bytes allow is read from them. */
const walked = (steps: readonly Seen[], over: Partial<Evidence> = {}): Evidence => {
  const begin = over.start ?? log;
  return {
    policy: 'safe',
    fault: 'kill',
    start: begin,
    legal: assess(begin).legals,
    classes: [],
    owes: [{ must: [a], may: [b, c], never: [] }],
    seen: steps,
    ...over,
  };
};

const good = [open(log), all()];
const showing = (shown: readonly Key[]): readonly Seen[] => [open(log), all(shown)];
const probe = (name: string, outcome: Seen['outcome']): Evidence =>
  walked([seen('refuse', 'append', { probe: name, outcome })]);

// A replay beside a writer.
const quiet: BesideWriter = { begun: true, cutting: false, changes: 0, strays: [] };
const beside = (shown: readonly Key[], over: Partial<BesideWriter> = {}): Evidence =>
  walked([all(shown)], { live: { ...quiet, ...over } });
const refusedBeside = (code: string): Evidence =>
  walked([seen('read', 'replay', { outcome: fail(code) })], { live: quiet });

// A torn tail: the last frame is cut.
const whole = bytesAt(log, 2n);
const torn = changed(log, two, whole.subarray(0, -3));
const cut: Repair = {
  did: 'cut', file: two, from: 64, to: whole.length - 3, why: 'torn_tail', keptIn: 'quarantine/x',
}; // prettier-ignore
const repaired = changed(torn, two, whole.subarray(0, 64));
const kept = changed(repaired, 'quarantine/x', whole.subarray(64, -3));
const told = { repairs: [cut] };
const corrupt = changed(log, one, patched(bytesAt(log, 1n), 70, [1]));
const linked = changed(log, two, { is: 'link', to: '/etc/passwd' });
const restarted = logOf(
  { number: 1n, frames: frames.slice(0, 2) },
  { number: 2n, frames: [frames[2]!], prev: '0'.repeat(64) },
);
const reserved = changed(log, two, patched(whole, 7, [1]));

const linksOf = (image: Image): readonly Link[] => {
  const [way] = does(start(image), { op: 'verify' }, '');
  return way?.outcome.is === 'ok' ? (way.outcome.value as readonly Link[]) : [];
};
const verified = (links: readonly Link[]): Evidence =>
  walked([seen('read', 'verify', { outcome: ok(links), image: log })]);
const next = logOf(
  { number: 1n, frames: frames.slice(0, 2) },
  { number: 2n, frames: [frames[2]!] },
  { number: 3n, frames: [] },
);
const closed = { segment: 2n, hash: hashOf(next, 2n), sizeBytes: BigInt(whole.length) };
const rotated = (image: Image, value: unknown = closed): Evidence =>
  walked([open(log), seen('append', 'rotate', { outcome: ok(value), image })]);

function hashOf(image: Image, number: bigint): string | null {
  const node = image.get(pathOf(number));
  return node?.is === 'file' ? hashOfFile(node) : null;
}

const goesOn = (after: readonly Key[]): Evidence =>
  walked([
    ...good,
    seen('append', 'append', { adds: 'w' }),
    open(log, {}, 'reopen'),
    all(after, 'reopen'),
  ]);

// A history some of whose calls failed.
const noSync: FailedCall = { call: 'fdatasyncSync', path: one, on: 'file', errno: 'EIO' };
const noWrite: FailedCall = { ...noSync, call: 'writeSync' };
const full: FailedCall = { ...noWrite, errno: 'ENOSPC' };
const asked = (op: string, more: Partial<FailingStep> = {}): FailingStep => ({
  op,
  handle: '',
  opens: op === 'open',
  outcome: ok(null),
  holds: op === 'open' || op === 'replay' ? 'memory' : 'power',
  failed: [],
  ...more,
});
const refusing = (op: string, code: string, failed: FailedCall, more = {}): FailingStep =>
  asked(op, { outcome: { is: 'info', code }, failed: [failed], ...more });
const after = (...failing: readonly FailingStep[]): Evidence => walked(good, { failing });
const knows = (shown: readonly Key[]): FailingStep =>
  asked('replay', { view: { keys: shown, repairs: [], notices: [] } });
const noSpace = (path: string): Evidence =>
  after(
    refusing('open', 'no_space', full, {
      around: { before: torn, after: changed(torn, path, new Uint8Array(1)) },
    }),
  );

const original = (steps: readonly Seen[], over: Partial<Evidence> = {}): Evidence => {
  const begin = over.start ?? log;
  const more = { policy: 'original', legal: legalOpens(begin), fault: 'damage' } as const;
  return walked(steps, { ...more, ...over });
};
const replayed = (mode: string, image: Image, over: Partial<Seen>): Evidence =>
  original([seen('read', 'replay', { probe: mode, image, ...over })], { start: image });
const strict = modeName(true, true);
const lenient = modeName(false, false);
const shows = (shown: readonly Key[]): Partial<Seen> => ({
  view: { keys: shown, repairs: [], notices: [] },
});
const shut = [{ open: 'refused' as const, codes: ['io-eisdir'], readable: [] }];

interface Case {
  readonly kept: Evidence;
  readonly broken: Evidence;
  readonly as: Anomaly;
}

const cases: Readonly<Record<string, Case>> = {
  'WAL-S1-1': {
    kept: walked([open(kept, told)], { start: torn }),
    broken: walked([open(changed(kept, 'quarantine/x', new Uint8Array(3)), told)], { start: torn }),
    as: 'destroyed_evidence',
  },
  'WAL-S1-2': {
    kept: walked([seen('open', 'open', { outcome: fail('frame_corrupt'), image: corrupt })], {
      start: corrupt,
    }),
    broken: walked([seen('open', 'open', { outcome: fail('frame_corrupt'), image: log })], {
      start: corrupt,
    }),
    as: 'side_effect',
  },
  'WAL-S1-3': { kept: noSpace('quarantine/tmp'), broken: noSpace(two), as: 'side_effect' },
  'WAL-S1-4': {
    kept: walked([open(kept, told)], { start: kept, earlier: torn }),
    broken: walked([open(repaired, told)], { start: repaired, earlier: torn }),
    as: 'destroyed_evidence',
  },
  'WAL-S3-1': { kept: walked(good), broken: walked(showing([])), as: 'lost_acked' },
  'WAL-S3-2': { kept: walked(good), broken: walked(showing([a, 'q'])), as: 'phantom' },
  'WAL-S3-3': { kept: walked(good), broken: walked(showing([a, c])), as: 'gap' },
  'WAL-S3-4': { kept: goesOn([...keys, 'w']), broken: goesOn(keys), as: 'continuation_broken' },
  'WAL-S4-1': {
    kept: walked([seen('open', 'open', { outcome: fail('ambiguous_gap') })]),
    broken: walked([seen('open', 'open', { outcome: fail('frame_corrupt') })]),
    as: 'unopenable',
  },
  'WAL-S4-2': {
    kept: walked([...good, open(log, {}, 'again')]),
    broken: walked([...good, open(torn, {}, 'again')]),
    as: 'not_idempotent',
  },
  'WAL-S5-1': {
    kept: walked([all(), all()]),
    broken: walked([all(), all([a])]),
    as: 'readers_disagree',
  },
  'WAL-S5-2': {
    kept: walked(good),
    broken: walked([open(corrupt)], { start: corrupt }),
    as: 'corrupt_accepted',
  },
  'WAL-S5-3': { kept: walked(good), broken: walked(showing([a, 'q'])), as: 'corrupt_accepted' },
  'WAL-S5-4': {
    kept: walked([all([], 'inspect')], { start: corrupt }),
    broken: walked([all(keys, 'inspect')], { start: corrupt }),
    as: 'corrupt_accepted',
  },
  'WAL-S5-5': {
    kept: walked(good),
    broken: walked([open(log), seen('read', 'replay', { outcome: fail('frame_corrupt') })]),
    as: 'unopenable',
  },
  'WAL-S5-6': {
    kept: verified(linksOf(log)),
    broken: verified(linksOf(log).map((link) => ({ ...link, hash: '00' }))),
    as: 'chain_broken',
  },
  'WAL-S5-7': {
    kept: rotated(next),
    broken: rotated(changed(next, pathOf(3n), bytesAt(restarted, 2n).subarray(0, 64))),
    as: 'chain_broken',
  },
  'WAL-S6-1': {
    kept: probe('not_increasing', fail('not_increasing')),
    broken: probe('not_increasing', ok(null)),
    as: 'corrupt_accepted',
  },
  'WAL-S6-2': {
    kept: probe('unknown_type', fail('unknown_payload_type')),
    broken: probe('unknown_type', fail('io-eio')),
    as: 'wrong_error',
  },
  'WAL-S6-3': {
    kept: probe('too_large', fail('frame_too_large')),
    broken: probe('too_large', ok(null)),
    as: 'corrupt_accepted',
  },
  'WAL-S6-4': {
    kept: probe('sealed_segment', fail('segment_sealed')),
    broken: probe('sealed_segment', ok(null)),
    as: 'corrupt_accepted',
  },
  'WAL-S7-1': {
    kept: after(refusing('append', 'io-eio', noWrite), asked('append', { adds: a })),
    broken: walked(showing([b]), {
      failing: [refusing('append', 'io-eio', noWrite), asked('append', { adds: a })],
    }),
    as: 'lost_acked',
  },
  'WAL-S7-2': {
    kept: after(refusing('sync', 'io-eio', noSync), refusing('sync', 'poisoned', noSync)),
    broken: after(refusing('sync', 'io-eio', noSync), asked('sync')),
    as: 'lost_durable',
  },
  'WAL-S7-3': {
    kept: after(refusing('sync', 'io-eio', noSync)),
    broken: after(asked('sync', { failed: [noSync] })),
    as: 'lost_durable',
  },
  'WAL-S7-4': {
    kept: after(refusing('append', 'io-eio', noWrite), asked('sync'), knows(keys)),
    broken: after(refusing('append', 'io-eio', noWrite), asked('sync'), knows([a])),
    as: 'readers_disagree',
  },
  'WAL-S7-5': {
    kept: after(refusing('append', 'io-eio', noWrite), refusing('append', 'no_space', full)),
    broken: after(refusing('append', 'io-enospc', full)),
    as: 'wrong_error',
  },
  'WAL-S8-1': {
    kept: probe('stale_handle', fail('stale_handle')),
    broken: probe('stale_handle', ok(null)),
    as: 'corrupt_accepted',
  },
  'WAL-S9-1': {
    kept: walked(good),
    broken: walked([seen('open', 'open', { outcome: fail('died: RangeError') })]),
    as: 'died',
  },
  'WAL-S9-2': {
    kept: walked([seen('open', 'open', { outcome: fail('frame_corrupt') })]),
    broken: walked([seen('open', 'open', { outcome: fail('internal') })]),
    as: 'wrong_error',
  },
  'WAL-S9-3': {
    kept: walked(good, { requested: 1 << 16 }),
    broken: walked(good, { requested: 1 << 26 }),
    as: 'allocation_unbounded',
  },
  'WAL-S10-1': {
    kept: walked([...good, seen('read', 'verify', { image: log })]),
    broken: walked([...good, seen('read', 'verify', { image: torn })]),
    as: 'side_effect',
  },
  'WAL-S10-2': {
    kept: walked([open(kept, told)], { start: torn }),
    broken: walked([open(torn)]),
    as: 'silent_repair',
  },
  'WAL-S10-3': {
    kept: walked([open(kept, told)], { start: torn }),
    broken: walked([open(kept)], { start: torn }),
    as: 'silent_repair',
  },
  'WAL-S10-4': {
    kept: walked([open(restarted, { notices: [{ code: 'chain_restart', file: two }] })], {
      start: restarted,
    }),
    broken: walked([open(restarted)], { start: restarted }),
    as: 'silent_repair',
  },
  'WAL-S10-5': {
    kept: walked([open(reserved, { notices: [{ code: 'non_canonical', file: two }] })], {
      start: reserved,
    }),
    broken: walked([open(reserved)], { start: reserved }),
    as: 'silent_repair',
  },
  'WAL-S10-6': {
    kept: walked([open(kept, told)], { start: torn }),
    broken: walked([open(repaired, told)], { start: torn }),
    as: 'destroyed_evidence',
  },
  'WAL-S10-7': {
    kept: walked([open(kept, told)], { start: torn }),
    broken: walked([open(torn, told)], { start: torn }),
    as: 'silent_repair',
  },
  'WAL-S11-1': { kept: walked(good), broken: walked([], { start: corrupt }), as: 'torn_visible' },
  'WAL-S12-1': {
    kept: walked(good, { outside: [] }),
    broken: walked(good, { outside: ['/etc/passwd'] }),
    as: 'side_effect',
  },
  'WAL-S12-2': {
    kept: walked([seen('open', 'open', { outcome: fail('symlink_refused') })], { start: linked }),
    broken: walked([open(linked)], { start: linked }),
    as: 'corrupt_accepted',
  },
  'WAL-S13-1': {
    kept: rotated(next),
    broken: rotated(changed(log, pathOf(0n), fileNode(new Uint8Array(64)))),
    as: 'resurrected',
  },
  'WAL-S3-5': { kept: beside([a, b]), broken: beside([]), as: 'lost_acked' },
  'WAL-S3-6': { kept: beside([a, b]), broken: beside([a, c]), as: 'gap' },
  'WAL-S3-7': {
    kept: beside([a, b], { before: [a] }),
    broken: beside([a], { before: [a, b] }),
    as: 'readers_disagree',
  },
  'WAL-S3-8': { kept: beside([a]), broken: refusedBeside('torn_tail'), as: 'unopenable' },
  'WAL-S5-8': { kept: beside([a, b]), broken: beside([a, 'half']), as: 'torn_visible' },
  'WAL-S9-4': { kept: beside([a]), broken: refusedBeside('hang: no answer'), as: 'hang' },
  'WAL-S10-8': {
    kept: beside([a]),
    broken: beside([a], { strays: ['append answered otherwise'] }),
    as: 'side_effect',
  },
  'WAL-OPEN-1': {
    kept: original([seen('open', 'open', { outcome: fail('io-eisdir') })], { legal: shut }),
    broken: original([open(log)], { legal: shut }),
    as: 'corrupt_accepted',
  },
  'WAL-OPEN-2': {
    kept: replayed(strict, corrupt, { outcome: fail('chain_mismatch') }),
    broken: replayed(strict, corrupt, shows(keys)),
    as: 'corrupt_accepted',
  },
  'WAL-OPEN-3': {
    kept: original(good),
    broken: original([open(torn)]),
    as: 'side_effect',
  },
  'WAL-OPEN-4': {
    kept: original([seen('read', 'verify', { outcome: ok(linksOf(log)), image: log })]),
    broken: original([seen('read', 'verify', { outcome: ok(linksOf(log)), image: corrupt })]),
    as: 'corrupt_accepted',
  },
  'WAL-OPEN-5': {
    kept: original(good),
    broken: original([seen('open', 'open', { outcome: fail('died: x') })]),
    as: 'died',
  },
  'WAL-OPS-1': {
    kept: walked(good, { model: { asked: 3, strays: [] } }),
    broken: walked(good, { model: { asked: 3, strays: ['replay answered otherwise'] } }),
    as: 'readers_disagree',
  },
  'WAL-ERR-1': {
    kept: original([seen('open', 'open', { outcome: fail('io-eisdir') })]),
    broken: original([seen('open', 'open', { outcome: fail('internal') })]),
    as: 'wrong_error',
  },
};

describe('clauses of wal-segment', () => {
  it('have an evidence that keeps and one that breaks them, each', () => {
    expect(Object.keys(cases).toSorted()).toEqual(clauses.map((clause) => clause.id).toSorted());
  });

  it.each(clauses.map((clause) => [clause.id, clause] as const))('%s', (id, clause) => {
    const {
      kept: fine,
      broken,
      as,
    } = cases[id] ?? { kept: walked([]), broken: walked([]), as: 'hang' };
    expect(clause.check(fine)).toEqual([]);
    const found = clause.check(broken);
    expect(found === 'not_exercised' ? [] : found.map((f) => f.anomaly)).toContain(as);
    const nothing = walked([], { legal: [], owes: [], start: new Map() });
    expect(clause.check(nothing)).toBe('not_exercised');
  });

  it('tell what a replay shows too much, too little, or refuses without cause', () => {
    const check = (evidence: Evidence): readonly string[] => {
      const found = clauses.find(({ id }) => id === 'WAL-OPEN-2')?.check(evidence);
      return typeof found === 'object' ? found.map(({ anomaly }) => anomaly) : ['not exercised'];
    };
    expect(check(replayed(lenient, corrupt, shows([c])))).toEqual([]);
    expect(check(replayed(lenient, corrupt, shows([])))).toEqual(['gap']);
    expect(check(replayed(lenient, corrupt, shows([b, c])))).toEqual(['corrupt_accepted']);
    expect(check(replayed(lenient, corrupt, { outcome: fail('x') }))).toEqual(['unopenable']);
    expect(check(replayed(strict, corrupt, { outcome: fail('x') }))).toEqual(['wrong_error']);
  });

  it('find a chain that names too few, and a close that names another size', () => {
    const anomalies = (id: string, evidence: Evidence): unknown =>
      clauses.find((clause) => clause.id === id)?.check(evidence);
    expect(anomalies('WAL-S5-6', verified(linksOf(log).slice(1)))).toHaveLength(1);
    expect(anomalies('WAL-S5-7', rotated(next, { ...closed, sizeBytes: 1n }))).toHaveLength(1);
    expect(anomalies('WAL-S5-7', rotated(next, { ...closed, segment: 8n }))).toHaveLength(1);
  });

  it('are whole sentences that name what a user loses', () => {
    for (const { text, loses, source } of clauses) {
      expect(text).toMatch(/^[A-Z].*\.$/);
      expect(loses).toMatch(/^[A-Z].*\.$/);
      expect(source).not.toBe('');
    }
  });
});
