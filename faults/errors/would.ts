import { constants } from 'node:fs';
import type { AskedCall } from '../disk/around.ts';
import { pathAt, type DiskState, type OpenFile } from '../disk/state.ts';
import { find, isSpecial, walk, walkToName } from '../disk/walk.ts';
import type { Call, Made } from '../oplog.ts';

const { O_CREAT, O_TRUNC } = constants;

/**
 * What a call would do to the disk now, as the op log writes it; null where it would change and
 * sync nothing, also because the file system would refuse it. A new object has the next number,
 * which is not taken.
 */
export function wouldDo(state: DiskState, call: AskedCall): Call | null {
  switch (call.name) {
    case 'openSync':
      return wouldOpen(state, call.path, call.bits);
    case 'writeSync':
      return wouldWrite(state.fds[call.fd], call.bytes, call.position);
    case 'ftruncateSync': {
      const inode = state.fds[call.fd]?.inode;
      const isFile = inode?.is === 'file' && inode.content.size !== call.length;
      return isFile ? { do: 'size', ino: inode.ino, to: Math.max(0, call.length) } : null;
    }
    case 'fsyncSync':
    case 'fdatasyncSync': {
      const inode = state.fds[call.fd]?.inode;
      const dataOnly = call.name === 'fdatasyncSync';
      return inode === undefined ? null : { do: 'sync', ino: inode.ino, dataOnly };
    }
    case 'mkdirSync':
      return wouldMake(state, call.path, { is: 'dir' });
    case 'symlinkSync':
      return wouldMake(state, call.to, { is: 'link', to: call.path });
    case 'linkSync': {
      const from = find(state, call.path, 'leave');
      const made = wouldMake(state, call.to, undefined);
      if (typeof from === 'string' || made?.do !== 'name') return null;
      return { do: 'name', at: made.at, ino: from.inode.ino };
    }
    case 'unlinkSync':
    case 'rmdirSync':
      return wouldRemove(state, call.path, call.name === 'rmdirSync');
    case 'renameSync':
      return wouldRename(state, call.path, call.to);
    default:
      return null;
  }
}

function wouldOpen(state: DiskState, path: string, bits: number): Call | null {
  const place = walk(state, path, 'follow');
  if (typeof place === 'string') return null;
  const { inode } = place;
  if (inode === null) {
    if ((bits & O_CREAT) === 0 || place.slash) return null;
    const at = pathAt(state, place.dir, place.name);
    return { do: 'name', at, ino: state.nextIno, made: { is: 'file' } };
  }
  const cuts = (bits & O_TRUNC) !== 0 && inode.is === 'file' && inode.content.size > 0;
  return cuts ? { do: 'size', ino: inode.ino, to: 0 } : null;
}

function wouldWrite(
  file: OpenFile | null | undefined,
  bytes: Uint8Array,
  position: number | null,
): Call | null {
  if (!file?.writes || file.inode.is !== 'file' || bytes.length === 0) return null;
  const from = writesFrom(file, position);
  return { do: 'write', ino: file.inode.ino, from, bytes: Uint8Array.from(bytes) };
}

/** Where a write through this descriptor begins. */
export function writesFrom(file: OpenFile, position: number | null): number {
  if (file.append && file.inode.is === 'file') return file.inode.content.size;
  return position === null || position < 0 ? file.position : position;
}

function wouldMake(state: DiskState, path: string, made: Made | undefined): Call | null {
  const place = walkToName(state, path);
  if (typeof place === 'string' || place.inode !== null) return null;
  const call = {
    do: 'name',
    at: pathAt(state, place.dir, place.name),
    ino: state.nextIno,
  } as const;
  return made === undefined ? call : { ...call, made };
}

function wouldRemove(state: DiskState, path: string, dirs: boolean): Call | null {
  const place = walkToName(state, path);
  if (typeof place === 'string' || place.inode === null || isSpecial(place)) return null;
  if ((place.inode.is === 'dir') !== dirs) return null;
  return { do: 'name', at: pathAt(state, place.dir, place.name), ino: null };
}

function wouldRename(state: DiskState, from: string, to: string): Call | null {
  const old = walk(state, from, 'name');
  const next = walk(state, to, 'name');
  if (typeof old === 'string' || typeof next === 'string') return null;
  if (old.inode === null || old.inode === next.inode || isSpecial(old) || isSpecial(next)) {
    return null;
  }
  return {
    do: 'rename',
    from: pathAt(state, old.dir, old.name),
    to: pathAt(state, next.dir, next.name),
  };
}
