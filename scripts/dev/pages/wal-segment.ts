import vectors from '../../../fixtures/wal-segment/vectors.json' with { type: 'json' };
import { walSegmentBook as book } from '../../cli/lib/handbooks/wal-segment.ts';
import { introOf, type FormatPage } from './format-page.ts';
import { vectorLists } from './vector-lists.ts';

/** The format page of wal-segment. */
export const walSegmentPage: FormatPage = {
  book,
  intro: introOf(book.kind),
  tree:
    'A log is one directory. In a path, `%016d` is a number of at least 16 digits. All numbers are ' +
    'unsigned and big-endian.',
  uncovered:
    'A header is covered by the next one alone: of the last segment nothing notices another ' +
    'instance or another time of creation.',
  made: { Vectors: () => vectorLists('fixtures/wal-segment/vectors.json', vectors) },
};
