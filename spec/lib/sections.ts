/** A heading of a format page; its anchor is its title in lower case, blanks as hyphens. */
export interface Section {
  readonly title: string;
  readonly anchor: string;
  /** 2 for a chapter, 3 for a part of the chapter before it. */
  readonly depth: 2 | 3;
}

/** Sections from chapters with their parts, in the order of the page. */
export function sectionsOf(
  titles: Readonly<Record<string, readonly string[]>>,
): readonly Section[] {
  return Object.entries(titles).flatMap(([chapter, parts]) => [
    { title: chapter, anchor: anchorOf(chapter), depth: 2 } as const,
    ...parts.map((title) => ({ title, anchor: anchorOf(title), depth: 3 }) as const),
  ]);
}

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
export function citedIn(sections: readonly Section[], source: string): Cited {
  const found = { sections: [] as Section[], promises: [] as string[], rows: [] as string[] };
  const unknown: string[] = [];
  for (const part of source.split('; ')) {
    const title = /^format page, ([^()]+?)(?: \([^()]+\))?$/.exec(part)?.[1];
    const section = sections.find((one) => one.title === title);
    const promise = /^promise (S(?:[1-9]|1[0-3]))$/.exec(part)?.[1];
    if (section !== undefined) found.sections.push(section);
    else if (promise !== undefined) found.promises.push(promise);
    else if (/^[A-Z]\d+[a-z]?(?:, [A-Z]\d+[a-z]?)*$/.test(part))
      found.rows.push(...part.split(', '));
    else unknown.push(part);
  }
  return { ...found, unknown };
}
