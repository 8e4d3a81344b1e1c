import type { Book } from './survey-book.ts';
import { isIncomplete, wrong } from './survey-book.ts';
import type { EntryAt, SurveyLimits } from './survey-types.ts';

/** Parents of entries by id, up to a limit; beyond it the graph is not judged. */
export interface Graph {
  readonly entries: Map<string, EntryAt>;
  readonly limits: SurveyLimits;
  idBytes: number;
  full: boolean;
}

export function newGraph(limits: SurveyLimits): Graph {
  return { entries: new Map(), limits, idBytes: 0, full: false };
}

/** Enters an entry; an id that is known already is a finding. */
export function addToGraph(book: Book, graph: Graph, entry: EntryAt): void {
  if (graph.full) return;
  graph.idBytes += entry.entryId.length + (entry.parentEntryId?.length ?? 0);
  if (
    graph.entries.size >= graph.limits.graphEntries ||
    graph.idBytes > graph.limits.graphIdBytes
  ) {
    graph.full = true;
    graph.entries.clear();
    book.unchecked.add('ids and parents: too many entries to hold their ids');
    return;
  }
  const first = graph.entries.get(entry.entryId);
  if (first === undefined) graph.entries.set(entry.entryId, entry);
  else wrong(book, 'entry_id_duplicate', entry, `entry ${first.entrySeq} has the same id`);
}

/** Parents that are in no entry, and circles of parents, once all entries are known. */
export function judgeGraph(book: Book, graph: Graph): void {
  if (graph.full) return;
  const settled = new Set<string>();
  for (const entry of graph.entries.values()) {
    const { parentEntryId } = entry;
    const known = parentEntryId === null || graph.entries.has(parentEntryId);
    if (!known && !isIncomplete(book)) {
      wrong(book, 'parent_missing', entry, 'the parent is no entry of the store');
    }
    if (closesCircle(graph, entry, settled)) {
      wrong(
        book,
        'parent_cycle',
        entry,
        'the entry is among its own ancestors, or leads to a circle',
      );
    }
  }
}

/** Follows parents until a settled entry, a root, or one met on this very way. */
function closesCircle(graph: Graph, start: EntryAt, settled: Set<string>): boolean {
  const way = new Set<string>();
  let circle = false;
  for (let at: EntryAt | undefined = start; at !== undefined;) {
    if (settled.has(at.entryId)) break;
    if (way.has(at.entryId)) {
      circle = true;
      break;
    }
    way.add(at.entryId);
    at = at.parentEntryId === null ? undefined : graph.entries.get(at.parentEntryId);
  }
  for (const id of way) settled.add(id);
  return circle;
}
