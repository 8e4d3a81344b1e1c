import { describe, expect, it } from 'vitest';
import { fileNode } from '../spec/lib/image.ts';
import { applyChoice, type CrashChoice, type Left } from './crash.ts';
import { createDisk, type Disk } from './disk.ts';
import { unitsOf } from './units.ts';

const ids = (disk: Disk): string[] => unitsOf(disk.log).map((unit) => unit.id);

function withFile(length: number): Disk {
  return createDisk(new Map([['f', fileNode(new Uint8Array(length).fill(97))]]));
}

describe('units', () => {
  it('split a write at sectors, each piece that makes the file longer with a size behind it', () => {
    const disk = withFile(700);
    const fd = disk.fs.openSync('/store/f', 'r+');
    disk.fs.writeSync(fd, new Uint8Array(1000), 0, 1000, 500);
    expect(ids(disk)).toEqual([
      'step0/f/data/500+12',
      'step0/f/data/512+512',
      'step0/f/size/1024',
      'step0/f/data/1024+476',
      'step0/f/size/1500',
    ]);
    disk.fs.writeSync(fd, new Uint8Array(1), 0, 1, 3000);
    expect(ids(disk).slice(5)).toEqual(['step0/f/data/3000+1', 'step0/f/size/3001']);
  });

  it('leave an overwrite without a size, and name a repeated one apart', () => {
    const disk = withFile(700);
    const fd = disk.fs.openSync('/store/f', 'r+');
    for (let i = 0; i < 2; i++) disk.fs.writeSync(fd, new Uint8Array(4), 0, 4, 16);
    disk.fs.ftruncateSync(fd, 3);
    expect(ids(disk)).toEqual(['step0/f/data/16+4', 'step0/f/data/16+4#2', 'step0/f/size/3']);
  });

  it('tell how far the file held data before the call, and how far it ever did', () => {
    const disk = withFile(700);
    const fd = disk.fs.openSync('/store/f', 'r+');
    disk.fs.ftruncateSync(fd, 5);
    disk.fs.ftruncateSync(fd, 900);
    disk.fs.writeSync(fd, 'x', 600);
    const held = unitsOf(disk.log).map((u) => [u.id.slice(8), u.heldBytes, u.everBytes]);
    expect(held).toEqual([
      ['size/5', 700, 700],
      ['size/900', 5, 700],
      ['data/600+1', 5, 700],
    ]);
  });

  it('of names know the directory, also where it was moved, and are called by their paths', () => {
    const disk = withFile(1);
    disk.fs.mkdirSync('/store/d/e', { recursive: true });
    disk.fs.renameSync('/store/d', '/store/g');
    disk.fs.writeFileSync('/store/g/x', '');
    disk.fs.renameSync('/store/f', '/store/g/x');
    disk.fs.writeFileSync('/store/g/e/y', 'y');
    disk.fs.unlinkSync('/store/g/e/y');
    const units = unitsOf(disk.log);
    const [d, e] = [units[0]!.ino, units[1]!.ino];
    expect(units.map((unit) => [unit.id, ...unit.places.map((p) => p.dir)])).toEqual([
      ['step0/d/name+', 1],
      ['step0/d/e/name+', d],
      ['step0/g/rename/d', 1, 1],
      ['step0/g/x/name+', d],
      ['step0/g/x/rename/f', 1, d],
      ['step0/g/e/y/name+', e],
      ['step0/g/e/y/data/0+1'],
      ['step0/g/e/y/size/1'],
      ['step0/g/e/y/name-', e],
    ]);
    expect(units.filter((unit) => unit.replaces).map((unit) => unit.id)).toEqual([
      'step0/g/x/rename/f',
    ]);
  });
});

