import type { History, Holds, Outcome } from './history.ts';
import type { Image, Path } from './image.ts';

/** Digest of one entry: identity and payload bytes. Two entries with one key are the same entry. */
export type Key = string;

/** One repair as data (S10): what was done to which bytes, why, and where the bytes went. */
export interface Repair {
  readonly did: 'cut' | 'adopted' | 'rebuilt' | 'set aside' | 'finished';
  readonly file: Path;
  /** Byte range [from, to) in `file` as it was before the repair. */
  readonly from: number;
  readonly to: number;
  readonly why: string;
  readonly keptIn?: Path;
}

/**
 * Something an open reports without acting on it: `witness_ahead`, `non_canonical`,
 * `chain_restart`, ...
 */
export interface Notice {
  readonly code: string;
  readonly file?: Path;
  readonly detail?: string;
}

/** What a reader saw: the entries in order, and what opening reported. */
export interface View {
  readonly keys: readonly Key[];
  readonly repairs: readonly Repair[];
  readonly notices: readonly Notice[];
}

/** What a range of bytes is, judged from the image alone (DESIGN section 3). */
export interface Class {
  readonly is: 'valid' | 'torn' | 'corrupt' | 'ambiguous' | 'undetectable';
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/**
 * One legal result of opening an image: the entries it may show, or a refusal with what an
 * inspecting reader still reads.
 */
export type Legal =
  | { readonly open: 'ok'; readonly keys: readonly Key[]; readonly after?: Image }
  | {
      readonly open: 'refused';
      readonly codes: readonly string[];
      readonly readable: readonly Key[];
    };

/**
 * What a history owes a recovered state: all of `must`, in order, then a prefix of `may`; none of
 * `never` (accepted once, then rolled back). A key in no list was never accepted: a phantom.
 */
export interface Owes {
  readonly must: readonly Key[];
  readonly may: readonly Key[];
  readonly never: readonly Key[];
  /**
   * Of a kind that keeps books: what each must hold that was ever written; any other is not there.
   */
  readonly books?: readonly BookOwed[];
}

/** Something that a store keeps besides its log and replaces or extends as a whole: a manifest. */
export interface Book {
  readonly name: string;
  /** Of all that it holds: two books of one name with one digest are the same. */
  readonly digest: string;
}

/**
 * What a book may hold: what was acknowledged last, first, then what came later; null where it is
 * not there. `any` where a port wrote what nobody can say.
 */
export interface BookOwed {
  readonly name: string;
  readonly oneOf: readonly (string | null)[] | 'any';
  /** Set where the first of them was not acknowledged, but goes with a cut of the log. */
  readonly withCut?: true;
}

/**
 * The abstract state machine of a kind: operations as data, allowed results, acknowledgement
 * levels.
 */
export interface Machine<S, O, R> {
  start(): S;
  /** Every allowed way on from `state`; none where the operation cannot be asked at all. */
  next(state: S, op: O, at: string): readonly { readonly state: S; readonly result: Outcome<R> }[];
  /**
   * What an `ok` of `op` survives. Everything acknowledged before it survives at least that much
   * too.
   */
  holds(state: S, op: O): Holds;
  /** The log that `state` stands for: keys in order. */
  log(state: S): readonly Key[];
}

/**
 * Two questions that never mix: what do these bytes allow (table, classes), what does this history
 * owe (ledger).
 */
export interface Judge<O, R> {
  legal(image: Image): readonly Legal[];
  classify?(image: Image): readonly Class[];
  owes(history: History<O, R>, upTo: number, event: Holds): readonly Owes[];
}
