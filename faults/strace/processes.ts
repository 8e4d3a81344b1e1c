import type { Path } from '../../spec/lib/image.ts';
import type { Ino } from '../oplog.ts';
import type { Syscall, TraceEvent } from './parse.ts';

/** An open file description of the store; descriptors that were duplicated share it. */
export interface OpenFile {
  readonly ino: Ino;
  readonly path: Path;
  readonly on: 'file' | 'dir' | 'other';
  readonly isWritable: boolean;
  readonly syncs: 'none' | 'data' | 'all';
  append: boolean;
  position: number;
}

/** What the threads of one process share. */
export interface Proc {
  /** Descriptors of the store; others are not here. */
  readonly files: Map<number, OpenFile>;
  /** Where relative paths begin. */
  readonly place: { cwd: string };
  /** Where files of the store, open for writing, are mapped shared and can only be read. */
  maps: SharedMap[];
}

/** Addresses, the last one not included. */
export interface SharedMap {
  readonly from: number;
  readonly to: number;
}

/** The processes of a trace by thread. */
export interface Processes {
  of(tid: number): Proc;
  /** Told of every event, so that children are known before their first call. */
  note(event: TraceEvent): void;
  /** Threads and processes that were made since this began. */
  readonly made: number;
  /** Forgets every descriptor and map: another store begins. */
  forget(): void;
}

const forks = new Set(['clone', 'clone3', 'fork', 'vfork']);

/** `groups` names the process of each thread that is there from the start. */
export function processesOf(cwd: string, groups: ReadonlyMap<number, number>): Processes {
  const threads = new Map<number, Proc>();
  const leaders = new Map<number, Proc>();
  let made = 0;
  /** Forks that have not returned: their children may be heard of before. */
  const forking = new Map<number, string>();
  const fresh = (): Proc => ({ files: new Map(), place: { cwd }, maps: [] });
  const of = (tid: number): Proc => {
    const known = threads.get(tid);
    if (known !== undefined) return known;
    const leader = groups.get(tid);
    let proc = leader === undefined ? undefined : leaders.get(leader);
    if (proc === undefined) {
      const [fork] = leader === undefined ? forking : [];
      proc = fork === undefined ? fresh() : childOf(of(fork[0]), fork[1]);
      if (leader !== undefined) leaders.set(leader, proc);
    }
    threads.set(tid, proc);
    return proc;
  };
  return {
    of,
    get made() {
      return made;
    },
    note(event) {
      if (event.is === 'began' && forks.has(event.name)) made++;
      if (event.is === 'ended') threads.delete(event.tid);
      if (event.is === 'began' && forks.has(event.name)) forking.set(event.tid, event.text);
      if (event.is !== 'call' || !forks.has(event.call.name)) return;
      if (!forking.delete(event.call.tid)) made++;
      const child = event.call.result.value;
      if (child === null || child <= 0 || threads.has(child)) return;
      threads.set(child, childOf(of(event.call.tid), sharingOf(event.call)));
    },
    forget() {
      for (const { files, maps } of threads.values()) {
        files.clear();
        maps.length = 0;
      }
    },
  };
}

function childOf(parent: Proc, how: string): Proc {
  const shares = (what: string): boolean => how.includes(`CLONE_${what}`);
  return {
    files: shares('FILES') ? parent.files : new Map(parent.files),
    place: shares('FS') ? parent.place : { ...parent.place },
    maps: shares('VM') ? parent.maps : [...parent.maps],
  };
}

/** The flags of a call that makes a process or changes what it shares, as strace words them. */
export function sharingOf({ args }: Syscall): string {
  const texts = args.map((arg) => {
    if (arg.is === 'word') return arg.text;
    const flags = arg.is === 'struct' ? arg.members.get('flags') : undefined;
    return flags?.is === 'word' ? flags.text : '';
  });
  return texts.join(' ');
}
