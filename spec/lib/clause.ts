import type { Holds, Outcome } from './history.ts';
import type { Image, Path } from './image.ts';
import type { Class, Key, Legal, Owes, View } from './judge.ts';
import type { Policy } from './port.ts';

/** Where in the walk something was seen. */
export type Phase =
  'open' | 'inspect' | 'read' | 'append' | 'sync' | 'refuse' | 'stale' | 'reopen' | 'again';

/**
 * One thing that a walk saw. `image` is the disk after it; `view` is set where the answer shows
 * entries.
 */
export interface Seen {
  readonly phase: Phase;
  /** Which operation: `create`, `all`, `append`, ... */
  readonly op: string;
  readonly outcome: Outcome<unknown>;
  /** Which of several handles it was asked of; missing where the kind has but one. */
  readonly handle?: string;
  readonly view?: View;
  readonly image?: Image;
  /**
   * Set where a phase probes one rule: `duplicate_id`, `unknown_parent`, `stale_handle`,
   * `inspect_writes`, ...
   */
  readonly probe?: string;
  /** The key that this step added to the log, or several, where it is an accepted append. */
  readonly adds?: Key | readonly Key[];
  /** What it may have added: an append that failed after it had changed the disk. */
  readonly mayAdd?: Key | readonly Key[];
  /** What its ok survives, where the walk says so. */
  readonly holds?: Holds;
}

/** A file call that failed while a step was at work, because it was made to. */
export interface FailedCall {
  /** Named as in `node:fs`: `fsyncSync`. */
  readonly call: string;
  /** Relative to the store's directory, '' for itself; of a descriptor, what it was opened by. */
  readonly path?: Path;
  /** What a descriptor leads to. */
  readonly on?: 'file' | 'dir' | 'other';
  readonly errno: string;
  /** It had its effect all the same. */
  readonly took?: true;
  /** The caller was told that all went well: nobody could know. */
  readonly told?: false;
}

/** A step of a history some of whose file calls were made to fail. */
export interface FailingStep {
  readonly op: string;
  /** Which of several handles it was asked of; each open begins the handle anew. */
  readonly handle: string;
  readonly opens: boolean;
  readonly outcome: Outcome<unknown>;
  /** What an ok of it survives; `memory` for what promises nothing, a reader or an open. */
  readonly holds: Holds;
  /** What it added to the log, where it was accepted. */
  readonly adds?: Key | readonly Key[];
  readonly view?: View;
  readonly failed: readonly FailedCall[];
  /** The tree before and after it, of an open that was refused. */
  readonly around?: { readonly before: Image; readonly after: Image };
}

/** What is known of one read beside a writer that goes on, beyond what it answered. */
export interface BesideWriter {
  /** The store was there when it began: an open of the writer's had succeeded. */
  readonly begun: boolean;
  /** An operation that takes entries back was at work during the read. */
  readonly cutting: boolean;
  /** What a reader showed that had ended before this one began; missing where a cut lay between. */
  readonly before?: readonly Key[];
  /** Changes that the reader made to the store's files. */
  readonly changes: number;
  /** Answers of the writer's that its machine does not allow. */
  readonly strays: readonly string[];
}

/** What one walk over one state saw. Clauses judge it and never drive a port. */
export interface Evidence {
  readonly policy: Policy;
  /** What was done to the store before the walk; of several faults, the last. */
  readonly fault: 'none' | 'kill' | 'power' | 'damage';
  /** The image that the walk began on; `undamaged` is the image before damage at rest. */
  readonly start: Image;
  readonly undamaged?: Image;
  /**
   * Set where the fault came into a walk: the image that this first walk began on, all of whose
   * bytes survive the fault.
   */
  readonly earlier?: Image;
  readonly legal: readonly Legal[];
  readonly classes: readonly Class[];
  readonly owes: readonly Owes[];
  readonly seen: readonly Seen[];
  /**
   * Set for a history without faults: how many answers were compared with the machine, and which it
   * does not allow.
   */
  readonly model?: { readonly asked: number; readonly strays: readonly string[] };
  /**
   * Set where file calls of the history were made to fail: all of its steps that were answered,
   * before what was done to the store then.
   */
  readonly failing?: readonly FailingStep[];
  /** Paths that were changed outside the store's directory. */
  readonly outside?: readonly string[];
  /** Set for one read beside a writer, whose answer is all that was seen. */
  readonly live?: BesideWriter;
  /** The longest read that the walk asked for at once, in bytes, however much there was to read. */
  readonly requested?: number;
}

/** The ways in which a store fails (DESIGN section 7). */
export const anomalies = [
  'lost_durable', 'lost_acked', 'phantom', 'resurrected', 'duplicate', 'reordered', 'gap', 'torn_visible',
  'corrupt_accepted', 'chain_broken', 'unopenable', 'silent_repair', 'destroyed_evidence', 'readers_disagree',
  'not_idempotent', 'not_atomic', 'continuation_broken', 'wrong_error', 'allocation_unbounded', 'hang', 'died',
  'side_effect',
] as const; // prettier-ignore
export type Anomaly = (typeof anomalies)[number];

/**
 * A clause broken by evidence: the named way, where in the walk, and one sentence a person
 * understands.
 */
export interface Finding {
  readonly anomaly: Anomaly;
  readonly phase: Phase;
  readonly say: string;
}

export type Check = (evidence: Evidence) => readonly Finding[] | 'not_exercised';

/** One sentence that a port must or should keep. The id is permanent and never used again. */
export interface Clause {
  readonly id: `${string}-${string}-${number}`;
  readonly level: 'MUST' | 'SHOULD';
  readonly policies: readonly Policy[];
  /** The promise it stands for (`S1` to `S13`), where it is one of them. */
  readonly promise?: `S${number}`;
  readonly since: string;
  /**
   * Set where only a later rung of the harness can exercise it, failing calls or a power cut, or
   * another command than `check`.
   */
  readonly needs?: 'failing calls' | 'power cuts' | 'tearproof live';
  /**
   * What of the port must be seen so that its matter occurs, where its answers and the files that
   * it leaves are not enough.
   */
  readonly watches?: 'failing calls' | 'lengths asked for' | 'entries beyond any line';
  /**
   * Operations that it is about, by name: of a port that claims none of them it asks nothing.
   * Missing where the core of the kind is enough.
   */
  readonly asks?: readonly string[];
  readonly text: string;
  /** Where the sentence comes from: a section of the format page, a decision row, a promise. */
  readonly source: string;
  /** What a user loses where it is broken. */
  readonly loses: string;
  readonly check: Check;
}
