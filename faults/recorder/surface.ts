/* oxlint-disable no-underscore-dangle -- memfs names so what it keeps to itself */
import { bytesOfData } from '../disk/data.ts';
import { flagBits } from '../disk/flags.ts';
import type { WriteOptions } from '../disk/shape.ts';
import type { MemCore, MemVolume } from './memory.ts';
import { mayRead } from './rules.ts';
import type { Tape } from './tape.ts';

type File = Parameters<MemVolume['writeFileSync']>[0];

/** Mends what memfs answers otherwise than Node before a call even reaches its core. */
export function surfaceRules(volume: MemVolume, core: MemCore, tape: Tape): void {
  const { open, openSync, _readfile } = volume;
  volume.openSync = (path, flags, mode) => openSync(path, flagBits(flags), mode);
  volume.open = (path, flags, ...rest) => {
    if (typeof flags === 'function') return open(path, flagBits(undefined), flags);
    open(path, flagBits(flags), ...rest);
  };
  volume._readfile = (file, flags, encoding) => {
    if (typeof file !== 'number') return _readfile(file, flags, encoding);
    mayRead(core, file);
    const opened = core.getFileByFdOrThrow(file, 'read');
    const { position } = opened;
    const rest = _readfile(file, flags, encoding);
    // Beyond the end it stays there; memfs would take it back.
    opened.position = Math.max(opened.position, position);
    return rest;
  };
  let temp = 0;
  volume._mkdtemp = (prefix) => {
    const name = prefix + (temp++).toString(36).padStart(6, '0');
    core.mkdirp(name, 0o700);
    return name;
  };
  flushRules(volume);
  for (const name of ['watch', 'watchFile', 'openAsBlob'] as const) noting(volume, tape, name);
}

/** `flush` is unknown to memfs, and would make a file seem less durable than it is. */
function flushRules(volume: MemVolume): void {
  for (const [name, flag] of [
    ['writeFile', 'w'],
    ['appendFile', 'a'],
  ] as const) {
    const now = volume[`${name}Sync`];
    const later = volume[name];
    volume[`${name}Sync`] = (file, data, options) => {
      if (flushes(options)) writeFlushed(volume, file, data, options, flag);
      else now(file, data, options);
    };
    volume[name] = (file, data, ...rest) => {
      const [options, callback] = rest;
      if (!flushes(options) || typeof callback !== 'function') return later(file, data, ...rest);
      queueMicrotask(() => {
        try {
          writeFlushed(volume, file, data, options, flag);
        } catch (error) {
          callback(error);
          return;
        }
        callback(null);
      });
    };
  }
}

type Given = Exclude<WriteOptions, string | null>;

function flushes(options: unknown): options is Given {
  return typeof options === 'object' && options !== null && 'flush' in options && !!options.flush;
}

function writeFlushed(
  volume: MemVolume,
  file: File,
  data: unknown,
  { encoding, flag, mode }: Given,
  defaultFlag: string,
): void {
  const fd = typeof file === 'number' ? file : volume.openSync(file, flag ?? defaultFlag, mode);
  try {
    volume.writeFileSync(fd, bytesOfData(data, encoding));
    volume.fsyncSync(fd);
  } finally {
    if (fd !== file) volume.closeSync(fd);
  }
}

function noting(volume: MemVolume, tape: Tape, name: string): void {
  const calls = volume as unknown as Record<string, (...args: unknown[]) => unknown>;
  const call = calls[name]?.bind(volume);
  if (call === undefined) return;
  calls[name] = (...args) => {
    tape.notModelled.add(name);
    return call(...args);
  };
}
