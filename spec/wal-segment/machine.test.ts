// A long file, for both machines and what is owed by them are run by the same few helpers.
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { owes } from '../lib/ledger.ts';
import type { Outcome, Step } from '../lib/history.ts';
import type { Policy } from '../lib/port.ts';
import { blake3Hex, frameBytes, headerBytesOf, keyOf, keyText, noHash } from './bytes.ts';
import { codes } from './codes.ts';
import { drafts, partsOf, plainer, resolve } from './drafts.ts';
import { machine, type State } from './machine.ts';
import { opNames, type Closed, type Frame, type Op, type Value } from './ops.ts';

const frame = (seq: bigint, type = 1): Frame => ({
  seq,
  at: seq * 10n,
  type,
  payload: new TextEncoder().encode(`p${seq}`),
});
const append = (...frames: readonly Frame[]): Op => ({ op: 'append', frames, sync: false });
const open = (seq?: bigint): Op => ({
  op: 'open',
  instance: 9n,
  ...(seq === undefined ? {} : { seq }),
});
const at = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

/** Runs operations a millisecond apart; answers are values, refusals their codes. */
function run(policy: Policy, ops: readonly Op[]): { answers: unknown[]; state: State } {
  const of = machine(policy);
  let state = of.start();
  const answers = ops.map((op, i) => {
    const [way, ...others] = of.next(state, op, at(i));
    if (way === undefined || others.length > 0) throw new Error(`${op.op} has no one way on`);
    state = way.state;
    return way.result.is === 'ok' ? way.result.value : way.result.code;
  });
  return { answers, state };
}

const last = (policy: Policy, ...ops: readonly Op[]): unknown => run(policy, ops).answers.at(-1);
const seqs = (value: unknown): unknown =>
  Array.isArray(value) ? (value as readonly Frame[]).map((one) => one.seq) : value;
const replay = (more: Partial<Extract<Op, { op: 'replay' }>> = {}): Op => ({
  op: 'replay',
  after: 0n,
  ...more,
});

describe('both machines', () => {
  it.each(['safe', 'original'] as const)(
    '%s: segments are the bytes that they hash to',
    (policy) => {
      const ops = [open(), append(frame(1n), frame(2n)), { op: 'rotate' }, append(frame(9n))];
      const { answers } = run(policy, [...(ops as Op[]), { op: 'close' }, { op: 'verify' }]);
      const first = [
        headerBytesOf({ instance: 9n, segment: 1n, createdAtMicros: micros(0), prev: noHash }),
        frameBytes(frame(1n)),
        frameBytes(frame(2n)),
      ];
      const prev = blake3Hex(...first);
      const header = { instance: 9n, segment: 2n, createdAtMicros: micros(2), prev };
      const hash = blake3Hex(headerBytesOf(header), frameBytes(frame(9n)));
      expect(answers.slice(2)).toEqual([
        { segment: 1n, hash: prev, sizeBytes: 118n } satisfies Closed,
        null,
        { segment: 2n, hash, sizeBytes: 91n } satisfies Closed,
        [
          { segment: 1n, prev: noHash, hash: prev },
          { segment: 2n, prev, hash },
        ],
      ]);
    },
  );

  it.each(['safe', 'original'] as const)(
    '%s: rotation is forced, then size, then time',
    (policy) => {
      const ask: Op = { op: 'shouldRotate' };
      const of = (more: object): Op => ({ op: 'open', instance: 9n, ...more });
      expect(last(policy, of({ maxBytes: 65n }), ask)).toBeNull();
      expect(last(policy, of({ maxBytes: 64n, maxAgeMicros: 0n }), ask)).toBe('size');
      expect(last(policy, of({ maxAgeMicros: 1000n }), ask)).toBe('time');
      expect(last(policy, of({ maxAgeMicros: 1001n }), ask)).toBeNull();
      expect(last(policy, of({ maxBytes: 0n }), { op: 'force' }, ask)).toBe('forced');
      expect(last(policy, of({}), { op: 'force' }, { op: 'rotate' }, ask)).toBeNull();
    },
  );

  it.each(['safe', 'original'] as const)('%s: what asks a log needs one', (policy) => {
    expect(last(policy, open(), append())).toBeNull();
    for (const ops of [[], [open(), { op: 'close' } as const]]) {
      expect(last(policy, ...ops, append())).toBe('no-handle');
      expect(last(policy, ...ops, append(frame(1n)))).toBe('no-handle');
      for (const op of ['sync', 'force', 'shouldRotate', 'rotate', 'close'] as const) {
        expect(last(policy, ...ops, { op })).toBe('no-handle');
      }
      expect(last(policy, ...ops, replay())).toEqual([]);
    }
  });
});

