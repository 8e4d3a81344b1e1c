import { numberIn, pathOf } from '../names.ts';
import type { Run } from './run.ts';

/** A segment as a scan of the directory finds it. */
export interface Listed {
  readonly path: string;
  readonly segment: bigint;
}

/**
 * All segments by number. Several names may spell one number: they come in the order of the
 * directory, which nobody knows.
 */
export function listed(run: Run): readonly Listed[] {
  const found: Listed[] = [];
  for (const path of run.image.keys()) {
    const segment = path.includes('/') ? null : numberIn(path);
    if (segment === null) continue;
    const isOther = path !== pathOf(segment);
    if (isOther) run.saw('other name');
    if (isOther && !run.rule('name-counts', true)) continue;
    found.push({ path, segment });
  }
  const sorted = found.toSorted((a, b) => order(a.segment, b.segment));
  return sorted.flatMap((one, i) => {
    if (sorted[i - 1]?.segment === one.segment) return [];
    const same = sorted.filter(({ segment }) => segment === one.segment);
    if (same.length === 1) return same;
    run.saw('two names');
    return inSomeOrder(run, same);
  });
}

const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

function inSomeOrder(run: Run, all: readonly Listed[]): readonly Listed[] {
  const left = [...all];
  const placed: Listed[] = [];
  while (left.length > 0) placed.push(...left.splice(run.choose(left.length), 1));
  return placed;
}
