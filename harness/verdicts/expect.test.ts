import { describe, expect, it } from 'vitest';
import { BadExpectation, readBaseline, readWaivers, requireApart, type Known } from './expect.ts';

const known: Known = {
  clauses: new Map([['k', new Set(['K-S3-1', 'K-S3-2'])]]),
  today: '2026-06-15',
};
const entry = { kind: 'k', clause: 'K-S3-1', anomaly: 'gap', reason: 'known' };
const waiver = { kind: 'k', clause: 'K-S3-1', reason: 'disputed', until: '2026-06-15' };
const baseline = (...entries: object[]): string => JSON.stringify({ version: 1, entries });
const waivers = (...all: object[]): string => JSON.stringify({ version: 1, waivers: all });

describe('readBaseline', () => {
  it('marks what is past and what is unknown; a day holds to its end', () => {
    const entries = [
      { ...entry, until: '2026-06-14' },
      { ...entry, anomaly: 'phantom', until: '2026-06-15' },
      { ...entry, clause: 'K-S3-9' },
    ];
    expect(readBaseline(baseline(...entries), known)).toEqual([
      { ...entries[0], expired: true },
      entries[1],
      { ...entries[2], unknown: true },
    ]);
  });

  it('takes one failure in several places, but not twice in one', () => {
    const two = [entry, { ...entry, reach: 'traced' }];
    expect(readBaseline(baseline(...two), known)).toHaveLength(2);
    const twice = baseline(entry, { ...entry, reason: 'another' });
    expect(() => readBaseline(twice, known)).toThrow(/K-S3-1 of k stands there twice/);
  });

  it.each([
    ['no JSON', 'hello', /no JSON/],
    ['another version', '{"version":2,"entries":[]}', /not a baseline at version/],
    ['no reason', baseline({ ...entry, reason: ' ' }), /at entries.0.reason/],
    ['a member of no meaning', baseline({ ...entry, wildcard: '*' }), /not a baseline/],
    ['a day that is none', baseline({ ...entry, until: '2026-02-30' }), /at entries.0.until/],
    ['an unknown anomaly', baseline({ ...entry, anomaly: 'gpa' }), /no anomaly is called "gpa"/],
  ])('refuses %s', (_name, text, says) => {
    expect(() => readBaseline(text, known)).toThrow(BadExpectation);
    expect(() => readBaseline(text, known)).toThrow(says);
  });
});

describe('readWaivers', () => {
  it('marks what is past', () => {
    const late = { ...waiver, clause: 'K-S3-2', until: '2026-06-14' };
    expect(readWaivers(waivers(waiver, late), known)).toEqual([waiver, { ...late, expired: true }]);
  });

  it.each([
    ['an unknown clause', waivers({ ...waiver, clause: 'K-S3-9' }), /no clause of k is called/],
    ['a clause twice', waivers(waiver, waiver), /stands there twice/],
    [
      'an end that is far away',
      waivers({ ...waiver, until: '9999-12-31' }),
      /K-S3-1 is waived until 9999-12-31: .* today until 2027-06-15/,
    ],
    ['an end a day too late', waivers({ ...waiver, until: '2027-06-16' }), /a year at most/],
    ['no end', waivers({ ...waiver, until: undefined }), /at waivers.0.until/],
  ])('refuses %s', (_name, text, says) => {
    expect(() => readWaivers(text, known)).toThrow(says);
  });

  it('takes an end within a year, whatever the day', () => {
    const until = (today: string, day: string) =>
      readWaivers(waivers({ ...waiver, until: day }), { ...known, today })[0]?.until;
    expect(until('2026-06-15', '2027-06-15')).toBe('2027-06-15');
    expect(until('2028-02-29', '2029-03-01')).toBe('2029-03-01');
    expect(() => until('2028-02-29', '2029-03-02')).toThrow(BadExpectation);
  });

  it('is no second baseline', () => {
    const both = { baseline: [entry], waivers: [waiver] };
    expect(() => requireApart(both)).toThrow(/stands in the baseline and is waived/);
    expect(() =>
      requireApart({ ...both, waivers: [{ ...waiver, clause: 'K-S3-2' }] }),
    ).not.toThrow();
  });
});
