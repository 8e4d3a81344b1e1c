import { indexOf, opened, rebuiltFor, refusedWith, said } from './facts.ts';
import { row } from './row.ts';
import type { DecisionRow } from './row.ts';
import {
  asIs,
  behind,
  gapsBetween,
  holdsData,
  lastRow,
  newRows,
  rebuilt,
  tailIs,
} from './signs.ts';

/** Rows 20 to 26: missing and surplus segments and frames. */
export const orderRows: readonly DecisionRow[] = [
  row(
    '20',
    'A segment in the middle is missing and its entries are parents: the index forgets it, ' +
      'then refused.',
    ['frame-file-exists', 'recoverable-text', 'check-parent-known'],
    (t) => rebuiltFor(t, 'frame-missing') && refusedWith(t) === 'parent-missing',
  ),
  row(
    '21',
    'A segment in the middle is missing and no parent crosses: a silent hole.',
    ['frame-file-exists', 'recoverable-text'],
    (t) => rebuiltFor(t, 'frame-missing') && opened(t) && gapsBetween(t, 'some-missing'),
  ),
  row(
    '22',
    'The active segment is missing and others exist: rebuilt without it.',
    ['active-exists', 'recoverable-text'],
    (t) => rebuiltFor(t, 'active-segment-missing') && opened(t) && newRows(t).length > 0,
  ),
  row(
    '23',
    'All segments are missing: the index is replaced by an empty one and the store is empty.',
    ['active-exists', 'recoverable-text'],
    (t) => rebuiltFor(t, 'active-segment-missing') && opened(t) && newRows(t).length === 0,
  ),
  row(
    '24',
    'A segment with data follows the last indexed one: ignored, and emptied at the next rotation.',
    ['index-has-rows', 'store-empty'],
    (t) => asIs(t) && behind(t).some(holdsData),
  ),
  row(
    '24b',
    'A segment with data follows the last indexed one and the index is rebuilt: its frames ' +
      'come back.',
    ['scan-entry-rises'],
    (t) =>
      rebuilt(t) && newRows(t).some((r) => r.segmentSeq > (lastRow(t)?.segmentSeq ?? r.segmentSeq)),
  ),
  row(
    '25',
    'An empty segment follows: ignored.',
    ['segments-hold-data'],
    (t) => opened(t) && behind(t).some((s) => !holdsData(s)),
  ),
  row('26', 'A frame was written and its row was not: cut.', ['active-tail-cut'], (t) =>
    tailIs(t, 'frames'),
  ),
  row(
    '26b',
    'The first frame of a segment was written and its row was not: the file is ignored.',
    ['index-has-rows'],
    (t) =>
      asIs(t) &&
      behind(t).some((s) => s.seq === (lastRow(t)?.segmentSeq ?? 0n) + 1n && s.frames.length === 1),
  ),
  row(
    '26c',
    'The first entry of the store was written and its row was not: it appears.',
    ['store-empty', 'segments-hold-data'],
    (t) => rebuiltFor(t, 'data-without-rows') && opened(t) && newRows(t).length === 1,
  ),
  row(
    '26d',
    'The row was torn while it was written: rebuilt, the entry appears.',
    ['index-row-parses', 'recoverable-json'],
    (t) =>
      rebuiltFor(t, 'json') &&
      said(t, 'index-row-parses', 'no') &&
      indexOf(t.before).at(-1)?.line.terminated === false,
  ),
];
