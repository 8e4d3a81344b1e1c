import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { depths, type Depth } from '../../../harness/depth.ts';
import type { CheckRequest } from '../../../harness/engine.ts';
import { runFiles, writeResults } from '../../../harness/sink.ts';
import type { Results } from '../../../harness/results.ts';
import { watchCheck, type Ended, type WatchOptions } from './watch.ts';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'tearproof-watch-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Every rung, a few states each. */
const small: Depth = {
  ...depths.quick,
  histories: 5,
  least: 2,
  operations: 8,
  damaged: 8,
  power: { ...depths.quick.power, walked: 8 },
  nested: { ...depths.quick.nested, firsts: 1, walked: 3 },
  errors: { ...depths.quick.errors, injections: 3 },
};

const requestOf = (subjects: CheckRequest['subjects'], depth = small): CheckRequest => ({
  version: '0', command: 'tearproof check', seed: '1', policy: 'safe', depth, subjects,
}); // prettier-ignore

const badPorts = new URL('../testing-bad-ports.ts', import.meta.url).href;

interface Watched {
  readonly ended: Ended;
  readonly results: Results;
  /** Every file of the run's folder, by name. */
  readonly files: Readonly<Record<string, string>>;
}

async function watched(
  request: CheckRequest,
  options: Partial<WatchOptions> & { readonly jobs: number },
): Promise<Watched> {
  const dir = mkdtempSync(join(folder, 'run-'));
  const common = { dir, hangTimeoutMs: 60_000, onEvent: () => {} };
  const ended = await watchCheck(request, { ...common, ...options });
  const results = writeResults(dir)!;
  const names = readdirSync(dir).toSorted();
  const files = names.map((name) => [name, readFileSync(join(dir, name), 'utf8')] as const);
  return { ended, results, files: Object.fromEntries(files) };
}

describe('whatever the number of workers', () => {
  it('a run of stores that break promises writes the same files', async () => {
    const request = requestOf([
      { kind: 'append-log', store: 'bug:keeps-torn-tail' },
      { kind: 'append-log', store: 'bug:no-checksum' },
      { kind: 'append-log', store: 'bug:zeros-are-entries' },
    ]);
    const one = await watched(request, { jobs: 1 });
    expect(one.ended).toBe('done');
    const findings = one.files[runFiles.events]!.split('\n').filter((l) => l.includes('finding'));
    expect(findings.length).toBeGreaterThan(2);
    expect(Object.keys(one.files).length).toBeGreaterThan(3);
    expect((await watched(request, { jobs: 2 })).files).toEqual(one.files);
    expect((await watched(request, { jobs: 3 })).files).toEqual(one.files);
  });

  it('a port that does not come back is named, with what it was doing', async () => {
    const request = requestOf([{ kind: 'append-log', store: 'hanging' }]);
    const options = { hangTimeoutMs: 5000, portModule: badPorts };
    const one = await watched(request, { jobs: 1, ...options });
    expect(one.ended).toBe('hang');
    const { results, files } = one;
    expect(results).toMatchObject({ ended: 'hang', exitCode: 1, hang: { kind: 'append-log' } });
    const tried = JSON.parse(files[results.hang!.file!]!) as object;
    expect(tried).toMatchObject({ kind: 'append-log', fault: { is: 'kill' } });
    expect((await watched(request, { jobs: 3, ...options })).files).toEqual(files);
  });

  it('a thread that ends before its work is no run that was done', async () => {
    const request = requestOf([{ kind: 'append-log', store: 'exiting' }]);
    const one = await watched(request, { jobs: 1, portModule: badPorts });
    expect([one.ended, one.results.ended, one.results.exitCode]).toEqual([
      'broken',
      'harness_error',
      4,
    ]);
    expect((await watched(request, { jobs: 2, portModule: badPorts })).files).toEqual(one.files);
  });
});

describe('a run whose time is up', () => {
  const subjects = [
    { kind: 'append-log', store: 'safe' },
    { kind: 'append-log', store: 'safe' },
  ];

  /** A run of long lists of histories, each of which takes a second. */
  async function timed(ms: number, jobs: number, least: number): Promise<Watched> {
    let seconds = 0;
    const onEvent: WatchOptions['onEvent'] = ({ is }) => void (seconds += is === 'case' ? 1 : 0);
    const limit = { ms, now: () => 1000 * seconds };
    const request = requestOf(subjects, { ...small, histories: 1000, least });
    return watched(request, { jobs, onEvent, limit });
  }

  it('begins no further history, and gives each kind its part', async () => {
    const { ended, results, files } = await timed(6000, 1, 2);
    expect([ended, results.ended, results.complete]).toEqual(['time', 'time', false]);
    const ids = files[runFiles.events]!.match(/"append-log\/[0-9]+"/g)!;
    expect(ids.filter((id) => id === '"append-log/0"')).toHaveLength(2);
    // A busy machine may begin some more before anybody looks.
    expect(ids.length).toBeGreaterThanOrEqual(6);
    expect(ids.length).toBeLessThan(60);
  });

  it('is inconclusive below the least number of histories', async () => {
    const { ended, results } = await timed(2000, 2, 500);
    expect([ended, results.exitCode]).toEqual(['time', 5]);
  });
});
