import type { OpenFile } from './processes.ts';
import { absolute, notModelled, type Turn } from './state.ts';
import type { Arg } from './syntax.ts';

/** The bytes of a string argument; one that strace cut is named, since the rest is unknown. */
export function bytesGiven(turn: Turn, arg: Arg | undefined): Uint8Array | null {
  if (arg?.is !== 'string') return null;
  if (arg.cut) notModelled(turn.state, `${turn.syscall.name}: strace cut what it was given`);
  return arg.bytes;
}

/** A number that was given, or `otherwise`. */
export function numberGiven(arg: Arg | undefined, otherwise = 0): number {
  return arg?.is === 'number' ? arg.value : otherwise;
}

/** The flags of an argument, as strace words them. */
export function flagsGiven(arg: Arg | undefined): readonly string[] {
  const inner = arg?.is === 'struct' ? arg.members.get('flags') : arg;
  return inner?.is === 'word' ? inner.text.split('|') : [];
}

/** The descriptor's number of an argument, or null. */
export function fdGiven(arg: Arg | undefined): number | null {
  if (arg?.is === 'fd') return arg.fd;
  return arg?.is === 'number' ? arg.value : null;
}

/** The open file of the store behind a descriptor, or null where it is none of the store's. */
export function fileGiven(turn: Turn, arg: Arg | undefined): OpenFile | null {
  const fd = fdGiven(arg);
  const known = fd === null ? undefined : turn.proc.files.get(fd);
  if (known !== undefined) return known;
  if (arg?.is === 'fd' && arg.fd !== null && leadsInside(turn, arg.link)) {
    notModelled(turn.state, `${turn.syscall.name} of a file that was not seen being opened`);
  }
  return null;
}

/** True where a descriptor's link lies in the store. */
export function leadsInside({ state }: Turn, link: Uint8Array): boolean {
  if (link[0] !== 47) return false;
  const path = absolute(link, '/');
  return path === state.root || path.startsWith(`${state.root}/`);
}

/**
 * The absolute path that arguments `at` name: with a directory's descriptor before it, or alone.
 */
export function pathGiven(turn: Turn, at: number, hasDir: boolean): string | null {
  const { args } = turn.syscall;
  const dir = hasDir ? args[at] : undefined;
  const bytes = bytesGiven(turn, args[hasDir ? at + 1 : at]);
  if (bytes === null) return null;
  if (dir?.is !== 'fd') return absolute(bytes, turn.proc.cwd);
  const from = absolute(dir.link, '/');
  if (dir.fd === null && dir.link.length > 0) turn.proc.cwd = from;
  return absolute(bytes, dir.link.length === 0 ? turn.proc.cwd : from);
}
