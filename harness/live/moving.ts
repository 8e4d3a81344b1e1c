import { createDisk, type Disk } from '../../faults/disk.ts';
import type { Call, OpLog } from '../../faults/oplog.ts';
import { isChange } from '../../faults/oplog.ts';
import { imageAfter, replayOf, type Replay } from '../../faults/replay.ts';
import { storeRoot } from '../drive.ts';

/** A moment of a history: so many events, and so many bytes of the write behind them. */
export interface Moment {
  readonly event: number;
  readonly partialBytes?: number;
}

/**
 * A disk on which a history happens again, as far as it is told, while somebody else has files of
 * it open. What is written to a file that has no name any more is left out.
 */
export interface MovingDisk {
  readonly disk: Disk;
  /** Lets the history go on to a later moment, by the same calls on the same inodes. */
  moveTo(moment: Moment): void;
  /** Changes that were not the history's: a reader makes none. */
  readonly strange: number;
}

/** A disk that stands at a moment between two calls. */
export function movingDisk(log: OpLog, start: number): MovingDisk {
  const disk = createDisk(imageAfter(log, start), { root: storeRoot, record: false });
  const replay = replayOf(log);
  for (let i = 0; i < start; i++) replay.apply(log.events[i]!);
  let at: Required<Moment> = { event: start, partialBytes: 0 };
  let own = 0;
  const move = (work: () => void): void => {
    const before = disk.mutations;
    work();
    own += disk.mutations - before;
  };
  return {
    disk,
    moveTo: ({ event, partialBytes = 0 }) => {
      move(() => {
        for (; at.event < event; at = { event: at.event + 1, partialBytes: 0 }) {
          const next = log.events[at.event];
          if (next === undefined) return;
          if (isChange(next)) make(disk, replay, next.call, at.partialBytes);
          replay.apply(next);
        }
        const cut = log.events[event];
        if (partialBytes <= at.partialBytes || cut === undefined || !isChange(cut)) return;
        make(disk, replay, cut.call, at.partialBytes, partialBytes);
        at = { event, partialBytes };
      });
    },
    get strange() {
      return disk.mutations - own;
    },
  };
}

/** Makes a call of the log again; of a write the bytes from `from` up to `to`. */
function make(
  { fs }: Disk,
  replay: Replay,
  call: Call,
  from: number,
  to = Number.POSITIVE_INFINITY,
): void {
  const at = (path: string): string =>
    path.startsWith('/') ? path : path === '' ? storeRoot : `${storeRoot}/${path}`;
  const onFile = (ino: number, work: (fd: number) => void): void => {
    const path = replay.pathOf(ino);
    if (path === null) return;
    const fd = fs.openSync(at(path), 'r+');
    work(fd);
    fs.closeSync(fd);
  };
  if (call.do === 'write') {
    const bytes = call.bytes.subarray(from, to);
    onFile(call.ino, (fd) => fs.writeSync(fd, bytes, 0, bytes.length, call.from + from));
  } else if (call.do === 'size') {
    onFile(call.ino, (fd) => fs.ftruncateSync(fd, call.to));
  } else if (call.do === 'rename') {
    fs.renameSync(at(call.from), at(call.to));
  } else if (call.do === 'name') {
    name(fs, replay, call, at);
  }
}

function name(
  fs: Disk['fs'],
  replay: Replay,
  { at: path, ino, made }: Extract<Call, { do: 'name' }>,
  at: (path: string) => string,
): void {
  if (ino === null) {
    if (fs.lstatSync(at(path)).isDirectory()) fs.rmdirSync(at(path));
    else fs.unlinkSync(at(path));
  } else if (made === undefined) {
    const from = replay.pathOf(ino);
    if (from !== null) fs.linkSync(at(from), at(path));
  } else if (made.is === 'dir') fs.mkdirSync(at(path));
  else if (made.is === 'link') fs.symlinkSync(made.to, at(path));
  else fs.closeSync(fs.openSync(at(path), 'wx'));
}
