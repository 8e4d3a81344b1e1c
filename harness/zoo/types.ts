import type { CallName } from '../../faults/disk/around.ts';
import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Clause } from '../../spec/lib/clause.ts';
import type { LeansOn, PortMaker } from '../kind.ts';

/**
 * One place of a store that a bug changes: `find` stands there exactly once. `file` is from the
 * repository's root.
 */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * The plainest fault that shows a bug: none but the history itself, a kill, a power cut, a second
 * crash while the first is recovered from, a call that fails, or damage at rest.
 */
export type Needs = 'history' | 'kill' | 'power' | 'nested' | 'errors' | 'damage';

/** A family of failing calls; which calls must fail, and of which path, where that matters. */
export interface Failing {
  readonly is: 'error' | 'short' | 'space' | 'sync clean' | 'sync late' | 'sync revert';
  readonly calls?: readonly CallName[];
  readonly at?: string;
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
  readonly needs: Needs;
  /** Of `needs: 'errors'`: what must fail. */
  readonly errors?: readonly Failing[];
  /** True where one fault alone never shows it: the hunt tries every single one first. */
  readonly takesTwo?: true;
  /** Of `needs: 'nested'`: which two, where it takes those. */
  readonly pair?: readonly ['kill' | 'power', 'kill' | 'power'];
  /**
   * What one sync more would mend: the path, below the store, of the file or directory that the bug
   * leaves unsynced, `*` for any name; '' is the store's own directory.
   */
  readonly barrier?: string;
  /** The operations that the first fault must hit, where others cannot show it. */
  readonly strikes?: readonly string[];
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
