import { accepts } from '../../../../spec/fast-segment/accepts.ts';
import { clauses } from '../../../../spec/fast-segment/clauses.ts';
import { codes } from '../../../../spec/fast-segment/codes.ts';
import { format } from '../../../../spec/fast-segment/layout.ts';
import { operations } from '../../../../spec/fast-segment/operations.ts';
import { promises } from '../../../../spec/fast-segment/promises.ts';
import { formatPage as page, sections } from '../../../../spec/fast-segment/sections.ts';
import { rows, rules } from '../../../../spec/fast-segment/table.ts';
import { binaryBook } from './binary.ts';

/** What there is to say of a store of fast segments. */
export const fastSegmentBook = binaryBook(
  { clauses, format, page, sections, promises, accepts, codes, operations, rows, rules },
  ({ id }) => {
    const payload = accepts.find((one) => one.id === id)?.vector.payload;
    return payload === undefined ? null : `payload ${Buffer.from(payload).toString('hex')}`;
  },
);
