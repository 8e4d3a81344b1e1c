import { citedIn, sectionsOf, type Cited, type Section } from '../lib/sections.ts';

/** Where the format page stands in the repository and in the package. */
export const formatPage = 'docs/formats/session-store-v2.md';

/** The chapters and their parts, in the order of the page; a title once used stays. */
const titles: Readonly<Record<string, readonly string[]>> = {
  'The tree and its names': [],
  'Common JSON rules': [],
  Records: ['Frame', 'Index row', 'Checkpoint', 'Manifest', 'Ledger event'],
  Checks: [],
  'Uncovered bytes': [],
  Limits: [],
  Extras: [],
  Algorithms: [],
  Vectors: [],
  'Accepted beyond canonical': [],
  Errors: [],
  Operations: [
    'State of a handle',
    'Append in the original',
    'Reads',
    'Validation',
    'Checkpoints in the original',
    'Rollback in the original',
    'Ledger in the original',
    'Manifest in the original',
    'Helpers',
    'What the original syncs',
  ],
  'Opening in the original': ['Bootstrap', 'Rebuild'],
  'Decision table': ['Decisions'],
  'Traps for ports': [],
  'Published schema': [],
  'What safe demands': [
    'Promises',
    'Verification',
    'Torn, corrupt, ambiguous',
    'Order of a safe open',
    'The index as witness',
    'Other witnesses',
    'Ledger in safe',
    'Quarantine and set-aside names',
    'Appending in safe',
    'Where the next frame goes',
    'Rollback in safe',
    'Checkpoints and manifest in safe',
    'Stale and poisoned handles',
    'Acknowledgements',
    'Codes of the safe store',
  ],
  'A store that both policies open': [],
  Clauses: [],
};

/** Every section of the format page, in its order. */
export const sections: readonly Section[] = sectionsOf(titles);

/** What a `source` of this kind names; see `citedIn`. */
export const cited = (source: string): Cited => citedIn(sections, source);
