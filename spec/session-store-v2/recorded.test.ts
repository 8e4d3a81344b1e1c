import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replayCase } from './table/replay.ts';
import type { RecordedCase } from './table/replay.ts';
import { replayHistory } from './table/replay-history.ts';
import type { RecordedHistory } from './table/replay-history.ts';
import { treeOf } from './table/recorded.ts';

const fixtures = new URL('../../fixtures/', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, fixtures), 'utf8');
const linesOf = (name: string): readonly string[] =>
  text(`session-store-v2/recorded/${name}`).trimEnd().split('\n');

describe('the table agrees with what the original was recorded doing', () => {
  it('with damaged stores', () => {
    const cases = linesOf('cases.jsonl').map((line) => treeOf(line) as unknown as RecordedCase);
    expect(cases.flatMap((recorded) => replayCase(recorded))).toEqual([]);
  });
  it('in histories', () => {
    const histories = linesOf('histories.jsonl').map(
      (line) => treeOf(line) as unknown as RecordedHistory,
    );
    expect(histories.flatMap((recorded) => replayHistory(recorded))).toEqual([]);
  });
});
