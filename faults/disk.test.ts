import { constants as C } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fileNode, type Image } from '../spec/lib/image.ts';
import { createDisk } from './disk.ts';

const text = (s: string): Uint8Array => new Uint8Array(Buffer.from(s));
const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no code';
  }
  return 'ok';
};

const base: Image = new Map([
  ['segments', { is: 'dir' }],
  ['segments/1.seg', fileNode(text('one\n'))],
  ['leak', { is: 'link', to: '/elsewhere/kept' }],
  ['pipe', { is: 'other', what: 'fifo' }],
]);

describe('the disk', () => {
  it('serves its image below the root and hands it back untouched', () => {
    const disk = createDisk(base);
    expect(disk.fs.readFileSync('/store/segments/1.seg', 'utf8')).toBe('one\n');
    expect(disk.fs.readdirSync('/store')).toEqual(['leak', 'pipe', 'segments']);
    expect(disk.image()).toBe(base);
    expect(disk.mutations).toBe(0);
    expect(disk.log.events).toEqual([]);
  });

  it('takes snapshots that later writes do not touch, sharing what did not change', () => {
    const disk = createDisk(base);
    const fd = disk.fs.openSync('/store/segments/1.seg', 'r+');
    disk.fs.writeSync(fd, text('two\n'), 0, 4, 4);
    disk.fs.writeFileSync('/store/other', 'x');
    const first = disk.image();
    const kept = first.get('segments/1.seg');
    disk.fs.writeSync(fd, text('three\n'), 0, 6, 8);
    const second = disk.image();
    disk.fs.writeSync(fd, text('ONE\n'), 0, 4, 0);
    disk.fs.ftruncateSync(fd, 5);
    disk.fs.writeSync(fd, text('!'), 0, 1, 7);
    expect(kept).toEqual(fileNode(text('one\ntwo\n')));
    expect(second.get('segments/1.seg')).toEqual(fileNode(text('one\ntwo\nthree\n')));
    expect(disk.fs.readFileSync('/store/segments/1.seg', 'utf8')).toBe('ONE\nt\0\0!');
    expect(second.get('other')).toBe(first.get('other'));
    expect(disk.image().get('leak')).toBe(base.get('leak'));
    expect(base.get('segments/1.seg')).toEqual(fileNode(text('one\n')));
  });

  it('counts and records changes, with the step that they belong to', () => {
    const disk = createDisk(base);
    disk.mark(3, 1);
    const fd = disk.fs.openSync('/store/new', C.O_CREAT | C.O_RDWR | C.O_APPEND);
    disk.fs.writeSync(fd, text('ab'));
    disk.fs.fdatasyncSync(fd);
    disk.fs.ftruncateSync(fd, 2);
    disk.fs.readFileSync('/store/new');
    disk.ack(3);
    const ino = disk.fs.fstatSync(fd).ino;
    const at = { is: 'call', step: 3, actor: 1 };
    expect(disk.log.events).toEqual([
      { ...at, call: { do: 'name', at: 'new', ino, made: { is: 'file' } } },
      { ...at, call: { do: 'write', ino, from: 0, bytes: text('ab') } },
      { ...at, call: { do: 'sync', ino, dataOnly: true } },
      { is: 'ack', step: 3 },
    ]);
    expect(disk.mutations).toBe(2);
  });

  it('records a write of its own bytes, not of the buffer that was lent', () => {
    const disk = createDisk();
    const lent = text('lent');
    const fd = disk.fs.openSync('/store/f', 'w');
    disk.fs.writeSync(fd, lent);
    lent.fill(0);
    expect(disk.log.events[1]).toMatchObject({ call: { bytes: text('lent') } });
    expect(disk.fs.readFileSync('/store/f', 'utf8')).toBe('lent');
  });

  it('shows every way out of the root', () => {
    const disk = createDisk(base);
    expect(disk.outside()).toEqual([]);
    disk.fs.writeFileSync('/store/leak', 'gone');
    disk.fs.writeFileSync('/store/../etc', 'x');
    disk.fs.renameSync('/store/segments/1.seg', '/tmp/1.seg');
    disk.fs.linkSync('/store/segments/../pipe', '/tmp/pipe');
    expect(disk.outside()).toEqual(['/elsewhere/kept', '/etc', '/tmp/1.seg', '/tmp/pipe']);
    expect([...disk.image().keys()].toSorted()).toEqual(['leak', 'pipe', 'segments']);
  });

  it('keeps a terabyte of zeros in no memory and refuses what it cannot hold', () => {
    const disk = createDisk();
    const fd = disk.fs.openSync('/store/big', 'w+');
    disk.fs.ftruncateSync(fd, 2 ** 40);
    expect(disk.fs.statSync('/store/big').size).toBe(2 ** 40);
    const seen = Buffer.alloc(4, 1);
    expect(disk.fs.readSync(fd, seen, 0, 4, BigInt(2 ** 40 - 2))).toBe(2);
    expect([...seen]).toEqual([0, 0, 1, 1]);
    expect(codeOf(() => disk.fs.writeSync(fd, text('x'), 0, 1, 2 ** 39))).toBe('EFBIG');
    expect(disk.log.notModelled).toHaveLength(1);
    expect(disk.image().get('big')).toMatchObject({ size: 2 ** 40, bytes: new Uint8Array(0) });
  });

  it('remembers the longest read that was asked for', () => {
    const disk = createDisk(base);
    const fd = disk.fs.openSync('/store/segments/1.seg');
    disk.fs.readSync(fd, Buffer.alloc(5000), 0, 5000, 0);
    disk.fs.readSync(fd, Buffer.alloc(10), 0, 10, 0);
    expect(disk.requested).toBe(5000);
  });

  it('refuses links where the caller asked for none, and never waits for a fifo', () => {
    const disk = createDisk(base);
    expect(codeOf(() => disk.fs.openSync('/store/leak', C.O_RDWR | C.O_NOFOLLOW))).toBe('ELOOP');
    const asDir = C.O_RDONLY | C.O_NOFOLLOW | C.O_DIRECTORY;
    expect(codeOf(() => disk.fs.openSync('/store/leak', asDir))).toBe('ENOTDIR');
    expect(codeOf(() => disk.fs.openSync('/store/pipe', 'r'))).toBe('EDEADLK');
    expect(disk.log.notModelled).toHaveLength(1);
    expect(disk.fs.lstatSync('/store/pipe').isFIFO()).toBe(true);
  });

  it('throws what node:fs throws', () => {
    const disk = createDisk(base);
    const seen = (): unknown => disk.fs.renameSync('/store/none', '/store/n2');
    expect(seen).toThrow(
      expect.objectContaining({
        message: "ENOENT: no such file or directory, rename '/store/none' -> '/store/n2'",
        code: 'ENOENT',
        errno: -2,
        syscall: 'rename',
        path: '/store/none',
        dest: '/store/n2',
      }),
    );
    expect(codeOf(() => disk.fs.openSync('/store/\0'))).toBe('ERR_INVALID_ARG_VALUE');
    expect(codeOf(() => disk.fs.fsyncSync(99))).toBe('EBADF');
    expect(codeOf(() => disk.fs.openSync('/store/x', 'q'))).toBe('ERR_INVALID_ARG_VALUE');
  });

  it('records the barrier of every write through O_SYNC and O_DSYNC', () => {
    const disk = createDisk();
    const fd = disk.fs.openSync('/store/a', 'as');
    disk.fs.writeSync(fd, 'x');
    const data = disk.fs.openSync('/store/a', C.O_WRONLY | C.O_DSYNC);
    disk.fs.writeSync(data, 'y');
    const syncs = disk.log.events.flatMap((e) =>
      e.is === 'call' && e.call.do === 'sync' ? [e.call.dataOnly] : [],
    );
    expect(syncs).toEqual([false, true]);
  });

  it('can begin without the store itself', () => {
    const disk = createDisk(new Map(), { rootMissing: true, root: '/data/log' });
    expect(disk.fs.existsSync('/data/log')).toBe(false);
    expect(disk.fs.mkdirSync('/data/log/tmp', { recursive: true })).toBe('/data');
    expect([...disk.image().keys()]).toEqual(['tmp']);
    expect(disk.outside()).toEqual(['/data']);
  });

  it('serves promises with file handles', async () => {
    const disk = createDisk(base);
    const { promises } = disk.fs;
    const handle = await promises.open('/store/log', 'a+');
    await handle.writeFile('one');
    await handle.appendFile('two');
    await handle.sync();
    const into = Buffer.alloc(4);
    expect((await handle.read(into, 0, 4, 1)).bytesRead).toBe(4);
    expect(into.toString()).toBe('netw');
    expect((await handle.stat()).size).toBe(6);
    await handle.truncate(2);
    await handle.close();
    await expect(handle.sync()).rejects.toMatchObject({ code: 'EBADF' });
    expect(await promises.readFile('/store/log', 'utf8')).toBe('on');
    await promises.rename('/store/log', '/store/moved');
    await promises.rm('/store/segments', { recursive: true });
    expect((await promises.readdir('/store')).toSorted()).toEqual(['leak', 'moved', 'pipe']);
    await expect(promises.unlink('/store/segments')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
