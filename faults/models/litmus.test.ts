import { describe, expect, it } from 'vitest';
import { differences, fileNode, type Image } from '../../spec/lib/image.ts';
import { randomCalls } from '../differential/calls.ts';
import { play, playerOf } from '../differential/play.ts';
import { applyChoice } from '../crash.ts';
import { createDisk, type Disk } from '../disk.ts';
import { applyCut, killCuts } from '../kill.ts';
import { randomFrom } from '../random.ts';
import { unitsOf } from '../units.ts';
import { allows, rulesOf } from './allows.ts';
import { modelNamed, models } from './index.ts';
import { choicesAt, crashStates } from './states.ts';

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);

function after(base: Image, body: (fs: Disk['fs']) => void): Disk {
  const disk = createDisk(base);
  body(disk.fs);
  return disk;
}

/** Images as text, so that equal ones fall together; zeros to the size are written out. */
function shown(image: Image): string {
  const lines = [...image].map(([path, node]) => {
    if (node.is !== 'file') return `${path} ${node.is}`;
    const bytes = new Uint8Array(node.size);
    bytes.set(node.bytes);
    return `${path} ${Buffer.from(bytes).toString('latin1')}`;
  });
  return lines.toSorted().join('\n');
}

function states(disk: Disk, model: string): Set<string> {
  const found = crashStates(disk.log, modelNamed(model));
  expect(found).not.toBeNull();
  return new Set(found!.map((s) => shown(s.image)));
}

const appendChrome = (): Disk =>
  after(new Map([['a', fileNode(filled(2509, 97))]]), (fs) => {
    const fd = fs.openSync('/store/a', 'a');
    fs.writeSync(fd, filled(13, 98));
    fs.writeSync(fd, filled(2500, 99));
  });

describe('the litmus programs of Ferrite', () => {
  it('append-chrome: 3 under seq, 7 under ext4, 4 without delayed allocation', () => {
    expect(unitsOf(appendChrome().log).map((u) => u.id)).toEqual([
      'step0/a/data/2509+13',
      'step0/a/size/2522',
      'step0/a/data/2522+1574',
      'step0/a/size/4096',
      'step0/a/extension/4096+926',
    ]);
    expect(states(appendChrome(), 'seq').size).toBe(3);
    expect(states(appendChrome(), 'ext4-ordered').size).toBe(7);
    expect(states(appendChrome(), 'ext4-ordered-nodelalloc').size).toBe(4);
  });

  it('two-appends: 5 under seq', () => {
    const disk = after(new Map(), (fs) => {
      const a = fs.openSync('/store/a', 'wx');
      const b = fs.openSync('/store/b', 'wx');
      fs.writeSync(a, filled(2, 97));
      fs.writeSync(b, filled(1, 98));
      fs.fsyncSync(b);
    });
    expect(states(disk, 'seq').size).toBe(5);
  });

  it('replace: 4 under seq', () => {
    const disk = after(new Map([['a', fileNode(filled(1, 97))]]), (fs) => {
      fs.writeFileSync('/store/b', filled(2, 98));
      fs.renameSync('/store/b', '/store/a');
    });
    expect(states(disk, 'seq').size).toBe(4);
    const empty = (text: string): boolean => text === 'a ';
    expect([...states(disk, 'ext4-ordered')].some(empty)).toBe(false);
    expect([...states(disk, 'adversarial-512')].some(empty)).toBe(true);
  });
});

