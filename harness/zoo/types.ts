import type { Clause } from '../../spec/lib/clause.ts';
import type { LeansOn, PortMaker } from '../kind.ts';
import type { StoreFs } from '../../reference/lib/fs.ts';

/**
 * One place of a store that a bug changes: `find` stands there exactly once. `file` is from the
 * repository's root.
 */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** What is known of a bug before it is made. */
export interface BugFacts {
  /** Lower case with hyphens; unique within its kind. */
  readonly id: string;
  readonly kind: string;
  /** What the store does wrong, in one sentence. */
  readonly text: string;
  /** The clause that it must break. */
  readonly clause: Clause['id'];
  /** The plainest fault that shows it: none but the history itself, a kill, or damage at rest. */
  readonly needs: 'kill' | 'damage' | 'history';
  /** What rare operations or damage it takes to meet the fault; never a history. */
  readonly leansOn?: LeansOn;
}

/**
 * A bug as it is declared: an edit of at most three lines of a safe store, or a file system that
 * misbehaves.
 */
export type Bug = BugFacts &
  ({ readonly edits: readonly Edit[] } | { readonly wrap: (fs: StoreFs) => StoreFs });

/** A bug with the port that has it. */
export interface PlantedBug<O, R> extends BugFacts {
  readonly make: PortMaker<O, R>;
}

/** The bugs of one kind, and the module whose copy they are planted in. */
export interface Zoo<O, R> {
  readonly kind: string;
  /** From the repository's root; its export `safePort` is the port of the safe store. */
  readonly entry: string;
  readonly safe: PortMaker<O, R>;
  readonly bugs: readonly Bug[];
}
