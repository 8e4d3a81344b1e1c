import * as fs from 'node:fs';

// What Linux tells of the processes that run; elsewhere there are none to be seen.

/** A process that runs, as far as everybody may know it. */
export interface Proc {
  readonly pid: number;
  readonly name: string;
  /** One letter: `Z` and `X` have ended, and nobody has looked yet. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** The terminal by which it is controlled; 0 where there is none. */
  readonly terminal: number;
  /** Its user, by number. */
  readonly user: number;
  /** When it began: with its number it is told from all others since the machine was started. */
  readonly startTicks: number;
}

/** Every process. */
export function processesNow(): readonly Proc[] {
  return numbers().flatMap((pid) => statOf(pid) ?? []);
}

/**
 * Every process that may have begun after the one with this number: numbers count up, and begin
 * anew only where the last one that was given is smaller.
 */
export function processesAfter(pid: number): readonly Proc[] {
  const mayBe = lastNumber() < pid ? numbers() : numbers().filter((other) => other > pid);
  return mayBe.flatMap((other) => statOf(other) ?? []);
}

function numbers(): readonly number[] {
  if (process.platform !== 'linux') return [];
  try {
    return fs.readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** The number that was given last; 0 where that is not told. */
function lastNumber(): number {
  try {
    return Number(fs.readFileSync('/proc/loadavg', 'latin1').trimEnd().split(' ').at(-1)) || 0;
  } catch {
    return 0;
  }
}

/** Null where there is no such process, or nobody tells. */
export function statOf(pid: number): Proc | null {
  try {
    // `pid (name) state parent group session …`: a name may hold blanks and parentheses.
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    const end = text.lastIndexOf(')');
    const fields = text.slice(end + 2).split(' ');
    const [parent = 0, group = 0, session = 0, terminal = 0] = fields.slice(1, 5).map(Number);
    return {
      pid,
      name: text.slice(text.indexOf('(') + 1, end),
      state: fields[0] ?? '',
      parent,
      group,
      session,
      terminal,
      user: fs.statSync(`/proc/${pid}`).uid,
      startTicks: Number(fields[19]),
    };
  } catch {
    return null;
  }
}

/** The environment that it was started with, each variable between two NULs; empty where hidden. */
export function environmentOf(pid: number): string {
  try {
    return `\0${fs.readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`;
  } catch {
    return '';
  }
}

/** What its descriptors lead to: paths, or what a pipe is called; and its working directory. */
export function heldBy(pid: number): readonly string[] {
  return [...descriptorsOf(pid), ...linkAt(`/proc/${pid}/cwd`)];
}

function descriptorsOf(pid: number): readonly string[] {
  try {
    return fs.readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkAt(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

/** What one of its descriptors leads to, in a list; an empty one where it is closed. */
export function descriptorOf(pid: number, fd: number): readonly string[] {
  return linkAt(`/proc/${pid}/fd/${fd}`);
}

function linkAt(path: string): readonly string[] {
  try {
    return [fs.readlinkSync(path)];
  } catch {
    return [];
  }
}
