import { describe, expect, it } from 'vitest';
import type { Check, Evidence, FailedCall, FailingStep } from './clause.ts';
import type { Outcome } from './history.ts';
import { fileNode, type Image } from './image.ts';
import * as may from './promises.ts';

const facts: may.Facts = {
  isOpen: (seen) => seen.op === 'open',
  isVolatile: (path) => path.startsWith('tmp/'),
};
const start: Image = new Map([['log', fileNode(new Uint8Array(3))]]);
const ok: Outcome<null> = { is: 'ok', value: null };
const info = (code: string): Outcome<never> => ({ is: 'info', code });

const plain = { handle: '', opens: false, outcome: ok, holds: 'process', failed: [] } as const;
const open: FailingStep = { ...plain, op: 'open', opens: true, holds: 'memory' };
const append = (key: string): FailingStep => ({ ...plain, op: 'append', adds: key });
const sync: FailingStep = { ...plain, op: 'sync', holds: 'power' };
const read = (...keys: readonly string[]): FailingStep => ({
  ...plain,
  op: 'read',
  holds: 'memory',
  view: { keys, repairs: [], notices: [] },
});
const refused = (step: FailingStep, code: string, ...failed: FailedCall[]): FailingStep => {
  const { adds: _adds, ...rest } = step;
  return { ...rest, outcome: info(code), failed };
};
const eio: FailedCall = { call: 'writeSync', path: 'log', on: 'file', errno: 'EIO' };
const badSync: FailedCall = { call: 'fsyncSync', path: 'log', on: 'file', errno: 'EIO' };

const emptied = (path: string) => [path, fileNode(new Uint8Array(0))] as const;

function verdict(
  check: Check,
  failing: readonly FailingStep[],
  shown: readonly string[] = [],
  rest: Partial<Evidence> = {},
): unknown {
  const view = { keys: shown, repairs: [], notices: [] };
  const seen = [
    { phase: 'open', op: 'open', outcome: ok },
    { phase: 'read', op: 'read', outcome: ok, view },
  ] as const;
  const base = { policy: 'safe', fault: 'kill', start, legal: [], classes: [], owes: [] } as const;
  const found = check({ ...base, seen, failing, ...rest });
  return found === 'not_exercised' ? found : found.map((f) => `${f.anomaly}: ${f.say}`);
}

