import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { readResults, writeResults } from '../../harness/sink.ts';
import type { BuiltCli } from './testing-cli.ts';

/** A run that is to be killed. */
export interface Killable {
  readonly cli: BuiltCli;
  /** Where it runs, and the folder of its temporary files. */
  readonly folder: string;
  readonly temporary: string;
  readonly args: readonly string[];
}

/**
 * Kills a run `delayMs` after so many cases, and checks what is left in `out`; answers the cases in
 * it. Time alone would kill every run of a slow machine before its first case.
 */
export async function killedAfter(
  { cli, folder, temporary, args }: Killable,
  out: string,
  at: { readonly cases: number; readonly delayMs: number },
): Promise<number> {
  const file = join(out, 'events.jsonl');
  const child = cli.start([...args, '--out', out], { cwd: folder, env: { TMPDIR: temporary } });
  const ended = once(child, 'exit');
  const linesNow = (): number =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
  while (child.exitCode === null && linesNow() < 1 + at.cases) await wait(5);
  await wait(at.delayMs);
  child.kill('SIGKILL');
  expect((await ended)[1]).toBe('SIGKILL');
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const results = readResults(out);
  expect(results?.ended).toBe('cut_short');
  expect(results?.complete).toBe(false);
  const whole = lines.filter((line) => line.startsWith('{"is":"case"')).length;
  expect(results?.kinds[0]?.histories.done).toBe(whole);
  expect(writeResults(out)).toEqual(results);
  rmSync(out, { recursive: true });
  return whole;
}
