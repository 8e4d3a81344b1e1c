import type { RuleId } from './table/rules.ts';

/** One row of the original's decision table. */
export interface DecisionRow {
  readonly id: string;
  /** The damage that an operation meets, and what comes of it. */
  readonly text: string;
  readonly source: string;
  /** The decisions that make the row what it is: inverting one of them changes the row's result. */
  readonly rules: readonly RuleId[];
}

function row<N extends number>(
  number: N,
  text: string,
  ...rules: readonly RuleId[]
): DecisionRow & { readonly id: `F${N}` } {
  return {
    id: `F${number}`,
    text,
    source: `format page, Decision table (F${number})`,
    rules,
  };
}

/** Every row of the original's decision table, in its order. */
export const rows = [
  row(1, 'a file of no bytes: a header is written', 'file-empty'),
  row(
    2,
    'a torn header, 1 to 7 bytes or 8 to 15 that begin with the magic: `io-unexpected-eof`, at ' +
      'every open',
    'magic-whole',
    'header-whole',
  ),
  row(
    3,
    'eight bytes or more that do not begin with the magic: `io-invalid-data`, at every open',
    'magic-matches',
  ),
  row(
    4,
    'a committed length inside the header: opened, and no entry is read',
    'frame-begins-before',
  ),
  row(
    5,
    'a committed length inside the header: appended bytes are counted from there, so that what ' +
      'was sealed may not be read',
    'tracked-fits',
  ),
  row(
    6,
    'a committed length inside a frame: that frame is read whole',
    'frame-begins-before',
    'read-checks-boundary',
  ),
  row(
    7,
    'a committed length behind the end of the file: opened, and all frames are read, also those ' +
      'that were never committed',
    'open-checks-length',
    'frame-begins-before',
  ),
  row(
    8,
    'a committed length behind the end of the file: appended bytes are counted from there',
    'tracked-fits',
    'open-checks-length',
  ),
  row(
    9,
    'a cut to a length inside the header, also by a seal that times out: the header is destroyed',
    'cut-refuses-header',
  ),
  row(
    10,
    'a cut to 2^63 bytes and more: `io-invalid-input`, and nothing is changed',
    'length-possible',
  ),
  row(11, 'no byte where the next frame should begin: reading ends', 'length-whole'),
  row(
    12,
    'one to seven bytes where the next frame should begin: reading ends without an error',
    'length-whole',
  ),
  row(
    13,
    'a frame whose length is there and whose payload or hash is not: `io-unexpected-eof`, and ' +
      'the frames before it are not shown either',
    'frame-whole',
  ),
  row(14, 'a frame length that cannot be allocated: the process dies', 'length-allocatable'),
  row(
    15,
    'a hash that does not match, wherever it stands: reading ends without an error, and all ' +
      'later frames are lost',
    'hash-matches',
  ),
  row(
    16,
    'a payload whose hash matches and that is no entry: reading ends without an error',
    'entry-decodes',
  ),
  row(17, 'bytes behind the entry in a payload: ignored', 'trailing-refused'),
  row(
    18,
    'a count inside an entry that cannot be allocated, in a payload whose hash matches: the ' +
      'process dies',
    'count-allocatable',
  ),
  row(
    19,
    'at least 40 zeros where the next frame should begin: an empty payload whose hash does not ' +
      'match, so reading ends without an error',
    'hash-matches',
  ),
  row(
    20,
    'bytes behind the committed length: not read and not removed',
    'open-cuts-tail',
    'frame-begins-before',
  ),
  row(21, 'a symbolic link as segment: followed', 'open-refuses-link'),
  row(22, 'a directory as segment: `io-eisdir`', 'name-opens'),
  row(
    23,
    'a name with `+` or zeros before the number: listed as that id, which opens another file',
    'name-number',
  ),
  row(
    24,
    'a whole frame doubled, moved or taken from another file: read like any other',
    'doubles-refused',
  ),
  row(
    25,
    'a read that stops before the end of the file: the next append overwrites what stands there',
    'read-keeps-position',
  ),
  row(
    26,
    '`truncate`: the header keeps the length that it had, and so publishes what is appended next',
    'cut-publishes',
  ),
  row(27, 'a cut to more bytes than there are: the file grows by zeros', 'cut-refuses-growth'),
  row(
    28,
    'a file without its magic under an open handle: neither `syncGroup` nor `reset` writes it ' +
      'again, and no later open succeeds',
    'cut-restores-magic',
  ),
  row(
    29,
    'frames in the file that were not tracked: the published length ends before what was sealed',
    'sync-checks-length',
  ),
  row(30, 'a number spelled wider than need be: read', 'wide-refused'),
  row(31, 'a directory or link with the name of a segment: listed', 'list-checks-sort'),
] as const satisfies readonly DecisionRow[];

export type RowId = (typeof rows)[number]['id'];

/** The ids of all rows. */
export const rowIds: readonly RowId[] = rows.map(({ id }) => id);
