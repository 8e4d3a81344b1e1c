/**
 * A code that the safe store answers beside those of the original: what it says, and what it guards
 * against.
 */
export interface SafeCode {
  readonly code: string;
  /**
   * A refusal leaves the disk as it was; a notice reports and goes on; a reason says why a repair
   * was made.
   */
  readonly is: 'refusal' | 'notice' | 'reason';
  readonly says: string;
  readonly guards: string;
  /** Where the format page tells when it is answered. */
  readonly source: string;
}

/** The codes by the section of the format page that tells when they are answered. */
const told: Readonly<Record<string, readonly string[]>> = {
  Verification: ['segment_name', 'not_a_file', 'not_a_directory', 'symlink_refused'],
  'Torn, corrupt, ambiguous': [
    'entry_gap', 'frame_misplaced', 'frame_corrupt', 'frame_too_long', 'ambiguous_gap',
  ],
  'Order of a safe open': ['no_space'],
  Limits: ['tail_too_large', 'too_many_entries', 'file_too_large'],
  'Quarantine and set-aside names': ['quarantine_conflict'],
  'Rollback in safe': [
    'checkpoint_mismatch', 'intent_stale', 'intent_unreadable', 'rollback_pending',
    'rollback_intent', 'store_changing',
  ],
  'Appending in safe': ['entry_too_large', 'payload_not_json', 'not_unicode'],
  'Stale and poisoned handles': ['stale_handle', 'read_only', 'poisoned', 'closed'],
  'Accepted beyond canonical': ['non_canonical'],
  'The index as witness': [
    'witness_ahead', 'witness_disagrees', 'index_missing', 'index_behind', 'index_torn',
    'index_ahead', 'index_disagrees', 'index_unterminated', 'index_unreadable',
  ],
  'Other witnesses': ['witness_unreadable'],
  'Ledger in safe': ['ledger_unreadable', 'ledger_tail'],
}; // prettier-ignore

function sourceOf(code: string): string {
  const title = Object.keys(told).find((one) => told[one]?.includes(code));
  return `format page, ${title ?? 'Codes of the safe store'}`;
}

function all(
  is: SafeCode['is'],
  rows: readonly (readonly [string, string, string])[],
): readonly SafeCode[] {
  return rows.map(([code, says, guards]) => ({ code, is, says, guards, source: sourceOf(code) }));
}

/**
 * Every code of the safe store, by what it is. Its codes have underscores; the original's have
 * hyphens.
 */