const micros = (ms: number): bigint => BigInt(Date.UTC(2026, 0, 1) + ms) * 1000n;

describe('the original', () => {
  it('begins a chain anew at each start, and a strict replay of it fails', () => {
    const ops = [open(1n), append(frame(1n)), open(2n), append(frame(2n))];
    expect(last('original', ...ops, { op: 'verify' })).toBe('chain_mismatch');
    expect(last('original', ...ops, replay())).toBe('chain_mismatch');
    expect(seqs(last('original', ...ops, replay({ strict: false })))).toEqual([1n]);
    expect(seqs(last('original', ...ops, replay({ chain: false })))).toEqual([1n, 2n]);
  });

  it('accepts what its replay refuses', () => {
    const again = [open(), append(frame(3n), frame(3n))];
    for (const mode of [{}, { strict: false }, { strict: false, chain: false }]) {
      expect(last('original', ...again, replay(mode))).toBe('non_monotonic');
    }
    expect(seqs(last('original', ...again, replay({ after: 3n })))).toEqual([]);
    const odd = [open(), append(frame(1n, 3), frame(2n))];
    expect(last('original', ...odd, replay())).toBe('unknown_payload_type');
    expect(seqs(last('original', ...odd, replay({ strict: false })))).toEqual([2n]);
    const old = [open(5n), append(frame(5n)), open(2n), append(frame(6n))];
    expect(last('original', ...old, replay({ chain: false }))).toBe('non_monotonic');
  });
});

describe('safe', () => {
  it('goes on with the chain, whatever number is asked for', () => {
    const ops = [open(1n), append(frame(1n)), open(7n), append(frame(2n)), open()];
    const { answers } = run('safe', [...ops, { op: 'verify' }, replay()]);
    expect(answers[4]).toMatchObject({ segment: 7n, repairs: [], notices: [] });
    const links = answers[5] as readonly { prev: string; hash: string }[];
    expect(links[1]?.prev).toBe(links[0]?.hash);
    expect(seqs(answers[6])).toEqual([1n, 2n]);
  });

  it('refuses what no replay would get past, and leaves the log as it was', () => {
    const refused: readonly (readonly [string, Op])[] = [
      ['not_increasing', append(frame(0n))],
      ['not_increasing', append(frame(2n), frame(2n))],
      ['not_increasing', append(frame(1n))],
      ['unknown_payload_type', append(frame(2n), frame(3n, 3))],
      ['frame_too_large', append({ ...frame(2n), payload: new Uint8Array(67_108_864 - 20) })],
      ['segment_sealed', open(0n)],
      ['not_u64', append(frame(1n << 64n))],
      ['not_u64', append({ ...frame(2n), at: -1n })],
      ['not_u64', open(-1n)],
      ['no_such_segment', { op: 'frames', segment: 4n }],
    ];
    for (const [code, op] of refused) {
      const { answers, state } = run('safe', [open(), append(frame(1n)), op]);
      expect(answers.at(-1)).toBe(code);
      expect(machine('safe').log(state)).toEqual([keyOf(frame(1n))]);
    }
    const known: readonly string[] = codes.map((one) => one.code);
    expect(refused.map(([code]) => code).filter((code) => !known.includes(code))).toEqual([]);
  });
});

