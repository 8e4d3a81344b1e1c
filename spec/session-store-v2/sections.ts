/** A heading of the format page; its anchor is its title in lower case, blanks as hyphens. */
export interface Section {
  readonly title: string;
  readonly anchor: string;
  /** 2 for a chapter, 3 for a part of the chapter before it. */
  readonly depth: 2 | 3;
}

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
export const sections: readonly Section[] = Object.entries(titles).flatMap(([chapter, parts]) => [
  { title: chapter, anchor: anchorOf(chapter), depth: 2 } as const,
  ...parts.map((title) => ({ title, anchor: anchorOf(title), depth: 3 }) as const),
]);

/** The anchor that a Markdown reader gives to a heading of letters, commas and blanks. */
function anchorOf(title: string): string {
  return title.toLowerCase().replaceAll(',', '').replaceAll(' ', '-');
}

/** What the text of a `source` names. */
export interface Cited {
  readonly sections: readonly Section[];
  /** `S1` to `S13`. */
  readonly promises: readonly string[];
  /** Ids of decision rows. */
  readonly rows: readonly string[];
  /** Parts that name nothing of the page; a source of this kind has none. */
  readonly unknown: readonly string[];
}

/**
 * Reads a `source`: parts with `; ` between them, each `format page, <title>` (with what to look
 * for there in brackets, perhaps), `promise S3`, or ids of decision rows as in `R17, R17c`.
 */
export function cited(source: string): Cited {
  const found = { sections: [] as Section[], promises: [] as string[], rows: [] as string[] };
  const unknown: string[] = [];
  for (const part of source.split('; ')) {
    const title = /^format page, ([^()]+?)(?: \([^()]+\))?$/.exec(part)?.[1];
    const section = sections.find((one) => one.title === title);
    const promise = /^promise (S(?:[1-9]|1[0-3]))$/.exec(part)?.[1];
    if (section !== undefined) found.sections.push(section);
    else if (promise !== undefined) found.promises.push(promise);
    else if (/^R\d+[a-z]?(?:, R\d+[a-z]?)*$/.test(part)) found.rows.push(...part.split(', '));
    else unknown.push(part);
  }
  return { ...found, unknown };
}
