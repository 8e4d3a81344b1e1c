import type { Call, Event, Ino } from '../../faults/oplog.ts';
import { ROOT_INO } from '../../faults/oplog.ts';
import { differences, type Image, type Node, type Path } from '../../spec/lib/image.ts';

/** Names of a tree, by the numbers that an op log has for them. */
export interface Inodes {
  /**
   * Calls that make one tree of the other. What the store really called, and in which order,
   * nobody saw: only before the first of them and behind the last is the tree what it was.
   */
  calls(before: Image, after: Image): readonly Call[];
}

type FileNode = Node & { readonly is: 'file' };

/** The numbers of a log that begins with this image. */
export function inodesOf(base: Image): Inodes {
  const numbers = new Map<Path, Ino>([...base.keys()].map((path, k) => [path, k + 2]));
  let next: Ino = ROOT_INO + 1 + base.size;
  const made = (path: Path, node: Node): readonly Call[] => {
    if (node.is === 'other') return [];
    const ino = next++;
    numbers.set(path, ino);
    const kind = node.is === 'link' ? { is: 'link', to: node.to } as const : { is: node.is } as const; // prettier-ignore
    const name: Call = { do: 'name', at: path, ino, made: kind };
    return node.is === 'file' ? [name, ...contentOf(ino, null, node)] : [name];
  };
  return {
    calls: (before, after) => {
      const changed = differences(before, after);
      const isKept = (path: Path): boolean =>
        before.get(path)?.is === 'file' && after.get(path)?.is === 'file';
      const gone = changed.filter((path) => before.has(path) && !isKept(path)).toReversed();
      const calls: Call[] = gone.map((at) => ({ do: 'name', at, ino: null }));
      for (const path of changed) {
        const node = after.get(path);
        const old = before.get(path);
        if (node === undefined) continue;
        if (node.is === 'file' && old?.is === 'file') {
          calls.push(...contentOf(numbers.get(path)!, old, node));
        } else calls.push(...made(path, node));
      }
      return calls;
    },
  };
}

/** A file's new content: what differs is written, behind what is the same. */
function contentOf(ino: Ino, old: FileNode | null, { bytes, size }: FileNode): readonly Call[] {
  const calls: Call[] = [];
  const was = old?.bytes ?? new Uint8Array(0);
  // A hole of before must not show through where bytes were cut.
  if (old !== null && (old.size > size || old.size !== was.length)) {
    calls.push({ do: 'size', ino, to: 0 });
    if (bytes.length > 0) calls.push({ do: 'write', ino, from: 0, bytes });
  } else {
    let from = 0;
    while (from < Math.min(was.length, bytes.length) && was[from] === bytes[from]) from++;
    if (from < bytes.length) calls.push({ do: 'write', ino, from, bytes: bytes.slice(from) });
  }
  if (size !== bytes.length) calls.push({ do: 'size', ino, to: size });
  return calls;
}

/** The calls as events of a step. */
export function eventsOf(calls: readonly Call[], step: number, actor: number): readonly Event[] {
  return calls.map((call) => ({ is: 'call', step, actor, call }));
}
