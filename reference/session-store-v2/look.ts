import { StoreError } from '../lib/error.ts';
import type { Files } from './files.ts';
import type { IndexVerdict } from './index-file.ts';
import { compareIndex } from './index-file.ts';
import type { Intent } from './intent.ts';
import { intentFits, intentName, readIntent } from './intent.ts';
import type { LedgerVerdict } from './ledger.ts';
import { readLedger } from './ledger.ts';
import type { Limits } from './limits.ts';
import type { Bad, Scan } from './scan.ts';
import { scanSegments } from './scan.ts';
import type { Refusal, SafePaths, Tree } from './tree.ts';
import { readTree } from './tree.ts';
import type { Notice } from './types.ts';
import { hearWitnesses } from './witnesses.ts';

/** Everything that opening finds out before it changes anything. */
export interface Look {
  readonly tree: Tree;
  readonly scan: Scan;
  /** What is to be cut off the last segment; null where nothing is. */
  readonly cut: Bad | null;
  /** A rollback that was begun and is to be finished. */
  readonly intent: Intent | null;
  /** Null where a refusal came before they were read. */
  readonly index: IndexVerdict | null;
  readonly ledger: LedgerVerdict | null;
  readonly refusal: Refusal | null;
  readonly notices: readonly Notice[];
}

/** Reads and verifies a store. Nothing is written; what cannot be read at all (`EIO`) throws. */
export function lookAt(
  files: Files,
  paths: SafePaths,
  options: { readonly limits: Limits; readonly keepPrefix: boolean },
): Look {
  const { limits } = options;
  const tree = readTree(files, paths);
  const scan = scanSegments(files, paths, tree.segments, limits);
  const bad = refuseBad(scan, options.keepPrefix);
  const cut = bad === null ? scan.bad : null;
  const start = { tree, scan, cut, intent: null, index: null, ledger: null };
  const notices: Notice[] = scan.nonCanonical.map((file) => ({ code: 'non_canonical', file }));
  if (tree.refusal !== null) return { ...start, refusal: tree.refusal, notices };
  const pending = findIntent(files, paths, scan, limits);
  const ledger = readLedger(files, paths, limits);
  const index = compareIndex(files, paths, scan.entries, limits);
  const explained = ledger.hasRollback || pending.intent !== null;
  const testimony = hearWitnesses(files, paths, scan.entries, { limits, explained });
  if (pending.intent === null) notices.push(...index.notices);
  notices.push(...ledger.notices, ...testimony.notices);
  const refusal = testimony.refusal ?? bad ?? pending.refusal;
  return { ...start, intent: pending.intent, index, ledger, refusal, notices };
}

/** Why the segments themselves refuse a writing open. */
function refuseBad(scan: Scan, keepPrefix: boolean): Refusal | null {
  const { bad, graph } = scan;
  if (bad !== null && (bad.is === 'corrupt' || (bad.is === 'ambiguous' && !keepPrefix))) {
    return { code: bad.code, file: bad.file, detail: `bytes ${bad.from} to ${bad.to}` };
  }
  if (graph === null) return null;
  return { code: graph.code, file: 'segments', detail: JSON.stringify(graph.entryId) };
}

function findIntent(
  files: Files,
  paths: SafePaths,
  scan: Scan,
  limits: Limits,
): { intent: Intent | null; refusal: Refusal | null } {
  try {
    const intent = readIntent(files, paths, limits);
    if (intent === null || intentFits(intent, scan.entries)) return { intent, refusal: null };
    const detail = `the store ends at neither head of the rollback begun at ${intent.at}`;
    return { intent: null, refusal: { code: 'intent_stale', file: intentName, detail } };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { intent: null, refusal: { code: error.code, file: intentName, detail: error.message } };
  }
}
