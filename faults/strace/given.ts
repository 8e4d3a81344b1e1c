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
  if (fd === null) return null;
  const { files } = turn.proc;
  const known = files.get(fd);
  const isInside = arg?.is === 'fd' && leadsInside(turn, arg.link);
  if (known !== undefined) {
    if (isInside || arg?.is !== 'fd') return known;
    // It was closed unseen, as where another program took the process over.
    files.delete(fd);
  } else if (isInside && !arg.gone) {
    notModelled(turn.state, `${turn.syscall.name} of a file that was not seen being opened`);
  }
  return null;
}

/** True where what the system says a descriptor leads to lies in the store. */
export function leadsInside({ state }: Turn, link: Uint8Array): boolean {
  const { rootBytes } = state;
  const behind = link[rootBytes.length];
  if (behind !== undefined && behind !== 47) return false;
  return rootBytes.every((byte, i) => byte === link[i]);
}

/**
 * The absolute path that arguments `at` name: with a directory's descriptor before it, or alone.
 */
export function pathGiven(turn: Turn, at: number, hasDir: boolean): string | null {
  const { args } = turn.syscall;
  const dir = hasDir ? args[at] : undefined;
  const bytes = bytesGiven(turn, args[hasDir ? at + 1 : at]);
  if (bytes === null) return null;
  const { place } = turn.proc;
  if (dir?.is !== 'fd') return absolute(bytes, place.cwd);
  const from = absolute(dir.link, '/');
  if (dir.fd === null && dir.link.length > 0) place.cwd = from;
  return absolute(bytes, dir.link.length === 0 ? place.cwd : from);
}
