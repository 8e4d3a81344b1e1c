import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Trial } from '../judge.ts';
import type { PortMaker } from '../kind.ts';
import { kindNamed, trialOf } from '../subjects.ts';
import { connect } from '../wire/client.ts';
import { codecs } from '../wire/codecs.ts';
import { claimsOf } from '../wire/stdio-port.ts';
import { openTraced, type Traced } from './maker.ts';

const root = join(import.meta.dirname, '../..');

/** Ports for tests: our own stores, all kinds in one process. */
export const ours: readonly string[] = [
  process.execPath, '--import', 'tsx', fileURLToPath(new URL('./testing-driver.ts', import.meta.url)),
]; // prettier-ignore

/** The starter port in Python. */
export const python: readonly string[] = ['python3', join(root, 'ports/python/driver.py')];

/** A traced port with the trials of its kinds. */
export interface TracedPort {
  readonly traced: Traced;
  trial(kindName: string): Trial<unknown, unknown, unknown, unknown>;
  close(): Promise<void>;
}

const startOptions = { cwd: root, startMs: 60_000, callMs: 60_000 };

/** A port under strace, on a disk in memory where there is one. */
export async function tracedPort(command: readonly string[]): Promise<TracedPort> {
  const client = await connect({ ...startOptions, command });
  await client.close();
  const memory = fs.existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const dir = fs.mkdtempSync(join(memory, 'tearproof-traced-'));
  const traced = openTraced({ ...startOptions, command, dir });
  return {
    traced,
    trial(kindName) {
      const codec = codecs.find(({ kind }) => kind === kindName)!;
      const maker = traced.maker(codec, claimsOf(client, kindName));
      return trialOf(kindNamed(kindName), maker as PortMaker<unknown, unknown>, 'safe');
    },
    async close() {
      await traced.close();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}
