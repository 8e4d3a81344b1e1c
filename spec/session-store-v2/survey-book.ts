import type { Path } from '../lib/image.ts';
import type { Flaw } from '../lib/layout-decoded.ts';
import { readableBy } from '../lib/layout-decoded.ts';
import { sha256Hex } from '../lib/sha256.ts';
import type { Problem, StoreSource, SurveyLimits } from './survey-types.ts';

/**
 * What a survey writes its findings into: lists that stop growing at their limits, and counts that
 * go on.
 */
export interface Book {
  readonly source: StoreSource;
  readonly limits: SurveyLimits;
  readonly problems: Problem[];
  readonly unchecked: Set<string>;
  readonly records: Map<Path, number>;
  readonly wrongIn: Map<Path, number>;
  wrong: number;
  odd: number;
  longestLineBytes: number;
  idleLines: number;
}

export function newBook(source: StoreSource, limits: SurveyLimits): Book {
  return {
    source,
    limits,
    problems: [],
    unchecked: new Set(),
    records: new Map(),
    wrongIn: new Map(),
    wrong: 0,
    odd: 0,
    longestLineBytes: 0,
    idleLines: 0,
  };
}

/** Enters one finding. */
export function note(book: Book, problem: Problem): void {
  if (problem.weight === 'wrong') {
    book.wrong += 1;
    book.wrongIn.set(problem.file, (book.wrongIn.get(problem.file) ?? 0) + 1);
  } else {
    book.odd += 1;
  }
  // Oddities never crowd out damage.
  const room = problem.weight === 'wrong' ? book.limits.problems : book.limits.problems / 2;
  if (book.problems.length < room) book.problems.push(problem);
}

/** Enters what is wrong with bytes [from, to) of a file. */
export function wrong(book: Book, code: string, at: Place, say: string): void {
  note(book, { code, weight: 'wrong', file: at.file, from: at.from, to: at.to, say });
}

/** Enters something unusual that every reader takes. */
export function odd(book: Book, code: string, at: Place, say: string): void {
  note(book, { code, weight: 'odd', file: at.file, from: at.from, to: at.to, say });
}

export interface Place {
  readonly file: Path;
  readonly from: number;
  readonly to: number;
}

/**
 * Enters the flaws of a record that stands at `offset`; true where the original reads it all the
 * same.
 */
export function noteFlaws(book: Book, file: Path, offset: number, flaws: readonly Flaw[]): boolean {
  for (const flaw of flaws) {
    const weight = flaw.refusedBy === 'none' ? 'odd' : 'wrong';
    const { code, say } = flaw;
    note(book, { code, weight, file, from: offset + flaw.from, to: offset + flaw.to, say });
  }
  return readableBy('original', flaws);
}

/** Counts a record that was found in a file. */
export function countRecord(book: Book, file: Path): void {
  book.records.set(file, (book.records.get(file) ?? 0) + 1);
}

/** SHA-256 by the source's own function where it has one. */
export function hashOf(book: Book, bytes: Uint8Array): string {
  return book.source.sha256 === undefined ? sha256Hex(bytes) : book.source.sha256(bytes);
}

/** True where not all was read, so that what was not met may be there all the same. */
export function isIncomplete(book: Book): boolean {
  return book.source.incomplete?.() === true;
}
