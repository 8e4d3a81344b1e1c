/** A code of the stores: what is refused with it, noticed, or given as the reason of a repair. */
export interface Code {
  readonly code: string;
  /** Which store says it. */
  readonly by: 'original' | 'safe' | 'both';
  /** `reason` is the `why` of a repair. */
  readonly is: 'refusal' | 'notice' | 'reason';
  readonly says: string;
}

/** Codes of operations that one store or both refuse. Those of `safe` have underscores. */
const refusals = [
  {
    code: 'no-handle',
    by: 'both',
    says: 'The session has no handle: none was opened, or it was closed, or opening failed.',
  },
  {
    code: 'id_out_of_range',
    by: 'both',
    says: 'An id that is no unsigned number of 32 bits, so that no file has its name.',
  },
  {
    code: 'entry_invalid',
    by: 'both',
    says: 'A number of the entry does not fit its field, so that it would not be read back.',
  },
  {
    code: 'entry_too_large',
    by: 'safe',
    says: 'The payload would be longer than a reader takes: 64 MiB.',
  },
  {
    code: 'untracked_frames',
    by: 'safe',
    says:
      'Frames stand behind the tracked length that were appended and not tracked. Whatever ' +
      'publishes or tracks now would publish them instead of what was meant: `syncGroup`, `seal` ' +
      'and a tracked `append` refuse until `track` counted them, or `truncate` cut them.',
  },
  {
    code: 'not_on_boundary',
    by: 'safe',
    says:
      'The length that `truncate` or `track` asks for is no place where a frame ends, the end of ' +
      'the header included: inside a frame, in the header, or behind the end of the file.',
  },
  {
    code: 'header_damaged',
    by: 'safe',
    says:
      'The file does not begin as a segment does, and is not the torn beginning of a new one ' +
      'either: 16 bytes or fewer, each of which is zero or as in an empty segment.',
  },
  {
    code: 'corrupt_frame',
    by: 'safe',
    says:
      'The committed length is a proof that more existed: before it stands a frame that is cut ' +
      'short, does not verify, or holds no entry.',
  },
  {
    code: 'committed_beyond_end',
    by: 'safe',
    says: 'The committed length lies behind the end of the file: what was sealed is gone.',
  },
  {
    code: 'committed_misplaced',
    by: 'safe',
    says:
      'The committed length lies in the header or inside a frame, and no write that was cut short ' +
      'can have left it there, so nobody knows what was committed.',
  },
  {
    code: 'not_a_file',
    by: 'safe',
    says:
      'Something that is no regular file has the name of a segment, or no directory that of ' +
      '`sessions`.',
  },
  {
    code: 'symlink_refused',
    by: 'safe',
    says: 'A symbolic link has the name of a segment, or of `sessions`.',
  },
  {
    code: 'stale_handle',
    by: 'safe',
    says: 'Another writer moved, replaced, cut or extended the file since this handle last saw it.',
  },
  {
    code: 'poisoned',
    by: 'safe',
    says: 'A write or sync of this handle failed and could not be undone; it must be opened again.',
  },
  {
    code: 'no_space',
    by: 'safe',
    says: 'The disk is full; the file is as before.',
  },
  {
    code: 'io-unexpected-eof',
    by: 'original',
    says: 'Fewer bytes than a header or frame needs.',
  },
  {
    code: 'io-invalid-data',
    by: 'original',
    says: 'The first eight bytes are not the magic.',
  },
  {
    code: 'io-invalid-input',
    by: 'original',
    says: 'A length of 2^63 and more, which no file can have: nothing is changed.',
  },
  {
    code: 'io-efbig',
    by: 'original',
    says: 'A length that the file system cannot give a file.',
  },
  {
    code: 'abort',
    by: 'original',
    says: 'The process dies: a length read from the disk is more than can be allocated.',
  },
] as const satisfies readonly Omit<Code, 'is'>[];

const notices = [
  {
    code: 'non_canonical',
    by: 'safe',
    says:
      'A payload that no writer makes, but that is read: numbers spelled wider than need be, or ' +
      'bytes behind the entry.',
  },
  {
    code: 'foreign_name',
    by: 'safe',
    says: 'A name in `sessions` that the original lists as an id, but never opens: `+5.fast`.',
  },
] as const satisfies readonly Omit<Code, 'is'>[];

const reasons = [
  {
    code: 'torn_header',
    by: 'safe',
    says: 'The header was never written whole and nothing stood behind it: it was made anew.',
  },
  {
    code: 'uncommitted_tail',
    by: 'safe',
    says: 'Bytes behind the committed length were never committed: they were cut.',
  },
  {
    code: 'torn_committed_length',
    by: 'safe',
    says:
      'The committed length was torn: sound frames reach to the end of the file, and each byte of ' +
      'the length is of that end, or else of one length before it. It was set to that end.',
  },
] as const satisfies readonly Omit<Code, 'is'>[];

/** Every code of both stores; errors of a file call that has none are `io-` and the errno. */
export const codes: readonly Code[] = [
  ...refusals.map((code) => ({ ...code, is: 'refusal' as const })),
  ...notices.map((code) => ({ ...code, is: 'notice' as const })),
  ...reasons.map((code) => ({ ...code, is: 'reason' as const })),
];

export type CodeName =
  | (typeof refusals)[number]['code']
  | (typeof notices)[number]['code']
  | (typeof reasons)[number]['code'];
