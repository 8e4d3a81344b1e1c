import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandOf } from './bad/testing-case.ts';
import { connect } from './client.ts';
import { ownName } from './owner.ts';
import { markerName } from './strays.ts';

let dir = '';
beforeEach(() => {
  dir = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'tearproof-strays-')));
});
afterEach(() => fs.rmSync(dir, { recursive: true }));

const patient = { startMs: 60_000, callMs: 60_000, endMs: 60_000 };

/** Starts a port that works in the folder, then somebody else there; who is left when it ends. */
async function beside(env: NodeJS.ProcessEnv): Promise<{ fault: string | null; lives: boolean }> {
  const client = await connect({ ...patient, command: commandOf('honest.mjs'), folders: [dir] });
  const other = spawn('sleep', ['600'], { cwd: dir, detached: true, stdio: 'ignore', env });
  const { fault } = await client.close();
  const lives = other.exitCode === null && other.signalCode === null;
  return { fault: fault?.message ?? null, lives: other.kill('SIGKILL') && lives };
}

// What a port did leave is among the bad drivers.
describe('what works in the folder of a port', { timeout: 240_000 }, () => {
  it('is left alone where somebody else has started it', async () => {
    expect(await beside(process.env)).toEqual({ fault: null, lives: true });
    expect(await beside({})).toEqual({ fault: null, lives: true });
  });

  it('is left alone where it belongs to another port', async () => {
    const env = { [markerName]: `${ownName()}-0-999999` };
    expect(await beside(env)).toEqual({ fault: null, lives: true });
  });
});
