import type { Book, BookOwed } from './judge.ts';

/** What a book held from one step of a history on; steps are counted from 1, 0 is the start. */
export interface Version {
  readonly name: string;
  /** null where it was not there, undefined where a port wrote what nobody can say. */
  readonly digest: string | null | undefined;
  readonly since: number;
  /** True where the step that wrote it was acknowledged. */
  readonly isSure: boolean;
}

/** The step that books are noted after. */
export interface BookStep {
  readonly since: number;
  readonly isSure: boolean;
  /** False where a port accepted what no machine foresaw: what it wrote then is its own secret. */
  readonly isKnown: boolean;
}

/** The versions with those that a step added. */
export function versionsAfter(
  versions: readonly Version[],
  books: readonly Book[],
  { since, isSure, isKnown }: BookStep,
): readonly Version[] {
  const last = new Map(versions.map((v) => [v.name, v.digest]));
  const now = new Map<string, string | null>(books.map(({ name, digest }) => [name, digest]));
  for (const name of last.keys()) if (!now.has(name)) now.set(name, null);
  const changed = [...now].filter(([name, digest]) => {
    const before = last.has(name) ? last.get(name) : null;
    return before !== undefined && before !== digest;
  });
  if (changed.length === 0) return versions;
  const added = changed.map(([name, digest]): Version => ({
    name,
    digest: isKnown ? digest : undefined,
    since,
    isSure,
  }));
  return [...versions, ...added];
}

/** A run of steps: `anchor` is the last one whose ok survives the event. */
export interface Run {
  readonly anchor: number;
  readonly began: number;
  readonly upTo: number;
}

/**
 * What each book may hold once a run of steps is all that is left of a history: what was last
 * acknowledged, or anything later. What was never acknowledged is owed by no later sync. Where the
 * run began with a step that cut the log, what that step wrote goes with the cut.
 */
export function booksOwed(
  versions: readonly Version[],
  { anchor, began, upTo }: Run,
): readonly BookOwed[] {
  const names = [...new Set(versions.map((v) => v.name))].toSorted();
  return names.map((name) => {
    const absent: Version = { name, digest: null, since: 0, isSure: true };
    const all = [absent, ...versions.filter((v) => v.name === name && v.since <= upTo)];
    const acknowledged = all.findLastIndex((v) => v.isSure && v.since <= anchor);
    const cut = began > anchor ? all.findLastIndex((v) => v.since === began) : -1;
    const legal = all.slice(Math.max(acknowledged, cut)).map((v) => v.digest);
    const known = legal.filter((digest) => digest !== undefined);
    const oneOf = known.length < legal.length ? 'any' : [...new Set(known)];
    return { name, oneOf, ...(cut > acknowledged ? { withCut: true as const } : {}) };
  });
}

/** True where both hold the same books, in whatever order. */
export function sameBooks(a: readonly Book[], b: readonly Book[]): boolean {
  if (a.length !== b.length) return false;
  const others = new Map(b.map(({ name, digest }) => [name, digest]));
  return a.every(({ name, digest }) => others.get(name) === digest);
}
