import type { Image } from '../lib/image.ts';
import { decodeIntent } from './classify-records.ts';
import type { Intent, IntentHead } from './classify-records.ts';
import { fileBytes } from './classify-witness.ts';
import type { Entry } from './classify-types.ts';

export const intentFile = 'tmp/rollback.intent.json';

/** An intent of another schema may mean something else: nobody but its maker can finish it. */
const intentSchema = 'tearproof.rollback_intent.v1';

/** What a rollback that was begun makes of a verified store. */
export type IntentSays =
  | { readonly is: 'none' }
  | { readonly is: 'redo'; readonly keep: number; readonly exact: boolean }
  | { readonly is: 'refuse'; readonly code: 'intent_stale' | 'intent_unreadable' };

/**
 * Reads the intent of an image against its verified entries and their chain hashes. A redo is
 * `exact` where every member of `after` fits the entries; where only the chain does, whether to
 * redo is left to the store.
 */
export function intentOf(
  image: Image,
  entries: readonly Entry[],
  chains: readonly string[],
): IntentSays {
  const node = image.get(intentFile);
  if (node?.is !== 'file') return { is: 'none' };
  const bytes = fileBytes(image, intentFile);
  const intent = bytes === null ? null : decodeIntent(bytes);
  if (intent?.schema !== intentSchema) return { is: 'refuse', code: 'intent_unreadable' };
  const stale = { is: 'refuse', code: 'intent_stale' } as const;
  const here = BigInt(entries.length);
  const fits = (head: IntentHead): boolean =>
    head.entrySeq <= here && chains[Number(head.entrySeq)] === head.chainHash;
  const known = [intent.after, intent.before, ...intent.heads];
  if (!known.some((head) => head.entrySeq === here && fits(head))) return stale;
  if (!fits(intent.after)) return stale;
  return { is: 'redo', keep: Number(intent.after.entrySeq), exact: isExact(intent, entries) };
}

function isExact(intent: Intent, entries: readonly Entry[]): boolean {
  const { after } = intent;
  const last = entries[Number(after.entrySeq) - 1];
  if (last === undefined) return after.segmentSeq === 0n && after.byteLength === 0n;
  const end = last.row.byteOffset + last.row.byteLength;
  return (
    last.frame.entryId === after.entryId &&
    last.frame.segmentSeq === after.segmentSeq &&
    end === after.byteLength
  );
}
