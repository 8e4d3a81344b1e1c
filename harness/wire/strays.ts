import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A process that a port started and left behind. `leftGroup`: it made a group of its own, so that
 * ending the port's group does not end it.
 */
export interface Stray {
  readonly pid: number;
  readonly name: string;
  readonly leftGroup: boolean;
}

/** The variable by which what a port started is known, wherever it went; children inherit it. */
export const markerName = 'TEARPROOF_PORT';

/** What the names of the temporary folders of ports begin with; the number of ours follows. */
export const temporaryName = 'tearproof-port-';

/**
 * The processes that carry the marker, but for `group` itself, its leader. Linux tells; elsewhere,
 * and of processes that hide their environment, nothing is known.
 */
export function straysOf(marker: string, group: number): readonly Stray[] {
  return processIds().flatMap((pid) => {
    if (pid === group || !carries(pid, marker)) return [];
    const stat = statOf(pid);
    // A zombie has ended; its parent has not yet looked.
    if (stat === null || stat.state === 'Z' || stat.state === 'X') return [];
    return [{ pid, name: stat.name, leftGroup: stat.group !== group }];
  });
}

/** Ends those processes now. They are asked for again by their marker, so none else is hit. */
export function killStrays(marker: string, group: number): void {
  for (const { pid } of straysOf(marker, group)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended since.
    }
  }
}

/**
 * Ends every port that this process or one of its workers started, with all that those started, and
 * removes their temporary folders: what is left where a worker was terminated. Only after the last
 * port is done with.
 */
export function sweepPorts(): void {
  for (const pid of processIds()) {
    if (pid === process.pid || !carries(pid, `${process.pid}-`, 'begins with')) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended since.
    }
  }
  for (const name of fs.readdirSync(tmpdir())) {
    if (!name.startsWith(`${temporaryName}${process.pid}-`)) continue;
    fs.rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function processIds(): readonly number[] {
  if (process.platform !== 'linux') return [];
  try {
    return fs.readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function carries(pid: number, marker: string, how: 'is' | 'begins with' = 'is'): boolean {
  try {
    const environment = fs.readFileSync(`/proc/${pid}/environ`, 'latin1');
    const end = how === 'is' ? '\0' : '';
    return `\0${environment}\0`.includes(`\0${markerName}=${marker}${end}`);
  } catch {
    // It has ended, or belongs to somebody else.
    return false;
  }
}

/** `pid (name) state parent group …`: a name may hold blanks and parentheses. */
function statOf(pid: number): { name: string; state: string; group: number } | null {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    const end = text.lastIndexOf(')');
    const [state = '', , group = ''] = text.slice(end + 2).split(' ');
    return { name: text.slice(text.indexOf('(') + 1, end), state, group: Number(group) };
  } catch {
    return null;
  }
}
