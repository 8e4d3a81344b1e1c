import { constants } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesOf, fileNode, type Image } from '../../spec/lib/image.ts';
import type { Disk } from '../disk.ts';
import { recordedDisk } from './testing-memory.ts';
import { lines, styled, styles, text, type Fs } from './testing-styles.ts';

const base: Image = new Map([
  ['a', fileNode(text('first\n'))],
  ['pipe', { is: 'other', what: 'fifo' }],
]);

function fresh(): { disk: Disk; fs: Fs } {
  const disk = recordedDisk(base);
  // What it serves is more than the type of a disk of ours tells.
  return { disk, fs: disk.fs as unknown as Fs };
}

describe('a recorded volume', () => {
  it.each(Object.entries(styles))('hears the same work in any style: %s', async (_, work) => {
    const { disk, fs } = fresh();
    await work(fs);
    expect(lines(disk)).toEqual(styled);
    expect(disk.mutations).toBe(4);
    expect(Buffer.from(bytesOf(disk.image(), 'm')!).toString()).toBe('onetwo');
    expect(disk.log.notModelled).toEqual([]);
  });

  it('hears copies, trees and links, and what happens outside the root', () => {
    const { disk, fs } = fresh();
    fs.mkdirSync('/store/d/e', { recursive: true });
    fs.copyFileSync('/store/a', '/store/d/e/a');
    fs.linkSync('/store/a', '/store/b');
    fs.symlinkSync('../elsewhere/kept', '/store/l');
    fs.appendFileSync('/store/l', '!');
    fs.rmSync('/store/l');
    fs.rmSync('/store/d', { recursive: true });
    const copied = ['file d/e/a', 'write @0 first\n'];
    const gone = ['remove l', 'remove d/e/a', 'remove d/e', 'remove d'];
    const made = ['dir d', 'dir d/e', ...copied, 'link b', 'link l', 'write @17 !'];
    expect(lines(disk)).toEqual([...made, ...gone]);
    expect(disk.outside()).toEqual(['/elsewhere/kept']);
  });

  it('hears the sync in each write of a file that was opened for it', () => {
    const { disk, fs } = fresh();
    const fd = fs.openSync('/store/a', constants.O_WRONLY | constants.O_DSYNC);
    fs.writeSync(fd, '1');
    fs.writeSync(fs.openSync('/store/a', 'as'), '2');
    expect(lines(disk)).toEqual(['write @0 1', 'datasync', 'write @6 2', 'sync']);
  });

  it('lets no fifo block, and names what it cannot model', () => {
    const { disk, fs } = fresh();
    expect(() => fs.readFileSync('/store/pipe')).toThrow('EDEADLK');
    expect(fs.statSync('/store/pipe').isFIFO()).toBe(true);
    fs.utimesSync('/store/a', 1, 1);
    expect(() => fs.truncateSync('/store/a', 2 ** 40)).toThrow('EFBIG');
    fs.watch('/store').close();
    expect(disk.log.notModelled).toEqual([
      'open of a fifo or device blocks',
      'times, owners and modes of files',
      'a file of more than 268435456 bytes',
      'watch',
    ]);
    expect(disk.image()).toBe(base);
  });

  it('is the same in every run: times, numbers, names of temporary directories', () => {
    const seen = (): unknown => {
      const { disk, fs } = fresh();
      const made = fs.mkdtempSync('/store/t-');
      const { mtimeMs, ino } = fs.statSync(made);
      return [made, mtimeMs, ino, lines(disk)];
    };
    expect(seen()).toEqual(seen());
  });

  it('leaves the image it was given alone, and keeps what was not changed', () => {
    const { disk, fs } = fresh();
    fs.writeFileSync('/store/n', 'new');
    expect(disk.image().get('a')).toBe(base.get('a'));
    const before = disk.image();
    const fd = fs.openSync('/store/a', 'r+');
    fs.writeSync(fd, 'F');
    fs.ftruncateSync(fd, 3);
    expect(Buffer.from(bytesOf(base, 'a')!).toString()).toBe('first\n');
    expect(before.get('a')).toBe(base.get('a'));
    expect(Buffer.from(bytesOf(disk.image(), 'a')!).toString()).toBe('Fir');
  });

  it('refuses to let calls fail, which only a disk of ours can', () => {
    expect(() => recordedDisk(base, { account: true })).toThrow(RangeError);
  });
});
