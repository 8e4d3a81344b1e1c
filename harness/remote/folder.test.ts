import fc from 'fast-check';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differences, fileNode, type Image, type Node } from '../../spec/lib/image.ts';
import { readImage } from '../inspect/read.ts';
import { folderOf, type Folder } from './folder.ts';

let world: string;
let dir: string;
let folder: Folder;

beforeEach(() => {
  world = fs.mkdtempSync(join(tmpdir(), 'tearproof-folder-'));
  dir = `${world}/store`;
  fs.mkdirSync(dir);
  fs.mkdirSync(`${world}/helpers`);
  folder = folderOf({ dir, world, within: 'store', helpers: `${world}/helpers` });
});

afterEach(() => {
  fs.rmSync(world, { recursive: true });
});

const text = (content: string): Node => fileNode(new TextEncoder().encode(content));

const names = ['a', 'b', 'log.1', 'ü', 'x\\x80y', 'x\\x5cx41'];
const file = fc
  .tuple(fc.uint8Array({ maxLength: 40, size: 'max' }), fc.constantFrom(0, 0, 1, 2 ** 40))
  .map(([bytes, hole]): Node => ({ is: 'file', bytes, size: bytes.length + hole }));
const leaf: fc.Arbitrary<Node> = fc.oneof(
  { weight: 6, arbitrary: file },
  { weight: 1, arbitrary: fc.constantFrom('a', '../b', '/elsewhere/kept', '../../../../up').map((to) => ({ is: 'link' as const, to })) }, // prettier-ignore
  { weight: 1, arbitrary: fc.constant({ is: 'other' as const, what: 'fifo' }) },
);
/** Trees of up to three levels; a name stands for a leaf, or for a directory with more names. */
const image: fc.Arbitrary<Image> = fc
  .array(fc.tuple(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }), leaf), {
    maxLength: 8,
    size: 'max',
  })
  .map((some) => {
    const tree = new Map<string, Node>();
    for (const [parts, node] of some) {
      for (let depth = 1; depth < parts.length; depth++) {
        tree.set(parts.slice(0, depth).join('/'), { is: 'dir' });
      }
      const path = parts.join('/');
      const isParent = [...tree.keys()].some((other) => other.startsWith(`${path}/`));
      if (!isParent) tree.set(path, node);
    }
    return tree;
  });

