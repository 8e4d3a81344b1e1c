import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandOf } from '../wire/bad/testing-case.ts';
import { lintChecks, runLint } from './lint.ts';
import type { LintReport, LintWishes } from './lint.ts';

let scratch = '';
beforeEach(() => {
  scratch = fs.mkdtempSync(join(tmpdir(), 'tearproof-lint-'));
});
afterEach(() => fs.rmSync(scratch, { recursive: true }));

const port = join(import.meta.dirname, 'testing-port.mjs');
const patient = { startMs: 60_000, callMs: 60_000, endMs: 60_000, maxLineBytes: 8_388_608 };

/** Lints the testing port, spoiled for one check where one is named. */
function lintOf(breaks: string, wishes: LintWishes = {}): Promise<LintReport> {
  const times = breaks === 'flush' ? { startMs: 60_000, callMs: 1000 } : {};
  const command = [process.execPath, port, breaks];
  return runLint({ ...patient, ...times, command }, scratch, wishes);
}

function failed(report: LintReport): readonly string[] {
  if (report.is === 'cannot_start') return [report.saw];
  return report.checks.flatMap(({ id, end }) => (end.is === 'failed' ? [`${id}: ${end.saw}`] : []));
}

describe('runLint', { timeout: 240_000 }, () => {
  it('finds nothing where nothing is wrong', async () => {
    const report = await lintOf('nothing');
    expect(failed(report)).toEqual([]);
    expect(report).toMatchObject({
      port: { name: 'testing', version: '1' },
      kinds: ['append-log', 'fast-segment'],
      errors: { internal: 0 },
    });
    const ends = report.is === 'linted' ? report.checks.map(({ end }) => end.is) : [];
    expect(ends).toEqual(lintChecks.map(() => 'held'));
  });

  // What a check notices on the way is made to happen by one that talks to a store.
  const others = new Map([
    ['quiet', ['flush', 'quiet']],
    ['ascii', ['flush', 'ascii']],
    ['answers-fit', ['unknown-members', 'answers-fit']],
  ]);

  it.each(lintChecks.map(({ id }) => id))('finds what breaks %s', async (id) => {
    const report = await lintOf(id, { only: others.get(id) ?? [id] });
    const [found, ...more] = failed(report);
    expect(found).toMatch(new RegExp(`^${id}: `));
    expect(more).toEqual([]);
    expect(found).toMatch(/^[ -~]*$/);
  });

  it('leaves open what a store does not support yet', async () => {
    const report = await lintOf('unready');
    expect(failed(report)).toEqual([]);
    const open = report.is === 'linted' ? report.checks : [];
    const untried = open.filter(({ end }) => end.is === 'not_tried').map(({ id }) => id);
    expect(untried).toContain('text');
    expect(untried).toContain('drop-forgets');
    expect(untried).not.toContain('bad-lines');
  });

  it('says so where a port cannot be started, or does not shake hands', async () => {
    const programs = ['is-not-there', 'exits-at-once', 'no-common-version', 'deep-hello'];
    for (const program of programs.map((name) => `${name}.mjs`)) {
      const report = await runLint({ ...patient, command: commandOf(program) }, scratch);
      expect(report.is).toBe('cannot_start');
    }
  });

  it('is not ended by an answer that nobody can print', async () => {
    const options = { ...patient, command: commandOf('deep-answer.mjs') };
    const report = await runLint(options, scratch, { only: ['text', 'in-flight'] });
    expect(failed(report).filter((one) => !one.includes('deeper than 100'))).toEqual([]);
    expect(failed(report)).toHaveLength(2);
  });

  it('does not wait for a port that is silent again and again', async () => {
    const options = { ...patient, callMs: 300, command: commandOf('hangs.mjs') };
    const report = await runLint(options, scratch);
    const ends = report.is === 'linted' ? report.checks.map(({ end }) => end.is) : [];
    expect(ends.filter((end) => end === 'not_tried').length).toBeGreaterThan(5);
  });

  it('has an id of its own for each check, a sentence and a cure', () => {
    const ids = lintChecks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { sentence, cure } of lintChecks) {
      expect(sentence).toMatch(/^[A-Za-z].*\.$/);
      expect(cure).toMatch(/^[A-Z].*\.$/);
    }
  });
});
