import { differences } from '../lib/image.ts';
import type { Image, Path } from '../lib/image.ts';
import type { Class } from '../lib/judge.ts';
import { assess } from './classify.ts';
import type { Assessment } from './classify.ts';

/**
 * What damage changed although nothing on disk covers it: the ranges of files that differ from the
 * undamaged image, where what is shown differs too and yet no refusal, repair or notice is called
 * for. Empty where damage is detected.
 */
export function undetectable(undamaged: Image, damaged: Image): readonly Class[] {
  const before = assess(undamaged);
  const after = assess(damaged);
  const speaks =
    after.legal.open === 'refused' ||
    after.expectedNotices.length + after.expectedRepairs.length > 0;
  const shown = (a: Assessment): readonly string[] =>
    a.recovered.map((e) => `${e.key} ${e.frame.timestamp}`);
  const was = shown(before);
  const is = shown(after);
  if (speaks || (was.length === is.length && was.every((entry, i) => entry === is[i]))) return [];
  return differences(undamaged, damaged)
    .filter((file) => !file.startsWith('tmp/'))
    .map((file) => ({
      is: 'undetectable',
      file,
      ...changedRange(undamaged, damaged, file),
      why: 'uncovered',
    }));
}

/** The bytes [from, to) of the undamaged file that are not as they were. */
function changedRange(undamaged: Image, damaged: Image, file: Path): { from: number; to: number } {
  const was = undamaged.get(file);
  const is = damaged.get(file);
  if (was?.is !== 'file') return { from: 0, to: 0 };
  if (is?.is !== 'file') return { from: 0, to: was.size };
  const at = (bytes: Uint8Array, i: number): number => bytes[i] ?? 0;
  const written = Math.max(was.bytes.length, is.bytes.length);
  let from = 0;
  while (from < written && at(was.bytes, from) === at(is.bytes, from)) from += 1;
  from = Math.min(from, was.size, is.size);
  if (was.size !== is.size) return { from, to: was.size };
  let to = written;
  while (to > from && at(was.bytes, to - 1) === at(is.bytes, to - 1)) to -= 1;
  return { from, to };
}
