import type { Entries } from './entries.ts';

/** Why the entries of a store do not form a forest: the code, and the id at which it shows. */
export interface GraphError {
  readonly code: 'entry-id-duplicate' | 'parent-missing' | 'parent-cycle';
  readonly entryId: string;
}

/**
 * What scanning left to decide: the first id seen twice, and children whose parent had not been
 * seen, by entry number.
 */
export interface OpenLinks {
  duplicate: string | null;
  readonly forward: Map<number, string>;
}

/**
 * Resolves the links to later entries and answers the first rule broken: ids are unique, parents
 * exist, nothing is its own ancestor. A cycle needs a link that points forward, so stores without
 * one are not walked.
 */
export function closeGraph(entries: Entries, links: OpenLinks): GraphError | null {
  let missing: string | null = null;
  let forward = false;
  for (const [entry, parentId] of links.forward) {
    const parent = entries.numberOf(parentId);
    if (parent === 0) missing ??= parentId;
    else entries.setParent(entry, parent);
    forward ||= parent !== 0;
  }
  if (links.duplicate !== null) return { code: 'entry-id-duplicate', entryId: links.duplicate };
  if (missing !== null) return { code: 'parent-missing', entryId: missing };
  const looping = forward ? findCycle(entries) : 0;
  return looping === 0 ? null : { code: 'parent-cycle', entryId: entries.idOf(looping) };
}

/**
 * An entry on a cycle, or 0. Every entry is walked once: what an earlier walk passed is known to
 * end.
 */
function findCycle(entries: Entries): number {
  const walkOf = new Uint32Array(entries.count + 1);
  for (let entry = 1; entry <= entries.count; entry++) {
    let at = entry;
    while (at > 0 && walkOf[at] === 0) {
      walkOf[at] = entry;
      at = entries.parentOf(at);
    }
    if (at > 0 && walkOf[at] === entry) return at;
  }
  return 0;
}
