import { errorTexts } from '../../../spec/session-store-v2/codes.ts';
import { errorMeanings } from '../../../spec/session-store-v2/error-meanings.ts';
import { directories, format } from '../../../spec/session-store-v2/layout.ts';
import { safeCodes } from '../../../spec/session-store-v2/safe-codes.ts';
import { sessionStoreBook as book } from '../../cli/lib/handbooks/session-store-v2.ts';
import { linked, type FormatPage } from './format-page.ts';
import { code, table } from './markdown.ts';
import { recordTable } from './records.ts';
import { vectorTables } from './vectors.ts';

const record = (id: string): string => {
  const file = format.files.find((one) => one.id === id);
  return file === undefined ? '' : recordTable(file);
};

/** The format page of session-store-v2. */
export const sessionStorePage: FormatPage = {
  book: { ...book, format },
  intro: [
    '*The original* is the program whose stores these are, and policy `original` what it was ' +
      'found to do; policy `safe` is what a store of this format should do instead. Sources in ' +
      'this suite are given as `format page` and the title of a section here.',
    'What it says of the original was read in its source and seen when it ran: ' +
      '`fixtures/session-store-v2/recorded/` holds the cases and histories that were recorded, with ' +
      'provenance beside them, and the executable table (`spec/session-store-v2/table.ts`) is held ' +
      'against each of them. The models and stores of this suite reproduce the vectors. Other versions of ' +
      'the original may differ; where it decides by its build, Traps for ports says so.',
  ],
  tree:
    `A store is a directory with ${directories.map((d) => code(`${d}/`)).join(', ')}. In a ` +
    'path, `%016d` is a number of at least 16 digits, from 1. All numbers of records are ' +
    'unsigned 64-bit integers, but for `storeVersion`.',
  uncovered:
    'A frame without its index row is covered by its payload hash and its place only: ' +
    '`schema`, `entryId`, `parentEntryId`, `entryType` and `timestamp` are then uncovered ' +
    'too.',
  made: {
    Records: () => 'Members in the order in which they are written.',
    Frame: () => record('segment'),
    'Index row': () => record('index'),
    Checkpoint: () => record('checkpoint'),
    Manifest: () => record('manifest'),
    'Ledger event': () => record('ledger'),
    Vectors: vectorTables,
    Errors: () =>
      table(
        ['code', 'category', 'means', 'the message begins'],
        errorTexts.map((e) => [
          code(e.code),
          e.category,
          errorMeanings[e.code] ?? '',
          code(e.suffix === undefined ? e.prefix : `${e.prefix}…${e.suffix}`),
        ]),
      ),
    'Codes of the safe store': () =>
      table(
        ['code', 'is', 'says', 'guards against', 'see'],
        safeCodes.map((c) => [code(c.code), c.is, c.says, c.guards, linked(book, c.source)]),
      ),
  },
};
