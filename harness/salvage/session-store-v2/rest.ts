import type { Path } from '../../../spec/lib/image.ts';
import { utf8Of } from '../../../spec/lib/utf8.ts';
import {
  decodeCheckpoint,
  decodeEvent,
  decodeManifest,
} from '../../../spec/session-store-v2/classify-records.ts';
import { checkpointText, eventLine, manifestHash } from '../../../spec/session-store-v2/encode.ts';
import type { Checkpoint, Manifest } from '../../../spec/session-store-v2/ops.ts';
import { piecesIn, readSmall } from './source.ts';
import type { Source } from './source.ts';
import type { Stage } from './stage.ts';
import type { LeftOut, Reason } from './types.ts';

const smallBytes = 16 * 1024 * 1024;
const manifestFile = 'manifest.json';
const ledgerFile = 'migrations/ledger.jsonl';
const intentFile = 'tmp/rollback.intent.json';

/**
 * Copies every checkpoint that is still right: its head is the entry with that number, under the
 * same chain.
 */
export function salvageCheckpoints(
  source: Source,
  stage: Stage,
): { readonly copied: number; readonly leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [];
  let copied = 0;
  for (const path of source.entries.keys()) {
    const digits = /^checkpoints\/(\d{16,20})\.json$/.exec(path)?.[1];
    if (digits === undefined) continue;
    const bytes = readSmall(source, path, smallBytes);
    const checkpoint = bytes === null ? null : decodeCheckpoint(bytes);
    if (checkpoint === null) leftOut.push(whole(source, path, 'checkpoint_unreadable'));
    else if (checkpoint.checkpointSeq !== BigInt(digits) || !fits(checkpoint, stage)) {
      leftOut.push(whole(source, path, 'checkpoint_stale'));
    } else {
      stage.writeFile(path, utf8Of(checkpointText(checkpoint)));
      copied++;
    }
  }
  return { copied, leftOut };
}

function fits(checkpoint: Checkpoint, stage: Stage): boolean {
  const head = stage.headAt(checkpoint.headEntrySeq);
  return head?.chainHash === checkpoint.chainHash && head.entryId === checkpoint.headEntryId;
}

/** Copies every line of the ledger that is an event. */
export function salvageLedger(
  source: Source,
  stage: Stage,
): { readonly copied: number; readonly leftOut: readonly LeftOut[] } {
  const entry = source.entries.get(ledgerFile);
  if (entry === undefined) return { copied: 0, leftOut: [] };
  const bytes = readSmall(source, ledgerFile, smallBytes);
  if (bytes === null) return { copied: 0, leftOut: [whole(source, ledgerFile, 'unread')] };
  const lines: string[] = [];
  const leftOut: LeftOut[] = [];
  for (const piece of piecesIn(source.root, entry)) {
    if (piece.is === 'blank') continue;
    const { from, to } = piece;
    const event = decodeEvent(bytes, from, bytes[to - 1] === 0x0a ? to - 1 : to);
    if (event === null) leftOut.push({ file: ledgerFile, from, to, reason: 'event_unreadable' });
    else lines.push(`${eventLine(event)}\n`);
  }
  if (lines.length > 0) stage.writeFile(ledgerFile, utf8Of(lines.join('')));
  return { copied: lines.length, leftOut };
}

/**
 * The old manifest where its own hash verifies; what only it knows (ids, times) goes to the new
 * store.
 */
export function trustedManifest(source: Source): {
  readonly manifest: Manifest | null;
  readonly leftOut: readonly LeftOut[];
} {
  if (!source.entries.has(manifestFile)) return { manifest: null, leftOut: [] };
  const bytes = readSmall(source, manifestFile, smallBytes);
  const manifest = bytes === null ? null : decodeManifest(bytes);
  if (manifest !== null && manifestHash(manifest) === manifest.integrity.manifestHash) {
    return { manifest, leftOut: [] };
  }
  return { manifest: null, leftOut: [whole(source, manifestFile, 'manifest_unverified')] };
}

/** Says that a rollback was under way. */
export function unfinishedRollback(source: Source): readonly LeftOut[] {
  return source.entries.has(intentFile) ? [whole(source, intentFile, 'rollback_unfinished')] : [];
}

function whole(source: Source, file: Path, reason: Reason): LeftOut {
  return { file, from: 0, to: source.entries.get(file)?.size ?? 0, reason };
}
