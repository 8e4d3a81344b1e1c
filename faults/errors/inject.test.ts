import { describe, expect, it } from 'vitest';
import { differences, fileNode, type Image } from '../../spec/lib/image.ts';
import { randomCalls, type FileCall } from '../differential/calls.ts';
import { play, playerOf } from '../differential/play.ts';
import { createDisk, type Disk } from '../disk.ts';
import type { DiskFs } from '../disk/shape.ts';
import { randomFrom } from '../random.ts';
import { imageAfter } from '../replay.ts';
import { plausible } from './plausible.ts';
import { injectionsOf } from './sweep.ts';
import type { Injection } from './types.ts';

const SEED = '90125';
const text = (s: string): Uint8Array => new Uint8Array(Buffer.from(s));
const base: Image = new Map([
  ['d', { is: 'dir' }],
  ['a', fileNode(text('first\n'))],
  ['d/x', fileNode(text('second\n'))],
]);

function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no code';
  }
  return 'ok';
}

function diskWith(...inject: Injection[]): Disk & { fs: DiskFs } {
  return createDisk(base, { inject });
}

const read = (disk: Disk, path: string): string =>
  Buffer.from((disk.image().get(path) as { bytes: Uint8Array }).bytes).toString();

describe('an error', () => {
  const at = { step: 0, nth: 1 };

  it('before the effect leaves the call in the log, without an effect', () => {
    const disk = diskWith({ is: 'error', at, errno: 'EIO', when: 'before', lasting: 'once' });
    const fd = disk.fs.openSync('/store/a', 'a');
    expect(() => disk.fs.writeSync(fd, 'x')).toThrow('EIO: i/o error, write');
    expect(disk.log.events).toEqual([
      {
        is: 'call',
        step: 0,
        actor: 0,
        call: { do: 'write', ino: disk.fs.fstatSync(fd).ino, from: 6, bytes: text('x') },
        failed: { errno: 'EIO', injected: true },
      },
    ]);
    expect(disk.image()).toBe(base);
    expect(codeOf(() => disk.fs.writeSync(fd, 'x'))).toBe('ok');
    const asked = { call: 'writeSync', path: 'a', on: 'file', from: 6, bytes: 1, spaceBytes: 0 };
    expect(disk.calls[1]).toEqual({ step: 0, nth: 1, ...asked, failed: 'EIO', refused: 'EIO' });
    expect(disk.fired).toEqual([1]);
  });

  it('after the effect, or after a part of it, is marked as one that took', () => {
    const after = { is: 'error', at, errno: 'ENOSPC', when: 'after', lasting: 'once' } as const;
    const whole = diskWith(after);
    expect(codeOf(() => whole.fs.appendFileSync('/store/a', 'wxyz'))).toBe('ENOSPC');
    expect(read(whole, 'a')).toBe('first\nwxyz');
    const failed = { errno: 'ENOSPC', injected: true, took: true };
    expect(whole.log.events).toMatchObject([{ failed }]);
    const part = diskWith({ ...after, bytes: 3 });
    expect(codeOf(() => part.fs.appendFileSync('/store/a', 'wxyz'))).toBe('ENOSPC');
    expect(read(part, 'a')).toBe('first\nwxy');
    expect(part.calls[1]).toMatchObject({ failed: 'ENOSPC', took: true, done: 3 });
  });

  it('lasts until it is lifted, for every call of that name', () => {
    const error = { is: 'error', errno: 'EACCES', when: 'before', lasting: 'persistent' } as const;
    const disk = diskWith({ ...error, at: { step: 1, nth: 0 } });
    disk.fs.unlinkSync('/store/a');
    disk.mark(1);
    expect(codeOf(() => disk.fs.unlinkSync('/store/none'))).toBe('EACCES');
    expect(codeOf(() => disk.fs.rmSync('/store/d', { recursive: true }))).toBe('EACCES');
    expect(disk.fs.existsSync('/store/d/x')).toBe(true);
    expect(disk.fired).toEqual([2]);
    disk.lift();
    expect(codeOf(() => disk.fs.rmSync('/store/d', { recursive: true }))).toBe('ok');
  });

  it('of an open that made its file gives no descriptor, of a close takes it', () => {
    const first = { step: 0, nth: 0 };
    const late = { is: 'error', at: first, errno: 'EIO', when: 'after', lasting: 'once' } as const;
    const made = diskWith(late);
    expect(codeOf(() => made.fs.openSync('/store/new', 'wx'))).toBe('EIO');
    expect(made.image().has('new')).toBe(true);
    expect(made.fs.openSync('/store/a')).toBe(3);
    const shut = diskWith({ is: 'error', at, errno: 'EIO', when: 'before', lasting: 'once' });
    const fd = shut.fs.openSync('/store/a');
    expect(codeOf(() => shut.fs.closeSync(fd))).toBe('EIO');
    expect(codeOf(() => shut.fs.closeSync(fd))).toBe('EBADF');
  });
});

