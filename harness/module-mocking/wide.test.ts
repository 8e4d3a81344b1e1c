import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { lines, styled, styles, text, type Fs } from '../../faults/recorder/testing-styles.ts';
import { fileNode, type Image } from '../../spec/lib/image.ts';
import { createDisk, type Disk } from '../../faults/disk.ts';
import { memfsDisk } from './memfs-disk.ts';
import { wideOf } from './wide.ts';

/** Both serve all of `node:fs`. */
const fsOf = (disk: Disk): Fs =>
  ('createReadStream' in disk.fs ? disk.fs : wideOf(disk.fs)) as unknown as Fs;

const base: Image = new Map([
  ['a', fileNode(text('first\n'))],
  ['l', { is: 'link', to: '../elsewhere' }],
]);

/** What one kind of disk answers to the rest of `node:fs` that it is given. */
const probes: Readonly<Record<string, (fs: Fs) => unknown>> = {
  'reads by callback': (fs) =>
    new Promise((done, failed) => {
      const fd = fs.openSync('/store/a', 'r');
      fs.read(fd, { buffer: Buffer.alloc(3), position: 1 }, (error, count, buffer) => {
        if (error === null) done([count, buffer.toString()]);
        else failed(error);
      });
    }),
  'an error by callback': (fs) =>
    new Promise((done) => fs.readFile('/store/no', (error) => done(error?.code))),
  exists: (fs) => new Promise((done) => fs.exists('/store/a', done)),
  'a read stream': async (fs) => {
    let all = '';
    for await (const part of fs.createReadStream('/store/a', 'latin1')) all += String(part);
    return all;
  },
  'a stream of a handle, which it closes': async ({ promises }) => {
    const file = await promises.open('/store/a', 'a+');
    const { bytesWritten } = await file.writev([text('!'), text('?')]);
    const stream = file.createWriteStream();
    stream.end('more');
    await once(stream, 'close');
    return [bytesWritten, await promises.readFile('/store/a', 'utf8'), file.fd];
  },
  'a handle that is closed': async ({ promises }) => {
    const file = await promises.open('/store/a');
    await file.close();
    return [file.fd, await file.stat().catch((error: { code: string }) => error.code)];
  },
  'a vector read': (fs) => {
    const [one, two] = [Buffer.alloc(2), Buffer.alloc(9)];
    const count = fs.readvSync(fs.openSync('/store/a', 'r'), [one, two]);
    return [count, one.toString(), two.toString('latin1')];
  },
  'copies, and one that must not replace': (fs) => {
    fs.copyFileSync('/store/a', '/store/b');
    try {
      fs.copyFileSync('/store/a', '/store/b', fs.constants.COPYFILE_EXCL);
    } catch (error) {
      return [fs.readFileSync('/store/b', 'utf8'), (error as { code: string }).code];
    }
  },
  'a real path': (fs) => fs.realpathSync('/store/../store/./l/kept'),
  'a directory, entry by entry': async (fs) => {
    const names: string[] = [];
    for await (const entry of await fs.promises.opendir('/store')) names.push(entry.name);
    return names.toSorted();
  },
  'a temporary directory': async ({ promises }) => promises.mkdtemp('/store/t-'),
  'times and modes': (fs) => {
    fs.utimesSync('/store/a', 1, 1);
    fs.chmodSync('/store/a', 0o600);
    return fs.statSync('/store/a').size;
  },
};

describe.each([
  ['our disk in all styles', createDisk],
  ['memfs behind the recorder', memfsDisk],
])('%s', (_, make) => {
  it.each(Object.entries(styles))('hears the same work: %s', async (__, work) => {
    const disk = make(base);
    await work(fsOf(disk));
    expect(lines(disk)).toEqual(styled);
  });
});

describe('what both serve', () => {
  it.each(Object.entries(probes))('is answered alike: %s', async (_, probe) => {
    const disks = [createDisk(base), memfsDisk(base)] as const;
    const answers: unknown[] = [];
    for (const disk of disks) answers.push(await probe(fsOf(disk)));
    expect(answers[0]).toBeDefined();
    expect(answers[0]).toEqual(answers[1]);
    expect(lines(disks[0])).toEqual(lines(disks[1]));
  });

  it('may be made fail, call by call, on a disk of ours', async () => {
    const at = { step: 0, nth: 1 };
    const error = { is: 'error', at, errno: 'EIO', when: 'before', lasting: 'once' } as const;
    const disk = memfsDisk(base, { inject: [error] });
    const { promises } = fsOf(disk);
    const failed = await promises.writeFile('/store/n', 'x').catch((e: { code: string }) => e.code);
    expect([failed, disk.fired]).toEqual(['EIO', [1]]);
    expect(lines(disk)).toEqual(['file n', 'write @0 x']);
  });
});
