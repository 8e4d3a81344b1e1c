import { once } from 'node:events';
import * as fs from 'node:fs';
import { basename, dirname } from 'node:path';
import type { StoreFs } from '../../reference/lib/fs.ts';
import type { PortMaker } from '../kind.ts';
import { kindNamed } from '../subjects.ts';
import { codecs } from '../wire/codecs.ts';
import { serveKind } from '../wire/served.ts';
import { serve } from '../wire/server.ts';
import { bound, plantedBeside, plantedMaker } from './testing-planted.ts';

// The safe stores, as a slow disk makes them: each write arrives in two halves, and time passes
// behind each of them, so that another process meets what stands between. The folder above a store
// names the bug that is planted in it; any other name is that of the store as it is.

const pauseMs = 4;
const never = new Int32Array(new SharedArrayBuffer(4));
const pause = (): void => void Atomics.wait(never, 0, 0, pauseMs);

function slow(inner: StoreFs): StoreFs {
  const calls = bound(inner);
  return {
    ...calls,
    writeSync: (fd, buffer, offset, length, position) => {
      const half = length >> 1;
      const first = half === 0 ? 0 : inner.writeSync(fd, buffer, offset, half, position);
      pause();
      const from = position === null ? null : position + first;
      const rest = inner.writeSync(fd, buffer, offset + first, length - first, from);
      pause();
      return first + rest;
    },
    renameSync: (from, to) => {
      inner.renameSync(from, to);
      pause();
    },
    ftruncateSync: (fd, length) => {
      inner.ftruncateSync(fd, length);
      pause();
    },
  };
}

/** One maker a folder: what a planted reader remembers is of one history. */
function makerOf(kind: string): PortMaker<unknown, unknown> {
  const makers = new Map<string, PortMaker<unknown, unknown>>();
  const safe = kindNamed(kind).ports['safe']!;
  return (disk, root) => {
    const bug = plantedBeside.find(({ id }) => id === basename(dirname(root)).split('.')[0]);
    if (bug === undefined) return safe(disk, root);
    const known = makers.get(root) ?? plantedMaker(kind, bug);
    makers.set(root, known);
    return known(bug.writes?.(disk) ?? disk, root);
  };
}

await serve({
  input: process.stdin,
  write: async (line) => {
    if (!process.stdout.write(line)) await once(process.stdout, 'drain');
    return true;
  },
  kinds: codecs
    .filter(({ kind }) => ['session-store-v2', 'wal-segment'].includes(kind))
    .map((codec) => serveKind(codec, makerOf(codec.kind) as never, slow(fs))),
  name: 'slow',
  version: '1',
});
process.stdin.destroy();
