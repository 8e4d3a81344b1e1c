import type { Node } from '../../spec/lib/image.ts';
import type { Call, Event, Ino, OpLog } from '../oplog.ts';
import { replayOf, type Replay } from '../replay.ts';

type FileNode = Node & { readonly is: 'file' };

const nothing: FileNode = { is: 'file', bytes: new Uint8Array(0), size: 0 };

/**
 * What puts a file back to what it was when it was last synced: as made, where that was in the log
 * and no sync followed. Null where it has no name now, or had none then.
 */
export function revertOf(log: OpLog, ino: Ino): readonly Call[] | null {
  const { events } = log;
  const synced = events.findLastIndex((event) => isSyncOf(event, ino));
  const then = replayOf(log);
  const now = replayOf(log);
  for (const event of events.slice(0, synced + 1)) then.apply(event);
  for (const event of events) now.apply(event);
  const isMade = synced < 0 && events.some((event) => isMakingOf(event, ino));
  const [is, was] = [fileOf(now, ino), isMade ? nothing : fileOf(then, ino)];
  return is === null || was === null ? null : changesOf(ino, is, was);
}

function isSyncOf(event: Event, ino: Ino): boolean {
  if (event.is !== 'call' || event.call.do !== 'sync' || event.call.ino !== ino) return false;
  return event.failed === undefined || event.failed.took === true;
}

function isMakingOf(event: Event, ino: Ino): boolean {
  return event.is === 'call' && event.call.do === 'name' && event.call.ino === ino;
}

function fileOf(replay: Replay, ino: Ino): FileNode | null {
  const path = replay.pathOf(ino);
  const node = path === null ? undefined : replay.image().get(path);
  return node?.is === 'file' ? node : null;
}

/** A length, where it changes, and the smallest range that holds every byte that does. */
function changesOf(ino: Ino, now: FileNode, then: FileNode): readonly Call[] {
  const calls: Call[] = [];
  if (now.size !== then.size) calls.push({ do: 'size', ino, to: then.size });
  const isSame = (at: number): boolean => {
    const left = at < now.size ? (now.bytes[at] ?? 0) : 0;
    return left === (then.bytes[at] ?? 0);
  };
  let end = Math.min(then.size, Math.max(now.bytes.length, then.bytes.length));
  while (end > 0 && isSame(end - 1)) end--;
  let from = 0;
  while (from < end && isSame(from)) from++;
  if (from < end) {
    const bytes = new Uint8Array(end - from);
    bytes.set(then.bytes.subarray(from, end));
    calls.push({ do: 'write', ino, from, bytes });
  }
  return calls;
}
