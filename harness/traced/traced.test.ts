import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDisk } from '../../faults/disk.ts';
import { randomFrom } from '../../faults/random.ts';
import { imageAfter } from '../../faults/replay.ts';
import { normalOf } from '../../faults/strace/normal.ts';
import { differences, type Image } from '../../spec/lib/image.ts';
import type { Run } from '../drive.ts';
import { makeRun } from '../make.ts';
import { timeAt } from '../lib/time.ts';
import { kindNamed } from '../subjects.ts';
import type { Client } from '../wire/client.ts';
import { helloOf, ours, tracedTrial, type TracedTrial } from './testing-maker.ts';

// Our own stores in another process under strace, on a real folder. Without strace every test fails.

type AnyRun = Run<unknown, unknown, unknown>;
const slow = 180_000;
let hello: Client;

beforeAll(async () => {
  hello = (await helloOf(ours)) as Client;
}, slow);

/** The operations of a run again, on our store over our own disk in memory. */
async function inMemory(
  kindName: string,
  run: AnyRun,
  root: string,
): Promise<ReturnType<typeof createDisk>> {
  const disk = createDisk(new Map(), { root });
  const port = kindNamed(kindName).ports['safe']!(disk.fs, root);
  for (const [i, { op, at }] of run.steps.entries()) {
    disk.mark(i);
    const outcome = await port.step(op, at);
    if (outcome.is === 'ok') disk.ack(i);
  }
  return disk;
}

describe.each(['session-store-v2', 'wal-segment', 'fast-segment', 'append-log'])(
  '%s',
  (kindName) => {
    let traced: TracedTrial;
    beforeAll(() => {
      traced = tracedTrial(ours, hello, kindName);
    });
    afterAll(() => traced.close(), slow);

    it(
      'cracks into the same units as the same history on a disk in memory',
      async () => {
        let units = 0;
        for (const seed of ['1', '2', '3']) {
          const run = await makeRun(traced.trial, randomFrom(seed), 30);
          expect(run.log.notModelled).toEqual([]);
          const disk = await inMemory(kindName, run, traced.maker.root);
          const normal = normalOf(run.log);
          expect(normal).toEqual(normalOf(disk.log));
          expect(differences(run.image, disk.image())).toEqual([]);
          units += normal.length;
        }
        expect(units).toBeGreaterThan(150);
      },
      slow,
    );

    it(
      'leaves what its log says when it is killed in the place of any call',
      async () => {
        const run = await makeRun(traced.trial, randomFrom('4'), 8);
        const calls = run.calls.filter(({ call }) =>
          ['writeSync', 'fsyncSync', 'renameSync'].includes(call),
        );
        const site = calls[Math.floor(calls.length / 2)]!;
        traced.maker.killAt(site);
        const disk = traced.maker.disk();
        const port = traced.maker(disk.fs, disk.root);
        const answers: string[] = [];
        for (const [i, { op }] of run.steps.entries()) {
          disk.mark(i);
          const step = Promise.resolve(port.step(op as { op: string }, timeAt(i)));
          const said = await step.catch((e: Error) => e.name);
          answers.push(typeof said === 'string' ? said : said.is);
          if (said === 'PortFault') break;
        }
        expect(answers.filter((a) => a === 'PortFault')).toHaveLength(1);
        expect(answers).toHaveLength(site.step + 1);
        expect(disk.log.notModelled).toEqual([]);
        const whole: Image = imageAfter(disk.log, disk.log.events.length);
        expect(differences(whole, disk.image())).toEqual([]);
      },
      slow,
    );
  },
);
