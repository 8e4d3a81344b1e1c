import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceImport } from '../../faults/strace/import.ts';
import type { Proc } from '../../faults/strace/processes.ts';
import { PortFault } from '../wire/fault.ts';
import { startTraced } from './process.ts';
import { python } from './testing-maker.ts';

const slow = 120_000;
const startOptions = { startMs: 60_000, callMs: 60_000 };
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
  try {
    const options = { ...startOptions, command, traces, stringBytes: 1024 };
    await (await startTraced(options)).close();
    return 'started';
  } catch (error) {
    return error instanceof PortFault ? `${error.fault}: ${error.message}` : String(error);
  }
};

const counts = `
import os, sys, threading, time, runpy
fd = os.open(os.environ['TMPDIR'] + '/count', os.O_RDWR | os.O_CREAT)
def count():
    for n in range(1000000):
        os.pwrite(fd, b'%08d' % n, 0)
        time.sleep(0.0005)
threading.Thread(target=count, daemon=True).start()
sys.path.insert(0, os.path.dirname(sys.argv[1]))
runpy.run_path(sys.argv[1], run_name='__main__')`;

describe('a port with a thread that never rests', () => {
  it(
    'makes no call between two tracers',
    async () => {
      const command = ['python3', '-c', counts, python[1]!];
      const port = await startTraced({ ...startOptions, command, traces, stringBytes: 1024 });
      const seen: number[] = [];
      const procOf = (tid: number): Proc => port.processes.of(tid);
      const store = traceImport({ root: '/store', near: '/', base: new Map(), procOf });
      port.feed.tell({
        ...store,
        take({ name, args }) {
          const [, bytes] = args;
          if (name !== 'pwrite64' || bytes?.is !== 'string') return;
          seen.push(Number(Buffer.from(bytes.bytes).toString('latin1')));
        },
      });
      // However slow or fast the machine is: some of its calls under each tracer.
      const more = async (): Promise<void> => {
        const from = seen.length;
        for (let i = 0; i < 20_000 && seen.length < from + 5; i++) {
          await port.client.call('ping', {});
        }
      };
      await more();
      for (let when = 1; when < 6; when++) {
        await port.trace([`fsync:error=EIO:when=${when}`]);
        await more();
      }
      await port.close();
      expect(seen.length).toBeGreaterThanOrEqual(30);
      expect(seen).toEqual(seen.map((_, i) => seen[0]! + i));
    },
    slow,
  );
});

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
