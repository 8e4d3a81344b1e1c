import * as fs from 'node:fs';
import { dirname } from 'node:path';
import type { Event, Ino } from '../../faults/oplog.ts';
import type { Path } from '../../spec/lib/image.ts';
import { pathIn } from '../remote/nodes.ts';

/** Where what a log tells stands on disk. */
export interface Place {
  /** The store's directory. */
  readonly root: string;
  /** A name that an inode has by the whole log, or null. */
  pathOf(ino: Ino): Path | null;
}

/**
 * True for what the log tells and no system call did: the effect of one that was made to fail, and
 * a file that was put back. Somebody has to do it while the port is stopped.
 */
export function isOwed(event: Event): event is Event & { readonly is: 'call' } {
  if (event.is !== 'call') return false;
  return event.reverts === true || event.failed?.took === true;
}

/** Does it, in the files that the port may have open. Throws where that cannot be. */
export function realize({ call }: Event & { readonly is: 'call' }, place: Place): void {
  const at = (path: Path): string => insideOf(place.root, path);
  const named = (ino: Ino): string => {
    const path = place.pathOf(ino);
    if (path === null) throw new RangeError('a file without a name');
    return at(path);
  };
  if (call.do === 'write') {
    const { bytes, from } = call;
    inFile(named(call.ino), (fd) => void fs.writeSync(fd, bytes, 0, bytes.length, from));
  } else if (call.do === 'size') {
    const { to } = call;
    inFile(named(call.ino), (fd) => fs.ftruncateSync(fd, to));
  } else if (call.do === 'rename') fs.renameSync(at(call.from), at(call.to));
  else if (call.do === 'name') {
    const full = at(call.at);
    if (call.ino === null) remove(full);
    else if (call.made === undefined) fs.linkSync(named(call.ino), full);
    else if (call.made.is === 'dir') fs.mkdirSync(full);
    else if (call.made.is === 'link') fs.symlinkSync(call.made.to, full);
    else fs.writeFileSync(full, '', { flag: 'wx', mode: 0o600 });
  }
}

/** A path of the store, by whose directories nobody gets out of it. */
function insideOf(root: string, path: Path): string {
  const full = pathIn(root, path);
  if (typeof full !== 'string') throw new RangeError('a name that is no UTF-8');
  const dir = fs.realpathSync(dirname(full));
  if (dir === root || dir.startsWith(`${root}/`)) return full;
  throw new RangeError('a path that leads out of the store');
}

function inFile(full: string, change: (fd: number) => void): void {
  const { O_RDWR, O_NOFOLLOW } = fs.constants;
  const fd = fs.openSync(full, O_RDWR | O_NOFOLLOW);
  try {
    change(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function remove(full: string): void {
  if (fs.lstatSync(full).isDirectory()) fs.rmdirSync(full);
  else fs.unlinkSync(full);
}
