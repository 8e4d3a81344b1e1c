import { exists, list, rename, stat } from './disk.ts';
import { Fault, sessionFault } from './fault.ts';
import { shown, u64Max } from './run.ts';
import type { Run } from './run.ts';

/** A file that the original takes for a segment: its number, and its path in whatever spelling. */
export interface SegmentFile {
  readonly seq: bigint;
  readonly path: string;
}

/** Names of one number whose every order is looked at: 24 orders of four. */
const permutedMax = 4;

/**
 * The number that a name in `segments/` stands for, or null where it is none: `1.seg`, `+1.seg` and
 * `0001.seg` are 1.
 */
export function segmentNumber(name: string): bigint | null {
  const digits = /^\+?([0-9]+)\.seg$/.exec(name)?.[1];
  if (digits === undefined || digits.replace(/^0+/, '').length > 20) return null;
  const seq = BigInt(digits);
  return seq <= u64Max ? seq : null;
}

/**
 * Segment files by number. Names of one number come in the directory's order, which is anybody's
 * guess.
 */
export function listSegments(run: Run): readonly SegmentFile[] {
  if (!exists(run.disk, 'segments')) return [];
  const byNumber = new Map<bigint, string[]>();
  for (const name of [...list(run.disk, 'segments')].toSorted()) {
    const seq = segmentNumber(name);
    if (!run.rule('segment-name', seq !== null) || seq === null) continue;
    const names = byNumber.get(seq);
    if (names === undefined) byNumber.set(seq, [name]);
    else names.push(name);
  }
  const ascending = [...byNumber].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return ascending.flatMap(([seq, names]) =>
    ordered(run, names).map((name) => ({ seq, path: `segments/${name}` })),
  );
}

function ordered(run: Run, names: readonly string[]): readonly string[] {
  const known = names.length < 2 ? names : run.orders.get(names.join('/'));
  if (known !== undefined) return known;
  // Only the first names change places: a hostile directory may hold any number of them.
  const left = names.slice(0, permutedMax);
  let ways = 1;
  for (let n = 2; n <= left.length; n++) ways *= n;
  let way = run.choose(ways);
  const chosen: string[] = [];
  for (let n = left.length; n > 0; n--) {
    chosen.push(...left.splice(way % n, 1));
    way = Math.floor(way / n);
  }
  for (const name of names.slice(permutedMax)) chosen.push(name);
  run.orders.set(names.join('/'), chosen);
  return chosen;
}

/** True where any segment holds a byte; a directory counts, a dangling link is an error. */
export function segmentsHoldData(run: Run): boolean {
  return listSegments(run).some(({ path }) =>
    run.rule('segments-hold-data', stat(run.disk, path).size > 0),
  );
}

/** Moves a segment to the first free of `.bak`, `.bak.1`, … beside it. */
export function setAside(run: Run, path: string): void {
  for (let suffix = 0; suffix < run.limits.quarantineSuffixes; suffix++) {
    const backup = suffix === 0 ? `${path}.bak` : `${path}.bak.${suffix}`;
    if (run.rule('backup-taken', exists(run.disk, backup))) continue;
    try {
      rename(run.disk, path, backup);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const names = `${shown(run, path)} -> ${shown(run, backup)}`;
      throw sessionFault(
        'quarantine-failed',
        `failed to quarantine segment ${names}: ${error.message}`,
      );
    }
    run.deeds.push({ did: 'set-aside', file: path });
    return;
  }
  throw sessionFault(
    'quarantine-failed',
    `failed to quarantine segment ${shown(run, path)}: exhausted backup suffixes`,
  );
}
