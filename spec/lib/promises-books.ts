import type { Check, Evidence, Finding } from './clause.ts';
import type { Image } from './image.ts';
import type { BookOwed, Owes } from './judge.ts';
import { nearest } from './departure.ts';
import { finding, keysOf, shows, type Facts } from './promises-log.ts';
import { firstOpen } from './promises-open.ts';

/** The books that the files of an image are, by name; null for one that no reader takes. */
export type ReadBooks = (image: Image) => ReadonlyMap<string, string | null>;

/**
 * After recovery each book is what was acknowledged last, or what a later operation would have
 * made of it, and none is there that nobody wrote. Judged beside the alternative that the log fits.
 */
export function booksKept(facts: Facts, read: ReadBooks): Check {
  return (evidence) => {
    const owed = owedWith(facts, evidence);
    const opened = firstOpen(facts, evidence);
    // Where one reading of the history says nothing of books, nothing is owed for sure.
    const isKnown = owed.length > 0 && owed.every(({ books }) => books !== undefined);
    if (!isKnown || opened?.outcome.is !== 'ok') return 'not_exercised';
    const found = read(opened.image ?? evidence.start);
    if (found.size === 0 && owed.every(({ books }) => books?.length === 0)) return 'not_exercised';
    const offs = owed.map(({ books = [] }) => wrongIn(books, found, evidence));
    return offs.reduce((best, off) => (off.length < best.length ? off : best));
  };
}

/** The duties that what was recovered fits. Of other logs other clauses tell. */
function owedWith(facts: Facts, evidence: Evidence): readonly Owes[] {
  const shown = shows(facts, evidence, 'open', 'read')[0];
  if (shown === undefined || evidence.fault === 'damage') return [];
  return evidence.owes.filter((owes) => {
    const off = nearest(keysOf(shown), [owes]);
    return off !== null && Object.values(off).every((list) => list.length === 0);
  });
}

function wrongIn(
  owed: readonly BookOwed[],
  found: ReadonlyMap<string, string | null>,
  evidence: Evidence,
): readonly Finding[] {
  const known = new Set(owed.map(({ name }) => name));
  const alien = [...found.keys()].filter((name) => !known.has(name));
  return [
    ...owed.flatMap((one) => wrongBook(one, found.get(one.name), evidence)),
    ...alien.map(written),
  ];
}

/** `digest`: null where no reader takes the book, undefined where it is not there. */
function wrongBook(
  { name, oneOf, withCut }: BookOwed,
  digest: string | null | undefined,
  { fault }: Evidence,
): readonly Finding[] {
  if (oneOf === 'any') return [];
  // What was never acknowledged and cannot be read is torn, and lost to nobody.
  const isLegal = digest === null ? oneOf[0] === null : oneOf.includes(digest ?? null);
  if (isLegal) return [];
  if (oneOf[0] === null) return [written(name)];
  if (withCut === true) {
    const say = `${name}: not what the operation that cut the log wrote`;
    return [finding('not_atomic', 'open', say)];
  }
  const anomaly = fault === 'power' ? 'lost_durable' : 'lost_acked';
  const now = digest === undefined ? 'gone' : digest === null ? 'unreadable' : 'another one';
  return [finding(anomaly, 'open', `${name}: acknowledged, then ${now}`)];
}

const written = (name: string): Finding =>
  finding('phantom', 'open', `${name}: there, and nobody wrote it`);

/**
 * A book that is replaced as a whole is there as a whole, or not at all, whatever its operation
 * was cut short by.
 */
export function booksWhole(read: ReadBooks, isReplaced: (name: string) => boolean): Check {
  return (evidence) => {
    if (evidence.fault === 'damage' || evidence.owes.every((o) => o.books === undefined)) {
      return 'not_exercised';
    }
    const books = [...read(evidence.start)].filter(([name]) => isReplaced(name));
    if (books.length === 0) return 'not_exercised';
    return books
      .filter(([, digest]) => digest === null)
      .map(([name]) => finding('torn_visible', 'open', `${name}: there, and unreadable`));
  };
}
