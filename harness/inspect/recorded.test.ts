import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { verdict as verdictOfFast } from '../../spec/fast-segment/classify.ts';
import { survey as surveyOfFast } from '../../spec/fast-segment/survey.ts';
import { assess as assessWal } from '../../spec/wal-segment/classify.ts';
import { plant } from '../wire/recorded/tree.ts';
import { inspectDefaults, inspectDirectory } from './inspect.ts';
import { inspectorNamed } from './kinds.ts';
import { readImage } from './read.ts';

const scratch = fs.mkdtempSync(join(tmpdir(), 'tearproof-inspect-recorded-'));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

// What each policy would do is computed in another process, which is not asked here.
const alone = { ...inspectDefaults, policyBytes: 0 };

interface Case {
  readonly id: string;
  readonly before: Readonly<Record<string, string>>;
}

const casesOf = (kind: string): readonly Case[] =>
  fs
    .readFileSync(
      join(import.meta.dirname, '../../fixtures', kind, 'recorded', 'cases.jsonl'),
      'utf8',
    )
    .trimEnd()
    .split('\n')
    .map((line): Case => JSON.parse(line));

describe('inspecting every recorded log of chained segments', () => {
  it.each(casesOf('wal-segment'))('$id: wrong where the classifier says so', ({ id, before }) => {
    const dir = join(scratch, id);
    fs.mkdirSync(dir);
    plant(dir, before);
    const { kind, survey, verdict } = inspectDirectory(dir, alone);
    expect(kind).toBe('wal-segment');
    const { image } = readImage(dir);
    const { entries, hole, problems } = assessWal(image);
    const isSound = hole === null && problems.length === 0;
    expect(verdict).toBe(isSound ? 'whole' : 'wrong');
    expect(survey.entryCount).toBeGreaterThanOrEqual(entries.length);
    if (isSound) expect(survey.verified).toBe(entries.length);
    const { original, safe } = inspectorNamed(kind).policies(image);
    expect(safe.readable).toBe(entries.length);
    expect(original.length).toBeGreaterThan(0);
    expect(original.every(({ rows, opens, code }) => rows.length + Number(opens) > 0 || code)).toBe(
      true,
    );
  });
});

describe('inspecting every recorded fast segment', () => {
  const cases = casesOf('fast-segment') as unknown as readonly { id: string; before: string }[];

  it.each(cases)('$id: wrong where the classifier says so', ({ id, before }) => {
    const dir = join(scratch, id);
    const path = 'sessions/7.fast';
    fs.mkdirSync(dir);
    plant(dir, { [path]: before });
    const { kind, survey, verdict } = inspectDirectory(dir, alone);
    expect(kind).toBe('fast-segment');
    const { image } = readImage(dir);
    const node = image.get(path);
    if (node?.is !== 'file') throw new Error('no file');
    const { committed, refusals, classes } = verdictOfFast(path, surveyOfFast(node));
    const torn = classes.some(({ why }) => why.startsWith('torn'));
    const isSound = refusals.length === 0 && !torn;
    expect(verdict, JSON.stringify(classes)).toBe(isSound ? 'whole' : 'wrong');
    if (isSound) expect(survey.verified).toBe(committed.length);
    const { original, safe } = inspectorNamed(kind).policies(image);
    expect([safe.entryCount, safe.codes]).toEqual([committed.length, refusals]);
    expect(original.every((one) => one.of === path)).toBe(true);
    expect(original.length).toBeGreaterThan(0);
  });
});
