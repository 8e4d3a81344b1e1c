import { describe, expect, it } from 'vitest';
import { differences, fileNode, type Image } from '../../spec/lib/image.ts';
import { randomCalls } from '../differential/calls.ts';
import { play, playerOf } from '../differential/play.ts';
import { applyChoice } from '../crash.ts';
import { createDisk, type Disk } from '../disk.ts';
import { choicesOf, powerRungs } from '../ladder.ts';
import { randomFrom } from '../random.ts';
import { powerOf } from '../power.ts';
import { allows } from './allows.ts';
import { modelNamed, models } from './index.ts';
import { allChoices } from './states.ts';

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
  const power = powerOf(disk.log);
  const found = new Set<string>();
  for (const cut of power.cuts) {
    for (const choice of allChoices(power.rules(modelNamed(model)), cut)) {
      found.add(shown(power.image(choice)));
    }
  }
  return found;
}

const appendChrome = (): Disk =>
  after(new Map([['a', fileNode(filled(2509, 97))]]), (fs) => {
    const fd = fs.openSync('/store/a', 'a');
    fs.writeSync(fd, filled(13, 98));
    fs.writeSync(fd, filled(2500, 99));
  });

describe('the litmus programs of Ferrite', () => {
  it('append-chrome: 3 under seq, 7 under ext4, 4 without delayed allocation', () => {
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
    const power = powerOf(disk.log);
    const rules = power.rules(modelNamed(model));
    const all = [...allChoices(rules, disk.log.events.length)];
    expect(all.every((choice) => allows(rules, choice))).toBe(true);
    return new Set(all.map((choice) => shown(power.image(choice))));
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

  it('never what a completed sync forced, and a directory until the one above it is synced', () => {
    const disk = after(new Map(), (fs) => {
      fs.mkdirSync('/store/d');
      fs.writeFileSync('/store/d/x', 'x', { flush: true });
      fs.fsyncSync(fs.openSync('/store/d'));
    });
    expect(last(disk, 'btrfs')).toEqual(new Set(['d dir\nd/x x']));
    expect(last(disk, 'adversarial-512')).toEqual(new Set(['', 'd dir\nd/x x']));
    disk.fs.fsyncSync(disk.fs.openSync('/store'));
    expect(last(disk, 'adversarial-512')).toEqual(new Set(['d dir\nd/x x']));
  });
});

describe('the power cuts of a log', () => {
  it('leave what the plain way leaves, and the very image of the disk where nothing is lost', () => {
    const tried = new Map<string, number>();
    for (let i = 0; i < 40; i++) {
      const disk = createDisk();
      const player = playerOf(disk.fs, disk.root);
      for (const call of randomCalls(randomFrom('13').fork(`${i}`), 50)) play(player, call);
      const power = powerOf(disk.log);
      expect(new Set(power.units.map((u) => u.id)).size).toBe(power.units.length);
      const cut = disk.log.events.length;
      expect(differences(power.image({ cut, lost: [] }), disk.image()), `13, ${i}`).toEqual([]);
      for (const model of models) {
        const rules = power.rules(model);
        for (const rung of powerRungs) {
          const options = { random: randomFrom('14'), randomMost: 3 };
          let n = 0;
          for (const choice of choicesOf(
            power,
            rules,
            rung,
            power.cuts.at(-1 - (i % 9)) ?? 0,
            options,
          )) {
            if (n++ > 40) break;
            expect(allows(rules, choice), JSON.stringify([model.name, rung, choice])).toBe(true);
            const plain = applyChoice(disk.log, power.units, choice);
            expect(differences(power.image(choice), plain), JSON.stringify(choice)).toEqual([]);
          }
          tried.set(rung, (tried.get(rung) ?? 0) + n);
        }
      }
    }
    for (const rung of powerRungs) expect(tried.get(rung), rung).toBeGreaterThan(20);
  });
});
