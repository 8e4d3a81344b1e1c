import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallName } from '../../faults/disk/around.ts';
import { injectionsOf } from '../../faults/errors/sweep.ts';
import type { Injection } from '../../faults/errors/types.ts';
import { isChange } from '../../faults/oplog.ts';
import { randomFrom } from '../../faults/random.ts';
import { differences } from '../../spec/lib/image.ts';
import type { Run } from '../drive.ts';
import { readImage } from '../inspect/read.ts';
import { makeRun } from '../make.ts';
import { runOps } from '../shrink.ts';
import { python, tracedPort, type TracedPort } from './testing-maker.ts';

// The starter port in Python under strace, with calls that fail behind their effect: what the log
// tells is what stands on disk, and what the port found there.

type AnyRun = Run<unknown, unknown, unknown>;
const slow = 180_000;
let port: TracedPort;
let dry: AnyRun;

beforeAll(async () => {
  port = await tracedPort(python);
  dry = await makeRun(port.trial('session-store-v2'), randomFrom('1'), 12);
}, slow);

afterAll(() => port.close(), slow);

/** The history again with the first such injection that strace can do at such a call. */
async function failing(
  name: CallName,
  isWanted: (one: Injection) => boolean,
): Promise<{ readonly injection: Injection; readonly run: AnyRun }> {
  const trial = port.trial('session-store-v2');
  const found = [...injectionsOf(dry.calls)].find((one) => {
    if (one.is === 'space' || !isWanted(one)) return false;
    const { step, nth } = one.at;
    const call = dry.calls.find((made) => made.step === step && made.nth === nth);
    return call?.call === name && (trial.make.injects?.(one, dry.calls) ?? false);
  });
  if (found === undefined) throw new Error(`no such injection into ${name}`);
  const ops = dry.steps.map(({ op }) => op);
  const run = await runOps(trial, ops, [found]);
  expect(run.log.notModelled).toEqual([]);
  expect(differences(run.image, readImage(port.traced.root).image)).toEqual([]);
  return { injection: found, run };
}

const isLate = (one: Injection): boolean => one.is === 'error' && one.when === 'after';
const once = (one: Injection): boolean =>
  one.is === 'error' && isLate(one) && one.lasting === 'once' && one.bytes === undefined;

describe('a port under strace', () => {
  it.each(['mkdirSync', 'openSync', 'writeSync', 'renameSync'] as const)(
    'is told of an error of %s behind its effect',
    async (name) => {
      const { run } = await failing(name, once);
      const late = run.log.events.filter((e) => e.is === 'call' && e.failed !== undefined);
      expect(late).toHaveLength(1);
      expect(late).toMatchObject([{ failed: { errno: 'EIO', took: true } }]);
      expect(late.every(isChange)).toBe(true);
      expect(run.calls.filter(({ took }) => took)).toMatchObject([{ call: name, failed: 'EIO' }]);
    },
    slow,
  );

  it(
    'is told of an error of a sync that went well',
    async () => {
      const { run } = await failing('fsyncSync', once);
      const late = run.log.events.filter((e) => e.is === 'call' && e.failed?.took === true);
      expect(late).toMatchObject([{ call: { do: 'sync' } }]);
    },
    slow,
  );

  it(
    'is told of an error behind a part of a write',
    async () => {
      const { run, injection } = await failing(
        'writeSync',
        (one) => isLate(one) && one.is === 'error' && one.bytes !== undefined,
      );
      const bytes = injection.is === 'error' ? (injection.bytes ?? -1) : -1;
      const late = run.log.events.flatMap((e) =>
        e.is === 'call' && e.failed?.took && e.call.do === 'write' ? [e.call.bytes.length] : [],
      );
      expect(late).toEqual([bytes]);
      expect(run.calls.filter(({ took }) => took)).toMatchObject([{ done: bytes }]);
    },
    slow,
  );

  it(
    'is told so at every later call of that name, where the error lasts',
    async () => {
      const { run, injection } = await failing(
        'writeSync',
        (one) => isLate(one) && one.is === 'error' && one.lasting === 'persistent',
      );
      const { step, nth } = injection.is === 'error' ? injection.at : { step: -1, nth: -1 };
      const later = run.calls.filter(
        (c) => c.call === 'writeSync' && (c.step > step || (c.step === step && c.nth >= nth)),
      );
      expect(later.length).toBeGreaterThan(1);
      expect(later.filter(({ took }) => took)).toEqual(later);
    },
    slow,
  );

  it(
    'goes on behind a short write that no error follows',
    async () => {
      const { run, injection } = await failing(
        'writeSync',
        (one) => one.is === 'short' && one.nextErrno === undefined,
      );
      const short = run.calls.filter(({ done }) => done !== undefined);
      expect(short).toMatchObject([{ done: injection.is === 'short' ? injection.bytes : -1 }]);
      expect(run.calls.filter(({ failed }) => failed !== undefined)).toEqual([]);
    },
    slow,
  );

  it(
    'finds a file put back to its last sync',
    async () => {
      const { run } = await failing(
        'fsyncSync',
        (one) => one.is === 'sync' && one.way === 'revert',
      );
      const at = run.log.events.findIndex((e) => e.is === 'call' && e.failed?.forgets === true);
      expect(run.log.events[at + 1]).toMatchObject({ reverts: true });
    },
    slow,
  );
});
