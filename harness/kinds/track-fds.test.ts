import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoreFs } from '../../reference/lib/fs.ts';
import { trackFds } from './track-fds.ts';

describe('trackFds', () => {
  it('closes what is open and leaves alone what was closed', () => {
    const dir = fs.mkdtempSync(join(tmpdir(), 'tearproof-fds-'));
    const closed: number[] = [];
    const tracked = trackFds({
      ...fs,
      closeSync(fd) {
        closed.push(fd);
        fs.closeSync(fd);
      },
    });
    const flags = fs.constants.O_CREAT | fs.constants.O_RDWR;
    const first = tracked.fs.openSync(join(dir, 'a'), flags, 0o600);
    const second = tracked.fs.openSync(join(dir, 'b'), flags, 0o600);
    expect(tracked.fs.writeSync(first, new Uint8Array([1, 2]), 0, 2, null)).toBe(2);
    tracked.fs.closeSync(first);
    tracked.closeAll();
    tracked.closeAll();
    expect(closed).toEqual([first, second]);
    expect(() => fs.fstatSync(second)).toThrow('EBADF');
    fs.rmSync(dir, { recursive: true });
  });

  it('hands on every file call of a store, however many views lie between', () => {
    const called: string[] = [];
    // A record, so that a call which the type has and this test lacks does not compile.
    const every: Record<keyof StoreFs, true> = {
      openSync: true, closeSync: true, readSync: true, writeSync: true, fsyncSync: true,
      fdatasyncSync: true, ftruncateSync: true, fstatSync: true, statSync: true, lstatSync: true,
      renameSync: true, unlinkSync: true, linkSync: true, rmdirSync: true, mkdirSync: true,
      readdirSync: true,
    }; // prettier-ignore
    const names = Object.keys(every);
    const noted = names.map((name) => [name, () => void called.push(name)] as const);
    const inner = Object.fromEntries(noted) as unknown as StoreFs;
    const view = trackFds(trackFds(inner).fs).fs as unknown as Record<string, () => void>;
    for (const name of names) view[name]?.();
    expect(called).toEqual(names);
  });
});
