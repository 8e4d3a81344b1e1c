import { askImage, type AskFact, type Fact } from '../../faults/observe/facts.ts';
import type { Image } from '../../spec/lib/image.ts';

/** What a walk asked first, and what became of each answer. */
interface Branch<T> {
  readonly fact: Fact | null;
  readonly next: Map<string, Branch<T>>;
  leaf: T | null;
}

/**
 * What came of walks, by what they learned of the tree that they began on: the first question is
 * the same for all of a port that answers alike, and each later one follows from the answers before
 * it.
 */
export interface Trie<T> {
  /** What came of a walk that learned what a walk over this image would learn; null without one. */
  find(image: Image): T | null;
  /** Keeps what came of a walk over the image with the facts that it learned, in their order. */
  add(image: Image, facts: readonly Fact[], leaf: T): void;
  readonly leaves: number;
}

/** A trie that keeps the first so many walks, and no more. */
export function newTrie<T>(leavesMost: number): Trie<T> {
  let top: Branch<T> | null = null;
  let leaves = 0;
  const branch = (fact: Fact | null): Branch<T> => ({ fact, next: new Map(), leaf: null });
  return {
    find: (image) => {
      const ask = askImage(image);
      let at: Branch<T> | undefined = top ?? undefined;
      while (at !== undefined && at.fact !== null) at = at.next.get(ask(at.fact));
      return at?.leaf ?? null;
    },
    add: (image, facts, leaf) => {
      if (leaves >= leavesMost) return;
      const ask: AskFact = askImage(image);
      let at = (top ??= branch(facts[0] ?? null));
      for (const [i, fact] of facts.entries()) {
        // A port that asks otherwise after the same answers is not told by them; so neither is its
        // walk reused.
        if (at.fact === null || !isSame(at.fact, fact)) return;
        const answer = ask(fact);
        let next = at.next.get(answer);
        if (next === undefined) at.next.set(answer, (next = branch(facts[i + 1] ?? null)));
        at = next;
      }
      if (at.fact !== null || at.leaf !== null) return;
      at.leaf = leaf;
      leaves++;
    },
    get leaves() {
      return leaves;
    },
  };
}

function isSame(a: Fact, b: Fact): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