describe('the last number there is', () => {
  const most = (1n << 64n) - 1n;
  const ops = [open(most), append(frame(1n)), { op: 'rotate' } as const];

  it('has no next one: `safe` refuses, and goes on in it; the original goes on at 0', () => {
    const { answers } = run('safe', [...ops, append(frame(2n)), replay()]);
    expect([answers[2], answers[3], seqs(answers[4])]).toEqual(['numbers_used_up', null, [1n, 2n]]);
    const { state } = run('original', [...ops, append(frame(2n))]);
    expect(state.segments.map(({ segment }) => segment)).toEqual([0n, most]);
  });
});

describe('another writer', () => {
  const other = (...frames: readonly Frame[]): Op => ({ op: 'other', instance: 9n, frames });
  const ask = (op: 'sync' | 'rotate' | 'close' | 'shouldRotate'): Op => ({ op });

  it('is noticed by `safe`, which refuses to write until it is opened again', () => {
    const moved = [open(), append(frame(1n)), other(frame(2n))];
    for (const op of [append(frame(3n)), append(), ask('sync'), ask('rotate'), ask('close')]) {
      expect(last('safe', ...moved, op)).toBe('stale_handle');
    }
    expect(last('safe', ...moved, ask('close'), ask('sync'))).toBe('no-handle');
    expect(last('safe', ...moved, ask('shouldRotate'))).toBeNull();
    expect(seqs(last('safe', ...moved, open(), append(frame(3n)), replay()))).toEqual([1n, 2n, 3n]);
    expect(last('safe', open(), other(), append(frame(1n)))).toBeNull();
  });

  it('breaks the chain of the original, which hashes only what it wrote itself', () => {
    const ops = [open(), append(frame(1n)), other(frame(2n)), append(frame(3n)), ask('rotate')];
    const { answers } = run('original', [...ops, { op: 'verify' }, replay({ chain: false })]);
    expect([answers[5], seqs(answers[6])]).toEqual(['chain_mismatch', [1n, 2n, 3n]]);
    const { hash } = answers[4] as Closed;
    const header = { instance: 9n, segment: 1n, createdAtMicros: micros(0), prev: noHash };
    expect(hash).toBe(
      blake3Hex(headerBytesOf(header), frameBytes(frame(1n)), frameBytes(frame(3n))),
    );
  });

  it('may be refused, and leaves the log as it was', () => {
    const of = machine('safe');
    const { state } = run('safe', [open(), append(frame(1n))]);
    const ways = of.next(state, other(frame(1n)), at(9));
    expect(ways.map(({ result }) => result)).toEqual([
      { is: 'fail', code: 'not_increasing' },
      { is: 'info', code: 'not_increasing' },
    ]);
    expect(ways.map((way) => of.log(way.state))).toEqual([of.log(state), of.log(state)]);
  });
});

describe('what is owed', () => {
  const ok: Outcome<Value> = { is: 'ok', value: null };
  const steps = (...ops: readonly Op[]): Step<Op, Value>[] =>
    ops.map((op, i) => ({ actor: 0, began: i, ended: i + 1, op, at: at(i), outcome: ok }));
  const keys = (...all: readonly bigint[]): string[] => all.map((seq) => keyOf(frame(seq)));

  it('after a power cut: what a synced batch or a sync came after, not an empty batch', () => {
    const synced: Op = { op: 'append', frames: [frame(2n), frame(3n)], sync: true };
    const empty: Op = { op: 'append', frames: [], sync: true };
    const of = machine('safe');
    const history = steps(open(), append(frame(1n)), synced, append(frame(4n)), empty);
    expect(owes(of, history, 5, 'power')).toEqual([
      { must: keys(1n, 2n, 3n), may: keys(4n), never: [] },
    ]);
    expect(owes(of, history, 5, 'process')).toEqual([
      { must: keys(1n, 2n, 3n, 4n), may: [], never: [] },
    ]);
    // In flight a batch may be there in part, from its beginning.
    expect(owes(of, history, 2, 'power')).toContainEqual({
      must: [],
      may: keys(1n, 2n, 3n),
      never: [],
    });
    const buffering = machine('safe', { holds: ['memory', 'power'] });
    expect(owes(buffering, history, 2, 'process')[0]?.must).toEqual([]);
  });

  it('counts what a port accepted though it should have refused it', () => {
    const history = steps(open(), append(frame(2n)), append(frame(1n)));
    expect(owes(machine('safe'), history, 3, 'process')).toEqual([
      { must: keys(2n, 1n), may: [], never: [] },
    ]);
  });
});

