import type { Path } from '../../spec/lib/image.ts';
import type { Event, Ino } from '../oplog.ts';
import type { Syscall } from './parse.ts';

/** Finds calls of several threads that have no order that anybody could tell. */
export interface Overlaps {
  /**
   * Told of each call with what it put into the log; answers in words which earlier call it cannot
   * be put in order with, or null.
   */
  note(call: Syscall, events: readonly Event[]): string | null;
}

interface Touched {
  readonly touches: readonly string[];
  readonly minds: readonly string[];
}

interface Recent extends Touched {
  readonly tid: number;
  readonly name: string;
  readonly ended: number;
}

/**
 * Calls are put in order by when they returned. Two that ran at the same time and touch the same
 * thing have no order; `oldestOpen` answers the line at which the oldest call that still runs
 * began, `dirOf` the inode of a path's directory.
 */
export function overlapsOf(oldestOpen: () => number, dirOf: (path: Path) => Ino): Overlaps {
  let recent: Recent[] = [];
  return {
    note({ tid, name, began, ended }, events) {
      const touched = events.map((event) => touchedBy(event, dirOf));
      const minds = touched.flatMap((one) => one.minds);
      const found = recent.find(
        (one) =>
          one.tid !== tid && one.ended > began && one.touches.some((key) => minds.includes(key)),
      );
      const oldest = Math.min(oldestOpen(), ended);
      recent = recent.filter((one) => one.ended > oldest);
      const touches = touched.flatMap((one) => one.touches);
      if (touches.length > 0) recent.push({ tid, name, ended, touches, minds });
      return found === undefined ? null : `${found.name} and ${name} at the same time`;
    },
  };
}

const nothing: Touched = { touches: [], minds: [] };

function touchedBy(event: Event, dirOf: (path: Path) => Ino): Touched {
  if (event.is !== 'call') return nothing;
  const { call } = event;
  if (call.do === 'name' || call.do === 'rename') {
    const paths = call.do === 'name' ? [call.at] : [call.from, call.to];
    const dirs = paths.map(dirOf);
    return {
      touches: [...paths, ...dirs.map((ino) => `\0name in ${ino}`)],
      minds: [...paths, ...dirs.map((ino) => `\0sync ${ino}`)],
    };
  }
  const file = `\0data ${call.ino}`;
  if (call.do !== 'sync') return { touches: [file], minds: [file, `\0sync ${call.ino}`] };
  return { touches: [`\0sync ${call.ino}`], minds: [file, `\0name in ${call.ino}`] };
}