describe('choices', () => {
  const imageOf = (disk: Disk, lost: CrashChoice['lost']): ReturnType<typeof applyChoice> =>
    applyChoice(disk.log, unitsOf(disk.log), { cut: disk.log.events.length, lost });
  const chosen = (disk: Disk, unit: string, left: Left = 'old'): string => {
    const node = imageOf(disk, [{ unit, left }]).get('f');
    return node?.is === 'file' ? `${Buffer.from(node.bytes).toString()}:${node.size}` : 'none';
  };

  it('may keep data beyond a size that was lost, which a later size then shows', () => {
    const disk = withFile(2);
    disk.fs.appendFileSync('/store/f', 'bb');
    expect(chosen(disk, 'step0/f/size/4')).toBe('aa:2');
    disk.fs.truncateSync('/store/f', 6);
    expect(chosen(disk, 'step0/f/size/4')).toBe('aabb\0\0:6');
    expect(chosen(disk, 'step0/f/data/2+2')).toBe('aa\0\0\0\0:6');
    const garbage = chosen(disk, 'step0/f/data/2+2', 'garbage');
    expect(garbage).not.toBe(chosen(disk, 'step0/f/size/4'));
    expect(garbage).toBe(chosen(disk, 'step0/f/data/2+2', 'garbage'));
  });

  it('may tear a piece at either end, over what was there, zeros or noise', () => {
    const disk = withFile(5);
    const fd = disk.fs.openSync('/store/f', 'r+');
    disk.fs.writeSync(fd, 'xyz', 1);
    const torn = (keeps: 'head' | 'tail', rest: 'old' | 'zeros' | 'garbage'): string =>
      chosen(disk, 'step0/f/data/1+3', { keeps, bytes: 1, rest });
    expect(torn('head', 'old')).toBe('axaaa:5');
    expect(torn('tail', 'old')).toBe('aaaza:5');
    expect(torn('head', 'zeros')).toBe('ax\0\0a:5');
    expect(torn('tail', 'zeros')).toBe('a\0\0za:5');
    const odd = (bytes: number): string =>
      chosen(disk, 'step0/f/data/1+3', { keeps: 'tail', bytes, rest: 'old' });
    expect([odd(NaN), odd(-1), odd(0.5), odd(99)]).toEqual([
      'aaaaa:5', 'aaaaa:5', 'aaaaa:5', 'axyza:5',
    ]); // prettier-ignore
    expect(torn('tail', 'garbage')).toMatch(/^a[^az]+za:5$/);
  });

  it('may leave stale bytes: those that lay at the same place, the latest of them', () => {
    const disk = createDisk(new Map([['f', fileNode(new Uint8Array(Buffer.from('first')))]]));
    const fd = disk.fs.openSync('/store/f', 'r+');
    disk.fs.ftruncateSync(fd, 1);
    disk.fs.writeSync(fd, 'AB', 1);
    expect(chosen(disk, 'step0/f/data/1+2', 'stale')).toBe('fir:3');
    disk.fs.writeFileSync('/store/other', '0123456789');
    disk.fs.unlinkSync('/store/other');
    disk.fs.writeSync(fd, 'CDE', 3);
    expect(chosen(disk, 'step0/f/data/3+3', 'stale')).toBe('fAB345:6');
    expect(chosen(disk, 'step0/f/data/1+2', 'stale')).toBe('firCDE:6');
    const again = withFile(4);
    for (const text of ['XX', 'YY']) {
      again.fs.writeSync(again.fs.openSync('/store/f', 'r+'), text, 0);
    }
    expect(chosen(again, 'step0/f/data/0+2#2', 'stale')).toBe('aaaa:4');
  });

  it('may tear a rename into both names, or neither', () => {
    const disk = withFile(1);
    disk.fs.writeFileSync('/store/g', 'g');
    disk.fs.renameSync('/store/g', '/store/f');
    const names = (left: Left): string => {
      const image = imageOf(disk, [{ unit: 'step0/f/rename/g', left }]);
      return [...image].map(([p, n]) => `${p}${n.is === 'file' ? n.bytes[0] : ''}`).join(' ');
    };
    expect(names('old')).toBe('f97 g103');
    expect(names('both names')).toBe('f103 g103');
    expect(names('neither')).toBe('');
  });

  it('take along what is in a directory whose name was lost, and leave no path without one', () => {
    const disk = createDisk();
    disk.fs.mkdirSync('/store/d');
    disk.fs.writeFileSync('/store/d/x', 'x');
    expect([...imageOf(disk, [{ unit: 'step0/d/name+', left: 'old' }])]).toEqual([]);
    disk.fs.renameSync('/store/d', '/store/e');
    disk.fs.writeFileSync('/store/e/y', 'y');
    const image = imageOf(disk, [{ unit: 'step0/e/rename/d', left: 'old' }]);
    expect([...image.keys()]).toEqual(['d', 'd/x', 'd/y']);
    disk.fs.rmSync('/store/e', { recursive: true });
    expect([...imageOf(disk, [{ unit: 'step0/e/x/name-', left: 'old' }])]).toEqual([]);
  });

  it('end where lost renames put a directory into itself', () => {
    const disk = createDisk();
    for (const name of ['a', 'b']) disk.fs.mkdirSync(`/store/${name}`);
    disk.fs.renameSync('/store/a', '/store/b/a');
    disk.fs.renameSync('/store/b/a', '/store/a');
    disk.fs.renameSync('/store/b', '/store/a/b');
    const image = imageOf(disk, [
      { unit: 'step0/b/a/rename/a', left: 'both names' },
      { unit: 'step0/a/rename/b/a', left: 'both names' },
    ]);
    expect([...image.keys()]).toEqual(['a', 'a/b']);
  });

  it('are of their own log', () => {
    const disk = withFile(1);
    disk.fs.unlinkSync('/store/f');
    expect(() => imageOf(disk, [{ unit: 'step9/f/data/0+1', left: 'old' }])).toThrow(
      expect.objectContaining({ code: 'unknown_unit' }),
    );
  });
});
