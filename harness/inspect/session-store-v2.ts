import { lineBytesMax } from '../../spec/session-store-v2/layout.ts';
import { roleOf, survey } from '../../spec/session-store-v2/survey.ts';
import type { EntryAt, Survey as Found } from '../../spec/session-store-v2/survey.ts';
import { counted, shownShort } from '../lib/shown.ts';
import type { InspectOptions, Inspector, Place, Survey } from './inspector.ts';
import { findFrame } from './session-store-v2-frame.ts';
import { judgePolicies } from './session-store-v2-policies.ts';
import { directorySource } from './source.ts';

/** How a directory is looked at as a session store. */
export const sessionStoreInspector: Inspector = {
  kind: 'session-store-v2',
  roleOf,
  survey: surveyPlace,
  policies: judgePolicies,
  frame: findFrame,
};

function surveyPlace({ root, entries, problems, options }: Place): Survey {
  const late = (): boolean => options.leftMs() <= 0;
  const limits = { lineBytes: lineBytesMax, skipBytes: 256 * 1024 * 1024, late };
  const found = survey(directorySource(root, entries, limits, problems));
  const { chainHash, totalBytes } = found;
  const head = found.head === null ? 'none' : shownShort(found.head.entryId, 60);
  return {
    files: found.files,
    entries: found.entries,
    entryWords: found.entries.map(wordsOf),
    entryCount: found.entryCount,
    verified: found.verified,
    problems: found.problems,
    wrong: found.wrong,
    odd: found.odd,
    unchecked: found.unchecked,
    own: { chainHash, totalBytes },
    ownWords: [`head ${head}, ${counted(totalBytes, 'byte')} of lines`, `chain ${chainHash}`],
    tooMuch: tooMuch(found, options),
  };
}

function wordsOf(entry: EntryAt): string {
  const parent =
    entry.parentEntryId === null ? '' : ` after ${shownShort(entry.parentEntryId, 40)}`;
  const place = `${shownShort(entry.file, 60)}:${entry.from}`;
  const type = shownShort(entry.entryType, 30);
  return `${entry.entrySeq} ${shownShort(entry.entryId, 40)} ${type}${parent}  ${place}`;
}

function tooMuch({ longestLineBytes, idleLines }: Found, options: InspectOptions): string | null {
  if (longestLineBytes > options.policyLineBytes) {
    return `a line has ${longestLineBytes} bytes, more than ${options.policyLineBytes}`;
  }
  if (idleLines > options.policyIdleLines) {
    return `${idleLines} lines are no records, more than ${options.policyIdleLines}`;
  }
  return null;
}
