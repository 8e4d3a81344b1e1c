import { describe, expect, it } from 'vitest';
import { modelNamed } from '../faults/models/index.ts';
import { randomFrom } from '../faults/random.ts';
import { errorStates, recoveryErrors, type ErrorPlan } from './error-sweep.ts';
import { gatherFaulted, judge, type Trial } from './judge.ts';
import type { Kind, PortMaker } from './kind.ts';
import { appendLog } from './kinds/append-log.ts';
import { logPort, type NodeFs } from './kinds/append-log-port.ts';
import { sessionStoreV2 } from './kinds/session-store-v2.ts';
import { makeRun } from './make.ts';
import { trialOf } from './subjects.ts';
import { openLog } from '../ports/examples/append-log.ts';

const SEED = '271828';
const plan: ErrorPlan = { injections: 40, powerCuts: 1, inRecovery: 6 };

/** The clauses that a sweep over a few histories exercises and those that it finds broken. */
async function swept<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  histories: number,
): Promise<{ exercised: Set<string>; broken: Set<string> }> {
  const exercised = new Set<string>();
  const broken = new Set<string>();
  for (let i = 0; i < histories; i++) {
    const random = randomFrom(SEED).fork(`history ${i}`);
    const run = await makeRun(trial, random, 14);
    const states = [
      errorStates(trial, run, plan, random, { tell: () => {} }),
      recoveryErrors(trial, run, { is: 'none' }, plan, { tell: () => {} }),
    ];
    for (const some of states) {
      for await (const { planned, faulted, run: failing = run } of some) {
        const of = { run: failing, fault: planned.fault, faulted };
        const isLie = planned.model !== 'none' && !modelNamed(planned.model).honest;
        for (const { clause, findings } of judge(
          trial.kind.clauses,
          await gatherFaulted(trial, of),
        )) {
          exercised.add(clause.id);
          if (findings.length > 0 && !isLie) broken.add(clause.id);
        }
      }
    }
  }
  return { exercised, broken };
}

function safe<O, R, S, D>(kind: Kind<O, R, S, D>, make: PortMaker<O, R>): Trial<O, R, S, D> {
  return trialOf(kind, make, 'safe');
}

const example = safe(appendLog, logPort(openLog));

/** The example over a file system of its own; what it does not have is that of `fs`. */
function over(change: (fs: NodeFs) => Partial<Record<keyof NodeFs, unknown>>): typeof example {
  const make = logPort((fs, dir, durability) =>
    openLog(Object.setPrototypeOf({ ...change(fs) }, fs) as NodeFs, dir, durability),
  );
  return safe(appendLog, make);
}

describe('failing calls', () => {
  it('leave the example log with all its promises', async () => {
    const { exercised, broken } = await swept(example, 4);
    expect([...broken]).toEqual([]);
    const wanted = ['LOG-S7-1', 'LOG-S7-2', 'LOG-S7-3', 'LOG-S7-5', 'LOG-S3-1', 'LOG-S4-1'];
    expect(wanted.filter((id) => !exercised.has(id))).toEqual([]);
  });

  it('leave the safe store with all its promises', async () => {
    const make = sessionStoreV2.ports['safe']!;
    const { exercised, broken } = await swept(safe(sessionStoreV2, make), 2);
    expect([...broken]).toEqual([]);
    const wanted = [1, 2, 3, 4, 5].map((n) => `SSV2-S7-${n}`);
    expect(wanted.filter((id) => !exercised.has(id))).toEqual([]);
  });

  it('catch a log that syncs again and believes it', async () => {
    const again = over((fs) => ({
      fsyncSync: (fd: number) => {
        try {
          fs.fsyncSync(fd);
        } catch {
          fs.fsyncSync(fd);
        }
      },
    }));
    expect((await swept(again, 2)).broken).toContain('LOG-S7-2');
  });

  it('catch a log that takes a short write for a whole one, and one that dies', async () => {
    const short = over((fs) => ({
      writeSync: (fd: number, bytes: NodeJS.ArrayBufferView, ...rest: number[]) => {
        fs.writeSync(fd, bytes, ...rest);
        return bytes.byteLength;
      },
    }));
    expect((await swept(short, 2)).broken).toContain('LOG-S3-1');
    const dying = over((fs) => ({
      writeSync: (fd: number, bytes: NodeJS.ArrayBufferView, ...rest: number[]) => {
        try {
          return fs.writeSync(fd, bytes, ...rest);
        } catch {
          throw new TypeError('nobody thought of that');
        }
      },
    }));
    expect((await swept(dying, 1)).broken).toContain('LOG-S7-5');
  });
});
