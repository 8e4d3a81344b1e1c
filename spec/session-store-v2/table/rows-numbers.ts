import { opened, rebuiltFor, refusedWith, rowsIn, segmentsIn } from './facts.ts';
import { row } from './row.ts';
import type { DecisionRow } from './row.ts';
import {
  chainAfter,
  coordinateCut,
  cutIntoRows,
  isTooLong,
  rebuilt,
  risesWhenSorted,
  sideFiles,
  tailIs,
  tailRepeats,
} from './signs.ts';

/** Rows 36 to 47: numbers, names, limits and order. */
export const numbersRows: readonly DecisionRow[] = [
  row(
    '36',
    'The last row ends too early or names an earlier segment: its segment is cut first, and ' +
      'then found wrong.',
    ['active-tail-cut'],
    cutIntoRows,
  ),
  row(
    '37',
    'The last row has a number of 2^64-1: refused, though the index could be rebuilt.',
    ['next-entry-fits', 'next-frame-fits'],
    (t) => refusedWith(t)?.endsWith('-sequence-overflow-bootstrap') === true && !rebuilt(t),
  ),
  row(
    '37b',
    'A frame has the entry number 2^64-1: all behind it is cut, and then opening is refused.',
    ['next-entry-fits'],
    (t) => refusedWith(t) === 'entry-sequence-overflow-bootstrap' && rebuilt(t),
  ),
  row(
    '38',
    'Two rows have one entry number: rebuilt; where there are two frames too, the second and ' +
      'all behind are cut.',
    ['rows-rise', 'recoverable-text'],
    (t) => rebuiltFor(t, 'entry-seq-not-increasing') && !risesWhenSorted(rowsIn(t.before)),
  ),
  row(
    '39',
    'A segment has another spelling of its name: scanned and cut, but never statted, read or ' +
      'appended to.',
    ['segment-name'],
    (t) => t.op.op === 'create' && segmentsIn(t.before).some((s) => !s.canonical),
  ),
  row(
    '40',
    'A directory has the name of a segment: ignored until a rebuild, which then fails.',
    ['segment-name'],
    (t) => t.op.op === 'create' && segmentsIn(t.before).some((s) => s.node.is === 'dir'),
  ),
  row(
    '41',
    'Manifest or checkpoint state another chain hash: never compared.',
    ['open-reads-side-files'],
    (t) => opened(t) && sideFiles(t).some((chain) => chain !== null && chain !== chainAfter(t)),
  ),
  row(
    '42',
    'Manifest, checkpoint or ledger are damaged: not read when opening.',
    ['open-reads-side-files'],
    (t) => opened(t) && sideFiles(t).includes(null),
  ),
  row(
    '43',
    'A line of the index is longer than the limit: rebuilt.',
    ['index-line-readable', 'recoverable-io'],
    (t) => rebuiltFor(t, 'io-invalid-data') && isTooLong(t),
  ),
  row(
    '43b',
    'A line of a segment is longer than the limit and a rebuild is needed: refused for good.',
    ['scan-line-readable'],
    (t) => refusedWith(t) === 'frame-unreadable' && isTooLong(t),
  ),
  row(
    '44',
    'A frame stands there twice: cut at the second.',
    ['scan-frame-matches'],
    (t) => coordinateCut(t, 'repeated') || (tailIs(t, 'frames') && tailRepeats(t)),
  ),
  row('45', 'A frame is missing: cut at the next.', ['scan-frame-matches'], (t) =>
    coordinateCut(t, 'skipped'),
  ),
  row('46', 'Two frames are swapped: cut at the first.', ['scan-frame-matches'], (t) =>
    coordinateCut(t, 'swapped'),
  ),
  row(
    '47',
    'Two rows are swapped: rebuilt.',
    ['rows-rise', 'recoverable-text'],
    (t) => rebuiltFor(t, 'entry-seq-not-increasing') && risesWhenSorted(rowsIn(t.before)),
  ),
];