describe('where file calls failed', () => {
  it('nothing is judged in a history in which none did', () => {
    const steps = [open, append('a'), sync, read('a')];
    const checks = [
      may.keepsWordAfterFailure(facts),
      may.poisonedBySync(facts),
      may.unsyncedIsRefused(),
      may.goesOnAsFound(facts),
      may.failsTyped(null),
      may.fullDiskChangesNothing(facts, ['no_space']),
    ];
    for (const check of checks) expect(verdict(check, steps, ['a'])).toBe('not_exercised');
  });

  it('what is acknowledged after it is kept', () => {
    const check = may.keepsWordAfterFailure(facts);
    const owes = [{ must: ['a', 'c'], may: [], never: [] }];
    const steps = [open, append('a'), refused(append('b'), 'io', eio), append('c')];
    expect(verdict(check, steps, ['a', 'c'], { owes })).toEqual([]);
    expect(verdict(check, steps, ['a'], { owes })).toEqual([
      'lost_acked: acknowledged after a call had failed, then gone: c',
    ]);
    // What was lost before the failure is another promise's matter.
    expect(verdict(check, steps, ['c'], { owes })).toEqual([]);
    expect(verdict(check, steps.slice(0, 3), ['a'], { owes })).toBe('not_exercised');
  });

  it('a handle whose sync failed acknowledges nothing until the next open', () => {
    const check = may.poisonedBySync(facts);
    const failed = refused(sync, 'io', badSync);
    expect(verdict(check, [open, failed, refused(sync, 'poisoned'), read('a')])).toEqual([]);
    expect(verdict(check, [open, failed, { ...open, handle: 'b' }, sync])).toEqual([
      'lost_durable: sync answers ok after a sync of log failed with EIO',
    ]);
    expect(verdict(check, [open, failed, open, sync])).toEqual([]);
    expect(verdict(check, [open, { ...append('a'), failed: [badSync] }])).toHaveLength(1);
    expect(verdict(check, [{ ...open, failed: [badSync] }])).toHaveLength(1);
    for (const other of [{ path: 'tmp/x' }, { path: 'gone' }, { told: false }] as const) {
      const step = { ...append('a'), failed: [{ ...badSync, ...other }] };
      expect(verdict(check, [open, step])).toBe('not_exercised');
    }
  });

  it('what promises to survive a power cut is not acknowledged where its sync failed', () => {
    const check = may.unsyncedIsRefused();
    const dir: FailedCall = { call: 'fsyncSync', path: '', on: 'dir', errno: 'EIO' };
    expect(verdict(check, [open, { ...sync, failed: [dir] }])).toEqual([
      'lost_durable: sync answers ok although a sync of its directory failed with EIO',
    ]);
    expect(verdict(check, [open, refused(sync, 'io', dir)])).toEqual([]);
    const unable = { ...sync, failed: [{ ...dir, errno: 'EINVAL' }] };
    expect(verdict(check, [open, unable])).toBe('not_exercised');
  });

  it('a handle that goes on shows what an open after it shows', () => {
    const check = may.goesOnAsFound(facts);
    const steps = [open, refused(append('b'), 'io', eio), append('c'), read('c')];
    expect(verdict(check, steps, ['c'])).toEqual([]);
    expect(verdict(check, steps, ['b', 'c'])).toEqual([
      'readers_disagree: a handle that went on after a failed call knows 1 entries, ' +
        'an open after it 2',
    ]);
    expect(verdict(check, [...steps, append('d'), sync], ['c', 'd'])).toEqual([]);
    expect(verdict(check, [...steps, append('d')], ['c'])).toHaveLength(1);
    expect(verdict(check, [...steps, refused(append('d'), 'io')], ['x'])).toBe('not_exercised');
    expect(verdict(check, [open, refused(append('b'), 'io', eio), read('b')])).toBe(
      'not_exercised',
    );
  });

  it('nothing dies, and a refusal has a code that names the cause', () => {
    const check = may.failsTyped(({ errno }) => [`io-${errno.toLowerCase()}`]);
    expect(verdict(check, [open, refused(append('a'), 'io-eio', eio)])).toEqual([]);
    expect(verdict(check, [open, refused(append('a'), 'no_space', eio)])).toEqual([
      'wrong_error: append answers no_space where calls fail with EIO; it should answer io-eio',
    ]);
    const later = refused(sync, 'died: TypeError');
    expect(verdict(check, [open, refused(append('a'), 'io-eio', eio), later])).toEqual([
      'died: sync dies after an earlier failure: died: TypeError',
    ]);
    const untyped = [open, refused(append('a'), 'untyped', eio)];
    expect(verdict(may.failsTyped(null), untyped)).toHaveLength(1);
    expect(verdict(may.failsTyped(null), [refused(open, 'anything', eio)])).toEqual([]);
  });

  it('an open that a full disk stops changes nothing', () => {
    const check = may.fullDiskChangesNothing(facts, ['no_space']);
    const full: FailedCall = { call: 'writeSync', path: 'q', on: 'file', errno: 'ENOSPC' };
    const step = (paths: string[]): FailingStep => ({
      ...refused(open, 'no_space', full),
      around: { before: start, after: new Map([...start, ...paths.map(emptied)]) },
    });
    expect(verdict(check, [step([]), step(['tmp/x'])])).toEqual([]);
    expect(verdict(check, [step(['log'])])).toEqual([
      'side_effect: open is refused for lack of space and has changed log',
    ]);
    expect(verdict(check, [refused(open, 'io-enospc', full)])).toHaveLength(1);
    for (const call of ['fsyncSync', 'ftruncateSync']) {
      const late = refused(open, 'io', { ...full, call });
      expect(verdict(check, [late])).toBe('not_exercised');
    }
    const lenient = may.fullDiskChangesNothing(facts, ['no_space'], (tree) => tree.has('log'));
    expect(verdict(lenient, [step(['log'])])).toBe('not_exercised');
  });
});
