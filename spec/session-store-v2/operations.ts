// One row an operation, with both stores side by side: a table, and therefore long.

import type { Doing, Operation } from '../lib/operation.ts';
import type { Op } from './ops.ts';

const bootstrap = [
  'json', 'io-*', 'entry-sequence-overflow-bootstrap', 'frame-sequence-overflow-bootstrap',
  'active-segment-missing', 'frame-missing', 'index-range-overflow', 'index-out-of-bounds',
  'frame-too-long',
]; // prettier-ignore
const scan = [
  'frame-unreadable', 'frame-unparsable', 'quarantine-failed', 'heal-failed',
  'frame-sequence-overflow-rebuild',
]; // prettier-ignore
const validation = [
  'entry-seq-not-increasing', 'segment-unopenable', 'index-range-overflow', 'index-out-of-bounds',
  'checksum-mismatch', 'json', 'index-frame-mismatch', 'payload-mismatch', 'entry-id-duplicate',
  'parent-missing', 'parent-cycle', 'io-*',
]; // prettier-ignore
const rowRead = ['json', 'io-*', 'index-range-overflow', 'index-out-of-bounds', 'frame-too-long'];
const graph = ['entry-id-duplicate', 'parent-missing', 'parent-cycle'];
const damage = [
  'segment_name', 'not_a_file', 'not_a_directory', 'symlink_refused', 'entry_gap',
  'frame_misplaced', 'frame_corrupt', 'frame_too_long', 'ambiguous_gap', 'tail_too_large',
  'too_many_entries', 'intent_stale', 'intent_unreadable',
]; // prettier-ignore
const replacedByOthers = ['not_a_file', 'symlink_refused'];
const moved = [
  'closed', 'frame-missing', 'index-out-of-bounds', 'checksum-mismatch', ...replacedByOthers, 'io-*',
]; // prettier-ignore
const writing = [
  'closed', 'read_only', 'poisoned', 'stale_handle', 'no_space', ...replacedByOthers, 'io-*',
]; // prettier-ignore
const keeping = ['tail_too_large', 'quarantine_conflict'];

const once = (codes: readonly string[]): readonly string[] => [...new Set(codes)];

function doing(does: string, syncs: string, ...codes: readonly (readonly string[])[]): Doing {
  return { does, syncs, codes: once(codes.flat()) };
}

/** A read: the original goes through the whole index first, `safe` knows it since opening. */
function reading(
  answers: string,
  original: Doing,
  safe: string,
  codes: readonly string[] = moved,
): Operation {
  return { answers, original, safe: doing(safe, '', codes) };
}

const replaced = 'the temporary file, then (after the rename) its directory';
const everything = 'active segment, index, `segments/`, `index/`, root';