describe('a short call', () => {
  it('does less; a whole-file write goes on, or meets the next error', () => {
    const short = { is: 'short', at: { step: 0, nth: 1 }, bytes: 2 } as const;
    const on = diskWith(short);
    on.fs.appendFileSync('/store/a', 'wxyz');
    expect(read(on, 'a')).toBe('first\nwxyz');
    expect(on.log.events).toHaveLength(2);
    const then = diskWith({ ...short, nextErrno: 'ENOSPC' });
    expect(codeOf(() => then.fs.appendFileSync('/store/a', 'wxyz'))).toBe('ENOSPC');
    expect(read(then, 'a')).toBe('first\nwx');
    const fd = then.fs.openSync('/store/a', 'a');
    expect(then.fs.writeSync(fd, '!')).toBe(1);
  });
});

describe('a disk that fills up', () => {
  it('takes what fits, then nothing that needs space, and gives back what is freed', () => {
    const disk = diskWith({ is: 'space', budgetBytes: 5 });
    const fd = disk.fs.openSync('/store/n', 'wx');
    expect(disk.fs.writeSync(fd, 'abcd')).toBe(4);
    expect(disk.fs.writeSync(fd, 'efgh')).toBe(1);
    expect(codeOf(() => disk.fs.writeSync(fd, 'f'))).toBe('ENOSPC');
    expect(codeOf(() => disk.fs.writeSync(fd, 'AB', 0))).toBe('ok');
    expect(codeOf(() => disk.fs.mkdirSync('/store/m'))).toBe('ENOSPC');
    expect(codeOf(() => disk.fs.mkdirSync('/store/d'))).toBe('EEXIST');
    expect(codeOf(() => disk.fs.openSync('/store/o', 'w'))).toBe('ENOSPC');
    expect(codeOf(() => disk.fs.renameSync('/store/a', '/store/b'))).toBe('ENOSPC');
    expect(codeOf(() => disk.fs.linkSync('/store/a', '/store/b'))).toBe('ENOSPC');
    expect(codeOf(() => disk.fs.openSync('/store/a', 'r+'))).toBe('ok');
    disk.fs.unlinkSync('/store/d/x');
    expect(codeOf(() => disk.fs.renameSync('/store/a', '/store/b'))).toBe('ok');
    expect(disk.fs.writeSync(fd, '123456789')).toBe(7);
  });

  it('has space again from a step on', () => {
    const disk = diskWith({ is: 'space', budgetBytes: 0, backAtStep: 2 });
    disk.mark(1);
    expect(codeOf(() => disk.fs.mkdirSync('/store/m'))).toBe('ENOSPC');
    disk.mark(2);
    expect(codeOf(() => disk.fs.mkdirSync('/store/m'))).toBe('ok');
  });
});

describe('a sync that fails', () => {
  const at = { step: 1, nth: 0 };
  const begin = (way: 'clean' | 'late' | 'revert'): { disk: Disk; fd: number } => {
    const disk = diskWith({ is: 'sync', at, way, errno: 'EIO' });
    const fd = disk.fs.openSync('/store/a', 'r+');
    disk.fs.writeSync(fd, '-synced-');
    disk.fs.fsyncSync(fd);
    disk.fs.writeSync(fd, 'FIRST');
    disk.fs.writeSync(fd, 'lost', 2);
    disk.mark(1);
    return { disk, fd };
  };
  const syncsOf = (disk: Disk): unknown[] =>
    disk.log.events.flatMap((e) =>
      e.is === 'call' && e.call.do === 'sync' ? [e.failed ?? 'done'] : [],
    );

  it('clean: the next one succeeds, and readers go on seeing what was written', () => {
    const { disk, fd } = begin('clean');
    expect(codeOf(() => disk.fs.fsyncSync(fd))).toBe('EIO');
    expect(codeOf(() => disk.fs.fsyncSync(fd))).toBe('ok');
    expect(read(disk, 'a')).toBe('-slostd-FIRST');
    expect(syncsOf(disk)).toEqual([
      'done',
      { errno: 'EIO', injected: true, forgets: true },
      'done',
    ]);
  });

  it('late: it answers success, and the next one fails once', () => {
    const { disk, fd } = begin('late');
    expect(codeOf(() => disk.fs.fsyncSync(fd))).toBe('ok');
    expect(codeOf(() => disk.fs.fdatasyncSync(fd))).toBe('EIO');
    expect(codeOf(() => disk.fs.fsyncSync(fd))).toBe('ok');
    const first = { errno: 'EIO', injected: true, told: false, forgets: true };
    expect(syncsOf(disk)).toEqual(['done', first, { errno: 'EIO', injected: true }, 'done']);
  });

  it('revert: the file is again what it was at its last sync, and the log tells it', () => {
    const { disk, fd } = begin('revert');
    expect(codeOf(() => disk.fs.fsyncSync(fd))).toBe('EIO');
    expect(read(disk, 'a')).toBe('-synced-');
    expect(disk.fs.fstatSync(fd).size).toBe(8);
    const { events } = disk.log;
    expect(differences(imageAfter(disk.log, events.length), disk.image())).toEqual([]);
    expect(events.slice(-2)).toMatchObject([
      { reverts: true, call: { do: 'size', to: 8 } },
      { reverts: true, call: { do: 'write', from: 2, bytes: text('ynce') } },
    ]);
  });
});

