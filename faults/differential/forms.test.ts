import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createDisk } from '../disk.ts';
import type { DiskFs } from '../disk/shape.ts';

/** The forms of calls that the random sequences do not use, each asked of both file systems. */
type Probe = (on: DiskFs, root: string) => unknown;

const probes: Readonly<Record<string, Probe>> = {
  'a URL for a path': (on, root) => on.readFileSync(pathToFileURL(`${root}/a`), 'utf8'),
  'a Buffer for a path': (on, root) => on.readFileSync(Buffer.from(`${root}/a`), 'utf8'),
  'an encoding': (on, root) => on.readFileSync(`${root}/a`, { encoding: 'hex' }),
  'an unknown encoding': (on, root) => on.writeFileSync(`${root}/a`, 'x', 'utf9' as 'utf8'),
  'no path at all': (on) => on.openSync(7 as unknown as string, 'r'),
  'a NUL in a path': (on, root) => on.openSync(`${root}/a\0b`, 'w'),
  'a lone surrogate in a name': (on, root) => {
    on.writeFileSync(`${root}/x\ud800y`, '');
    return on.readdirSync(root);
  },
  'entries with types': (on, root) =>
    on.readdirSync(root, { withFileTypes: true }).map((e) => [e.name, e.isFile(), e.isDirectory()]),
  'stat that does not throw': (on, root) => on.statSync(`${root}/no`, { throwIfNoEntry: false }),
  'stat below a file, which throws all the same': (on, root) =>
    on.statSync(`${root}/a/b`, { throwIfNoEntry: false }),
  'lstat below a file, which throws all the same': (on, root) =>
    on.lstatSync(`${root}/a/b`, { throwIfNoEntry: false }),
  'access to run': (on, root) => on.accessSync(`${root}/a`, fs.constants.X_OK),
  'access to run a directory': (on, root) => on.accessSync(`${root}/d`, fs.constants.X_OK),
  'a string written at a position': (on, root) => {
    const fd = on.openSync(`${root}/a`, 'r+');
    const count = on.writeSync(fd, 'é!', 1);
    on.closeSync(fd);
    return [count, on.readFileSync(`${root}/a`, 'latin1')];
  },
  'a string written in an encoding': (on, root) => {
    const fd = on.openSync(`${root}/a`, 'r+');
    on.writeSync(fd, 'ffee', null, 'hex');
    on.closeSync(fd);
    return on.readFileSync(`${root}/a`, 'hex');
  },
  'a part of a view': (on, root) => {
    const fd = on.openSync(`${root}/a`, 'w');
    on.writeSync(fd, new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2));
    on.writeSync(fd, Uint8Array.of(5, 6, 7), { offset: 1, length: 1 });
    on.closeSync(fd);
    return on.readFileSync(`${root}/a`, 'hex');
  },
  'a read by an object': (on, root) => {
    const into = Buffer.alloc(6);
    const fd = on.openSync(`${root}/a`);
    const count = on.readSync(fd, into, { offset: 2, length: 3, position: 1n });
    on.closeSync(fd);
    return [count, into.toString('hex')];
  },
  'a read beyond the buffer': (on, root) => {
    const fd = on.openSync(`${root}/a`);
    try {
      return on.readSync(fd, Buffer.alloc(2), 1, 2, 0);
    } finally {
      on.closeSync(fd);
    }
  },
  'a descriptor that is none': (on) => on.fsyncSync(1.5),
  'a descriptor below zero': (on) => on.closeSync(-1),
  'a descriptor that was closed': (on, root) => {
    const fd = on.openSync(`${root}/a`);
    on.closeSync(fd);
    return on.fstatSync(fd);
  },
  'fsync of a directory': (on, root) => {
    const fd = on.openSync(root, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
    on.fsyncSync(fd);
    on.fdatasyncSync(fd);
    on.closeSync(fd);
  },
  'a cut to less than nothing': (on, root) => {
    on.truncateSync(`${root}/a`, -5);
    return on.statSync(`${root}/a`).size;
  },
  'a cut to no number': (on, root) => on.truncateSync(`${root}/a`, 1.5),
  'rm -r of what is not there, by force': (on, root) =>
    on.rmSync(`${root}/no`, { recursive: true, force: true }),
  'rm of a tree': (on, root) => {
    on.mkdirSync(`${root}/d/e/f`, { recursive: true });
    on.writeFileSync(`${root}/d/e/g`, '', { mode: 0o600, flag: 'wx' });
    on.rmSync(`${root}/d`, { recursive: true });
    return on.existsSync(`${root}/d`);
  },
  'appending by a descriptor': (on, root) => {
    const fd = on.openSync(`${root}/a`, 'r+');
    on.appendFileSync(fd, 'x');
    on.writeFileSync(fd, 'yz', { flush: true });
    on.closeSync(fd);
    return on.readFileSync(`${root}/a`, 'utf8');
  },
  'links that go in a circle': (on, root) => {
    on.symlinkSync('two', `${root}/one`);
    on.symlinkSync('one', `${root}/two`);
    return on.readFileSync(`${root}/one`);
  },
  'a path that is too long': (on, root) => on.statSync(`${root}/${'d/'.repeat(2100)}a`),
  'the mode bits of what it makes': (on, root) => {
    on.mkdirSync(`${root}/m`, 0o700);
    on.writeFileSync(`${root}/n`, '', { mode: 0o640 });
    return [`${root}/m`, `${root}/n`].map((p) => on.statSync(p).mode.toString(8));
  },
};

function answer(probe: Probe, on: DiskFs, root: string): unknown {
  on.writeFileSync(`${root}/a`, '123');
  on.mkdirSync(`${root}/d`);
  try {
    return { ok: probe(on, root) };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const own = String(error.code).startsWith('ERR_');
    return { code: error.code, kind: error.name, say: own ? '' : error.message.replace(root, '') };
  }
}

describe('the forms of calls that Node takes', () => {
  it.each(Object.entries(probes))('%s', (_, probe) => {
    const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'tearproof-'));
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the form under test
      const real = answer(probe, fs as unknown as DiskFs, temp);
      const disk = createDisk();
      expect(answer(probe, disk.fs, disk.root)).toEqual(real);
    } finally {
      fs.rmSync(temp, { recursive: true });
    }
  });
});

describe('names that are no UTF-8', () => {
  it('are shown as Node shows them and reached by their bytes alone', () => {
    const disk = createDisk(new Map([['x\\xff', { is: 'dir' }]]));
    expect(disk.fs.readdirSync('/store')).toEqual(['x\ufffd']);
    expect(disk.fs.existsSync('/store/x\ufffd')).toBe(false);
    const bytes = Buffer.concat([Buffer.from('/store/x'), Uint8Array.of(0xff)]);
    expect(disk.fs.statSync(bytes).isDirectory()).toBe(true);
  });
});