/** Every operation of the kind, by the name that `Op` gives it. */
export const operations: Readonly<Record<Op['op'], Operation>> = {
  create: {
    answers: 'Number of entries, repairs, notices.',
    original: doing(
      'Makes the root and the five directories, then opens as in "Opening in the original". ' +
        'Reports no repair.',
      'what it truncates; a rebuilt index and `index/`; no directory that it makes',
      ['max-segment-bytes-zero'], bootstrap, scan, validation,
    ), // prettier-ignore
    safe: doing(
      'Verifies all segments, hears the witnesses, and repairs as in "Order of a safe open". ' +
        'Refuses without a change. `onGap: keep-prefix` allows the cut of an ambiguous tail.',
      'every step before the next; a store that needs no repair: nothing',
      ['max-segment-bytes-zero'], damage, graph, keeping, ['no_space', 'stale_handle', 'io-*'],
    ), // prettier-ignore
  },
  inspect: {
    answers: 'As create; no repairs.',
    original: doing(
      'Makes no file call: the handle believes in an empty store, whatever is there. Reads ' +
        'work; an append through it empties segment 1.',
      '',
      ['max-segment-bytes-zero'],
    ),
    safe: doing(
      'Verifies as create does and shows the verified prefix; what would refuse is a notice. ' +
        'No directory: an empty store. Writes nothing, ever. Beside a rollback of another ' +
        'process it looks again (Rollback in safe).',
      '',
      ['max-segment-bytes-zero', 'store_changing', 'io-*'],
    ),
  },
  append: {
    answers: 'The index row of the new entry.',
    original: doing(
      'Writes the frame, then the row; see "Append in the original". Asks nothing about id, ' +
        'parent, type or size.',
      '',
      ['json', 'io-*', 'segment-sequence-overflow', 'entry-sequence-overflow'],
      ['frame-sequence-overflow'],
    ),
    safe: doing(
      'Refuses first what a later open would refuse, then one write of the frame and one of ' +
        'the row; see "Appending in safe".',
      'durability `entry`: segment, and after a new file `segments/`, `index/` and root; ' +
        'durability `none`: nothing; the previous segment before a new one begins',
      ['entry-id-duplicate', 'parent-missing', 'entry_too_large', 'payload_not_json'],
      ['not_unicode', 'entry-sequence-overflow', 'segment-sequence-overflow'],
      writing,
    ),
  },
  sync: {
    answers: 'Nothing.',
    original: null,
    safe: doing('Makes all that was acknowledged durable.', everything, writing),
  },
  close: {
    answers: 'Nothing.',
    original: null,
    safe: doing(
      'Syncs and lets the files go; the handle is closed even where that fails. A stale or ' +
        'inspecting handle closes without a sync.',
      everything,
      ['closed', 'poisoned', 'io-*'],
    ),
  },
  drop: {
    answers: 'Nothing.',
    original: doing('The harness forgets the handle, as a process death would.', ''),
    safe: doing('The same.', ''),
  },
  lookup: reading(
    'The frame with this entry number, or null.',
    doing('First row with the number; null where there is none or its file is gone.', '', rowRead),
    'By number, from memory and one read.',
  ),
  all: reading(
    'All frames in order.',
    doing('As from 1.', '', rowRead),
    'Reads and compares each line with the CRC-32C that opening computed.',
  ),
  from: reading(
    'Frames with at least this entry number, in order of the index.',
    doing('Skips frames whose file is gone, without a word.', '', rowRead),
    'As all.',
  ),
  tail: reading(
    'The last n frames; all of them where there are fewer, none for 0.',
    doing('Skips frames whose file is gone, without a word.', '', rowRead),
    'As all; takes no longer in a long store.',
  ),
  path: reading(
    'Frames from the root to this leaf; none where the leaf is unknown.',
    doing(
      'Follows parents through a map of all rows.',
      '',
      rowRead,
      ['path-id-duplicate', 'path-cycle', 'path-parent-missing', 'path-frame-missing'],
      ['path-frame-mismatch'],
    ),
    'As all. Links are sound in what a writing open accepts; an inspecting one may meet ' +
      '`path-parent-missing` and `path-cycle`.',
    [...moved, 'path-parent-missing', 'path-cycle'],
  ),
  segment: reading(
    'Frames of one segment; none where it does not exist.',
    doing('Parses every line of the file, in the index or not; verifies nothing.', '', [
      'json',
      'io-*',
    ]),
    'Verified frames of the segment only.',
  ),
  index: reading(
    'All rows.',
    doing('Parses the file as it stands.', '', ['json', 'io-*']),
    'The rows that the verified frames ask for, whatever the file says.',
    ['closed'],
  ),
  summary: reading(
    'Number of entries, first and last entry number, last id; null in an empty store.',
    doing('From the rows of the file: their number, the first and the last.', '', ['json', 'io-*']),
    'From memory.',
    ['closed'],
  ),
  state: reading(
    'Entry count, chain hash, bytes of all lines, head (null in an empty store).',
    doing('From memory. The count is the last entry number, not the number of rows.', ''),
    'From memory.',
    ['closed'],
  ),
  checkpoint: {
    answers: 'The checkpoint.',
    original: doing(
      'Writes what the handle believes over any checkpoint of that number.',
      replaced,
      ['json', 'io-*'],
    ), // prettier-ignore
    safe: doing(
      'Syncs the store first. Another checkpoint of that number goes to quarantine.',
      `${everything}; ${replaced}`,
      writing,
      ['not_u64', 'not_unicode', 'not_a_file', 'file_too_large'],
      keeping,
    ),
  },
  readCheckpoint: {
    answers: 'The checkpoint of this number, or null.',
    original: doing('Parses the file; verifies nothing.', '', ['json', 'io-*']),
    safe: doing(
      'The same, but refuses links and files above 104,857,600 bytes.',
      '',
      ['closed', 'json', 'not_u64', 'not_a_file', 'file_too_large', 'symlink_refused', 'io-*'],
    ), // prettier-ignore
  },
  rollback: {
    answers: 'The ledger event.',
    original: doing(
      'Cuts and removes first and verifies afterwards; see "Rollback in the original".',
      'each truncated segment; the new index; `index/` (a failure is ignored)',
      ['checkpoint-not-found', 'rollback-range-overflow', 'rollback-unverified'],
      bootstrap,
    ),
    safe: doing(
      'Verifies first, then goes on behind a durable intent; see "Rollback in safe".',
      'every step before the next',
      ['checkpoint-not-found', 'checkpoint_mismatch', 'json', 'not_u64', 'not_unicode'],
      ['entry_too_large', 'not_a_file', 'file_too_large'],
      keeping,
      writing,
    ),
  },
  ledgerAppend: {
    answers: 'Nothing.',
    original: doing(
      'Fills an empty `schema` or `at`, appends the line. Does not look at the end of the file.',
      '',
      ['json', 'io-*'],
    ),
    safe: doing(
      'Fills the same, syncs the store, appends where the file ends in LF.',
      `${everything}; ledger; \`migrations/\``,
      writing,
      ['not_unicode', 'entry_too_large', 'not_a_file'],
    ),
  },
  ledger: {
    answers: 'All events; none where there is no file.',
    original: doing('One bad line makes the whole ledger unreadable.', '', ['json', 'io-*']),
    safe: doing('The same, but passes over a torn tail.', '', [
      'closed',
      'json',
      'not_a_file',
      'io-*',
    ]),
  },
  manifest: {
    answers: 'The manifest.',
    original: doing(
      'Computes it from index, frames and memory and writes it, whatever it says; see ' +
        '"Manifest in the original".',
      replaced,
      ['manifest-unparsable'],
      rowRead,
    ),
    safe: doing(
      'Reads everything again for counters and invariants. A manifest that does not parse ' +
        'refuses: its createdAt stands nowhere else.',
      `${everything}; ${replaced}`,
      writing,
      ['manifest-unparsable', 'not_unicode', 'frame-missing', 'index-out-of-bounds'],
      ['checksum-mismatch'],
    ),
  },
  readManifest: {
    answers: 'The manifest, or null.',
    original: doing('Parses the file; verifies nothing.', '', ['json', 'io-*']),
    safe: doing('As readCheckpoint.', '', [
      'closed',
      'json',
      'not_a_file',
      'file_too_large',
      'symlink_refused',
      'io-*',
    ]),
  },
  rebuild: {
    answers: 'The number of rows written.',
    original: doing(
      'Writes the index anew from the segments; cuts and sets aside on the way; see "Rebuild".',
      'what it truncates; the new index; `index/`; not the LF that it adds, nor `segments/`',
      scan,
      bootstrap,
    ),
    safe: doing(
      'Writes the index anew from what opening verified. Old bytes that say more are kept.',
      replaced,
      writing,
      keeping,
    ),
  },
  validate: {
    answers: 'Nothing where the store is whole.',
    original: doing('See "Validation"; changes nothing.', '', validation),
    safe: doing(
      'Reads every frame and row again and compares. An inspecting handle over a store that ' +
        'create refuses answers the code of that refusal.',
      '',
      moved,
      ['json', 'index-frame-mismatch', 'payload-mismatch'],
      damage,
      graph,
    ),
  },
  sidecar: {
    answers: 'The directory that belongs to a session file.',
    original: doing('See "Helpers"; no file call.', ''),
    safe: doing('The same.', ''),
  },
  hasSidecar: {
    answers: 'Whether that directory holds a manifest or an index.',
    original: doing('Existence only; links are followed.', ''),
    safe: doing('The same.', ''),
  },
};
