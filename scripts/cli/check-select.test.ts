import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckRequest } from '../../harness/engine.ts';
import { subjectOf } from '../../harness/subjects.ts';
import { inProfile } from '../../harness/verdicts/profile.ts';
import { clauseLines, planLines } from './check-plan.ts';
import { requestOf, type CheckFlags } from './check-request.ts';
import { selected } from './check-select.ts';
import { UsageError } from './lib/exit.ts';

const plain: CheckFlags = {
  policy: 'safe', depth: 'quick', seed: '1', out: 'out', hangTimeout: '1',
}; // prettier-ignore
const now = (): Date => new Date('2026-06-15T23:59:00Z');
const asked = (flags: Partial<CheckFlags>): CheckRequest =>
  selected(requestOf({ ...plain, ...flags }), { ...plain, ...flags }, now);

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tearproof-select-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A file in the folder; answers its name. */
function file(name: string, value: unknown): string {
  const at = path.join(folder, name);
  fs.writeFileSync(at, JSON.stringify(value));
  return at;
}

const entry = { kind: 'append-log', clause: 'LOG-S3-1', anomaly: 'gap', reason: 'known' };
const waiver = { kind: 'append-log', clause: 'LOG-S3-1', reason: 'no', until: '2026-06-15' };

describe('what is selected', () => {
  it('keeps the kinds that have such clauses, and says so in the command', () => {
    const request = asked({ clause: ['wal-s3', 'LOG-S4-1'] });
    expect(request.subjects.map((one) => one.kind)).toEqual(['wal-segment', 'append-log']);
    expect(request.select).toEqual({ clauses: ['WAL-S3', 'LOG-S4-1'] });
    expect(request.command).toMatch(/ --clause wal-s3 LOG-S4-1$/);
    expect(asked({ clause: ['S13'] }).subjects).toHaveLength(2);
  });

  it('keeps the kinds of which the requirements leave something', () => {
    const { subjects } = asked({ requirements: '0.1' });
    expect(subjects.map((one) => one.kind)).toEqual(['session-store-v2', 'append-log']);
    expect(asked({ requirements: '0.2.0' }).subjects).toHaveLength(4);
  });

  it.each<[string, Partial<CheckFlags>, RegExp]>([
    ['an unknown clause, with its neighbours', { clause: ['LOG-S3-9'] }, /Did you mean LOG-S3-1 /],
    ['a part of a number', { clause: ['SSV2-S1-'] }, /no clause is called "SSV2-S1-"/],
    [
      'a clause of another kind',
      { clause: ['WAL-S3'], kind: ['append-log'] },
      /a clause of wal-segment, which is not run/,
    ],
    ['a clause of the other policy', { clause: ['SSV2-OPEN-1'] }, /is of policy original/],
    ['nothing', { requirements: '0.1', kind: ['wal-segment'] }, /nothing is selected/],
    ['what another command asks', { clause: ['SSV2-S3-8'] }, /SSV2-S3-8 needs tearproof live$/],
    [
      'a profile that no kind has',
      { profile: 'codec' },
      /session-store-v2 has no profile codec; it /,
    ],
    [
      'a profile that the kind does not have, with those that it has',
      { profile: 'reader', kind: ['append-log'] },
      /^append-log has no profile reader; it has core, full$/,
    ],
    [
      'a profile that one of the kinds does not have',
      { profile: 'reader', kind: ['append-log', 'wal-segment'] },
      /append-log has no profile reader/,
    ],
    ['no version', { requirements: 'latest' }, /a version like 0.1/],
    ['no day', { today: '2026-02-30' }, /a day like 2026-12-31/],
    ['no file', { baseline: path.join(os.tmpdir(), 'no', 'such') }, /cannot read .*ENOENT/],
    ['a folder', { waivers: os.tmpdir() }, /cannot read .*EISDIR/],
  ])('refuses %s', (_name, flags, says) => {
    expect(() => asked(flags)).toThrow(UsageError);
    expect(() => asked(flags)).toThrow(says);
  });
});

describe('a profile', () => {
  it('keeps the kinds that have it, and leaves clauses about other operations aside', async () => {
    expect(asked({ profile: 'core' }).subjects).toHaveLength(4);
    const kinds = asked({ profile: 'reader' }).subjects.map((one) => one.kind);
    expect(kinds).toEqual(['session-store-v2', 'wal-segment']);
    const request = asked({ profile: 'core', kind: ['session-store-v2'] });
    const whole = await subjectOf('session-store-v2', 'safe', 'safe');
    const lines = clauseLines(request, [inProfile(whole, 'core')]);
    expect(lines.find((one) => one.includes(' SSV2-S3-5 '))).toContain('rollback not claimed: ');
    expect(lines.find((one) => one.includes(' SSV2-S3-1 '))).toContain(' counts: ');
  });
});

describe('what is expected', () => {
  it('ends by the day that is given, or by the clock of the command line', () => {
    const waivers = file('waivers.json', { version: 1, waivers: [waiver] });
    expect(asked({ waivers }).expect).toEqual({ waivers: [waiver] });
    const late = asked({ waivers, today: '2026-06-16' });
    expect(late.expect).toEqual({ waivers: [{ ...waiver, expired: true }] });
  });

  it('refuses files that contradict themselves or each other', () => {
    const twice = file('twice.json', { version: 1, entries: [entry, entry] });
    expect(() => asked({ baseline: twice })).toThrow(/twice\.json: LOG-S3-1 .* stands there twice/);
    const baseline = file('once.json', { version: 1, entries: [entry] });
    const waivers = file('both.json', { version: 1, waivers: [waiver] });
    expect(() => asked({ baseline, waivers })).toThrow(/stands in the baseline and is waived/);
  });

  it('may begin with a baseline that is not there only where it is to be written', () => {
    const baseline = path.join(folder, 'new.json');
    expect(() => asked({ baseline })).toThrow(/ENOENT/);
    expect(asked({ baseline, updateBaseline: true }).expect).toEqual({ baseline: [] });
  });
});

describe('what would be run', () => {
  it('is told of every clause, the reason with those that do not count', async () => {
    const waivers = file('plan.json', { version: 1, waivers: [waiver] });
    const request = asked({ kind: ['append-log'], clause: ['LOG-S3'], waivers });
    const subject = await subjectOf('append-log', 'safe', 'safe');
    const lines = clauseLines(request, [subject]);
    const of = (id: string): string => lines.find((one) => one.includes(`  ${id} `)) ?? '';
    expect(of('LOG-S3-1')).toMatch(/MUST +0\.1\.0 +waived until 2026-06-15: no: After an event/);
    expect(of('LOG-S3-2')).toMatch(/ counts: /);
    expect(of('LOG-S4-1')).toMatch(/ not selected: /);
    expect(lines.filter((one) => one.startsWith('  LOG-'))).toHaveLength(15);
    const text = planLines(request, [subject]).join('\n');
    expect(text).toMatch(/clauses +MUST 3 · SHOULD 0 · not scored 1\n/);
    expect(text).toMatch(/histories +14 of 24 operations, at least 8\n/);
    expect(text).toContain('nothing was run; to run it: npx tearproof check ');
  });
});
