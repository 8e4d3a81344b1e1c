import { describe, expect, it } from 'vitest';
import { fileNode, type Image } from '../../spec/lib/image.ts';
import { randomCalls, showCall } from '../differential/calls.ts';
import { play, playerOf, treeOf } from '../differential/play.ts';
import { createDisk } from '../disk.ts';
import { randomFrom } from '../random.ts';
import { aroundCalls, type AskedCall } from './around.ts';

const SEED = '77';
const text = (s: string): Uint8Array => new Uint8Array(Buffer.from(s));
const base: Image = new Map([
  ['a', fileNode(text('first\n'))],
  ['d', { is: 'dir' }],
]);

function told(): { fs: ReturnType<typeof aroundCalls>; names: () => string[]; all: AskedCall[] } {
  const all: AskedCall[] = [];
  const fs = aroundCalls(createDisk(base).fs, (call, run) => {
    all.push(call);
    return run();
  });
  return { fs, names: () => all.splice(0).map((call) => call.name), all };
}

describe('aroundCalls', () => {
  it('changes nothing by itself: answers, errors and trees are those of the disk', () => {
    for (let i = 0; i < 600; i++) {
      const plain = createDisk(base);
      const disk = createDisk(base);
      let asked = 0;
      const fs = aroundCalls(disk.fs, (_, run) => {
        asked++;
        return run();
      });
      const [one, two] = [playerOf(plain.fs, plain.root), playerOf(fs, disk.root)];
      const calls = randomCalls(randomFrom(SEED).fork(`around ${i}`), 50);
      for (const call of calls) {
        const at = `seed ${SEED}, sequence ${i}: ${showCall(call)}`;
        expect(play(two, call), at).toEqual(play(one, call));
      }
      expect(treeOf(two)).toEqual(treeOf(one));
      // Which entry of a directory `rm` takes first is not told by Node.
      if (!calls.some((call) => call.do === 'rmAll')) {
        expect(disk.log.events).toEqual(plain.log.events);
      }
      expect(asked).toBeGreaterThan(0);
    }
  });

  it('takes whole-file functions apart into the calls that Node makes', () => {
    const { fs, names } = told();
    fs.writeFileSync('/store/n', 'abc', { flush: true });
    expect(names()).toEqual(['openSync', 'writeSync', 'fsyncSync', 'closeSync']);
    expect(fs.readFileSync('/store/n', 'utf8')).toBe('abc');
    expect(names()).toEqual(['openSync', 'fstatSync', 'readSync', 'closeSync']);
    fs.truncateSync('/store/n', 1);
    expect(names()).toEqual(['openSync', 'ftruncateSync', 'closeSync']);
    fs.mkdirSync('/store/x/y', { recursive: true });
    expect(names()).toEqual(['mkdirSync', 'mkdirSync', 'mkdirSync']);
    fs.rmSync('/store/x', { recursive: true });
    expect(names().slice(0, 3)).toEqual(['lstatSync', 'readdirSync', 'readdirSync']);
  });

  it('reaches the promises too', async () => {
    const { fs, names } = told();
    const handle = await fs.promises.open('/store/a', 'a');
    await handle.write('x');
    await handle.datasync();
    await handle.close();
    expect(names()).toEqual(['openSync', 'writeSync', 'fdatasyncSync', 'closeSync']);
  });

  it('lets whole-file functions go on where a write took less than it was given', () => {
    const disk = createDisk(base);
    const fs = aroundCalls(disk.fs, (call, run, part) =>
      call.name === 'writeSync' || call.name === 'readSync' ? part!(2) : run(),
    );
    fs.appendFileSync('/store/a', 'abcde');
    expect(fs.readFileSync('/store/a', 'utf8')).toBe('first\nabcde');
    expect(disk.mutations).toBe(3);
  });

  it('answers existsSync with no where the call fails', () => {
    const fs = aroundCalls(createDisk(base).fs, () => {
      throw Object.assign(new Error('EIO'), { code: 'EIO', errno: -5 });
    });
    expect(fs.existsSync('/store/a')).toBe(false);
    expect(() => fs.mkdirSync('/store/z', { recursive: true })).toThrow('EIO');
  });
});
