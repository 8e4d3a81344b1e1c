import { nodeOf, readAt, resize, writeAt, type FileNode } from '../content.ts';
import { changed, nowMs, type DirInode, type DiskState, type FileInode } from '../disk/state.ts';
import type { Ino } from '../oplog.ts';

/** What each file held when it was last synced; a file made since and never synced held nothing. */
export interface Synced {
  note(inode: FileInode): void;
  /** Puts a file back to what it held then; the op log tells it as changes of the file system. */
  revert(inode: FileInode): void;
}

/** Everything on a disk that was just made counts as synced. */
export function syncedOf(state: DiskState): Synced {
  const held = new Map<Ino, FileNode>();
  const visit = (dir: DirInode): void => {
    for (const inode of dir.names.values()) {
      if (inode.is === 'file') held.set(inode.ino, nodeOf(inode.content));
      else if (inode.is === 'dir') visit(inode);
    }
  };
  visit(state.top);
  return {
    note: (inode) => void held.set(inode.ino, nodeOf(inode.content)),
    revert: (inode) => revert(state, inode, held.get(inode.ino) ?? NOTHING),
  };
}

const NOTHING: FileNode = { is: 'file', bytes: new Uint8Array(0), size: 0 };

function revert(state: DiskState, inode: FileInode, to: FileNode): void {
  const { content, ino } = inode;
  state.marks = { reverts: true };
  inode.changedMs = nowMs(state);
  if (content.size !== to.size) {
    resize(content, to.size);
    changed(state, { do: 'size', ino, to: to.size });
  }
  const range = differing(inode, to);
  if (range !== null) {
    const bytes = new Uint8Array(range.to - range.from);
    const known = to.bytes.subarray(range.from, Math.min(range.to, to.size));
    bytes.set(known);
    writeAt(content, range.from, bytes);
    changed(state, { do: 'write', ino, from: range.from, bytes });
  }
  state.marks = null;
}

/** The smallest range that holds every byte in which the file differs; both are of one size. */
function differing(inode: FileInode, to: FileNode): { from: number; to: number } | null {
  const { content } = inode;
  const length = Math.min(to.size, Math.max(content.length, to.bytes.length));
  const now = new Uint8Array(length);
  readAt(content, 0, now, 0, length);
  const isSame = (i: number): boolean => now[i] === (to.bytes[i] ?? 0);
  let from = 0;
  while (from < length && isSame(from)) from++;
  if (from === length) return null;
  let end = length;
  while (isSame(end - 1)) end--;
  return { from, to: end };
}
