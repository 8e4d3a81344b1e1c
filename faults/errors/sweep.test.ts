import { describe, expect, it } from 'vitest';
import { fileNode, type Image } from '../../spec/lib/image.ts';
import { createDisk, type Disk } from '../disk.ts';
import { injectionsOf, injectionKinds, kindOf, sweep } from './sweep.ts';
import type { Injection } from './types.ts';
import { injectionText, plainerInjections } from './words.ts';

const base: Image = new Map([['a', fileNode(new Uint8Array(Buffer.from('first\n')))]]);

/** A small history that makes a file beside another, and does not mind what fails. */
function history(inject: readonly Injection[] = []): Disk {
  const disk = createDisk(base, { account: true, inject });
  const { fs } = disk;
  disk.mark(0);
  ignoring(() => fs.readFileSync('/store/a'));
  disk.mark(1);
  ignoring(() => fs.writeFileSync('/store/tmp', 'x'.repeat(700), { flush: true }));
  disk.mark(2);
  ignoring(() => fs.renameSync('/store/tmp', '/store/a'));
  ignoring(() => {
    const dir = fs.openSync('/store');
    fs.fsyncSync(dir);
    fs.closeSync(dir);
  });
  return disk;
}

function ignoring(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Error) || !('errno' in error)) throw error;
  }
}

describe('a sweep', () => {
  const { calls } = history();
  const all = [...injectionsOf(calls)];

  it('strikes every call, each injection makes a difference, and no two are the same', () => {
    const sites = new Set(
      all.flatMap((i) => (i.is === 'space' ? [] : [`${i.at.step} ${i.at.nth}`])),
    );
    expect(sites.size).toBe(calls.length);
    expect(new Set(all.map((i) => JSON.stringify(i))).size).toBe(all.length);
    for (const injection of all) {
      const disk = history([injection]);
      expect(disk.fired[0], injectionText(injection, calls)).toBeGreaterThan(0);
    }
    expect(new Set(all.map(kindOf))).toEqual(new Set(injectionKinds));
  });

  it('has the short writes, budgets and syncs of a write of 700 bytes', () => {
    const of = (is: Injection['is']): Injection[] => all.filter((i) => i.is === is);
    const at = { step: 1, nth: 1 };
    const shorts = of('short').filter((i) => i.is === 'short' && i.at.step === 1);
    expect(shorts.filter((i) => !('nextErrno' in i))).toEqual(
      [1, 350, 512, 699].map((bytes) => ({ is: 'short', at, bytes })),
    );
    expect(shorts).toHaveLength(8);
    expect(of('space').filter((i) => !('backAtStep' in i))).toEqual(
      [0, 1, 350, 699].map((budgetBytes) => ({ is: 'space', budgetBytes })),
    );
    expect(of('sync').map((i) => i.is === 'sync' && `${i.way} ${i.errno}`)).toEqual([
      'clean EIO',
      'late EIO',
      'revert EIO',
      'clean ENOSPC',
    ]);
  });

  it('is narrowed by kind and step, and sampled evenly with a count of what is left out', () => {
    const late = [...injectionsOf(calls, { kinds: ['late error'], steps: (step) => step === 2 })];
    expect(late.length).toBeGreaterThan(2);
    for (const i of late) expect(i).toMatchObject({ is: 'error', when: 'after', at: { step: 2 } });
    const some = sweep(calls, { most: 10 });
    expect(some.injections).toHaveLength(10);
    expect(some.leftOut).toBe(all.length - 10);
    const order = all.map((i) => JSON.stringify(i));
    const places = some.injections.map((i) => order.indexOf(JSON.stringify(i)));
    const gaps = places.slice(1).map((place, k) => place - places[k]!);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
    expect(sweep(calls, { most: 10 })).toEqual(some);
    expect(sweep(calls).leftOut).toBe(0);
  });

  it('tells each injection in words, and has a plainer one for it', () => {
    const at = { step: 1, nth: 1 };
    expect(injectionText({ is: 'short', at, bytes: 1, nextErrno: 'ENOSPC' }, calls)).toBe(
      'call 1 of step 1 (writeSync tmp) does only 1 byte, and the next write fails with ENOSPC',
    );
    for (const injection of all) {
      for (let now: Injection = injection, rounds = 0; ; rounds++) {
        const [plainer] = plainerInjections(now);
        if (plainer === undefined) break;
        expect(rounds).toBeLessThan(4);
        now = plainer;
      }
    }
  });
});