describe('what a power cut can lose', () => {
  const base: Image = new Map([['a', fileNode(filled(3, 97))]]);
  const last = (disk: Disk, model: string): Set<string> => {
    const units = unitsOf(disk.log, modelNamed(model));
    const rules = rulesOf(disk.log, units, modelNamed(model));
    const { length } = disk.log.events;
    const all = crashStates(disk.log, modelNamed(model))!;
    expect(choicesAt(rules, length)!.every((choice) => allows(rules, choice))).toBe(true);
    return new Set(all.filter((s) => s.choice.cut === length).map((s) => shown(s.image)));
  };

  it('a create, though the file was synced, until its directory is', () => {
    const disk = after(base, (fs) => fs.writeFileSync('/store/b', 'b', { flush: true }));
    expect(last(disk, 'adversarial-512')).toEqual(new Set(['a aaa', 'a aaa\nb b']));
    expect(last(disk, 'ext4-ordered')).toEqual(new Set(['a aaa\nb b']));
    disk.fs.fsyncSync(disk.fs.openSync('/store'));
    expect(last(disk, 'adversarial-512')).toEqual(new Set(['a aaa\nb b']));
    expect(last(disk, 'lying-fsync').size).toBe(3);
  });

  it('a rename, an unlink, a truncation', () => {
    const renamed = after(base, (fs) => fs.renameSync('/store/a', '/store/b'));
    expect(last(renamed, 'ext4-ordered')).toEqual(new Set(['a aaa', 'b aaa']));
    const removed = after(base, (fs) => fs.unlinkSync('/store/a'));
    expect(last(removed, 'ext4-ordered')).toEqual(new Set(['', 'a aaa']));
    const cut = after(base, (fs) => fs.truncateSync('/store/a', 1));
    expect(last(cut, 'ext4-ordered')).toEqual(new Set(['a a', 'a aaa']));
  });

  it('the data of an append whose size is kept, which leaves zeros', () => {
    const disk = after(base, (fs) => fs.appendFileSync('/store/a', 'bb'));
    expect(last(disk, 'ext4-ordered')).toEqual(new Set(['a aaa', 'a aaa\0\0', 'a aaabb']));
    expect(last(disk, 'ext4-ordered-nodelalloc')).toEqual(new Set(['a aaa', 'a aaabb']));
  });

  it('never what a completed sync forced, and nothing out of a directory that is not there', () => {
    const disk = after(new Map(), (fs) => {
      fs.mkdirSync('/store/d');
      fs.writeFileSync('/store/d/x', 'x', { flush: true });
      fs.fsyncSync(fs.openSync('/store/d'));
    });
    for (const text of last(disk, 'adversarial-512')) expect(text).toBe('d dir\nd/x x');
  });
});

describe('models', () => {
  it('contain each kill between calls, and are contained in the adversarial one', () => {
    let compared = 0;
    for (let i = 0; i < 150; i++) {
      const disk = createDisk();
      const player = playerOf(disk.fs, disk.root);
      const calls = randomCalls(randomFrom('12').fork(`${i}`), 25);
      for (const call of calls) if (!('length' in call) || call.length < 500) play(player, call);
      const { log } = disk;
      const found = new Map<string, Set<string>>();
      for (const model of models) {
        const all = crashStates(log, model, 9);
        if (all !== null) found.set(model.name, new Set(all.map((s) => shown(s.image))));
      }
      const killed = killCuts(log).filter((cut) => cut.partialBytes === undefined);
      for (const [, images] of found) {
        for (const cut of killed) expect(images).toContain(shown(applyCut(log, cut)));
      }
      const widest = found.get('adversarial-512');
      if (widest === undefined) continue;
      for (const model of models.filter((m) => m.honest && found.has(m.name))) {
        for (const text of found.get(model.name)!)
          expect(widest, `${model.name} ${i}`).toContain(text);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('keep everything where nothing is lost: the very image of the disk', () => {
    for (let i = 0; i < 150; i++) {
      const disk = createDisk();
      const player = playerOf(disk.fs, disk.root);
      for (const call of randomCalls(randomFrom('13').fork(`${i}`), 50)) play(player, call);
      const units = unitsOf(disk.log, { blockBytes: 512 });
      expect(new Set(units.map((u) => u.id)).size).toBe(units.length);
      const cut = disk.log.events.length;
      const whole = applyChoice(disk.log, units, { cut, lost: [] });
      expect(differences(whole, disk.image()), `seed 13, ${i}`).toEqual([]);
    }
  });
});
