import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { depths } from '../../harness/depth.ts';
import type { CheckRequest } from '../../harness/engine.ts';
import type { RunEvent } from '../../harness/events.ts';
import { resultsOf } from '../../harness/results.ts';
import type { ExpectedEntry } from '../../harness/verdicts/schemas.ts';
import { all, begin, broke, done, lived } from '../../harness/verdicts/testing-events.ts';
import { updateBaseline } from './check-baseline.ts';

let dir = '';
beforeAll(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tearproof-baseline-'));
});
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

const entry: ExpectedEntry = { kind: 'k', clause: 'A', anomaly: 'gap', reason: 'known' };

/** Ends a run with these events, and updates its baseline. */
function updated(
  baseline: readonly ExpectedEntry[],
  ...events: readonly RunEvent[]
): { readonly code: number; readonly lines: readonly string[] } {
  const told = [begin({ baseline: [...baseline] }), ...events];
  const text = told.map((one) => `${JSON.stringify(one)}\n`).join('');
  fs.writeFileSync(path.join(dir, 'events.jsonl'), text);
  const request: CheckRequest = {
    version: '0', command: 'c', seed: '1', depth: depths.quick, policy: 'safe', subjects: [],
    expect: { baseline },
  }; // prettier-ignore
  const lines: string[] = [];
  const line = (one: string): void => void lines.push(one);
  const file = path.join(dir, 'known.json');
  return { code: updateBaseline(resultsOf(told)!, { request, file, dir, line }), lines };
}

const written = (): unknown => JSON.parse(fs.readFileSync(path.join(dir, 'known.json'), 'utf8'));

describe('--update-baseline', () => {
  it('writes what fits, and ends as the run does with it', () => {
    const { code, lines } = updated([], broke('A', 'gap'), lived(all, ['A']), done);
    expect(code).toBe(0);
    expect(lines.join('\n')).toMatch(/1 entry, 1 added, 0 removed, 1 unexplained\nwith it: CONF/);
    expect(written()).toEqual({
      version: 1,
      entries: [{ ...entry, reason: 'unexplained: A broke' }],
    });
    expect(updated([entry], lived(all), done).lines.at(-1)).toBe('with it: CONFORMS');
    expect(written()).toEqual({ version: 1, entries: [] });
  });

  it('prolongs nothing: an expired entry still fails', () => {
    const late = { ...entry, until: '2020-01-01', expired: true as const };
    const { code, lines } = updated([late], broke('A', 'gap'), lived(all, ['A']), done);
    expect(code).toBe(1);
    expect(lines.at(-1)).toContain('expired entry 1');
    expect(written()).toEqual({ version: 1, entries: [{ ...entry, until: '2020-01-01' }] });
  });

  it('changes nothing after a run that did not come to its end', () => {
    const before = written();
    const { code, lines } = updated([], broke('A', 'gap'), lived(all, ['A']));
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/is left as it is$/)]);
    expect(written()).toEqual(before);
    expect(fs.readdirSync(dir).toSorted()).toEqual(['events.jsonl', 'known.json']);
  });
});
