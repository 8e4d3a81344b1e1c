import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { depths } from '../../../harness/depth.ts';
import { writeResults } from '../../../harness/sink.ts';
import { watchCheck } from './watch.ts';

it('names a port that does not come back, keeps what it was doing, and goes on', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tearproof-watch-'));
  const request = {
    version: '0', command: 'tearproof check', seed: '1', policy: 'safe', depth: depths.quick,
    subjects: [{ kind: 'append-log', store: 'hanging' }],
  } as const; // prettier-ignore
  const portModule = new URL('../testing-hanging-port.ts', import.meta.url).href;
  const options = { dir, jobs: 1, hangTimeoutMs: 5000, onEvent: () => {}, portModule };
  expect(await watchCheck(request, options)).toBe('hang');
  const results = writeResults(dir);
  expect(results).toMatchObject({ ended: 'hang', exitCode: 1, hang: { kind: 'append-log' } });
  const tried = JSON.parse(readFileSync(join(dir, results!.hang!.file!), 'utf8')) as object;
  expect(tried).toMatchObject({ kind: 'append-log', fault: { is: 'kill' } });
  rmSync(dir, { recursive: true });
});
