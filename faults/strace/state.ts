import type { Image, Path } from '../../spec/lib/image.ts';
import { decodeName } from '../disk/paths.ts';
import type { CallName } from '../disk/around.ts';
import type { CallMade } from '../errors/types.ts';
import { isChange, ROOT_INO, type Call, type Event, type Failed, type Ino } from '../oplog.ts';
import type { OpLog } from '../oplog.ts';
import { replayOf, type Replay } from '../replay.ts';
import type { Syscall } from './parse.ts';
import type { Proc } from './processes.ts';

/** A file call of an account with the system call that it was. */
export interface TracedCall extends CallMade {
  readonly syscall: string;
  readonly tid: number;
  /** How many calls of that name its thread had made in the step, this one included. */
  readonly ordinal: number;
  /** Names of calls that the history made of other files than the store's too. */
  readonly foreign: ReadonlySet<string>;
}

/** What errors that are no file system's own mean while a fault is being injected. */
export interface Injecting {
  /** A sync that fails leaves what was pending counted as written. */
  readonly forgets?: true;
  /** A sync that fails puts its file back to what it was when it was last synced. */
  readonly reverts?: true;
  /** A file may grow no longer than to a limit that was set, so `EFBIG` is injected too. */
  readonly fsize?: true;
  /**
   * A call that fails has its effect: whoever injects brings it about before the caller goes on.
   */
  readonly takes?: true;
  /** Of a write that has it, only so many bytes arrive. */
  readonly bytes?: number;
}

/** Everything that the import of one store's trace knows; the functions beside it work on it. */
export interface ImportState {
  /** Absolute path of the store's directory, without symbolic links. */
  readonly root: string;
  /** The same as the system has it. */
  readonly rootBytes: Uint8Array;
  /** What stands beside the store is in here. */
  readonly near: string;
  /** Directories in which the program may do as it likes. */
  readonly own: () => readonly string[];
  readonly log: { readonly base: Image; readonly events: Event[]; notModelled: readonly string[] };
  readonly replay: Replay;
  readonly calls: TracedCall[];
  readonly sizes: Map<Ino, number>;
  readonly kinds: Map<Ino, 'file' | 'dir' | 'link' | 'other'>;
  readonly outside: Set<Path>;
  /** Numbers of what is not the store's and was synced. */
  readonly around: Map<string, Ino>;
  /** Calls of the step so far, by thread and name. */
  readonly counts: Map<string, number>;
  readonly foreign: Set<string>;
  /** Told of each thing that is not modelled, once. */
  readonly told: (what: string) => void;
  injecting: Injecting | null;
  nextIno: Ino;
  mutations: number;
  requested: number;
  step: number;
  nth: number;
}

/** The import of a trace in which a store begins with `base` in the directory `root`. */
export function importState(
  options: Pick<ImportState, 'root' | 'near' | 'own' | 'told'>,
  base: Image,
): ImportState {
  const log: OpLog & { events: Event[] } = { base, events: [], notModelled: [] };
  const sizes = new Map<Ino, number>();
  const kinds = new Map<Ino, 'file' | 'dir' | 'link' | 'other'>([[ROOT_INO, 'dir']]);
  let ino = ROOT_INO + 1;
  for (const node of base.values()) {
    kinds.set(ino, node.is);
    if (node.is === 'file') sizes.set(ino, node.size);
    ino++;
  }
  return {
    ...options,
    rootBytes: Buffer.from(options.root),
    log,
    replay: replayOf(log),
    calls: [],
    sizes,
    kinds,
    outside: new Set(),
    around: new Map(),
    counts: new Map(),
    foreign: new Set(),
    injecting: null,
    nextIno: ino,
    mutations: 0,
    requested: 0,
    step: 0,
    nth: 0,
  };
}

/** Names something that the op log cannot say, once. */
export function notModelled(state: ImportState, what: string): void {
  if (unusable(state, what)) state.told(what);
}

/** The same of a log that is worth nothing for no fault of the port; true where that is new. */
export function unusable({ log }: ImportState, what: string): boolean {
  // What a hostile program makes up has no end; a report needs no more than these.
  if (log.notModelled.length >= 50 || log.notModelled.includes(what)) return false;
  log.notModelled = [...log.notModelled, what];
  return true;
}

/** Puts a call that had its effect into the log. */
export function happened(state: ImportState, call: Call): void {
  push(state, { is: 'call', step: state.step, actor: 0, call });
}

/**
 * Puts a call into the log as it went. True where it had its effect, also where an error was put
 * behind that.
 */
export function went(state: ImportState, syscall: Syscall, call: Call): boolean {
  const errno = injectedErrno(state, syscall);
  const isDone = syscall.result.errno === undefined && syscall.result.value !== null;
  if (errno === null) {
    if (isDone) happened(state, call);
    return isDone;
  }
  const { takes, bytes } = state.injecting ?? {};
  if (takes !== true) {
    failed(state, call, { errno });
    return false;
  }
  failed(state, call, { errno, took: true });
  const last = state.calls.length - 1;
  const made = state.calls[last]!;
  state.calls[last] = { ...made, took: true, ...(bytes === undefined ? {} : { done: bytes }) };
  return true;
}

