import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fileNode, type Image } from '../../spec/lib/image.ts';
import { memfsDisk } from './memfs-disk.ts';
import { mockedFs, onFs } from './modules.ts';

const image = (text: string): Image =>
  new Map([['a', fileNode(new Uint8Array(Buffer.from(text)))]]);
const { default: fs, promises } = mockedFs;

describe('the module in the place of node:fs', () => {
  it('has every name of it, of the promises and of the constants', () => {
    const real = process.getBuiltinModule('node:fs');
    for (const name of Object.keys(real)) expect(fs, name).toHaveProperty(name);
    for (const name of Object.keys(real.promises)) expect(promises, name).toHaveProperty(name);
    expect(fs.constants).toBe(real.constants);
    expect(promises.default.open).toBe(promises.open);
  });

  it('goes to the disk at work, and to the machine’s own where none is', () => {
    const [one, two] = [memfsDisk(image('one')), memfsDisk(image('two'))];
    const read = (): string => fs.readFileSync('/store/a', 'utf8');
    expect([onFs(one.fs, read), onFs(two.fs, read)]).toEqual(['one', 'two']);
    expect(read).toThrow('ENOENT');
    expect(fs.readFileSync(import.meta.filename, 'utf8')).toBe(
      readFileSync(import.meta.filename, 'utf8'),
    );
  });

  it('keeps work that is left behind on the disk where it was begun', async () => {
    const [one, two] = [memfsDisk(image('one')), memfsDisk(image('two'))];
    let left: Promise<void> = Promise.resolve();
    onFs(one.fs, () => {
      left = setTimeout(1).then(() => promises.writeFile('/store/late', ''));
    });
    await onFs(two.fs, async () => left);
    expect([one.image().has('late'), two.image().has('late')]).toEqual([true, false]);
  });

  it('is promisified as node:fs is, and knows its own classes', async () => {
    await onFs(memfsDisk(image('one')).fs, async () => {
      const fd = await promisify(fs.open)('/store/a', 'r');
      const { bytesRead, buffer } = await promisify(fs.read)(fd, Buffer.alloc(2), 0, 2, 1);
      expect([bytesRead, buffer.toString()]).toEqual([2, 'ne']);
      expect(await promisify(fs.exists)('/store/a')).toBe(true);
      expect(fs.statSync('/store/a')).toBeInstanceOf(fs.Stats);
      expect(fs.createReadStream('/store/a')).toBeInstanceOf(fs.ReadStream);
      expect(fs.realpathSync.native('/store/../store/a')).toBe('/store/a');
    });
  });

  it('names a call that the disk does not serve', () => {
    expect(() => onFs({}, () => fs.statfsSync('/'))).toThrow('fs.statfsSync is not served');
  });
});
