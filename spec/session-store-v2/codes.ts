/** The original's error categories; its messages begin with one of them. */
export type Category = 'validation' | 'session' | 'io' | 'json';

/**
 * One error text of the original: its stable code, category and stable prefix (format page,
 * Errors).
 */
export interface ErrorText {
  readonly code: string;
  readonly category: Category;
  readonly prefix: string;
  /** Also how it ends, where the prefix alone fits other texts. */
  readonly suffix?: string;
}

const session = (code: string, prefix: string): ErrorText => ({
  code,
  category: 'session',
  prefix,
});

/**
 * Every error text of the original under a stable code. All errors of category `json` have the code
 * `json`; those of category `io` have `io-` and the errno or kind in lower case (`io-eisdir`,
 * `io-invalid-data`, `io-unexpected-eof`).
 */
export const errorTexts: readonly ErrorText[] = [
  {
    code: 'max-segment-bytes-zero',
    category: 'validation',
    prefix: 'max_segment_bytes must be > 0',
  },
  session('segment-sequence-overflow', 'segment sequence overflow'),
  session('entry-sequence-overflow-bootstrap', 'entry sequence overflow while bootstrapping'),
  session('frame-sequence-overflow-bootstrap', 'frame sequence overflow while bootstrapping'),
  session('frame-sequence-overflow-rebuild', 'frame sequence overflow during rebuild'),
  session('entry-sequence-overflow', 'entry sequence overflow'),
  session('frame-sequence-overflow', 'frame sequence overflow'),
  session('active-segment-missing', 'failed to stat active segment'),
  session('frame-missing', 'index references missing frame during bootstrap'),
  session('rollback-range-overflow', 'index byte range overflow during rollback'),
  session('index-range-overflow', 'index byte range overflow'),
  session('index-out-of-bounds', 'index out of bounds for segment'),
  session('frame-too-long', 'frame byte length'),
  session('entry-seq-not-increasing', 'entry sequence is not strictly increasing'),
  session('segment-unopenable', 'failed to open segment'),
  session('checksum-mismatch', 'checksum mismatch for entry_seq'),
  session('index-frame-mismatch', 'index/frame mismatch at entry_seq'),
  session('payload-mismatch', 'payload integrity mismatch at entry_seq'),
  session('entry-id-duplicate', 'duplicate entry_id detected in session store'),
  session('parent-missing', 'missing parent entry detected in session store'),
  session('parent-cycle', 'cyclic parent chain detected in session store'),
  session('frame-unreadable', 'failed to read segment frame while rebuilding index'),
  session('frame-unparsable', 'failed to parse segment frame while rebuilding index'),
  session('quarantine-failed', 'failed to quarantine segment'),
  session('path-id-duplicate', 'duplicate entry_id detected while reading active path'),
  session('path-cycle', 'cyclic parent chain detected while reading active path'),
  session('path-parent-missing', 'missing parent entry detected while reading active path'),
  session('path-frame-missing', 'index references missing frame while reading active path'),
  session('path-frame-mismatch', 'active path index/frame mismatch'),
  { ...session('checkpoint-not-found', 'checkpoint '), suffix: ' not found' },
  session('rollback-unverified', 'rollback verification failed for checkpoint'),
  session('manifest-unparsable', 'Failed to parse manifest'),
  session('heal-failed', 'failed to consume healed newline'),
  session('heal-failed', 'healed newline read back as non-newline byte'),
  session('buffer-too-large', 'byte length too large'),
  session('entry-unparsable', 'failed to deserialize SessionEntry from frame'),
  session('entry-id-mismatch', 'frame entry_id mismatch'),
  session('entry-without-id', 'SessionEntry has no id'),
];

/** What an I/O error's text ends with or says, and the rest of its code behind `io-`. */
const ioTexts: readonly (readonly [text: RegExp, code: string])[] = [
  [/\(os error 2\)$/, 'enoent'],
  [/\(os error 5\)$/, 'eio'],
  [/\(os error 6\)$/, 'enxio'],
  [/\(os error 13\)$/, 'eacces'],
  [/\(os error 17\)$/, 'eexist'],
  [/\(os error 20\)$/, 'enotdir'],
  [/\(os error 21\)$/, 'eisdir'],
  [/\(os error 27\)$/, 'efbig'],
  [/\(os error 28\)$/, 'enospc'],
  [/\(os error 36\)$/, 'enametoolong'],
  [/\(os error 39\)$/, 'enotempty'],
  [/\(os error 40\)$/, 'eloop'],
  [/^stream did not contain valid UTF-8$/, 'invalid-data'],
  [/^Line length exceeds limit of \d+ bytes$/, 'invalid-data'],
  [/^failed to fill whole buffer$/, 'unexpected-eof'],
];

/**
 * The code of a message that the original printed (`<category>: <message>`), or null where none of
 * its texts fits.
 */
export function codeOfMessage(category: string, message: string): string | null {
  const text = message.startsWith(`${category}: `) ? message.slice(category.length + 2) : message;
  if (category === 'json') return 'json';
  if (category === 'io') {
    const known = ioTexts.find(([pattern]) => pattern.test(text));
    return known === undefined ? null : `io-${known[1]}`;
  }
  const known = errorTexts.find(
    (e) => e.category === category && text.startsWith(e.prefix) && text.endsWith(e.suffix ?? ''),
  );
  return known?.code ?? null;
}
