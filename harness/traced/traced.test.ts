import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDisk } from '../../faults/disk.ts';
import type { CallSite } from '../../faults/errors/types.ts';
import { randomFrom } from '../../faults/random.ts';
import { imageAfter } from '../../faults/replay.ts';
import { normalOf } from '../../faults/strace/normal.ts';
import { differences } from '../../spec/lib/image.ts';
import type { Run } from '../drive.ts';
import { readImage } from '../inspect/read.ts';
import { makeRun } from '../make.ts';
import { kindNamed } from '../subjects.ts';
import { ours, python, tracedPort, type TracedPort } from './testing-maker.ts';

// Our own stores in another process under strace, on a real folder. Without strace every test
// fails.

type AnyRun = Run<unknown, unknown, unknown>;
const slow = 180_000;
let port: TracedPort;

beforeAll(async () => {
  port = await tracedPort(ours);
}, slow);

afterAll(() => port.close(), slow);

/** The operations of a run again, on our store over our own disk in memory. */
async function inMemory(
  kindName: string,
  run: AnyRun,
  root: string,
): Promise<ReturnType<typeof createDisk>> {
  const disk = createDisk(new Map(), { root });
  const store = kindNamed(kindName).ports['safe']!(disk.fs, root);
  for (const [i, { op, at }] of run.steps.entries()) {
    disk.mark(i);
    const outcome = await store.step(op, at);
    if (outcome.is === 'ok') disk.ack(i);
  }
  return disk;
}

describe.each(['session-store-v2', 'wal-segment', 'fast-segment', 'append-log'])(
  '%s',
  (kindName) => {
    it(
      'cracks into the same units as the same history on a disk in memory',
      async () => {
        let units = 0;
        for (const seed of ['1', '2', '3']) {
          const run = await makeRun(port.trial(kindName), randomFrom(seed), 30);
          expect(run.log.notModelled).toEqual([]);
          const disk = await inMemory(kindName, run, port.traced.root);
          const normal = normalOf(run.log);
          expect(normal).toEqual(normalOf(disk.log));
          expect(differences(run.image, disk.image())).toEqual([]);
          units += normal.length;
        }
        expect(units).toBeGreaterThan(150);
      },
      slow,
    );
  },
);

describe('a port that is killed', () => {
  let killed: TracedPort;
  beforeAll(async () => {
    killed = await tracedPort(python);
  }, slow);
  afterAll(() => killed.close(), slow);

  it(
    'leaves what the log of the same history says, whichever call SIGKILL comes in the place of',
    async () => {
      const run = await makeRun(killed.trial('session-store-v2'), randomFrom('4'), 8);
      const changing = [
        'openSync',
        'writeSync',
        'ftruncateSync',
        'renameSync',
        'unlinkSync',
        'fsyncSync',
      ];
      const calls = run.calls.filter(({ call }) => changing.includes(call));
      const sites = calls.filter((_, i) => i % Math.ceil(calls.length / 8) === 3);
      expect(sites.length).toBeGreaterThan(5);
      for (const site of sites) {
        const length = await eventsUntilKilled(killed, run, site);
        const { image } = readImage(killed.traced.root);
        expect(differences(image, imageAfter(run.log, length))).toEqual([]);
      }
    },
    slow,
  );
});

/** The history again up to the kill; answers how many events of its log came before. */
async function eventsUntilKilled(of: TracedPort, run: AnyRun, site: CallSite): Promise<number> {
  const { make } = of.trial('session-store-v2');
  of.traced.killAt(site);
  const disk = make.disk!();
  const store = make(disk.fs, disk.root);
  for (const [i, { op, at }] of run.steps.entries()) {
    disk.mark(i);
    const said = await Promise.resolve(store.step(op, at)).catch((error: Error) => error.name);
    if (said === 'PortFault') {
      expect(i).toBe(site.step);
      expect(disk.log.notModelled).toEqual([]);
      return disk.log.events.length;
    }
    if (typeof said === 'object' && said.is === 'ok') disk.ack(i);
  }
  throw new Error('nobody was killed');
}
