import { describe, expect, it } from 'vitest';
import { fileNode, type Image, type Node } from '../../spec/lib/image.ts';
import { randomCalls, showCall } from '../differential/calls.ts';
import { play, playerOf, treeOf } from '../differential/play.ts';
import { createDisk } from '../disk.ts';
import { randomFrom, type Random } from '../random.ts';
import { observedDisk } from './disk.ts';
import { askImage, type Fact } from './facts.ts';

const SEED = '4711';
const text = (s: string): Uint8Array => new Uint8Array(Buffer.from(s));
const file = (s: string): Node => fileNode(text(s));

const base: Image = new Map<string, Node>([
  ['a', file('first\nsecond\nthird\n')],
  ['b', file('')],
  ['d', { is: 'dir' }],
  ['d/e', { is: 'dir' }],
  ['d/e/z', file('deep')],
  ['d/x', file('x'.repeat(700))],
  ['l', { is: 'link', to: 'd' }],
]);

/** Another tree, different from `base` in a few places. */
function mutated(random: Random): Image {
  const image = new Map(base);
  for (let i = random.between(1, 3); i > 0; i--) {
    const path = random.pick([...base.keys()]);
    const node = image.get(path);
    const choice = random.below(4);
    if (node?.is !== 'file') {
      if (path === 'l') image.set('l', { is: 'link', to: 'd/e' });
      else image.set(`${path}/new`, file('new'));
    } else if (choice === 0) image.delete(path);
    else if (choice === 1) image.set(path, { ...node, size: node.size + 3 });
    else if (node.bytes.length > 0) {
      const bytes = node.bytes.slice();
      bytes[random.below(bytes.length)]! ^= 1;
      image.set(path, fileNode(bytes));
    }
  }
  return image;
}

const sameFor = (facts: readonly Fact[], a: Image, b: Image): boolean => {
  const [askA, askB] = [askImage(a), askImage(b)];
  return facts.every((fact) => askA(fact) === askB(fact));
};

describe('an observed disk', () => {
  it('answers as the disk does', () => {
    for (let i = 0; i < 300; i++) {
      const plain = createDisk(base);
      const { disk } = observedDisk(base, '/store');
      const [one, two] = [playerOf(plain.fs, plain.root), playerOf(disk.fs, disk.root)];
      for (const call of randomCalls(randomFrom(SEED).fork(`plain ${i}`), 40)) {
        const at = `seed ${SEED}, sequence ${i}: ${showCall(call)}`;
        expect(play(two, call), at).toEqual(play(one, call));
      }
      expect(treeOf(two)).toEqual(treeOf(one));
      expect(disk.mutations).toBe(plain.mutations);
    }
  });

  it('tells all that an answer rests on: equal facts, equal answers', () => {
    let [equal, unequal] = [0, 0];
    for (let i = 0; i < 4000; i++) {
      const random = randomFrom(SEED).fork(`facts ${i}`);
      const other = mutated(random);
      const calls = randomCalls(random, random.between(1, 12));
      const one = observedDisk(base, '/store');
      const two = observedDisk(other, '/store');
      const [first, second] = [playerOf(one.disk.fs, '/store'), playerOf(two.disk.fs, '/store')];
      const answers = calls.map((call) => play(first, call));
      if (!sameFor(one.facts, base, other)) {
        unequal++;
        continue;
      }
      equal++;
      const at = `seed ${SEED}, sequence ${i}: ${calls.map(showCall).join('; ')}`;
      expect(
        calls.map((call) => play(second, call)),
        at,
      ).toEqual(answers);
      expect(two.facts, at).toEqual(one.facts);
    }
    expect(Math.min(equal, unequal)).toBeGreaterThan(500);
  });

  it('tells no more than that for what stores do', () => {
    const { disk, facts } = observedDisk(base, '/store');
    const { fs } = disk;
    const fd = fs.openSync('/store/d/x', 'r+');
    fs.readSync(fd, new Uint8Array(10), 0, 10, 600);
    fs.writeSync(fd, text('end'), 0, 3, 700);
    fs.writeFileSync('/store/made', 'fresh');
    fs.readFileSync('/store/made');
    fs.readdirSync('/store/d/e');
    disk.image();
    expect(facts).toEqual([
      { is: 'name', dir: '', name: 'd' },
      { is: 'name', dir: 'd', name: 'x' },
      { is: 'size', file: 'd/x' },
      { is: 'bytes', file: 'd/x', from: 600, to: 610 },
      { is: 'name', dir: '', name: 'made' },
      { is: 'name', dir: 'd', name: 'e' },
      { is: 'list', dir: 'd/e' },
    ]);
  });

  it('takes sparse tails and zeros for the same, and inode numbers from paths alone', () => {
    const sparse: Image = new Map([['a', { is: 'file', bytes: text('x'), size: 3 }]]);
    const full: Image = new Map([
      ['0', file('before')],
      ['a', file('x\0\0')],
    ]);
    const stats = [sparse, full].map((image) => {
      const { disk } = observedDisk(image, '/store');
      const { ino, size, blocks } = disk.fs.statSync('/store/a');
      return { ino, size, blocks };
    });
    expect(stats[0]).toEqual(stats[1]);
    expect(sameFor([{ is: 'bytes', file: 'a', from: 0, to: 3 }], sparse, full)).toBe(true);
  });
});