export const safeCodes: readonly SafeCode[] = [
  ...all('refusal', [
    [
      'segment_name',
      'A segment is named in another spelling than 16 digits, or is number 0.',
      'Reading a file twice, or never, and appending to another one than was read.',
    ],
    [
      'not_a_file',
      'Something that is no regular file stands where a file of the store should.',
      'Hanging on a FIFO and reading a directory as data.',
    ],
    [
      'symlink_refused',
      'A symbolic link stands where a file or directory of the store should.',
      'Reading, cutting or replacing files outside the store.',
    ],
    [
      'entry_gap',
      'A sound frame has a later entry number than the one that is due.',
      'Going on without entries that existed.',
    ],
    [
      'frame_misplaced',
      'A sound frame stands where its coordinates do not belong.',
      'Showing stale or copied frames as entries.',
    ],
    [
      'frame_corrupt',
      'A line does not verify although a later segment proves that more existed.',
      'Cutting everything behind a flipped bit.',
    ],
    [
      'frame_too_long',
      'A line is longer than 104,857,600 bytes and a later segment proves that more existed.',
      'Allocating what a damaged file tells.',
    ],
    [
      'ambiguous_gap',
      'Sound frames follow a line that does not verify, in the last segment.',
      'Deciding in silence between lost entries and invented ones.',
    ],
    [
      'no_space',
      'The disk is full: what recovery must cut cannot be kept, or a write does not fit.',
      'Destroying the only copy of the bytes in doubt.',
    ],
    [
      'checkpoint_mismatch',
      'The checkpoint does not fit the entries that are there.',
      'A rollback that cuts at a wrong place.',
    ],
    [
      'intent_stale',
      'A rollback was interrupted, and the store is none of the states it may be in.',
      'Finishing a rollback over what was appended since.',
    ],
    [
      'intent_unreadable',
      'The file that names an interrupted rollback does not parse.',
      'Guessing which of two states is meant.',
    ],
    [
      'entry_too_large',
      'The line would be longer than a reader takes.',
      'An entry that is accepted and can never be read.',
    ],
    [
      'payload_not_json',
      'The payload is not one JSON value.',
      'A line that no later open can parse.',
    ],
    [
      'not_unicode',
      'An id, a type or the payload holds half of a surrogate pair.',
      'Bytes that are no UTF-8, or an id other than the one given.',
    ],
    [
      'stale_handle',
      'Another writer changed the files since this handle last did.',
      'Overwriting what somebody else appended.',
    ],
    [
      'store_changing',
      'Rollbacks moved the store during each of many looks of an inspecting open.',
      'Showing a log that the store never had.',
    ],
    ['read_only', 'The handle inspects and cannot write.', 'Writes through a fake empty store.'],
    [
      'poisoned',
      'An earlier sync failed, or a failed write could not be undone.',
      'Acknowledging what the disk may have dropped.',
    ],
    [
      'not_a_directory',
      'Something that is no directory stands where a directory of the store should.',
      'Making a store beside data that means something else.',
    ],
    [
      'tail_too_large',
      'More bytes would have to be cut than are copied aside in one piece.',
      'Filling memory and disk with a hole that a damaged file claims.',
    ],
    [
      'file_too_large',
      'A manifest, checkpoint or intent is larger than any that a store writes.',
      'Allocating what a damaged file tells.',
    ],
    [
      'too_many_entries',
      'The store holds more entries than the index in memory takes.',
      'Numbers that are rounded without a sign.',
    ],
    [
      'quarantine_conflict',
      'The name in quarantine is taken by other bytes.',
      'Overwriting a fragment that was kept.',
    ],
    ['closed', 'The handle was closed.', 'Writes behind the last sync.'],
    [
      'not_u64',
      'A number that was given lies outside of 0 to 2^64-1.',
      'A checkpoint under a name that is read as another number.',
    ],
  ]),
  ...all('notice', [
    [
      'non_canonical',
      'A file holds what the original reads but never writes; it is left as it is.',
      'Rewriting data that is sound.',
    ],
    [
      'witness_ahead',
      'The index, a checkpoint or the manifest names entries that the segments do not hold.',
      'Losing acknowledged entries without a word.',
    ],
    [
      'witness_disagrees',
      'An index row or a chain hash contradicts the frames.',
      'Hiding that a frame was altered by computing its checksum anew.',
    ],
    [
      'witness_unreadable',
      'The manifest or a checkpoint does not parse.',
      'Refusing a whole store for a derived file.',
    ],
    [
      'rollback_pending',
      'An inspecting open met a rollback that a writing open would finish; it shows what is kept.',
      'Showing entries that were taken back.',
    ],
    [
      'ledger_unreadable',
      'A line of the ledger does not parse.',
      'Dropping history that is primary data.',
    ],
  ]),
  ...all('reason', [
    [
      'unterminated',
      'The last line of a segment was a whole frame that lacked its LF: adopted.',
      'Two frames on one line after the next append.',
    ],
    ['index_missing', 'The index was missing or empty.', 'Showing an empty store.'],
    ['index_behind', 'The index held fewer rows than there are frames.', 'Showing fewer entries.'],
    ['index_torn', 'The last row was cut short.', 'Fusing the next row with it.'],
    [
      'index_ahead',
      'The index held rows without frames; the old rows are kept in quarantine.',
      'Reading beyond what exists.',
    ],
    [
      'index_disagrees',
      'A row contradicted its frame; the old rows are kept in quarantine.',
      'Trusting derived data.',
    ],
    [
      'index_unterminated',
      'The last row was whole but lacked its LF.',
      'Two rows on one line after the next append.',
    ],
    [
      'ledger_tail',
      'The end of the ledger was cut short: adopted where only its LF was missing, else cut.',
      'Two events on one line, and a ledger that no longer reads.',
    ],
    [
      'rollback_intent',
      'An interrupted rollback was carried to its end.',
      'A store between two states.',
    ],
    ['index_unreadable', 'The index did not parse.', 'Refusing a store for a derived file.'],
  ]),
];
