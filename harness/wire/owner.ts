import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { statOf } from './proc.ts';

// Who made a folder or started a port, as a word that stands in names. A process number alone is
// given to another process later, and means another one in another container.

/** `PLACE-PID-START`; a place is a boot of a machine and what numbers its processes. */
const ownerName = /^([0-9a-f]{8})-(\d+)-(\d+)(?:-|$)/;

/** Where processes cannot be told apart, which no owner is ever thought gone of. */
const nowhere = '00000000';

/** The word for this process, the same in all of its threads. */
export function ownName(): string {
  const start = statOf(process.pid)?.startTicks ?? 0;
  return `${start === 0 ? nowhere : placeHere()}-${process.pid}-${start}`;
}

/**
 * True where what begins with the word of its owner has none any more, for certain: an owner of
 * another machine, container or boot may be alive, and so may one of which nothing is known.
 */
export function isOrphaned(name: string): boolean {
  const [, place, pid, start] = ownerName.exec(name) ?? [];
  if (place === undefined || place === nowhere || place !== placeHere()) return false;
  const now = statOf(Number(pid));
  if (now !== null) return now.startTicks !== Number(start);
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // Another's process is refused, not missing.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

let here: string | null = null;

function placeHere(): string {
  here ??= placeOf();
  return here;
}

function placeOf(): string {
  try {
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
    const processes = fs.readlinkSync('/proc/self/ns/pid');
    return createHash('sha256').update(`${boot} ${processes}`).digest('hex').slice(0, 8);
  } catch {
    return nowhere;
  }
}