/** Puts a call into the log that answered an error which was put in its place. */
export function failed(state: ImportState, call: Call, how: Omit<Failed, 'injected'>): void {
  const { step } = state;
  push(state, { is: 'call', step, actor: 0, call, failed: { ...how, injected: true } });
}

/** Puts a change into the log that nobody asked for. */
export function reverted(state: ImportState, call: Call): void {
  push(state, { is: 'call', step: state.step, actor: 0, call, reverts: true });
}

function push(state: ImportState, event: Event & { readonly is: 'call' }): void {
  const { call } = event;
  state.log.events.push(event);
  state.replay.apply(event);
  const made = call.do === 'name' ? call.made : undefined;
  if (made !== undefined) state.nextIno++;
  if (!isChange(event)) return;
  state.mutations++;
  const { sizes, kinds } = state;
  if (call.do === 'size') sizes.set(call.ino, call.to);
  else if (call.do === 'write') {
    const end = call.from + call.bytes.length;
    sizes.set(call.ino, Math.max(sizes.get(call.ino) ?? 0, end));
  } else if (call.do === 'name' && call.ino !== null && made !== undefined) {
    kinds.set(call.ino, made.is);
    if (made.is === 'file') sizes.set(call.ino, 0);
  }
}

/** The errno that was put in the call's place, or null: it went well, or failed by itself. */
export function injectedErrno({ injecting }: ImportState, { result }: Syscall): string | null {
  if (result.errno === undefined) return null;
  if (result.injected) return result.errno;
  return injecting?.fsize === true && result.errno === 'EFBIG' ? 'EFBIG' : null;
}

/** Counts a call, whatever it is of; the answer is its number among its thread's in this step. */
export function count(state: ImportState, { tid, name }: Syscall): number {
  const key = `${tid} ${name}`;
  const ordinal = (state.counts.get(key) ?? 0) + 1;
  state.counts.set(key, ordinal);
  return ordinal;
}

/** Everything that is known of a call when it is put into the account. */
export type Account = Partial<Omit<CallMade, 'step' | 'nth' | 'call' | 'failed' | 'refused'>>;

/** Puts a file call into the account of the step. */
export function account(
  state: ImportState,
  at: { readonly syscall: Syscall; readonly ordinal: number },
  call: CallName,
  more: Account,
): void {
  const { syscall, ordinal } = at;
  const { name, tid, result } = syscall;
  const { step } = state;
  const forced = injectedErrno(state, syscall);
  const refused = forced === null && result.errno !== undefined ? result.errno : null;
  state.calls.push({
    step, nth: state.nth++, call, syscall: name, tid, ordinal, foreign: state.foreign, ...more,
    ...(forced === null ? {} : { failed: forced }),
    ...(refused === null ? {} : { refused }),
  }); // prettier-ignore
}

/** An absolute path without `.` and `..`, from what a call was given and where it was. */
export function absolute(bytes: Uint8Array, from: string): string {
  const text = decodeName(bytes);
  const steps: string[] = [];
  for (const step of (text.startsWith('/') ? text : `${from}/${text}`).split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return `/${steps.join('/')}`;
}

/** As the log writes it: relative below the root, '' for the root, absolute elsewhere. */
export function pathOf(state: ImportState, full: string): Path {
  if (full === state.root) return '';
  return full.startsWith(`${state.root}/`) ? full.slice(state.root.length + 1) : full;
}

/** True for a path that is the store's own. */
export const isInside = (path: Path): boolean => !path.startsWith('/');

/**
 * Devices, and code that a program has compiled for itself. What lies in memory and has a name
 * (`/dev/shm`) outlives a process like any file.
 */
const noFiles = /^\/(?:dev\/(?!shm\/)|proc\/|sys\/|memfd:)|\/__pycache__(?:\/|$)/;

/** So many paths outside are enough to say that a program leaves its store's directory. */
const outsideMost = 100;

/** Names under which the system shows what a process has open, or where it is. */
const otherNames = /^\/proc\/[^/]+\/(?:task\/[^/]+\/)?(?:fd|cwd|root|map_files)(?:\/|$)/;

/** Notes a change of something that is not the store's, where it is nothing that anybody may. */
export function noteOutside(state: ImportState, path: Path): void {
  if (otherNames.test(path)) notModelled(state, 'a change by a path through /proc');
  if (noFiles.test(path) || state.outside.size >= outsideMost) return;
  if (!state.own().some((dir) => path === dir || path.startsWith(`${dir}/`)))
    state.outside.add(path);
}

/** What stands at a path of the store; null where nothing does, or the path is not the store's. */
export function inoAt(state: ImportState, path: Path): Ino | null {
  return path === '' ? ROOT_INO : isInside(path) ? state.replay.inoOf(path) : null;
}

/**
 * The place that a path of a call names. A path through a symbolic link in the store is not the
 * one that it looks, and is said so.
 */
export function placeOf(state: ImportState, full: string): Path {
  const path = pathOf(state, full);
  if (!isInside(path)) return path;
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const ino = state.replay.inoOf(path.slice(0, slash));
    if (ino !== null && state.kinds.get(ino) === 'link') {
      notModelled(state, 'a path through a symbolic link');
    }
  }
  return path;
}

/** What a handler of one system call is given. */
export interface Turn {
  readonly state: ImportState;
  readonly syscall: Syscall;
  readonly proc: Proc;
  readonly ordinal: number;
}
