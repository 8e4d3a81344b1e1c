import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeFlat, removeTree } from './remove-tree.ts';

it.each([removeTree, removeFlat])(
  'leaves nothing of a tree, and all that links lead to: %o',
  (remove) => {
    const work = fs.mkdtempSync(join(tmpdir(), 'tearproof-remove-'));
    const tree = join(work, 'tree');
    fs.mkdirSync(join(tree, 'a/b/c'), { recursive: true });
    fs.mkdirSync(join(work, 'kept'));
    fs.writeFileSync(join(work, 'kept/f'), '');
    fs.writeFileSync(join(tree, 'a/b/f'), '');
    fs.symlinkSync(join(work, 'kept'), join(tree, 'a/link'));
    fs.chmodSync(join(work, 'kept'), 0o500);
    fs.chmodSync(join(tree, 'a/b'), 0o500);
    fs.chmodSync(join(tree, 'a'), 0o000);
    remove(tree);
    expect(fs.readdirSync(work)).toEqual(['kept']);
    expect(fs.readdirSync(join(work, 'kept'))).toEqual(['f']);
    expect(fs.statSync(join(work, 'kept')).mode & 0o777).toBe(0o500);
    removeTree(work);
  },
);

it('removes folders deeper than any path, and nothing where nothing is', () => {
  const work = fs.mkdtempSync(join(tmpdir(), 'tearproof-remove-'));
  const name = 'd'.repeat(200);
  // Folders are made from the innermost outwards, since their path cannot be named.
  for (let depth = 0; depth < 40; depth++) {
    fs.mkdirSync(join(work, 'next'));
    if (depth > 0) fs.renameSync(join(work, name), join(work, 'next', name));
    fs.renameSync(join(work, 'next'), join(work, name));
  }
  expect(() => fs.rmSync(work, { recursive: true })).toThrow('ENAMETOOLONG');
  removeTree(work);
  removeTree(work);
  expect(fs.existsSync(work)).toBe(false);
});
