import type { Doing, Operation } from '../lib/operation.ts';
import type { Op } from './ops.ts';

const damage = [
  'header_damaged', 'corrupt_frame', 'committed_beyond_end', 'committed_misplaced', 'not_a_file',
  'symlink_refused',
]; // prettier-ignore
const held = ['no-handle', 'id_out_of_range'];
const writing = [...held, 'poisoned', 'stale_handle', 'no_space', 'io-*'];
const entry = ['entry_invalid', 'entry_too_large'];

function doing(does: string, syncs: string, ...codes: readonly (readonly string[])[]): Doing {
  return { does, syncs, codes: [...new Set(codes.flat())] };
}

/** What each operation answers, and what it does in either store. */
export const operations: Readonly<Record<Op['op'], Operation>> = {
  open: {
    answers: 'the length that the header publishes, repairs and notices',
    original: doing(
      'Makes the directory, opens or creates the file and writes a header where it has no bytes. ' +
        'The committed length is believed; what stands behind it is neither looked at nor cut. ' +
        'Writes go to the end of the file.',
      'a new header',
      ['id_out_of_range', 'io-unexpected-eof', 'io-invalid-data', 'io-*'],
    ),
    safe: doing(
      'Verifies every committed frame and that the length lies where one ends. A torn header ' +
        'with nothing behind it is made anew, a torn length set right, the tail behind it cut: ' +
        'all of it reported.',
      'the file, or the new one with its name; the directory',
      ['id_out_of_range', ...damage, 'no_space', 'io-*'],
    ),
  },
  append: {
    answers: 'the bytes of the frame',
    original: doing(
      'Three writes (length, payload, hash) where the file stands: behind what was read or ' +
        'written last, which need not be its end.',
      '',
      [...held, 'entry_invalid', 'io-efbig', 'io-*'],
    ),
    safe: doing(
      'One frame at the end. A write that fails is cut back; where that fails too, the handle is ' +
        'poisoned.',
      '',
      [...writing, ...entry, 'untracked_frames'],
    ),
  },
  track: {
    answers: 'nothing',
    original: doing('Adds to the tracked length, in memory, whatever is added.', '', held),
    safe: doing('The same, up to a place where a frame ends.', '', [
      ...held,
      'not_on_boundary',
      'poisoned',
      'stale_handle',
      'io-*',
    ]),
  },
  syncGroup: {
    answers: 'nothing',
    original: doing(
      'Syncs the frames, writes the tracked length into the header, syncs that; writes go to the ' +
        'end of the file then.',
      'the file, twice',
      held,
      ['io-*'],
    ),
    safe: doing(
      'The same, but refuses while frames stand behind the tracked length. The length is one ' +
        'write of eight bytes.',
      'the file, twice',
      [...writing, 'untracked_frames'],
    ),
  },
  truncate: {
    answers: 'nothing',
    original: doing(
      'Cuts the file or makes it longer, wherever that is, the header included; the header still ' +
        'says what it said.',
      '',
      [...held, 'io-invalid-input', 'io-efbig', 'io-*'],
    ),
    safe: doing(
      'Cuts where a frame ends. Below the published length a shorter file is made beside it and ' +
        'put in its place, so that it is there before or after.',
      'the new file and the directory',
      [...writing, 'not_on_boundary'],
    ),
  },
  reset: {
    answers: 'nothing',
    original: doing(
      'Cuts everything behind the header, then publishes 16; the magic is not written again.',
      'the file, twice',
      held,
      ['io-*'],
    ),
    safe: doing(
      'Puts an empty segment in its place, by a rename.',
      'the new file and the directory',
      writing,
    ),
  },
  readCommitted: {
    answers: 'the entries before the length that the header publishes',
    original: doing(
      'Reads frames until one begins at or behind that length, or does not verify: what follows ' +
        'is left out in silence. Leaves the file standing there, where the next append goes.',
      '',
      [...held, 'io-unexpected-eof', 'abort', 'io-*'],
    ),
    safe: doing('The same entries as the open verified; moves nothing.', '', [
      ...held,
      ...damage,
      'stale_handle',
      'poisoned',
      'io-*',
    ]),
  },
  seal: {
    answers: '`sealed`, or `timed_out` where the deadline passed',
    original: doing(
      'Appends and tracks one entry after the other, then syncs the group. Where the deadline ' +
        'passed it cuts back to the length before; where an append failed, it does not.',
      'as `syncGroup`',
      [...held, 'entry_invalid', 'io-invalid-input', 'io-efbig', 'io-*'],
    ),
    safe: doing(
      'The same, but a seal that does not end as `sealed` leaves the file as it was, or the ' +
        'handle is poisoned.',
      'as `syncGroup`',
      [...writing, ...entry, 'untracked_frames'],
    ),
  },
  committedBytes: {
    answers: 'the tracked length, published or not',
    original: doing('Tells it from memory.', '', held),
    safe: doing('The same.', '', held),
  },
  close: {
    answers: 'nothing',
    original: doing('Lets go of the file; what was not published is not.', '', held, ['io-*']),
    safe: doing('The same.', '', held, ['io-*']),
  },
  list: {
    answers: 'the ids that have a file, ascending',
    original: doing(
      'Every name `*.fast` whose stem is a number, also `+5` and `007`, whatever it names.',
      '',
      ['io-*'],
    ),
    safe: doing('Regular files under their canonical names.', '', [
      'symlink_refused',
      'not_a_file',
      'io-*',
    ]),
  },
};
