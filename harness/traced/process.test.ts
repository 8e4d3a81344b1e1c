import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PortFault } from '../wire/fault.ts';
import { startTraced } from './process.ts';
import { python } from './testing-maker.ts';

const slow = 120_000;
let traces: string;

beforeAll(() => void (traces = fs.mkdtempSync(join(tmpdir(), 'tearproof-traces-'))));
afterAll(() => fs.rmSync(traces, { recursive: true }));

/** The starter port, in a process that did something before. */
function portAfter(...before: readonly string[]): readonly string[] {
  const runs = `os.execvp('python3', ['python3', ${JSON.stringify(python[1])}])`;
  return ['python3', '-c', ['import ctypes, os', ...before, runs].join('\n')];
}

const makeRing = 'ctypes.CDLL(None).syscall(425, 4, ctypes.create_string_buffer(120))';

const started = async (command: readonly string[]): Promise<string> => {
  const options = { command, traces, stringBytes: 1024, startMs: 60_000, callMs: 60_000 };
  try {
    await (await startTraced(options)).close();
    return 'started';
  } catch (error) {
    return error instanceof PortFault ? `${error.fault}: ${error.message}` : String(error);
  }
};

describe('a port that strace cannot see through', () => {
  it(
    'is not traced where it holds a ring',
    async () => {
      expect(await started(portAfter())).toBe('started');
      // Where the system has no rings, nobody can hold one.
      const ring = [
        `ring = ${makeRing}`,
        'if ring < 0: os._exit(7)',
        'os.set_inheritable(ring, True)',
      ];
      const said = await started(portAfter(...ring));
      expect(said).toMatch(/^start: the port uses io_uring|exit code 7$/);
    },
    slow,
  );

  it(
    'is not traced where it hides its environment',
    async () => {
      const hidden = ['env', '-i', `PATH=${process.env['PATH']}`, ...python];
      expect(await started(hidden)).toMatch(/^start: the port does not keep the environment/);
    },
    slow,
  );
});
