/** A code that an operation answers or reports, and what it says. */
export interface Code {
  readonly code: string;
  /** Which store answers with it. */
  readonly by: 'original' | 'safe' | 'both';
  /** A refusal; a notice that an open gives; or the `why` of a repair. */
  readonly is: 'refusal' | 'notice' | 'reason';
  /**
   * What it takes to meet it: nothing but operations, damaged bytes, odd names and nodes, or file
   * calls that fail and other writers.
   */
  readonly meets: 'operations' | 'bytes' | 'nodes' | 'failures';
  readonly says: string;
  /** What the original's own text for it is, from its beginning. */
  readonly message?: string;
}

/** A refusal of both, or of one of them. */
const refusal = <C extends string>(
  code: C,
  by: Code['by'],
  meets: Code['meets'],
  says: string,
  message?: string,
) => ({ code, by, is: 'refusal', meets, says, ...(message === undefined ? {} : { message }) }) as const; // prettier-ignore

const told = <C extends string>(
  is: 'notice' | 'reason',
  code: C,
  meets: Code['meets'],
  says: string,
) => ({ code, by: 'safe', is, meets, says }) as const;

/**
 * Every code of this kind. Beside them stand `io-` and the errno of a failed file call in lower
 * case (`io-eisdir`), of either store.
 */
export const codes = [
  refusal(
    'no-handle',
    'both',
    'operations',
    'No log is open: none was opened, or it was closed, or opening failed.',
  ),
  refusal('no_such_segment', 'both', 'operations', 'No segment has that number.'),
  refusal(
    'segment_sealed',
    'safe',
    'operations',
    'A later segment holds the hash of this one, so nothing may be added to it.',
  ),
  refusal(
    'not_increasing',
    'safe',
    'operations',
    'A commit sequence is not above the one before: no replay would get past it.',
  ),
  refusal(
    'unknown_payload_type',
    'both',
    'operations',
    'A payload type that no replay applies: `safe` at the append and where it finds one, the ' +
      'original at a strict replay.',
    'decode: unknown payload type',
  ),
  refusal('frame_too_large', 'safe', 'operations', 'A frame that is longer than a reader takes.'),
  refusal('not_u64', 'safe', 'operations', 'A number that was given lies outside of 0 to 2^64-1.'),
  refusal('not_bytes', 'safe', 'operations', 'A payload that was given is no Uint8Array.'),
  refusal(
    'numbers_used_up',
    'safe',
    'operations',
    'The open segment has the number 2^64-1, and none is left for the next.',
  ),
  refusal(
    'chain_mismatch',
    'both',
    'operations',
    'A header does not hold the hash of the segment before it.',
    'validation: segment hash chain mismatch',
  ),
  refusal(
    'non_monotonic',
    'both',
    'operations',
    'A commit sequence is not above the last one that was applied.',
    'validation: non-monotonic wal commit_seq during replay',
  ),
  refusal(
    'segment_too_small',
    'original',
    'bytes',
    'A segment is shorter than its header: where the chain is checked, and in the frame reader.',
    'decode: segment too small',
  ),
  refusal(
    'bad_magic',
    'original',
    'bytes',
    'A segment does not begin with the magic number, where the chain is checked.',
    'validation: bad segment header: invalid segment magic',
  ),
  refusal(
    'frame_corrupt',
    'both',
    'bytes',
    'A frame does not verify. The original: a wrong checksum or a length out of bounds. `safe`: ' +
      'any, in a segment that another follows.',
    'validation: wal frame corruption detected during replay',
  ),
  refusal(
    'frame_torn',
    'original',
    'bytes',
    'The frame reader meets the end of the file inside a frame; a replay stops there in silence.',
  ),
  refusal(
    'abort',
    'original',
    'bytes',
    'A segment of more than 256 MiB would be read whole: the process works for minutes, or dies.',
  ),
  refusal(
    'header_damaged',
    'safe',
    'bytes',
    'A header is cut short or does not begin as one, and frames or a segment follow.',
  ),
  refusal(
    'unsupported_version',
    'safe',
    'bytes',
    'A header states another version of the format than 1.',
  ),
  refusal(
    'segment_misplaced',
    'safe',
    'bytes',
    'A header states another number than the name of its file, and frames or a segment follow.',
  ),
  refusal(
    'ambiguous_gap',
    'safe',
    'bytes',
    'Frames that verify follow one that does not, in the last segment: nobody can tell whether ' +
      'what lies between was acknowledged.',
  ),
  refusal(
    'tail_too_large',
    'safe',
    'bytes',
    'More bytes would have to be cut than are copied aside in one piece: above 1 GiB.',
  ),
  refusal(
    'segment_name',
    'safe',
    'nodes',
    'A segment is named in another spelling than 16 digits or more: the original reads it too.',
  ),
  refusal(
    'not_a_file',
    'safe',
    'nodes',
    'Something that is no regular file stands where a file of the log should.',
  ),
  refusal(
    'not_a_directory',
    'safe',
    'nodes',
    'Something that is no directory stands where a directory of the log should.',
  ),
  refusal(
    'symlink_refused',
    'safe',
    'nodes',
    'A symbolic link stands where a file or directory of the log should.',
  ),
  refusal(
    'quarantine_conflict',
    'safe',
    'nodes',
    'The name in quarantine is taken by other bytes.',
  ),
  refusal(
    'no_space',
    'safe',
    'failures',
    'The disk is full: what recovery must cut cannot be kept, or a write does not fit.',
  ),
  refusal(
    'stale_handle',
    'safe',
    'failures',
    'Another writer changed the log since this handle last did.',
  ),
  refusal(
    'poisoned',
    'safe',
    'failures',
    'An earlier sync failed, or a failed write could not be undone.',
  ),
  told(
    'notice',
    'chain_restart',
    'operations',
    'A segment behind the first begins a chain of its own, as an original does after a restart.',
  ),
  told(
    'notice',
    'non_canonical',
    'bytes',
    'A header holds what the original reads but never writes; it is left as it is.',
  ),
  told('reason', 'torn_tail', 'bytes', 'The last segment ends in bytes that are no frame.'),
  told('reason', 'nul_tail', 'bytes', 'The last segment ends in zeros that were never written.'),
  told(
    'reason',
    'torn_header',
    'bytes',
    'The header of the last segment does not verify and no frame follows: it is written anew.',
  ),
  told('reason', 'no_header', 'bytes', 'The last segment is empty, and was given its header.'),
  told(
    'reason',
    'ambiguous_gap',
    'bytes',
    'What follows the first bytes that do not verify was cut, because the caller said so.',
  ),
] as const satisfies readonly Code[];

export type CodeName = (typeof codes)[number]['code'];

/** The code of a message that the original gave, or null where none of its texts fits. */
export function codeOfMessage(text: string): CodeName | null {
  const fits = (code: Code): boolean => code.message !== undefined && text.startsWith(code.message);
  return codes.find(fits)?.code ?? null;
}
