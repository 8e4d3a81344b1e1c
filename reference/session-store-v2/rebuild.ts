import type { Handle } from './handle.ts';
import { refreshTails, requireWritable } from './handle.ts';
import { compareIndex, stageIndex } from './index-file.ts';
import { quarantine } from './keep.ts';
import { publish } from './replace.ts';

/**
 * Writes the index anew from what was verified; old bytes that say anything else are kept. Answers
 * the row count.
 */
export function rebuild(h: Handle): bigint {
  requireWritable(h);
  const { files, paths, limits, entries } = h;
  const { mark, isPrefix } = compareIndex(files, paths, entries, limits);
  if (mark !== null && !isPrefix) {
    const fragment = { path: paths.index, base: 'offsets.jsonl', from: 0, to: mark.size };
    quarantine(files, paths, fragment, limits);
  }
  const options = { count: entries.count, name: 'offsets.rebuild.tmp' };
  const staged = stageIndex(files, paths, entries, options);
  publish(files, { staged, path: paths.index, dir: paths.indexDir });
  refreshTails(h);
  return BigInt(entries.count);
}
