import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLanes } from './lanes.ts';
import type { Processes } from './processes.ts';

let work = '';
beforeAll(() => void (work = fs.mkdtempSync(join(tmpdir(), 'tearproof-lanes-'))));
afterAll(() => fs.rmSync(work, { recursive: true }));

it('leaves nobody waiting for a lane where the process cannot be ended', async () => {
  const memory = { peakBytes: () => 0, grownBytes: () => Number.MAX_SAFE_INTEGER };
  const renew = (): Promise<void> => Promise.reject(new Error('it cannot be ended'));
  const processes = { memory, renew } as unknown as Processes;
  const lanes = openLanes({ work, helpers: work, processes, most: 1 });
  const first = lanes.take(() => Promise.resolve(1));
  const second = lanes.take(() => Promise.resolve(2));
  const came = await Promise.allSettled([first, second]);
  expect(came.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