describe('the account', () => {
  it('is kept without injections and tells which file each call was on', () => {
    const disk = createDisk(base, { account: true });
    disk.fs.readFileSync('/store/d/x');
    disk.mark(4);
    const dir = disk.fs.openSync('/store');
    disk.fs.fsyncSync(dir);
    expect(codeOf(() => disk.fs.statSync('/store/none'))).toBe('ENOENT');
    expect(disk.calls).toEqual([
      { step: 0, nth: 0, call: 'openSync', path: 'd/x' },
      { step: 0, nth: 1, call: 'fstatSync', path: 'd/x', on: 'file' },
      { step: 0, nth: 2, call: 'readSync', path: 'd/x', on: 'file', bytes: 7 },
      { step: 0, nth: 3, call: 'closeSync', path: 'd/x', on: 'file' },
      { step: 4, nth: 0, call: 'openSync', path: '' },
      { step: 4, nth: 1, call: 'fsyncSync', path: '', on: 'dir' },
      { step: 4, nth: 2, call: 'statSync', path: 'none', refused: 'ENOENT' },
    ]);
  });
});

/** Random calls hardly ever sync, and hardly ever what they wrote. */
const syncs: readonly FileCall[] = [
  { do: 'open', slot: 0, path: 'd', flags: 'r' },
  { do: 'fdatasync', slot: 0 },
  { do: 'fsync', slot: 0 },
  { do: 'open', slot: 1, path: 'a', flags: 'r+' },
  { do: 'write', slot: 1, bytes: text('longer than it was'), at: null },
  { do: 'fsync', slot: 1 },
  { do: 'write', slot: 1, bytes: text('over'), at: 2 },
  { do: 'fdatasync', slot: 1 },
];

/** Injections by what they strike and how, so that what is rare is picked as often as the rest. */
function grouped(dry: Disk, all: readonly Injection[]): Injection[][] {
  const groups = new Map<string, Injection[]>();
  for (const injection of all) {
    const call =
      injection.is === 'space'
        ? ''
        : dry.calls.find((c) => c.step === injection.at.step && c.nth === injection.at.nth)?.call;
    const name = `${injection.is} ${call} ${'errno' in injection ? injection.errno : ''}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [injection]);
    else group.push(injection);
  }
  return [...groups.values()];
}

describe('random calls with everything that may go wrong', () => {
  it('leaves a log that builds the very tree of the disk, whatever was injected', () => {
    const hits = new Map<string, number>();
    for (let i = 0; i < 300; i++) {
      const random = randomFrom(SEED).fork(`inject ${i}`);
      const calls = [...syncs, ...randomCalls(random, 40)];
      const run = (inject: readonly Injection[]): Disk => {
        const disk = createDisk(base, { account: true, inject });
        const player = playerOf(disk.fs, disk.root);
        for (const [step, call] of calls.entries()) {
          disk.mark(step);
          play(player, call);
        }
        return disk;
      };
      const dry = run([]);
      const all = grouped(dry, [...injectionsOf(dry.calls)]);
      if (all.length === 0) continue;
      for (let k = 0; k < 8; k++) {
        const inject = Array.from({ length: random.between(1, 3) }, () =>
          random.pick(random.pick(all)),
        );
        const disk = run(inject);
        const built = imageAfter(disk.log, disk.log.events.length);
        const told = `seed ${SEED}, sequence ${i}: ${JSON.stringify(inject)}`;
        expect(differences(built, disk.image()), told).toEqual([]);
        for (const call of disk.calls) {
          if (call.failed === undefined && call.done === undefined) continue;
          const name = `${call.call} ${call.failed ?? 'short'}`;
          hits.set(name, (hits.get(name) ?? 0) + 1);
          if (call.took === true) hits.set('took', 1);
          if (call.told === false) hits.set('told late', 1);
        }
        for (const event of disk.log.events) {
          if (event.is === 'call' && event.reverts === true) hits.set(`revert ${event.call.do}`, 1);
        }
      }
    }
    const rows = plausible.flatMap(({ calls, errno }) => calls.map((call) => `${call} ${errno}`));
    const others = ['writeSync short', 'readSync short', 'took', 'told late'];
    const wanted = [...rows, ...others, 'revert size', 'revert write'];
    expect(wanted.filter((name) => !hits.has(name))).toEqual([]);
  });
});
