import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { StoreError } from '../lib/error.ts';
import { decodeCheckpoint, decodeManifest } from './codec.ts';
import type { Entries } from './entries.ts';
import type { Files } from './files.ts';
import type { Limits } from './limits.ts';
import { checkpointName } from './paths.ts';
import type { Refusal, SafePaths } from './tree.ts';
import type { Checkpoint, Manifest, Notice } from './types.ts';

/** What manifest and checkpoints say that the verified entries do not, and links among them. */
export interface Testimony {
  readonly notices: readonly Notice[];
  readonly refusal: Refusal | null;
}

/**
 * Hears every witness but the index. `explained`: a rollback in the ledger explains heads that are
 * gone.
 */
export function hearWitnesses(
  files: Files,
  paths: SafePaths,
  entries: Entries,
  options: { readonly limits: Limits; readonly explained: boolean },
): Testimony {
  const notices: Notice[] = [];
  const ahead = (file: string, head: bigint): void => {
    if (options.explained || head <= BigInt(entries.count)) return;
    const detail = `head ${head}, but ${entries.count} entries verify`;
    notices.push({ code: 'witness_ahead', file, detail });
  };
  const hear = <T>(file: string, read: () => T | null): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      notices.push({ code: 'witness_unreadable', file, detail: error.code });
      return null;
    }
  };
  const manifest = hear('manifest.json', () => readManifest(files, paths, options.limits));
  if (manifest !== null) ahead('manifest.json', manifest.head.entrySeq);
  for (const name of checkpointFiles(files, paths)) {
    const file = `checkpoints/${name}`;
    const path = join(paths.checkpoints, name);
    if (files.kind(path) === 'link') {
      return { notices, refusal: { code: 'symlink_refused', file, detail: 'a link' } };
    }
    const checkpoint = hear(file, () => readCheckpointAt(files, path, options.limits));
    if (checkpoint === null) continue;
    ahead(file, checkpoint.headEntrySeq);
    const detail = disagreement(entries, checkpoint);
    if (detail !== null) notices.push({ code: 'witness_disagrees', file, detail });
  }
  return { notices, refusal: null };
}

/** The checkpoint files in order of their numbers. */
function checkpointFiles(files: Files, paths: SafePaths): string[] {
  if (files.kind(paths.checkpoints) === 'none') return [];
  return files.fs
    .readdirSync(paths.checkpoints)
    .filter((name) => /^\d{16,20}\.json$/.test(name))
    .filter((name) => name === checkpointName(BigInt(name.slice(0, -5))))
    .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

/**
 * How a checkpoint within the store differs from the entries there; null where it agrees or lies
 * beyond them.
 */
export function disagreement(entries: Entries, checkpoint: Checkpoint): string | null {
  if (checkpoint.headEntrySeq > BigInt(entries.count)) return null;
  const head = Number(checkpoint.headEntrySeq);
  const chain = entries.chainAt(head);
  if (chain !== checkpoint.chainHash) {
    return `chain ${checkpoint.chainHash} at entry ${head} should be ${chain}`;
  }
  const id = head === 0 ? '' : entries.idOf(head);
  if (id === checkpoint.headEntryId) return null;
  const [was, is] = [JSON.stringify(checkpoint.headEntryId), JSON.stringify(id)];
  return `entry id ${was} at entry ${head} should be ${is}`;
}

/**
 * The checkpoint in a file, null where there is none; throws `json`, `file_too_large`,
 * `not_a_file`.
 */
export function readCheckpointAt(files: Files, path: string, limits: Limits): Checkpoint | null {
  const bytes = files.readWhole(path, limits.lineBytes);
  if (bytes === null) return null;
  requireUtf8(bytes, path);
  return decodeCheckpoint(bytes, { arrays: false }).checkpoint;
}

/** The manifest, null where there is none; throws as reading a checkpoint does. */
export function readManifest(files: Files, paths: SafePaths, limits: Limits): Manifest | null {
  const bytes = files.readWhole(paths.manifest, limits.lineBytes);
  if (bytes === null) return null;
  requireUtf8(bytes, paths.manifest);
  return decodeManifest(bytes, { arrays: false }).manifest;
}

function requireUtf8(bytes: Buffer, path: string): void {
  if (!isUtf8(bytes)) throw new StoreError('json', `${path} is not UTF-8`);
}
