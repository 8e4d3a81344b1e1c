import { accepts } from '../../../../spec/wal-segment/accepts.ts';
import { clauses } from '../../../../spec/wal-segment/clauses.ts';
import { codes } from '../../../../spec/wal-segment/codes.ts';
import { format } from '../../../../spec/wal-segment/layout.ts';
import { operations } from '../../../../spec/wal-segment/operations.ts';
import { promises } from '../../../../spec/wal-segment/promises.ts';
import { formatPage as page, sections } from '../../../../spec/wal-segment/sections.ts';
import { rows, rules } from '../../../../spec/wal-segment/table.ts';
import { binaryBook } from './binary.ts';

/** What there is to say of a log of chained segments. */
export const walSegmentBook = binaryBook({
  clauses, format, page, sections, promises, accepts, codes, operations, rows, rules,
}); // prettier-ignore
