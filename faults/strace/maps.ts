import { fdGiven, fileGiven, flagsGiven, leadsInside, numberGiven } from './given.ts';
import type { Proc, SharedMap } from './processes.ts';
import { notModelled, type Turn } from './state.ts';

/**
 * `mmap`: reading through a map is like reading; what is written through one is not in the log. One
 * that is shared and can only be read is remembered, where it may be made writable later.
 */
export function map(turn: Turn): void {
  const { state, proc, syscall } = turn;
  const [, length, protection, flags, fd] = syscall.args;
  const from = syscall.result.value;
  if (from === null || syscall.result.errno !== undefined) return;
  const made = { from, to: from + numberGiven(length) };
  forget(proc, made);
  if (fd?.is !== 'fd' || fd.fd === null || !leadsInside(turn, fd.link)) return;
  if (!flagsGiven(flags).some((flag) => flag.startsWith('MAP_SHARED'))) return;
  if (flagsGiven(protection).includes('PROT_WRITE')) {
    notModelled(state, 'mmap: a writable shared map');
  } else if (fileGiven(turn, fd)?.isWritable !== false) proc.maps.push(made);
}

/** `mprotect` and `pkey_mprotect`. */
export function protect({ state, proc, syscall }: Turn): void {
  const range = rangeGiven(syscall.args, 0);
  if (syscall.result.value !== 0 || range === null) return;
  if (!flagsGiven(syscall.args[2]).includes('PROT_WRITE')) return;
  if (proc.maps.some((one) => overlap(one, range))) {
    notModelled(state, 'mprotect: a shared map that becomes writable');
  }
}

/** `munmap`, after which something else may be mapped there. */
export function unmap({ proc, syscall }: Turn): void {
  const range = rangeGiven(syscall.args, 0);
  if (syscall.result.value === 0 && range !== null) forget(proc, range);
}

/** `mremap`: the file is mapped where the map went, or was made longer. */
export function remap({ proc, syscall }: Turn): void {
  const { args, result } = syscall;
  const old = rangeGiven(args, 0);
  if (old === null || result.value === null || result.errno !== undefined) return;
  const isMapped = proc.maps.some((one) => overlap(one, old));
  const made = { from: result.value, to: result.value + numberGiven(args[2]) };
  forget(proc, old);
  forget(proc, made);
  if (isMapped) proc.maps.push(made);
}

function rangeGiven(args: Turn['syscall']['args'], at: number): SharedMap | null {
  const from = fdGiven(args[at]);
  return from === null ? null : { from, to: from + numberGiven(args[at + 1]) };
}

const overlap = (a: SharedMap, b: SharedMap): boolean => a.from < b.to && b.from < a.to;

/** What is left of maps around a range. */
function forget({ maps }: Proc, { from, to }: SharedMap): void {
  for (let i = maps.length - 1; i >= 0; i--) {
    const one = maps[i]!;
    if (!overlap(one, { from, to })) continue;
    const rest = [
      { from: one.from, to: from },
      { from: to, to: one.to },
    ];
    maps.splice(i, 1, ...rest.filter((part) => part.from < part.to));
  }
}
