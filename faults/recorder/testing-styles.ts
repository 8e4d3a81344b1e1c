import { once } from 'node:events';
import type * as NodeFs from 'node:fs';
import { promisify } from 'node:util';
import type { Disk } from '../disk.ts';
import type { Call } from '../oplog.ts';

/** All of `node:fs`. */
export type Fs = typeof NodeFs;

/** Bytes of a text. */
export const text = (s: string): Uint8Array => new Uint8Array(Buffer.from(s));

function shown(call: Call): string {
  if (call.do === 'write') return `write @${call.from} ${Buffer.from(call.bytes).toString()}`;
  if (call.do === 'size') return `size ${call.to}`;
  if (call.do === 'rename') return `rename ${call.from} ${call.to}`;
  if (call.do === 'sync') return call.dataOnly ? 'datasync' : 'sync';
  return call.ino === null ? `remove ${call.at}` : `${call.made?.is ?? 'link'} ${call.at}`;
}

/** The calls of a disk's log, each as a line: what it did, and where. */
export const lines = (disk: Disk): readonly string[] =>
  disk.log.events.flatMap((event) => (event.is === 'call' ? [shown(event.call)] : []));

const syncAndRename = (fs: Fs): void => {
  const fd = fs.openSync('/store/n', 'r');
  fs.fsyncSync(fd);
  fs.closeSync(fd);
  fs.renameSync('/store/n', '/store/m');
};

/** The same work in each of Node's styles: a file made, written twice, synced, renamed. */
export const styles: Readonly<Record<string, (fs: Fs) => unknown>> = {
  synchronous: (fs) => {
    const fd = fs.openSync('/store/n', 'w');
    fs.writeSync(fd, 'one');
    fs.writeSync(fd, text('two'));
    fs.closeSync(fd);
    syncAndRename(fs);
  },
  'whole files': (fs) => {
    fs.writeFileSync('/store/n', 'one');
    fs.appendFileSync('/store/n', 'two', { flush: true });
    fs.renameSync('/store/n', '/store/m');
  },
  'whole files later': async ({ promises }) => {
    await promises.writeFile('/store/n', 'one');
    await promises.appendFile('/store/n', 'two', { flush: true });
    await promises.rename('/store/n', '/store/m');
  },
  promises: async ({ promises }) => {
    const file = await promises.open('/store/n', 'w');
    await file.write('one');
    await file.appendFile('two');
    await file.sync();
    await file.close();
    await promises.rename('/store/n', '/store/m');
  },
  callbacks: async (fs) => {
    const fd = await promisify(fs.open)('/store/n', 'w');
    const write = (data: string): Promise<void> =>
      new Promise((done, failed) => {
        fs.write(fd, data, null, 'utf8', (error) => (error === null ? done() : failed(error)));
      });
    await write('one');
    await write('two');
    await promisify(fs.fsync)(fd);
    await promisify(fs.close)(fd);
    await promisify(fs.rename)('/store/n', '/store/m');
  },
  'a stream': async (fs) => {
    const stream = fs.createWriteStream('/store/n');
    stream.write('one');
    stream.end('two');
    await once(stream, 'close');
    syncAndRename(fs);
  },
  'a vector': (fs) => {
    const fd = fs.openSync('/store/n', 'w');
    fs.writevSync(fd, [text('one'), text('two')]);
    syncAndRename(fs);
  },
};

/** What all of {@link styles} leave in the log. */
export const styled = ['file n', 'write @0 one', 'write @3 two', 'sync', 'rename n m'];
