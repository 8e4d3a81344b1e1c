import { describe, expect, it } from 'vitest';
import type { Left } from '../../faults/crash.ts';
import { createDisk, type Disk } from '../../faults/disk.ts';
import { powerOf } from '../../faults/power.ts';
import { fileNode } from '../../spec/lib/image.ts';
import { lossesOf, type Loss } from './losses.ts';

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);

/**
 * What is told of a history in one operation whose units with these parts in their ids are lost.
 */
function told(body: (fs: Disk['fs']) => void, lost: Readonly<Record<string, Left>>): Loss[] {
  const disk = createDisk(new Map([['old', fileNode(filled(600, 97))]]));
  body(disk.fs);
  const { log } = disk;
  const { units } = powerOf(log);
  const ended = log.events.length;
  const parts = [{ title: 'operation 1', op: 'append', label: 'append', began: 0, ended }];
  const chosen = Object.entries(lost).map(([part, left]) => {
    const unit = units.find((one) => one.id.includes(part));
    expect(unit, `${part} in ${units.map((u) => u.id).join(' ')}`).toBeDefined();
    return { unit: unit!.id, left };
  });
  return lossesOf({ log, units, parts }, chosen);
}

const shown = ({ what, spot, left }: Loss): string => `${what} (${spot}) ${left}`.trim();

describe('what a power cut lost, in words', () => {
  const append = (fs: Disk['fs']): void => fs.appendFileSync('/store/new', 'abc');

  it('names a write as a whole where all of it is gone', () => {
    expect(told(append, { data: 'old', size: 'old' }).map(shown)).toEqual([
      'the write of new [0, 3) (write, call 2 of operation 1)',
    ]);
  });

  it('tells bytes from lengths, and what stands there instead', () => {
    expect(told(append, { size: 'old' }).map(shown)).toEqual([
      'the length 3 of new (write, call 2 of operation 1)',
    ]);
    expect(told(append, { data: 'old' }).map(shown)).toEqual([
      'the bytes [0, 3) of new (write, call 2 of operation 1) zeros stand there',
    ]);
    expect(told(append, { data: 'stale' })[0]?.left).toBe(
      'bytes that the store once freed stand there',
    );
    expect(told(append, { data: 'garbage' })[0]?.left).toBe('noise stands there');
    const tear = { keeps: 'head', bytes: 1, rest: 'zeros' } as const;
    expect(told(append, { data: tear })[0]?.left).toBe(
      'only its first 1 arrived, the rest is zeros',
    );
  });

  it('puts pieces of one write together, and says that old bytes stand there', () => {
    const overwrite = (fs: Disk['fs']): void => {
      const fd = fs.openSync('/store/old', 'r+');
      fs.writeSync(fd, filled(1100, 98), 0, 1100, 100);
    };
    const all = told(overwrite, {
      'data/100+412': 'old',
      'data/512+512': 'old',
      'size/1024': 'old',
    });
    expect(all.map(shown)).toEqual([
      'the bytes [100, 1024) of old and its length 1024 (write, call 1 of operation 1) the old bytes stand there',
    ]);
  });

  it('names entries of directories, and calls by what they were called', () => {
    const names = (fs: Disk['fs']): void => {
      fs.mkdirSync('/store/d');
      fs.writeFileSync('/store/d/x', '');
      fs.linkSync('/store/d/x', '/store/y');
      fs.renameSync('/store/y', '/store/z');
      fs.unlinkSync('/store/d/x');
      fs.truncateSync('/store/old', 5);
    };
    const all = told(names, {
      '/d/name': 'old',
      'd/x/name+': 'old',
      '/y/name': 'old',
      '/rename': 'both names',
      'd/x/name-': 'old',
      'old/size': 'old',
    });
    expect(all.map(shown)).toEqual([
      'the directory entry d (mkdir, call 1 of operation 1)',
      'the directory entry d/x (create, call 2 of operation 1)',
      'the directory entry y (link, call 3 of operation 1)',
      'the rename of y to z (rename, call 4 of operation 1) both names stand',
      'the removal of d/x (remove, call 5 of operation 1)',
      'the length 5 of old (truncate, call 6 of operation 1)',
    ]);
  });
});
