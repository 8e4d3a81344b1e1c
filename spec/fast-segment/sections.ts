import { sectionsOf, type Section } from '../lib/sections.ts';

/** Where the format page stands in the repository and in the package. */
export const formatPage = 'docs/formats/fast-segment.md';

/** Every section of the format page, in its order; a title once used stays. */
export const sections: readonly Section[] = sectionsOf({
  'The tree and its names': [],
  Records: [],
  Checks: [],
  'Uncovered bytes': [],
  Limits: [],
  Extras: [],
  Vectors: [],
  'Accepted beyond canonical': [],
  Codes: [],
  Operations: ['Acknowledgements'],
  'Decision table': ['Decisions'],
  'What safe demands': ['Promises', 'Torn, corrupt, ambiguous', 'What safe cannot prevent'],
  Clauses: [],
});
