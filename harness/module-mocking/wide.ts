import nodeFs from 'node:fs';
import type { DiskFileHandle, DiskPromises } from '../../faults/disk/promises.ts';
import type { DiskFs } from '../../faults/disk/shape.ts';
import { attributeCalls, wideCalls, type WideCalls } from './wide-calls.ts';

type Called = (...args: unknown[]) => unknown;
type Callback = (error: unknown, ...answer: unknown[]) => void;

/**
 * The file calls of a disk of ours with callbacks, streams, vectors and copies, so that they can
 * stand for all of `node:fs` that a store plausibly uses. Each goes to single calls, which may be
 * observed or made fail. They are made when one is asked for: many logs ask for none.
 */
export function wideOf(fs: DiskFs): DiskFs {
  let more: Record<PropertyKey, unknown> | null = null;
  return new Proxy(fs, {
    get: (_, name) => {
      if (name !== 'promises' && name in fs) return fs[name as keyof DiskFs];
      more ??= madeWide(fs);
      return more[name];
    },
  });
}

function madeWide(fs: DiskFs): Record<string, unknown> {
  const wide: Record<string, unknown> = { ...fs, ...wideCalls(fs) };
  for (const name of attributeCalls) wide[`${name}Sync`] = (path: string) => void fs.statSync(path);
  for (const name of ['fchmod', 'fchown', 'futimes']) {
    wide[`${name}Sync`] = (fd: number) => void fs.fstatSync(fd);
  }
  for (const [name, call] of Object.entries(wide)) {
    if (typeof call !== 'function' || !name.endsWith('Sync')) continue;
    wide[name.slice(0, -4)] = later(call as Called, name === 'existsSync');
  }
  wide['read'] = vectored(moved(wide['readSync'] as Called));
  wide['write'] = vectored(moved(wide['writeSync'] as Called));
  wide['readv'] = vectored(wide['readvSync'] as Called);
  wide['writev'] = vectored(wide['writevSync'] as Called);
  const streams = streamsOf(wide);
  Object.assign(wide, streams, { promises: promisesOf(fs.promises, wide, streams) });
  return wide;
}

/** A call that answers through a callback, in the order of the calls. */
function later(call: Called, isBare: boolean): Called {
  return (...args) => {
    const done = args.pop() as Callback;
    queueMicrotask(() => {
      let answer: unknown;
      try {
        answer = call(...args);
      } catch (error) {
        done(error);
        return;
      }
      if (isBare) done(answer);
      else done(null, answer);
    });
  };
}

/** `read(fd, { buffer, … })` as the synchronous call has it: `read(fd, buffer, { … })`. */
function moved(call: Called): Called {
  return (fd, data, ...rest) =>
    isWindow(data) ? call(fd, data.buffer, data) : call(fd, data, ...rest);
}

function isWindow(data: unknown): data is { readonly buffer: unknown } {
  const isObject = typeof data === 'object' && data !== null;
  return isObject && 'buffer' in data && !ArrayBuffer.isView(data);
}

/** As {@link later}, but what was read or written is told beside the count. */
function vectored(call: Called): Called {
  return (...args) => {
    const done = args.pop() as Callback;
    const data = isWindow(args[1]) ? args[1].buffer : args[1];
    later(call, false)(...args, (error: unknown, count: unknown) => {
      if (error === null) done(null, count, data);
      else done(error, 0, data);
    });
  };
}

interface Streams {
  readonly createReadStream: (path: string, options?: object | string) => nodeFs.ReadStream;
  readonly createWriteStream: (path: string, options?: object | string) => nodeFs.WriteStream;
}

/** Node's own streams, which take the calls they are to use. */
function streamsOf(fs: object): Streams {
  const given = (options: object | string | undefined): object =>
    typeof options === 'string' ? { encoding: options, fs } : { fs, ...options };
  return {
    createReadStream: (path, options) => nodeFs.createReadStream(path, given(options)),
    createWriteStream: (path, options) => nodeFs.createWriteStream(path, given(options)),
  };
}

function promisesOf(
  promises: DiskPromises,
  wide: Record<string, unknown>,
  streams: Streams,
): Record<string, unknown> {
  const more: Record<string, unknown> = {};
  for (const name of ['copyFile', 'mkdtemp', 'realpath', 'opendir', ...attributeCalls]) {
    more[name] = async (...args: unknown[]) => (wide[`${name}Sync`] as Called)(...args);
  }
  const open: DiskPromises['open'] = async (...args) =>
    handleOf(await promises.open(...args), wide as unknown as WideCalls, streams);
  return { ...promises, ...more, open, constants: nodeFs.constants };
}

function handleOf(file: DiskFileHandle, calls: WideCalls, streams: Streams): DiskFileHandle {
  // What a stream of a handle closes is the handle.
  const close = (_: number, done: Callback): void => {
    file.close().then(() => done(null), done);
  };
  const own = { fd: file.fd, fs: { ...calls, close } };
  const more = {
    readv: async (buffers: NodeJS.ArrayBufferView[], position?: number | null) => ({
      bytesRead: calls.readvSync(file.fd, buffers, position),
      buffers,
    }),
    writev: async (buffers: NodeJS.ArrayBufferView[], position?: number | null) => ({
      bytesWritten: calls.writevSync(file.fd, buffers, position),
      buffers,
    }),
    chmod: async () => void (await file.stat()),
    utimes: async () => void (await file.stat()),
    createReadStream: (options?: object) => streams.createReadStream('', { ...options, ...own }),
    createWriteStream: (options?: object) => streams.createWriteStream('', { ...options, ...own }),
    [Symbol.asyncDispose]: () => file.close(),
  };
  // Over the handle itself, whose descriptor is gone once it is closed.
  return Object.assign(Object.create(file) as DiskFileHandle, more);
}
