import { describe, expect, it } from 'vitest';
import { fileNode } from '../spec/lib/image.ts';
import { applyChoice, type CrashChoice } from './crash.ts';
import { createDisk, type Disk } from './disk.ts';
import { allows, rulesOf } from './models/allows.ts';
import { modelNamed } from './models/index.ts';
import { choicesAt } from './models/states.ts';
import { unitsOf } from './units.ts';

const ids = (disk: Disk, blockBytes: number | 'call'): string[] =>
  unitsOf(disk.log, { blockBytes }).map((unit) => unit.id);

function withFile(length: number): Disk {
  return createDisk(new Map([['f', fileNode(new Uint8Array(length).fill(97))]]));
}

describe('units', () => {
  it('split a write at blocks: data in those that exist, extensions beyond', () => {
    const disk = withFile(700);
    const fd = disk.fs.openSync('/store/f', 'r+');
    disk.fs.writeSync(fd, new Uint8Array(1000), 0, 1000, 500);
    expect(ids(disk, 512)).toEqual([
      'step0/f/data/500+12',
      'step0/f/data/512+512',
      'step0/f/size/1024',
      'step0/f/extension/1024+476',
    ]);
    expect(ids(disk, 'call')).toEqual(['step0/f/extension/500+1000']);
  });

  it('leave an overwrite without a size, and name a repeated one apart', () => {
    const disk = withFile(700);
    const fd = disk.fs.openSync('/store/f', 'r+');
    for (let i = 0; i < 2; i++) disk.fs.writeSync(fd, new Uint8Array(4), 0, 4, 16);
    disk.fs.ftruncateSync(fd, 3);
    expect(ids(disk, 4096)).toEqual(['step0/f/data/16+4', 'step0/f/data/16+4#2', 'step0/f/size/3']);
  });

  it('need the directory that they are in, also where it was moved', () => {
    const disk = withFile(1);
    disk.fs.mkdirSync('/store/d/e', { recursive: true });
    disk.fs.renameSync('/store/d', '/store/g');
    disk.fs.writeFileSync('/store/g/x', '');
    disk.fs.renameSync('/store/f', '/store/g/x');
    disk.fs.writeFileSync('/store/g/e/y', '');
    const units = unitsOf(disk.log);
    expect(units.map((unit) => [unit.id, unit.needs])).toEqual([
      ['step0/d/name+', []],
      ['step0/d/e/name+', ['step0/d/name+']],
      ['step0/g/rename/d', []],
      ['step0/g/x/name+', ['step0/d/name+', 'step0/g/rename/d']],
      ['step0/g/x/rename/f', ['step0/d/name+', 'step0/g/rename/d']],
      ['step0/g/e/y/name+', ['step0/d/name+', 'step0/g/rename/d', 'step0/d/e/name+']],
    ]);
    expect(units.flatMap((unit) => unit.replaces ?? [])).toEqual([false, true]);
  });
});

describe('choices', () => {
  const chosen = (disk: Disk, lost: CrashChoice['lost']): string => {
    const choice = { cut: disk.log.events.length, lost };
    const node = applyChoice(disk.log, unitsOf(disk.log), choice).get('f');
    return node?.is === 'file' ? `${Buffer.from(node.bytes).toString()}:${node.size}` : 'none';
  };

  it('may keep data beyond a size that was lost, which a later size then shows', () => {
    const disk = withFile(2);
    disk.fs.appendFileSync('/store/f', 'bb');
    expect(chosen(disk, [{ unit: 'step0/f/size/4', left: 'old' }])).toBe('aa:2');
    disk.fs.truncateSync('/store/f', 6);
    expect(chosen(disk, [{ unit: 'step0/f/size/4', left: 'old' }])).toBe('aabb:6');
    expect(chosen(disk, [{ unit: 'step0/f/data/2+2', left: 'old' }])).toBe('aa:6');
    const garbage = chosen(disk, [{ unit: 'step0/f/data/2+2', left: 'garbage' }]);
    expect(garbage).not.toBe(chosen(disk, []));
    expect(garbage).toBe(chosen(disk, [{ unit: 'step0/f/data/2+2', left: 'garbage' }]));
  });

  it('are refused where they lose what was synced, keep what must wait, or are of another log', () => {
    const disk = withFile(2);
    const fd = disk.fs.openSync('/store/f', 'a');
    disk.fs.writeSync(fd, 'bb');
    disk.fs.fsyncSync(fd);
    disk.fs.writeSync(fd, 'cc');
    disk.fs.writeSync(fd, 'dd');
    const model = modelNamed('ext4-ordered');
    const rules = rulesOf(disk.log, unitsOf(disk.log), model);
    const cut = disk.log.events.length;
    const old = (unit: string): CrashChoice['lost'][number] => ({ unit, left: 'old' });
    const may = (...lost: CrashChoice['lost']): boolean => allows(rules, { cut, lost });
    expect(may()).toBe(true);
    expect(may(old('step0/f/data/2+2'))).toBe(false);
    expect(may(old('step0/f/data/4+2'))).toBe(false);
    expect(may(old('step0/f/data/4+2'), old('step0/f/data/6+2'))).toBe(true);
    expect(may({ unit: 'step0/f/data/6+2', left: 'garbage' })).toBe(false);
    expect(may(old('step9/f/data/0+1'))).toBe(false);
    expect(allows(rules, { cut: 1, lost: [old('step0/f/data/2+2')] })).toBe(true);
    expect(choicesAt(rules, cut)).toHaveLength(9);
    expect(choicesAt(rules, cut, 3)).toBeNull();
  });
});
