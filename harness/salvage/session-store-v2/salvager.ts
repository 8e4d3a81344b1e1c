import * as fs from 'node:fs';
import { openOriginal } from '../../../reference/session-store-v2/original/index.ts';
import { inspectSafe, openSafe } from '../../../reference/session-store-v2/store.ts';
import type { Manifest } from '../../../spec/session-store-v2/ops.ts';
import { counted } from '../../lib/shown.ts';
import { SalvageError, type Filled, type Salvager } from '../salvager.ts';
import { choose } from './choose.ts';
import { salvageCheckpoints, salvageLedger, trustedManifest, unfinishedRollback } from './rest.ts';
import { findFrames, listSource, piecesIn } from './source.ts';
import type { Source } from './source.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { reasons, type Found, type Report } from './types.ts';
import { readWitness } from './witness.ts';

/** No segment of the new store is rotated while it is checked. */
const noRotation = 2n ** 62n;
const noTime = '1970-01-01T00:00:00.000Z';

/** Every frame that verifies with all its parents goes to a new store, and what belongs to it. */
export const sessionStoreSalvager: Salvager = { kind: 'session-store-v2', reasons, fill, refusal };

function fill(dir: string, stageDir: string): Report {
  const source = listSource(dir);
  const { found, leftOut: badLines } = findFrames(source, readWitness(source));
  const files = source.segments.map((entry) => entry.path);
  const chosen = choose(found, files);
  const stage = openStage(stageDir);
  copyFrames(source, stage, chosen.kept);
  const checkpoints = salvageCheckpoints(source, stage);
  const ledger = salvageLedger(source, stage);
  const { manifest, leftOut: manifestLeft } = trustedManifest(source);
  const { entries, segments, chainHash } = stage.close();
  if (manifest !== null) writeManifest(stageDir, manifest);
  const order = new Map(files.map((file, i) => [file, i]));
  const lines = [...badLines, ...chosen.leftOut].toSorted(
    (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.from - b.from,
  );
  const made = {
    framesFound: found.length,
    kept: entries,
    segments,
    chainHash,
    manifest: manifest !== null,
    checkpoints: checkpoints.copied,
    events: ledger.copied,
  };
  return {
    ...made,
    words: wordsOf(made),
    leftOut: [
      ...lines,
      ...source.leftOut,
      ...checkpoints.leftOut,
      ...ledger.leftOut,
      ...manifestLeft,
      ...unfinishedRollback(source),
    ],
  };
}

/** Reads the kept frames again, file by file, so that only their places were held in memory. */
function copyFrames(source: Source, stage: Stage, kept: readonly Found[]): void {
  const wanted = new Map<number, Map<number, Found>>();
  for (const frame of kept) {
    const ofFile = wanted.get(frame.file) ?? new Map<number, Found>();
    wanted.set(frame.file, ofFile.set(frame.from, frame));
  }
  for (const [file, entry] of source.segments.entries()) {
    const frames = wanted.get(file);
    if (frames === undefined) continue;
    stage.nextSegment();
    let copied = 0;
    for (const piece of piecesIn(source.root, entry)) {
      const expected = frames.get(piece.from);
      if (expected === undefined) continue;
      if (piece.is === 'unread' || piece.frame?.entryId !== expected.entryId) break;
      stage.add(piece.frame);
      copied++;
      if (copied === frames.size) break;
    }
    if (copied !== frames.size) {
      throw new SalvageError('source_changed', `${entry.path} is not what it was a moment ago`);
    }
  }
}

type Made = Omit<Report, 'leftOut' | 'words'>;

function wordsOf({ segments, chainHash, checkpoints, events, manifest }: Made): readonly string[] {
  return [
    `in ${counted(segments, 'segment')}, chain ${chainHash}`,
    `with ${counted(checkpoints, 'checkpoint')}, ${counted(events, 'ledger event')}, ` +
      (manifest ? 'a manifest' : 'no manifest'),
  ];
}

/** The new manifest has the old one's ids and times; everything it counts is counted anew. */
function writeManifest(root: string, old: Manifest): void {
  let at = old.createdAt;
  const store = openSafe({ fs, now: () => at }, root, { max: noRotation });
  const ids = { sessionId: old.sessionId, sourceFormat: old.sourceFormat };
  store.manifest(ids);
  at = old.updatedAt;
  if (old.updatedAt !== old.createdAt) store.manifest(ids);
  store.close();
}

async function refusal(root: string, { kept }: Filled): Promise<string | null> {
  const env = { fs, now: () => noTime };
  const safe = inspectSafe(env, root, { max: noRotation });
  const original = openOriginal(env, root, { max: noRotation });
  const counts = [safe.opened.entryCount, original.opened.entryCount];
  const { repairs, notices } = safe.opened;
  safe.close();
  const quiet = repairs.length === 0 && notices.length === 0;
  if (counts.every((count) => count === BigInt(kept)) && quiet) return null;
  return `kept ${kept}, opens with ${counts.join(' and ')}; ${JSON.stringify(notices)}`;
}
