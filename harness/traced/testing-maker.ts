import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trial } from '../judge.ts';
import type { PortMaker } from '../kind.ts';
import { kindNamed, trialOf } from '../subjects.ts';
import { connect, type ClientOptions } from '../wire/client.ts';
import { codecs } from '../wire/codecs.ts';
import { claimsOf } from '../wire/stdio-port.ts';
import { tracedMaker, type TracedMaker } from './maker.ts';

const root = join(import.meta.dirname, '../..');

/** Ports for tests: our own stores, all kinds in one process. */
export const ours: readonly string[] = [
  process.execPath, '--import', 'tsx', join(root, 'harness/traced/testing-driver.ts'),
]; // prettier-ignore

/** The starter port in Python. */
export const python: readonly string[] = ['python3', join(root, 'ports/python/driver.py')];

/** A traced port of a kind with the trial that it stands in. */
export interface TracedTrial {
  readonly maker: TracedMaker;
  readonly trial: Trial<unknown, unknown, unknown, unknown>;
  close(): Promise<void>;
}

const startOptions = { cwd: root, startMs: 60_000, callMs: 60_000 };

/** The claims of a port, for as many trials as are wanted. */
export async function helloOf(command: readonly string[]): Promise<Parameters<typeof claimsOf>[0]> {
  const client = await connect({ ...startOptions, command });
  await client.close();
  return client;
}

/** A port under strace, on a disk in memory where there is one. */
export function tracedTrial(
  command: readonly string[],
  hello: Parameters<typeof claimsOf>[0],
  kindName: string,
  more: Partial<ClientOptions> = {},
): TracedTrial {
  const codec = codecs.find(({ kind }) => kind === kindName)!;
  const memory = fs.existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const dir = fs.mkdtempSync(join(memory, 'tearproof-traced-'));
  const claims = claimsOf(hello, kindName);
  const maker = tracedMaker({ ...startOptions, ...more, command, codec, claims, dir });
  const make = maker as PortMaker<unknown, unknown>;
  return {
    maker,
    trial: trialOf(kindNamed(kindName), make, 'safe'),
    async close() {
      await maker.close();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}
