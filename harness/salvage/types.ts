import type { Path } from '../../spec/lib/image.ts';

/** Why bytes of the old store are not in the new one, or are there with a doubt. */
export type Reason =
  /** A line that is no frame, or whose payload does not fit its hash. */
  | 'bad_line'
  | 'too_long'
  /** The bytes could not be read, or are more than a salvage reads of one file. */
  | 'unread'
  | 'duplicate_id'
  | 'parent_lost'
  | 'parent_cycle'
  /** Kept, in canonical spelling: members that a frame does not have are gone. */
  | 'rewritten'
  /**
   * Kept: its payload fits its hash, but the line is not the one that the old index was written
   * for.
   */
  | 'witness_disagrees'
  /** A file that a store put aside (a quarantine, a rollback): it is not part of the log. */
  | 'set_aside'
  /** A link, a directory or a device where a file should stand. */
  | 'not_a_file'
  | 'checkpoint_stale'
  | 'checkpoint_unreadable'
  | 'manifest_unverified'
  | 'event_unreadable'
  /** A rollback was begun and not finished; the entries that it would have removed are kept. */
  | 'rollback_unfinished';

/** Bytes [from, to) of a file of the old store that are not in the new one as they were. */
export interface LeftOut {
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  readonly reason: Reason;
  readonly entryId?: string;
  readonly detail?: string;
}

/** Where a frame that verifies on its own stands; `file` counts the source files in order. */
export interface Found {
  readonly file: number;
  readonly from: number;
  readonly to: number;
  readonly entryId: string;
  readonly parentEntryId: string | null;
}

/** What a salvage did. */
export interface Report {
  readonly framesFound: number;
  readonly kept: number;
  readonly segments: number;
  readonly chainHash: string;
  readonly manifest: boolean;
  readonly checkpoints: number;
  readonly events: number;
  readonly leftOut: readonly LeftOut[];
}

/**
 * A salvage that was not begun, or was given up with nothing left behind in its place; `code` is
 * stable.
 */
export class SalvageError extends Error {
  override readonly name = 'SalvageError';
  readonly code:
    | 'source_missing'
    | 'out_not_empty'
    | 'out_inside_source'
    | 'stage_exists'
    | 'out_unwritable'
    | 'source_changed'
    | 'result_refused';

  constructor(code: SalvageError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
