import type { Path } from '../../spec/lib/image.ts';

/**
 * Bytes [from, to) of a file of the old store that are not in the new one as they were; `reason` is
 * one of the salvager's.
 */
export interface LeftOut {
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly entryId?: string;
  readonly detail?: string;
}

/** A reason for a person; `keeps` where the bytes are in the new store nevertheless. */
export interface Reason {
  readonly says: string;
  readonly keeps?: true;
}

/** What a salvager put into a new store. */
export interface Filled {
  /** Records that verify on their own, and those of them that were kept. */
  readonly framesFound: number;
  readonly kept: number;
  readonly leftOut: readonly LeftOut[];
  /** What was made, in words, a line each. */
  readonly words: readonly string[];
}

/** All that a salvage takes of one kind. */
export interface Salvager {
  readonly kind: string;
  readonly reasons: Readonly<Record<string, Reason>>;
  /**
   * Puts all of the store at `source` that verifies into `stage`, an empty directory, durably;
   * `source` is only read. May throw a `SalvageError`.
   */
  fill(source: string, stage: string): Filled;
  /** Why our stores do not open what was made to exactly what was kept; null where both do. */
  refusal(stage: string, filled: Filled): Promise<string | null>;
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
    | 'result_refused'
    | 'unknown_kind';

  constructor(code: SalvageError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