describe('folderOf', () => {
  it('holds any image after any other, and writes no file that is the same', () => {
    const property = fc.property(fc.array(image, { minLength: 2, maxLength: 4 }), (images) => {
      for (const next of images) {
        const before = folder.look();
        const differing = differences(before, next).filter((p) => next.get(p)?.is === 'file');
        const inodes = inodesOf(next);
        expect(folder.lay(next)).toBe(differing.length);
        for (const [path, ino] of inodesOf(next)) {
          if (inodes.has(path) && !differing.includes(path)) expect(ino).toBe(inodes.get(path));
        }
        expect(folder.look()).toBe(next);
        const fresh = folderOf({ dir, world, within: 'store', helpers: `${world}/helpers` });
        expect(differences(fresh.look(), plainLinks(next))).toEqual([]);
      }
    });
    fc.assert(property, { numRuns: 60, seed: 20_260_120 });
  });

  it('agrees with the other reader of directories', () => {
    folder.lay(new Map([['d', { is: 'dir' }], ['d/f', text('one')], ['l', { is: 'link', to: 'd/f' }]])); // prettier-ignore
    const read = readImage(dir);
    expect(read.problems).toEqual([]);
    expect(differences(folder.look(), read.image)).toEqual([]);
  });

  it('sees what a store does: same length, new names, removals, renames', () => {
    folder.lay(
      new Map([
        ['d', { is: 'dir' }],
        ['d/f', text('one')],
        ['g', text('gg')],
      ]),
    );
    const steps: readonly (() => void)[] = [
      () => fs.writeFileSync(`${dir}/d/f`, 'two'),
      () => fs.writeFileSync(`${dir}/d/f`, 'six'),
      () => fs.writeFileSync(`${dir}/d/n`, ''),
      () => fs.renameSync(`${dir}/d/n`, `${dir}/m`),
      () => fs.appendFileSync(`${dir}/m`, 'x'),
      () => fs.unlinkSync(`${dir}/g`),
      () => fs.truncateSync(`${dir}/d/f`, 1),
    ];
    for (const step of steps) {
      const before = folder.look();
      expect(folder.look()).toBe(before);
      step();
      const after = folder.look();
      expect(after).not.toBe(before);
      expect(differences(after, readImage(dir).image)).toEqual([]);
    }
  });

  it('sees a change of the same length though no time changes', () => {
    folder.lay(new Map([['f', text('one')]]));
    const { atime, mtime } = fs.statSync(`${dir}/f`);
    fs.writeFileSync(`${dir}/f`, 'two');
    fs.utimesSync(`${dir}/f`, atime, mtime);
    expect(folder.lay(new Map([['f', text('one')]]))).toBe(1);
    expect(fs.readFileSync(`${dir}/f`, 'utf8')).toBe('one');
  });

  it('sees by a thorough look what changed without its times, and looks so from then on', () => {
    folder.lay(new Map([['f', text('one')]]));
    const change = (content: string): void => {
      const { atime, mtime } = fs.statSync(`${dir}/f`);
      fs.writeFileSync(`${dir}/f`, content);
      fs.utimesSync(`${dir}/f`, atime, mtime);
    };
    change('two');
    expect(folder.look(true).get('f')).toEqual(text('two'));
    change('six');
    expect(folder.look().get('f')).toEqual(text('six'));
  });

  it('is not reached by those who still have an old file open', () => {
    folder.lay(new Map([['f', text('one')]]));
    const fd = fs.openSync(`${dir}/f`, 'r+');
    folder.lay(new Map([['f', text('two')]]));
    fs.writeSync(fd, 'bad');
    fs.closeSync(fd);
    expect(fs.readFileSync(`${dir}/f`, 'utf8')).toBe('two');
  });

  it('begins anew where a directory was left that cannot be changed in place', () => {
    folder.lay(new Map([['f', text('one')]]));
    fs.rmSync(dir, { recursive: true });
    fs.writeFileSync(dir, 'no directory');
    folder.lay(new Map([['f', text('two')]]));
    expect(fs.readFileSync(`${dir}/f`, 'utf8')).toBe('two');
  });

  it('is not laid out through a link in its place, nor where all around it is gone', () => {
    fs.mkdirSync(`${world}/elsewhere`);
    fs.rmdirSync(dir);
    fs.symlinkSync(`${world}/elsewhere`, dir);
    expect(folder.lay(new Map([['f', text('one')]]))).toBe(1);
    expect(fs.readdirSync(`${world}/elsewhere`)).toEqual([]);
    expect(fs.readdirSync(dir)).toEqual(['f']);
    fs.rmSync(world, { recursive: true });
    expect(folder.look().size).toBe(0);
    expect(folder.lay(new Map([['f', text('two')]]))).toBe(1);
    fs.writeFileSync(`${dir}/f`, 'six');
    expect(folder.look().get('f')).toEqual(text('six'));
  });

  it('is no place for more than anybody could look at, and can be laid out anew after that', () => {
    folder.lay(new Map([['f', text('one')]]));
    fs.mkdirSync(`${dir}/${Array.from({ length: 70 }, () => 'd').join('/')}`, { recursive: true });
    expect(() => folder.look()).toThrow('floods its directory');
    expect(folder.lay(new Map([['f', text('two')]]))).toBe(1);
    expect(fs.readdirSync(dir)).toEqual(['f']);
  });

  it('lets no link out of its world, and tells where it led in there', () => {
    fs.mkdirSync(`${world}/elsewhere`);
    folder.lay(new Map([['l', { is: 'link', to: '/elsewhere/kept' }], ['u', { is: 'link', to: '../../../../etc' }]])); // prettier-ignore
    fs.writeFileSync(`${dir}/l`, 'through');
    expect(fs.readFileSync(`${world}/elsewhere/kept`, 'utf8')).toBe('through');
    expect(fs.readlinkSync(`${dir}/u`)).toBe(`${world}/etc`);
    expect(folder.look().get('u')).toEqual({ is: 'link', to: '../../../../etc' });
  });
});

function inodesOf(wanted: Image): Map<string, number> {
  const inodes = new Map<string, number>();
  for (const [path, node] of wanted) {
    if (node.is !== 'file' || path.includes('\\x')) continue;
    const stat = folderStat(path);
    if (stat?.isFile() === true) inodes.set(path, stat.ino);
  }
  return inodes;
}

function folderStat(path: string): fs.Stats | null {
  try {
    return fs.lstatSync(`${dir}/${path}`);
  } catch {
    return null;
  }
}

/** Who did not lay out the links knows only where they lead by now. */
function plainLinks(wanted: Image): Image {
  return new Map(
    [...wanted].map(
      ([path, node]): [string, Node] =>
      node.is === 'link' && node.to.startsWith('../../../..') ? [path, { is: 'link', to: '/up' }] : [path, node], // prettier-ignore
    ),
  );
}
