import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
});
