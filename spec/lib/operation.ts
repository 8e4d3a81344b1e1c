/** What one of the two stores of a kind does in an operation. */
export interface Doing {
  readonly does: string;
  /** What it makes durable, in order; empty: nothing. */
  readonly syncs: string;
  /** Codes that it may fail with; `io-*` stands for every refused file call. */
  readonly codes: readonly string[];
}

/** One operation: what it answers, and what the original and `safe` do in it. */
export interface Operation {
  readonly answers: string;
  /** Null where the original has no such operation. */
  readonly original: Doing | null;
  readonly safe: Doing;
}
