import type { Clause } from '../../../../spec/lib/clause.ts';
import type { Format } from '../../../../spec/lib/layout.ts';
import type { Operation } from '../../../../spec/lib/operation.ts';
import type { KeptPromise } from '../../../../spec/lib/promise-texts.ts';
import type { Section } from '../../../../spec/lib/sections.ts';

/** Further facts of something that is explained, name and text. */
export type Facts = readonly (readonly [name: string, text: string])[];

/** One thing that the original reads although no writer produces it. */
export interface Tolerated {
  readonly id: string;
  readonly text: string;
  readonly source: string;
  /** Whether policy `safe` reads it too. */
  readonly safe: boolean;
  /** Bytes that show it, as text that is safe to print. */
  readonly example?: string;
}

/** A code that a store of the kind answers with, reports or gives as a reason. */
export interface CodeText {
  readonly code: string;
  /** `refusal of the safe session-store-v2`, for a person. */
  readonly what: string;
  /** Whose it is and what it is, for a table. */
  readonly by: string;
  readonly is: string;
  readonly says: string;
  readonly source: string;
  readonly more: Facts;
}

/** A row of the original's decision table; its text is `what is found: what comes of it`. */
export interface DecisionText {
  readonly id: string;
  readonly text: string;
  readonly source: string;
  /** The decisions that it hangs on. */
  readonly rules: readonly string[];
  readonly detail?: string;
}

/**
 * Everything that a kind's data says in words: `explain` and the format page are made of it. What a
 * kind does not have is empty.
 */
export interface Handbook {
  readonly kind: string;
  readonly clauses: readonly Clause[];
  /** Null where nothing is known of its files; then there is no page either. */
  readonly format: Format | null;
  /** Path of the format page from the root of the package. */
  readonly page: string;
  readonly sections: readonly Section[];
  readonly promises: readonly KeptPromise[];
  readonly accepts: readonly Tolerated[];
  readonly codes: readonly CodeText[];
  readonly operations: Readonly<Record<string, Operation>>;
  readonly rows: readonly DecisionText[];
  /** Decisions of the original, with the question each answers. */
  readonly rules: Readonly<Record<string, string>>;
}

/** A handbook without anything but a name and clauses, for kinds whose files nobody knows. */
export const emptyHandbook = {
  format: null,
  page: '',
  sections: [],
  promises: [],
  accepts: [],
  codes: [],
  operations: {},
  rows: [],
  rules: {},
} as const;
