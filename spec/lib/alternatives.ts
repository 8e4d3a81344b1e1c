import { booksOwed, type Version } from './books.ts';
import type { Holds } from './history.ts';
import type { Key, Owes } from './judge.ts';

/** What one reading of a history tells of its log, its books and its acknowledgements. */
export interface Told {
  readonly logs: readonly (readonly Key[])[];
  readonly books: readonly Version[] | null;
  readonly anchor: Readonly<Record<Holds, number>>;
}

/** What one reading of a history owes after an event: an answer for each run of growing logs. */
export function alternatives({ logs, books, anchor }: Told, event: Holds): readonly Owes[] {
  const first = anchor[event];
  const base = logs[first] ?? [];
  const answers: Owes[] = [];
  const dropped = new Set<Key>();
  for (let i = 1; i <= first; i++) note(dropped, logs[i - 1] ?? [], logs[i] ?? []);
  let began = first;
  for (let i = first; i < logs.length; i++) {
    const here = logs[i] ?? [];
    const after = logs[i + 1];
    if (after !== undefined && isPrefix(here, after)) continue;
    // What a cut brought back was no more durable than it had been before the cut.
    const sure = began === first ? base.length : common(base, logs[began] ?? []);
    const shown = new Set(here);
    answers.push({
      must: here.slice(0, sure),
      may: here.slice(sure),
      never: [...dropped].filter((key) => !shown.has(key)),
      ...(books === null ? {} : { books: booksOwed(books, { anchor: first, began, upTo: i }) }),
    });
    if (after !== undefined) note(dropped, here, after);
    began = i + 1;
  }
  return answers;
}

function note(dropped: Set<Key>, before: readonly Key[], after: readonly Key[]): void {
  for (const key of before.slice(common(before, after))) dropped.add(key);
}

function common(a: readonly Key[], b: readonly Key[]): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n += 1;
  return n;
}

/** True where both logs hold the same. */
export const isSame = (a: readonly Key[], b: readonly Key[]): boolean =>
  a.length === b.length && common(a, b) === a.length;

function isPrefix(a: readonly Key[], b: readonly Key[]): boolean {
  return common(a, b) === a.length;
}

/** The answers without those that say what an earlier one says. */
export function distinct(answers: readonly Owes[]): readonly Owes[] {
  if (answers.length < 2) return answers;
  const seen = new Map<string, Owes>();
  for (const answer of answers) {
    const name = JSON.stringify([answer.must, answer.may, answer.never, answer.books]);
    if (!seen.has(name)) seen.set(name, answer);
  }
  return [...seen.values()];
}
