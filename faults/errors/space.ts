import type { AskedCall } from '../disk/around.ts';
import { type DirInode, type DiskState, type Inode } from '../disk/state.ts';
import { walk } from '../disk/walk.ts';
import { wouldDo, writesFrom } from './would.ts';

/** How much of a disk is in use, in bytes of file content beyond what it began with. */
export interface Usage {
  usedBytes(): number;
}

/** Counts content, each file once, wherever it stands; names and directories take none. */
export function usageOf(state: DiskState): Usage {
  const began = contentBytes(state.top);
  let at = state.mutations;
  let used = 0;
  return {
    usedBytes: () => {
      if (at !== state.mutations) {
        at = state.mutations;
        used = contentBytes(state.top) - began;
      }
      return used;
    },
  };
}

function contentBytes(top: DirInode): number {
  const seen = new Set<Inode>();
  const visit = (dir: DirInode): number => {
    let sum = 0;
    for (const inode of dir.names.values()) {
      if (inode.is === 'dir') sum += visit(inode);
      else if (inode.is === 'file' && !seen.has(inode)) {
        sum += inode.content.length;
        seen.add(inode);
      }
    }
    return sum;
  };
  return visit(top);
}

/**
 * The bytes of space that a call needs; 0 where it needs only that the disk is not full (a new
 * name), null where it needs none or the file system refuses it anyway.
 */
export function needsBytes(state: DiskState, call: AskedCall): number | null {
  if (call.name === 'writeSync') {
    const file = state.fds[call.fd];
    if (!file?.writes || file.inode.is !== 'file' || call.bytes.length === 0) return null;
    const end = writesFrom(file, call.position) + call.bytes.length;
    return end > file.inode.content.length ? end - file.inode.content.length : null;
  }
  const would = wouldDo(state, call);
  if (would === null) return null;
  if (would.do === 'rename' && call.name === 'renameSync') {
    const there = walk(state, call.to, 'name');
    return typeof there !== 'string' && there.inode === null ? 0 : null;
  }
  return would.do === 'name' && would.ino !== null ? 0 : null;
}

/** What a nearly full disk does with a call: all of it, so many bytes of it, or nothing. */
export function fits(needed: number, asked: number, leftBytes: number): 'all' | 'none' | number {
  const left = Math.max(0, leftBytes);
  if (needed === 0) return left > 0 ? 'all' : 'none';
  if (needed <= left) return 'all';
  const part = asked - (needed - left);
  return part > 0 ? part : 'none';
}
