import { cuts, firstCut, opened, rebuiltFor, refusedWith, said } from './facts.ts';
import { row } from './row.ts';
import type { DecisionRow } from './row.ts';
import { indexPath } from './run.ts';
import {
  crlfSegment,
  did,
  gapsBetween,
  hasCr,
  lastRow,
  noFrames,
  rebuilt,
  setAside,
  tailIs,
  unreadable,
} from './signs.ts';

const nul = String.fromCharCode(0);

/** Rows 8 to 19: bytes and lines of segments. */
export const segmentsRows: readonly DecisionRow[] = [
  row(
    '8',
    'A payload was changed: the index is rewritten with the new CRC, then opening is refused ' +
      'for good.',
    ['check-crc', 'check-payload-hash', 'check-payload-length'],
    (t) =>
      rebuiltFor(t, 'checksum-mismatch', 'payload-mismatch') &&
      refusedWith(t) === 'payload-mismatch',
  ),
  row(
    '9',
    'Other members of a frame were changed: the index gets the new CRC and the altered data ' +
      'is accepted.',
    ['check-crc', 'recoverable-text'],
    (t) => rebuiltFor(t, 'checksum-mismatch') && opened(t),
  ),
  row(
    '10',
    'A last frame lacks its LF: it gets one.',
    ['scan-line-healed'],
    (t) => did(t, 'healed') && opened(t),
  ),
  row('11', 'Torn bytes follow the last indexed frame: they are cut.', ['active-tail-cut'], (t) =>
    tailIs(t, 'torn'),
  ),
  row(
    '12',
    'The last frame is torn and the index missing: the line is cut.',
    ['scan-line-torn'],
    (t) => rebuiltFor(t, 'data-without-rows') && cuts(t, 'cut-torn').length > 0 && !setAside(t),
  ),
  row(
    '13',
    'The last frame is torn inside a character and a rebuild is needed: refused for good.',
    ['scan-line-readable'],
    (t) => unreadable(t)?.torn === true && !unreadable(t)?.why.startsWith('Line'),
  ),
  row(
    '14',
    'A line with LF is no frame: refused for good once a rebuild is needed.',
    ['scan-frame-parses', 'scan-line-torn'],
    (t) => refusedWith(t) === 'frame-unparsable',
  ),
  row(
    '15',
    'A hole of zeros with data behind it: a line that is no frame.',
    ['scan-frame-parses', 'scan-line-torn'],
    (t) => refusedWith(t) === 'frame-unparsable' && noFrames(t).some((text) => text.includes(nul)),
  ),
  row(
    '15b',
    'The last segment ends in garbage without LF that the index names: rebuilt, and the line ' +
      'is cut.',
    ['frame-parses', 'recoverable-json', 'scan-line-torn'],
    (t) =>
      rebuiltFor(t, 'json') &&
      said(t, 'frame-parses', 'no') &&
      cuts(t, 'cut-torn').length > 0 &&
      !setAside(t),
  ),
  row(
    '16',
    'A segment has blank lines and the index is missing: they are skipped.',
    ['scan-line-blank'],
    (t) => rebuiltFor(t, 'data-without-rows') && did(t, 'skipped-blank'),
  ),
  row(
    '16b',
    'A blank line came into a segment that is not active: rebuilt, the blank line stays.',
    ['scan-line-blank', 'frame-parses', 'recoverable-json'],
    (t) =>
      rebuilt(t) && firstCut(t) === null && lastRow(t) !== undefined && did(t, 'skipped-blank'),
  ),
  row(
    '16c',
    'A blank line came into the active segment: its tail is cut by as much, then it is rebuilt.',
    ['active-tail-cut', 'scan-line-blank'],
    (t) => rebuilt(t) && firstCut(t) !== null && did(t, 'skipped-blank'),
  ),
  row('16d', 'Blank bytes follow the last indexed frame: they are cut.', ['active-tail-cut'], (t) =>
    tailIs(t, 'blank'),
  ),
  row(
    '17',
    'Lines end in CR LF and the index is missing: accepted, the CRC covers both.',
    ['cr-refused'],
    (t) => rebuiltFor(t, 'data-without-rows') && opened(t) && crlfSegment(t),
  ),
  row(
    '17b',
    'Lines of a segment were changed to CR LF under an old index: cut by the old offsets, ' +
      'then rebuilt.',
    ['active-tail-cut', 'frame-parses'],
    (t) => rebuilt(t) && lastRow(t) !== undefined && crlfSegment(t),
  ),
  row(
    '17c',
    'Lines of the index end in CR LF: accepted.',
    ['cr-refused'],
    (t) => t.op.op === 'create' && hasCr(t.before, indexPath) && said(t, 'index-row-parses', 'yes'),
  ),
  row(
    '17d',
    'An edit made the active segment longer: as many bytes are cut from its end before ' +
      'anything is checked.',
    ['active-tail-cut'],
    (t) => rebuilt(t) && firstCut(t) !== null,
  ),
  row(
    '18',
    'A frame names another segment or frame number: cut there, later segments set aside.',
    ['scan-segment-matches', 'scan-frame-matches', 'scan-quarantines'],
    (t) => cuts(t, 'cut-coordinates').length > 0,
  ),
  row(
    '19',
    'A frame has an entry number not above those before: cut there, later segments set aside.',
    ['scan-entry-rises', 'scan-quarantines'],
    (t) => cuts(t, 'cut-entry-seq').length > 0,
  ),
  row(
    '19b',
    'An entry number was raised: accepted, and what follows below it is cut.',
    ['scan-entry-rises'],
    (t) => gapsBetween(t, 'one-segment'),
  ),
];
