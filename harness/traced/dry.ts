import { createHash } from 'node:crypto';
import type { TracedCall } from '../../faults/strace/state.ts';
import type { Image } from '../../spec/lib/image.ts';

/** What steps of histories without faults did, by the histories: the same history does the same. */
export interface DryRuns {
  get(key: string): readonly TracedCall[] | null;
  set(key: string, calls: readonly TracedCall[]): void;
}

/** So many steps are remembered; a sweep asks for those of the history before it. */
const stepsMost = 4000;

/** Nothing is known yet. */
export function dryRuns(): DryRuns {
  const known = new Map<string, readonly TracedCall[]>();
  return {
    get: (key) => known.get(key) ?? null,
    set(key, calls) {
      if (known.size >= stepsMost) known.clear();
      known.set(key, calls);
    },
  };
}

/** The key of a history that begins with this tree and in which nothing was asked. */
export function keyOfImage(image: Image): string {
  const hash = createHash('sha256');
  for (const [path, node] of image) {
    const size = node.is === 'file' ? node.size : 0;
    hash.update(`${JSON.stringify(path)} ${node.is} ${size}\n`);
    if (node.is === 'file') hash.update(node.bytes);
    else hash.update(JSON.stringify(node));
  }
  return hash.digest('hex');
}

/** The key of a history that goes on with this line. */
export function keyAfter(key: string, line: unknown): string {
  return createHash('sha256').update(key).update(JSON.stringify(line)).digest('hex');
}
