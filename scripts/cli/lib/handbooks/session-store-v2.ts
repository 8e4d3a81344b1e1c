import { shownShort } from '../../../../harness/lib/shown.ts';
import { accepts, type Accept } from '../../../../spec/session-store-v2/accepts.ts';
import { clauses } from '../../../../spec/session-store-v2/clauses.ts';
import { errorTexts } from '../../../../spec/session-store-v2/codes.ts';
import { errorMeanings } from '../../../../spec/session-store-v2/error-meanings.ts';
import { format } from '../../../../spec/session-store-v2/layout.ts';
import { operations } from '../../../../spec/session-store-v2/operations.ts';
import { promises } from '../../../../spec/session-store-v2/promises.ts';
import { rowDetails } from '../../../../spec/session-store-v2/row-details.ts';
import { rows } from '../../../../spec/session-store-v2/rows.ts';
import { safeCodes } from '../../../../spec/session-store-v2/safe-codes.ts';
import { formatPage, sections } from '../../../../spec/session-store-v2/sections.ts';
import { rules } from '../../../../spec/session-store-v2/table/rules.ts';
import type { CodeText, Handbook, Tolerated } from './handbook.ts';

const kind = 'session-store-v2';

/** Codes that stand for a whole category of the original's errors. */
const broad: readonly CodeText[] = [
  originalCode('json', 'json', 'A record, checkpoint, manifest or ledger line does not parse.'),
  originalCode(
    'io',
    'io',
    'The system refused a file call; `io-` and the errno or kind follow, as in `io-eisdir`.',
  ),
];

/** What there is to say of a session store. */
export const sessionStoreBook: Handbook = {
  kind,
  clauses,
  format,
  page: formatPage,
  sections,
  promises,
  accepts: accepts.map(tolerated),
  codes: [
    ...errorTexts.map((error) => ({
      ...originalCode(error.code, error.category, errorMeanings[error.code] ?? error.prefix),
      more: [["the original's message begins", error.prefix] as const],
    })),
    ...broad,
    ...safeCodes.map(({ code, is, says, guards, source }) => ({
      code,
      is,
      says,
      source,
      by: 'safe',
      what: `${is} of the safe ${kind}`,
      more: [['guards against', guards] as const],
    })),
  ],
  operations,
  rows: rows.map(({ id, text, source, rules: by }) => {
    const detail = rowDetails[id];
    return { id, text, source, rules: by, ...(detail === undefined ? {} : { detail }) };
  }),
  rules,
};

function originalCode(code: string, category: string, says: string): CodeText {
  const what = `error code of ${kind}, category ${category}`;
  return {
    code,
    what,
    by: 'original',
    is: 'refusal',
    says,
    source: 'format page, Errors',
    more: [],
  };
}

function tolerated({ id, text, source, safe, vector }: Accept): Tolerated {
  // Only a record shows it alone; the others take a whole store.
  if (vector.is !== 'record') return { id, text, source, safe };
  const example = shownShort(new TextDecoder().decode(vector.bytes), 200);
  return { id, text, source, safe, example };
}