describe('drafts', () => {
  it('become operations of every name that one machine or the other takes', () => {
    const seen = new Set<string>();
    for (const policy of ['safe', 'original'] as const) {
      const of = machine(policy);
      const property = fc.property(fc.array(drafts(), { maxLength: 40, size: 'max' }), (all) => {
        let state = of.start();
        for (const [i, draft] of all.entries()) {
          const op = resolve(state, draft);
          const [way] = of.next(state, op, at(i));
          if (way === undefined) throw new Error(`nobody can be asked to ${op.op}`);
          state = way.state;
          seen.add(op.op).add(way.result.is === 'ok' ? '' : way.result.code);
        }
      });
      fc.assert(property, { seed: 4, numRuns: 60 });
    }
    const met = codes.filter(({ is, meets }) => is === 'refusal' && meets === 'operations');
    const wanted = [...opNames, ...met.map(({ code }) => code)];
    // A frame of 64 MiB is for a test of its own, and so are numbers that no file can hold.
    expect(wanted.filter((name) => !seen.has(name))).toEqual([
      'frame_too_large', 'not_u64', 'not_bytes', 'numbers_used_up',
    ]); // prettier-ignore
  });

  it('are made plainer until nothing is left to make plainer', () => {
    const draft = { op: 'append', skip: 3, type: 4, fill: 'ones', fillBytes: 900 } as const;
    const more = {
      sync: true,
      maxBytes: null,
      maxAgeMicros: null,
      pick: 0,
      strict: true,
      chain: true,
    };
    const { state } = run('safe', [open()]);
    let op = resolve(state, { ...more, op: 'append', frames: [draft, draft, draft] });
    const sizes: number[] = [];
    for (let next: Op | undefined = op; next !== undefined; next = plainer(op)[0]) {
      op = next;
      sizes.push(op.op === 'append' ? op.frames.reduce((n, f) => n + f.payload.length, 0) : 0);
    }
    expect(op).toEqual({
      op: 'append',
      frames: [
        { ...frame(4n), at: expect.anything() as bigint, payload: new TextEncoder().encode('p4 ') },
      ],
      sync: false,
    });
    expect(sizes).toEqual([2710, 903, 903, 3, 3]);
    expect(plainer({ op: 'open', instance: 9n, seq: 4n, maxBytes: 5n })).toEqual([
      { op: 'open', instance: 9n },
      { op: 'open', instance: 9n, maxBytes: 5n },
    ]);
  });

  it('come apart into what writes the same and acknowledges less', () => {
    const batch: Op = { op: 'append', frames: [frame(1n), frame(2n)], sync: true };
    expect(partsOf(batch)).toEqual([append(frame(1n)), append(frame(2n))]);
    expect(partsOf({ op: 'sync' })).toEqual([]);
    expect(partsOf({ op: 'rotate' })).toEqual([{ op: 'rotate' }]);
  });

  it('have keys that people can tell apart', () => {
    expect(keyText(keyOf(frame(7n)))).toBe("#7 'p7'");
    expect(keyText(keyOf({ ...frame(7n, 2), payload: new Uint8Array(3) }))).toMatch(
      /^#7 t2 3 bytes sha256:/,
    );
  });
});
