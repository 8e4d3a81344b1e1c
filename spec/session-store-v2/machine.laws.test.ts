import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Image } from '../lib/image.ts';
import { assess } from './classify.ts';
import { drafts, resolve } from './drafts.ts';
import { frameLine, rowLine } from './encode.ts';
import { brokenRule } from './machine-log.ts';
import { machine } from './machine.ts';
import type { State } from './machine.ts';
import { imageOf, segmentPath } from './testing.ts';

const at = (n: number): string => `2026-01-01T00:00:00.${String(n).padStart(3, '0')}Z`;
/** The image that the abstract disk stands for. */
function imageOfState(state: State): Image {
  const files = new Map<string, string>();
  for (const { frame } of state.disk.entries) {
    const path = segmentPath(frame.segmentSeq);
    files.set(path, `${files.get(path) ?? ''}${frameLine(frame)}\n`);
  }
  const rows = state.disk.entries.map((e) => `${rowLine(e.row)}\n`);
  if (rows.length > 0) files.set('index/offsets.jsonl', rows.join(''));
  return imageOf([...files]);
}

describe.each(['original', 'safe'] as const)('any history under %s', (policy) => {
  const histories = fc.array(drafts(policy), { maxLength: 40, size: 'max' });

  it('leaves an image in which exactly its log verifies, with the rows that it answered', () => {
    fc.assert(
      fc.property(histories, (list) => {
        const m = machine(policy);
        let state = m.start();
        for (const [i, draft] of list.entries()) {
          const ways = m.next(state, resolve(state, draft), at(i));
          state = ways[0]?.state ?? state;
        }
        const a = assess(imageOfState(state));
        expect(a.keys).toEqual(m.log(state));
        expect(a.entries.map((e) => e.row)).toEqual(state.disk.entries.map((e) => e.row));
        expect(a.hole).toBeNull();
        expect(a.expectedRepairs).toEqual([]);
        expect(a.chainHash).toBe(state.disk.entries.at(-1)?.chain ?? '0'.repeat(64));
        const broken = brokenRule(state.disk.entries);
        expect(a.legal.open).toBe(broken === null ? 'ok' : 'refused');
        if (a.legal.open === 'refused') expect(a.legal.codes).toContain(broken);
      }),
      { seed: 20260102, numRuns: 150 },
    );
  });

  it('asks for nothing that cannot be answered, but seldom', () => {
    let asked = 0;
    let skipped = 0;
    fc.assert(
      fc.property(histories, (list) => {
        const m = machine(policy);
        let state = m.start();
        for (const [i, draft] of list.entries()) {
          const ways = m.next(state, resolve(state, draft), at(i));
          if (ways.length === 0) skipped += 1;
          else asked += 1;
          state = ways[0]?.state ?? state;
        }
      }),
      { seed: 20260103, numRuns: 150 },
    );
    expect(skipped / asked).toBeLessThan(0.05);
  });
});
