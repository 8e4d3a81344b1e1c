import { describe, expect, it } from 'vitest';
import { collate } from './collate.ts';
import type { FoundBefore, Told } from './engine.ts';
import type { CaseEvent, FindingEvent, RunEvent } from './events.ts';
import type { Repro } from './repro.ts';

const finding = (index: number, clause: string, gates = true, subject = 0): Told => {
  const event: FindingEvent = {
    is: 'finding', kind: 'k', id: `k/${index}`, clause, anomaly: 'gap', phase: 'open', fault: 'none',
    rung: 'none', model: 'none', gates, say: 'something',
  }; // prettier-ignore
  return { is: 'event', index, subject, event, repro: { clause } as Repro };
};

const over = (index: number): Told => {
  const event: CaseEvent = {
    is: 'case', kind: 'k', id: `k/${index}`, operations: 1, cuts: 0, damaged: 0, generated: 0,
    walked: 0, faults: {}, phases: {}, clauses: {}, reported: {}, rungs: [],
    agreement: { same: 0, compared: 0 },
  }; // prettier-ignore
  return { is: 'event', index, subject: 0, event };
};

/** What a collator writes, in short. */
function listening(): {
  readonly lines: string[];
  readonly found: FoundBefore[];
  readonly collator: ReturnType<typeof collate>;
} {
  const lines: string[] = [];
  const found: FoundBefore[] = [];
  const event = (one: RunEvent): void => {
    if (one.is === 'case') lines.push(`${one.id} over`);
    if (one.is === 'finding') lines.push(`${one.id} ${one.clause} ${one.repro ?? ''}`.trim());
  };
  const keep = ({ clause }: Repro, gates: boolean): string => `${clause}${gates ? '' : '-not'}`;
  const collator = collate({ sink: { event, keep }, onFound: (one) => void found.push(one) });
  return { lines, found, collator };
}

describe('a collator', () => {
  it('writes the events of a history when all earlier histories are over', () => {
    const { lines, collator } = listening();
    collator.take(finding(1, 'A'));
    collator.take(over(1));
    expect([lines, collator.next]).toEqual([[], 0]);
    collator.take(finding(0, 'B'));
    expect(lines).toEqual(['k/0 B B']);
    collator.take(over(0));
    expect(lines).toEqual(['k/0 B B', 'k/0 over', 'k/1 A A', 'k/1 over']);
    expect(collator.next).toBe(2);
  });

  it('keeps of the same finding the one of the earliest history, whoever was first', () => {
    const { lines, found, collator } = listening();
    for (const told of [finding(1, 'A'), over(1), finding(0, 'A'), over(0)]) collator.take(told);
    expect(lines).toEqual(['k/0 A A', 'k/0 over', 'k/1 over']);
    expect(found).toEqual([{ subject: 0, name: 'A gap' }]);
  });

  it('tells findings that count from those that do not, and subjects from each other', () => {
    const { lines, collator } = listening();
    collator.take(finding(0, 'A'));
    collator.take(finding(0, 'A', false));
    collator.take(finding(0, 'A', true, 1));
    expect(lines).toEqual(['k/0 A A', 'k/0 A A-not', 'k/0 A A']);
  });

  it('goes on behind histories that are left out', () => {
    const { lines, collator } = listening();
    collator.take(over(3));
    collator.take(over(0));
    collator.skip(1, 3);
    expect([lines, collator.next]).toEqual([['k/0 over', 'k/3 over'], 4]);
  });

  it('writes at its end what is there, in order', () => {
    const { lines, collator } = listening();
    for (const told of [over(3), finding(2, 'B'), finding(1, 'A')]) collator.take(told);
    collator.flush();
    expect(lines).toEqual(['k/1 A A', 'k/2 B B', 'k/3 over']);
  });
});
