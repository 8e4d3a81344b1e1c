import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadOf } from './drafts-payload.ts';
import { drafts, resolve } from './drafts.ts';
import type { Draft } from './drafts.ts';
import { frameAt } from './machine-log.ts';
import { machine } from './machine.ts';
import type { Op, Row } from './ops.ts';

const time = '2026-01-01T00:00:00.000Z';

/** The operations that drafts become, one after the other, and how often each was asked. */
function counted(policy: 'original' | 'safe', runs: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const m = machine(policy);
  const lists = fc.sample(fc.array(drafts(policy), { minLength: 40, maxLength: 40, size: 'max' }), {
    seed: 20260108,
    numRuns: runs,
  });
  for (const list of lists) {
    let state = m.start();
    for (const draft of list) {
      const op = resolve(state, draft);
      const way = m.next(state, op, time)[0];
      const answer = way === undefined ? 'none' : way.result.is === 'ok' ? 'ok' : way.result.code;
      const name = `${op.op} ${answer}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      state = way?.state ?? state;
    }
  }
  return counts;
}

describe('drafts', () => {
  it.each(['original', 'safe'] as const)('reach every operation and refusal of %s', (policy) => {
    const counts = counted(policy, 150);
    const everywhere = [
      'create ok', 'inspect ok', 'append ok', 'close ok', 'drop ok', 'lookup ok', 'all ok',
      'from ok', 'tail ok',
      'path ok', 'segment ok', 'index ok', 'summary ok', 'state ok', 'checkpoint ok',
      'readCheckpoint ok',
      'rollback ok', 'rollback checkpoint-not-found', 'ledgerAppend ok', 'ledger ok', 'manifest ok',
      'readManifest ok', 'rebuild ok', 'validate ok', 'sidecar ok', 'hasSidecar ok',
    ]; // prettier-ignore
    const own = {
      original: [
        'create entry-id-duplicate', 'create parent-missing', 'create parent-cycle',
      'validate entry-id-duplicate',
        'rollback rollback-unverified',
      ],
      safe: [
        'sync ok', 'append entry-id-duplicate', 'append parent-missing', 'append payload_not_json',
        'append not_unicode', 'append stale_handle', 'append read_only',
      'rollback checkpoint_mismatch',
      ],
    }; // prettier-ignore
    const missed = [...everywhere, ...own[policy]].filter((name) => !counts.has(name));
    expect(missed).toEqual([]);
  });

  it('are resolved in any state, whatever was taken out before them', () => {
    const lists = fc.array(drafts('safe'), { maxLength: 12, size: 'max' });
    fc.assert(
      fc.property(lists, fc.infiniteStream(fc.boolean()), (list: readonly Draft[], keep) => {
        const m = machine('safe');
        let state = m.start();
        for (const draft of list) {
          if (keep.next().value === false) continue;
          const op: Op = resolve(state, draft);
          state = m.next(state, op, time)[0]?.state ?? state;
        }
      }),
      { seed: 20260109, numRuns: 200 },
    );
  });

  it('are plain data', () => {
    for (const draft of fc.sample(drafts('safe'), { seed: 1, numRuns: 200 })) {
      expect(JSON.parse(JSON.stringify(draft))).toEqual(draft);
    }
  });
});

describe('a payload that reaches for an edge', () => {
  const wanted = { id: 'e1', parent: null, type: 'message' };
  const place = { segmentSeq: 1n, frameSeq: 1n, entrySeq: 1n };

  it.each([700, 1200, 4096])('ends the segment beside the threshold %i', (max) => {
    for (const delta of [-2, -1, 0, 1, 2]) {
      const around = { size: 300, max, place, wanted };
      const payload = payloadOf({ is: 'reach', edge: 'max', delta }, around);
      expect(300 + frameAt({ ...wanted, payload }, place, time).line.length).toBe(max + delta);
    }
  });

  it('ends it beside a block', () => {
    const payload = payloadOf(
      { is: 'reach', edge: 512, delta: 0 },
      { size: 7, max: 1, place, wanted },
    );
    expect((7 + frameAt({ ...wanted, payload }, place, time).line.length) % 512).toBe(0);
  });

  it('stays an empty text where there is no room', () => {
    const around = { size: 5000, max: 400, place, wanted };
    expect(payloadOf({ is: 'reach', edge: 'max', delta: 0 }, around)).toBe('""');
  });

  it('makes the machine rotate exactly one byte later', () => {
    const m = machine('safe');
    const create: Op = { op: 'create', h: 'a', max: 700n };
    const opened = m.next(m.start(), create, time)[0]?.state ?? m.start();
    const draft = (delta: number): Draft => ({
      policy: 'safe', h: 'a', max: 700, durability: 'none',
      what: { do: 'append', id: 'new', parent: 'none', type: 'x', payload: { is: 'reach',
      edge: 'max', delta } },
    }); // prettier-ignore
    const first = m.next(opened, resolve(opened, { ...draft(0), what: {
      do: 'append', id: 'new', parent: 'none', type: 'x', payload: { is: 'text', json: '1' },
    } }), time)[0]?.state ?? opened; // prettier-ignore
    const segmentOf = (delta: number): bigint => {
      const result = m.next(first, resolve(first, draft(delta)), time)[0]?.result;
      return result?.is === 'ok' ? (result.value as Row).segmentSeq : 0n;
    };
    expect([segmentOf(0), segmentOf(1)]).toEqual([1n, 2n]);
  });
});
