import limits from '../../../spec/fast-segment/limits.json' with { type: 'json' };
import vectors from '../../../fixtures/fast-segment/vectors.json' with { type: 'json' };
import { fastSegmentBook as book } from '../../cli/lib/handbooks/fast-segment.ts';
import { introOf, type FormatPage } from './format-page.ts';
import { limitsTable } from './limits-table.ts';
import { vectorLists } from './vector-lists.ts';

/** The format page of fast-segment. */
export const fastSegmentPage: FormatPage = {
  book,
  intro: introOf(book.kind),
  tree:
    'A store is a directory with `sessions/`, a file for each session. In a path, `%d` is its id, ' +
    'a number of 32 bits without zeros before it. Numbers of the file are unsigned and ' +
    'little-endian.',
  made: {
    Vectors: () => vectorLists('fixtures/fast-segment/vectors.json', vectors),
    'What safe cannot prevent': () => limitsTable(limits),
  },
};
