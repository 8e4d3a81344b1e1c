import { cuts, gaps, opened, rebuilds, rebuiltFor, rowsIn, said } from './facts.ts';
import { row } from './row.ts';
import type { DecisionRow } from './row.ts';
import { indexPath } from './run.ts';
import {
  accepted,
  asIs,
  behind,
  gapsBetween,
  holdsData,
  rebuilt,
  setAside,
  tailIs,
} from './signs.ts';

/** Rows 1 to 7: index. */
export const indexRows: readonly DecisionRow[] = [
  row(
    '1',
    'No index, or an empty one, while segments hold data: it is rebuilt and all entries are there.',
    ['store-empty', 'segments-hold-data'],
    (t) => rebuiltFor(t, 'data-without-rows') && opened(t),
  ),
  row(
    '2',
    'An index line is torn, garbage or no UTF-8: the index is rebuilt.',
    ['index-row-parses', 'recoverable-json', 'index-line-readable', 'recoverable-io'],
    (t) =>
      rebuilt(t) && (said(t, 'index-row-parses', 'no') || said(t, 'index-line-readable', 'no')),
  ),
  row(
    '3',
    'The index lacks its last LF: nobody notices, and the next append puts two rows on one line.',
    ['append-mends-line'],
    (t) => t.deeds.some((deed) => deed.did === 'glued' && deed.file === indexPath),
  ),
  row(
    '4',
    'The index was cut at a line end: the active segment is cut to match, acknowledged ' +
      'entries are lost.',
    ['active-tail-cut'],
    (t) => asIs(t) && (tailIs(t, 'frames') || behind(t).some(holdsData)),
  ),
  row(
    '5',
    'A row is missing in the middle: refused where its entry is a parent, else the entry is ' +
      'hidden.',
    ['check-parent-known', 'rows-rise'],
    (t) =>
      rebuilds(t).length === 0 &&
      t.op.op === 'create' &&
      accepted(t) &&
      gaps(rowsIn(t.before)).length > 0,
  ),
  row(
    '6',
    'A row ends beyond its segment: the index is rebuilt from what is there.',
    ['range-inside', 'recoverable-text'],
    (t) => rebuiltFor(t, 'index-out-of-bounds'),
  ),
  row(
    '6b',
    'A segment that is not the last is torn: it is cut there and all later segments are set aside.',
    ['scan-line-torn', 'scan-quarantines'],
    (t) => cuts(t, 'cut-torn').length > 0 && setAside(t),
  ),
  row(
    '6c',
    'A segment that is not the last was cut at a line end or emptied: the gap is accepted.',
    ['scan-entry-rises'],
    (t) => gapsBetween(t, 'all-present'),
  ),
  row(
    '7',
    'A row has a wrong CRC: the index is rebuilt.',
    ['check-crc', 'recoverable-text'],
    (t) => rebuiltFor(t, 'checksum-mismatch') && opened(t),
  ),
];
