import type { Doing, Operation } from '../lib/operation.ts';
import type { Op } from './ops.ts';

const damage = [
  'segment_name', 'not_a_file', 'not_a_directory', 'symlink_refused', 'header_damaged',
  'unsupported_version', 'segment_misplaced', 'chain_mismatch', 'frame_corrupt', 'non_monotonic',
  'unknown_payload_type',
]; // prettier-ignore
/** What is wrong with a segment that is read for itself. */
const ofOne = [
  'segment_name', 'not_a_file', 'not_a_directory', 'symlink_refused', 'header_damaged',
  'unsupported_version', 'segment_misplaced', 'frame_corrupt', 'ambiguous_gap', 'tail_too_large',
]; // prettier-ignore
const chain = ['segment_too_small', 'bad_magic', 'chain_mismatch', 'abort'];
const writing = ['no-handle', 'poisoned', 'stale_handle', 'no_space', 'io-*'];
const opening = [
  ...damage, 'ambiguous_gap', 'tail_too_large', 'quarantine_conflict', 'no_space', 'not_u64',
]; // prettier-ignore
const appending = [
  'not_increasing',
  'unknown_payload_type',
  'frame_too_large',
  'not_u64',
  'not_bytes',
];

function doing(does: string, syncs: string, codes: readonly string[]): Doing {
  return { does, syncs, codes: [...new Set(codes)] };
}

/** What each operation answers, and what it does in either store. */
export const operations: Readonly<Record<Op['op'], Operation>> = {
  open: {
    answers: 'the number of the segment that is open now, its size, repairs and notices',
    original: doing(
      'Makes the directory, opens the segment of that number or the last, and writes a header ' +
        'where it has no bytes, with zeros as the hash of the one before. Of a segment that is ' +
        'there it reads every byte for the hash and checks none.',
      '',
      ['abort', 'io-*'],
    ),
    safe: doing(
      'Verifies every segment. What is torn at the end of the last one is kept in quarantine, cut ' +
        'and reported; a header that is missing or torn there is written anew. A new segment ' +
        'holds the hash of the one before, also after a restart.',
      'the fragment and its directory, the cut segment, the open one, the directory',
      [...opening, 'segment_sealed', 'stale_handle', 'io-*'],
    ),
  },
  append: {
    answers: 'nothing',
    original: doing(
      'One write of the whole batch, whatever it holds; an empty one answers at once, also ' +
        'without a handle. After a failed write what was written stays.',
      'the segment, with `sync`',
      ['no-handle', 'io-*'],
    ),
    safe: doing(
      'Refuses what a replay would refuse before anything is written. A write that fails is cut ' +
        'back, durably; where that fails too, or a sync did, the handle is poisoned.',
      'the segment, with `sync`',
      [...writing, ...appending],
    ),
  },
  other: {
    answers: 'nothing',
    original: doing(
      'Opens, appends with a sync, closes: as another program would.',
      'the segment',
      ['abort', 'io-*'],
    ),
    safe: doing('The same, by the rules of `open` and `append`.', 'as `open`, then the segment', [
      ...opening,
      ...appending,
      'poisoned',
      'stale_handle',
      'io-*',
    ]),
  },
  sync: {
    answers: 'nothing',
    original: doing('Syncs the segment that is open.', 'the segment', ['no-handle', 'io-*']),
    safe: doing('The same; one that fails poisons the handle.', 'the segment', writing),
  },
  force: {
    answers: 'nothing',
    original: doing('Makes the next `shouldRotate` answer `forced`.', '', ['no-handle']),
    safe: doing('The same.', '', ['no-handle']),
  },
  shouldRotate: {
    answers: 'why a rotation is due, or null: forced before size before time',
    original: doing('Compares size and age with the limits; changes nothing.', '', ['no-handle']),
    safe: doing('The same.', '', ['no-handle']),
  },
  rotate: {
    answers: 'number, hash and size of the segment that was closed',
    original: doing(
      'Closes the segment and opens the next number, whose header holds the hash. The number ' +
        'behind 2^64-1 is 0.',
      '',
      ['no-handle', 'abort', 'io-*'],
    ),
    safe: doing(
      'The same, but the closed segment is durable before the next one is there, and numbers end.',
      'the closed segment, the new one, the directory',
      [...writing, 'numbers_used_up'],
    ),
  },
  close: {
    answers: 'number, hash and size of the segment',
    original: doing('Lets go of it; the hash is that of the bytes it wrote.', '', [
      'no-handle',
      'io-*',
    ]),
    safe: doing('The same.', 'the segment', writing),
  },
  frames: {
    answers: 'the frames of one segment, in the order of the file',
    original: doing('Reads the file under its canonical name; the header is not looked at.', '', [
      'no_such_segment', 'segment_too_small', 'frame_torn', 'frame_corrupt', 'io-*',
    ]), // prettier-ignore
    safe: doing('The same, but the header must verify; a torn tail of the last one ends it.', '', [
      'no_such_segment', ...ofOne, 'not_u64', 'io-*',
    ]), // prettier-ignore
  },
  verify: {
    answers: 'of each segment the hash and what its header holds of the one before',
    original: doing('Compares each header with the hash of the file before.', '', [
      ...chain,
      'io-*',
    ]),
    safe: doing('The same; a chain that begins anew is accepted.', '', [
      ...damage,
      'ambiguous_gap',
      'tail_too_large',
      'io-*',
    ]),
  },
  replay: {
    answers: 'the frames of all segments above a commit sequence',
    original: doing(
      'See the decision table. Where the chain is asked for, it is checked before any frame.',
      '',
      [...chain, 'frame_corrupt', 'non_monotonic', 'unknown_payload_type', 'io-*'],
    ),
    safe: doing(
      'Strict: refuses what an open would refuse, but for a torn end. Permissive: the frames ' +
        'before the first that is wrong, never one behind a hole.',
      '',
      [...damage, 'ambiguous_gap', 'not_u64', 'io-*'],
    ),
  },
};
