// A long file, for it is one table: every row of what the original does with damage.
import type { RuleId } from './rules.ts';

/** What a run of the table notes on its way; a row is recognised by all of its facts. */
export type Fact =
  | 'strict' | 'permissive' | 'chain' | 'no chain'
  | 'chain: short' | 'chain: magic' | 'chain: mismatch' | 'chain: dropped' | 'chain: whole'
  | 'short segment' | 'header only' | 'wrong magic read' | 'odd header' | 'mismatch read'
  | 'number gap' | 'bad sum' | 'bad length' | 'corrupt: last' | 'corrupt: inner' | 'went on'
  | 'torn length' | 'torn frame' | 'frames hidden' | 'torn: inner' | 'nul short' | 'nul long'
  | 'seq skipped' | 'seq falls' | 'seq gap' | 'unknown type' | 'unknown then lower'
  | 'link followed' | 'other name' | 'two names'
  | 'opened odd header' | 'opened behind tail' | 'opened empty' | 'opened piece' | 'new chain'
  | 'appended low' | 'appended unknown type' | 'batch over size' | 'appended none'
  | 'rotated' | 'unforced' | 'wrapped' | 'due: forced' | 'due: size' | 'due: age' | 'due: none'
  | 'reader: torn' | 'reader: corrupt' | 'reader: short' | 'reader: no segment' | 'no handle'; // prettier-ignore

/** One row of the original's decision table. */
export interface DecisionRow {
  readonly id: RowId;
  /** What is found: what comes of it. */
  readonly text: string;
  readonly source: string;
  /** The decisions that make the row what it is: inverting one of them changes the row's result. */
  readonly rules: readonly RuleId[];
  /** True where a run went this way. */
  readonly when: (seen: ReadonlySet<Fact>) => boolean;
}

export type RowId = `W${string}`;

const row = (
  number: string,
  text: string,
  rules: readonly RuleId[],
  ...facts: readonly Fact[]
): DecisionRow => ({
  id: `W${number}`,
  text,
  source: `format page, Decision table (W${number})`,
  rules,
  when: (seen) => facts.every((fact) => seen.has(fact)),
});

const chainRows: readonly DecisionRow[] = [
  row(
    '1',
    'A file shorter than a header, strict and with the chain: refused with `segment_too_small`.',
    ['header-there', 'chain-strict', 'chain-asked'],
    'strict',
    'chain: short',
  ),
  row(
    '1b',
    'The same, permissive and with the chain: it and all later segments are dropped in silence.',
    ['header-there', 'chain-strict'],
    'permissive',
    'chain: short',
  ),
  row(
    '1c',
    'The same without the chain: it is passed over, later segments are replayed.',
    ['chain-asked', 'open-checks-header'],
    'no chain',
    'short segment',
  ),
  row('2', 'A header and nothing else: no frame, no error.', ['holds-frames'], 'header only'),
  row(
    '3',
    'A wrong magic number, strict and with the chain: refused with `bad_magic`.',
    ['magic-right', 'chain-strict', 'chain-asked'],
    'strict',
    'chain: magic',
  ),
  row(
    '3b',
    'The same, permissive and with the chain: it and all later segments are dropped in silence.',
    ['magic-right', 'chain-strict'],
    'permissive',
    'chain: magic',
  ),
  row(
    '3c',
    'The same without the chain: nobody looks, its frames are replayed.',
    ['magic-always', 'chain-asked'],
    'no chain',
    'wrong magic read',
  ),
  row(
    '4',
    'Another version, instance, number or reserved value in a header: nobody looks.',
    ['version-checked', 'reserved-checked', 'instance-checked', 'number-checked'],
    'odd header',
  ),
  row(
    '5',
    'A header that does not hold the hash of the file before it, strict and with the chain: ' +
      'refused with `chain_mismatch`, nothing is applied.',
    ['prev-right', 'prev-hashes-file', 'chain-strict', 'chain-asked'],
    'strict',
    'chain: mismatch',
  ),
  row(
    '5b',
    'The same, permissive and with the chain: it and all later segments are dropped in silence.',
    ['prev-right', 'chain-strict'],
    'permissive',
    'chain: mismatch',
  ),
  row(
    '5c',
    'The same without the chain: nobody looks.',
    ['chain-asked'],
    'no chain',
    'mismatch read',
  ),
  row(
    '6',
    'A segment is missing in the middle, without the chain: a hole in silence.',
    ['gap-refused'],
    'no chain',
    'number gap',
  ),
];

const frameRows: readonly DecisionRow[] = [
  row(
    '7',
    'A wrong checksum, strict: refused with `frame_corrupt` after what stands before it was ' +
      'applied.',
    ['crc-right', 'corrupt-strict'],
    'strict',
    'bad sum',
  ),
  row(
    '7b',
    'The same, permissive: the rest of the segment is passed over.',
    ['crc-right', 'corrupt-strict'],
    'permissive',
    'bad sum',
  ),
  row(
    '7c',
    'A corrupt frame in a segment that others follow, permissive and without the chain: later ' +
      'segments are replayed, a hole.',
    ['corrupt-ends-all'],
    'permissive',
    'no chain',
    'corrupt: inner',
    'went on',
  ),
  row(
    '8',
    'A length below 21 or above 64 MiB, strict: refused with `frame_corrupt`, also where it ' +
      'points behind the end.',
    ['length-least', 'length-most', 'corrupt-strict'],
    'strict',
    'bad length',
  ),
  row(
    '8b',
    'The same, permissive: the rest of the segment is passed over.',
    ['length-least', 'length-most', 'corrupt-strict'],
    'permissive',
    'bad length',
  ),
  row(
    '9',
    'One to three bytes where a frame should begin: the segment ends there in silence.',
    ['length-there', 'torn-refused'],
    'torn length',
  ),
  row(
    '10',
    'A length that says more bytes than there are: the segment ends there in silence.',
    ['frame-fits', 'torn-refused'],
    'torn frame',
  ),
  row(
    '10b',
    'The same with whole frames behind it: they are all lost in silence.',
    ['frame-fits', 'torn-refused'],
    'frames hidden',
  ),
  row(
    '10c',
    'A torn frame in a segment that others follow, without the chain: they are replayed.',
    ['torn-ends-all'],
    'no chain',
    'torn: inner',
  ),
  row(
    '11',
    'One to three zeros at the end: the segment ends there in silence.',
    ['length-there'],
    'nul short',
  ),
  row(
    '11b',
    'Four zeros or more at the end: corrupt, so a strict replay is refused.',
    ['length-least', 'corrupt-strict'],
    'nul long',
  ),
  row(
    '12',
    'A sequence at or below the one to begin behind: passed over.',
    ['seq-after'],
    'seq skipped',
  ),
  row(
    '13',
    'A sequence at or below the last one applied: refused with `non_monotonic` in every mode.',
    ['seq-rises'],
    'seq falls',
  ),
  row('14', 'Sequences are left out: nobody looks.', ['seq-gap-refused'], 'seq gap'),
  row(
    '15',
    'An unknown payload type, strict: refused with `unknown_payload_type`.',
    ['type-known', 'type-strict'],
    'strict',
    'unknown type',
  ),
  row(
    '15b',
    'The same, permissive: passed over.',
    ['type-known', 'type-strict'],
    'permissive',
    'unknown type',
  ),
  row(
    '15c',
    'A sequence that is not above that of a frame passed over: applied.',
    ['skipped-counts'],
    'permissive',
    'unknown then lower',
  ),
  row('16', 'A link at the place of a segment: followed.', ['link-refused'], 'link followed'),
  row(
    '17',
    'A name in another spelling: read as the number that it spells.',
    ['name-counts'],
    'other name',
  ),
];

const managerRows: readonly DecisionRow[] = [
  row(
    '18',
    'A segment with a header that is none is opened: nobody looks.',
    ['open-checks-header'],
    'opened odd header',
  ),
  row(
    '18b',
    'A segment with a torn tail is opened: what is appended stands behind it and is never read.',
    ['open-cuts-tail'],
    'opened behind tail',
  ),
  row(
    '18c',
    'A piece of a header is opened: frames are appended behind it.',
    ['open-checks-header', 'file-empty'],
    'opened piece',
  ),
  row('18d', 'An empty file is opened: it gets a header.', ['file-empty'], 'opened empty'),
  row(
    '19',
    'An open creates a segment behind others: its header holds no hash, the chain is broken.',
    ['open-continues-chain'],
    'new chain',
  ),
  row(
    '20',
    'A sequence that is not above the last is appended: accepted.',
    ['append-checks-seq'],
    'appended low',
  ),
  row(
    '21',
    'An unknown payload type is appended: accepted.',
    ['append-checks-type'],
    'appended unknown type',
  ),
  row(
    '22',
    'A batch goes over the size: it stays in its segment.',
    ['append-splits'],
    'batch over size',
  ),
  row('23', 'A batch without frames: ok at once.', ['batch-empty'], 'appended none'),
  row(
    '24',
    'A rotation: the next segment holds the hash of the one that was closed.',
    ['rotate-chains'],
    'rotated',
  ),
  row('24b', 'A forced rotation is done: no other is due by it.', ['rotate-unforces'], 'unforced'),
  row('24c', 'A rotation behind number 2^64-1: the next number is 0.', ['rotate-wraps'], 'wrapped'),
  row('25', 'A rotation was forced: due, before all else.', ['due-forced'], 'due: forced'),
  row('25b', 'The size is reached: due, before the age.', ['due-size'], 'due: size'),
  row('25c', 'The age is reached: due.', ['due-age'], 'due: age'),
  row('25d', 'None of these: not due.', ['due-forced', 'due-size', 'due-age'], 'due: none'),
  row(
    '26',
    'The frame reader meets a torn frame: `frame_torn`.',
    ['frame-fits', 'length-there'],
    'reader: torn',
  ),
  row(
    '26b',
    'The frame reader meets a corrupt frame: `frame_corrupt`.',
    ['crc-right', 'length-least', 'length-most'],
    'reader: corrupt',
  ),
  row(
    '26c',
    'The frame reader is given a file without a whole header: `segment_too_small`.',
    ['reader-header-there'],
    'reader: short',
  ),
  row(
    '26d',
    'The frame reader is given a number that no file has: `no_such_segment`.',
    ['segment-there'],
    'reader: no segment',
  ),
  row('27', 'Nothing is open: `no-handle`.', ['handle-there'], 'no handle'),
];

/** Every row of the original's decision table, in its order. */
export const rows: readonly DecisionRow[] = [...chainRows, ...frameRows, ...managerRows];

/** The ids of all rows. */
export const rowIds: readonly RowId[] = rows.map(({ id }) => id);

/** The rows that a run went through. */
export function rowsOf(seen: ReadonlySet<Fact>): readonly RowId[] {
  return rows.filter(({ when }) => when(seen)).map(({ id }) => id);
}
