const U64_MAX = 18446744073709551615n;
const padded = (seq: bigint): string => seq.toString().padStart(16, '0');

/** `0000000000000001.seg`: 16 digits at least. */
export function segmentName(seq: bigint): string {
  return `${padded(seq)}.seg`;
}

/** `0000000000000001.json`. */
export function checkpointName(seq: bigint): string {
  return `${padded(seq)}.json`;
}

/** A checkpoint's path relative to the store, as `snapshotRef` spells it. */
export function checkpointRef(seq: bigint): string {
  return `checkpoints/${checkpointName(seq)}`;
}

/**
 * The number of a segment file, or null for a name that is none. Wider than what is written: any
 * digits after an optional `+`, zeros in front, up to 2^64-1; the extension must be just `seg`.
 */
export function segmentNumber(name: string): bigint | null {
  const match = /^\+?([0-9]+)\.seg$/.exec(name);
  if (match === null || match[1] === undefined) return null;
  const significant = match[1].replace(/^0+(?=.)/, '');
  if (significant.length > 20) return null;
  const seq = BigInt(significant);
  return seq > U64_MAX ? null : seq;
}

/** The paths of a store's files, in the root's own spelling. */
export interface StorePaths {
  readonly root: string;
  readonly segments: string;
  readonly index: string;
  readonly indexDir: string;
  readonly checkpoints: string;
  readonly migrations: string;
  readonly ledger: string;
  readonly manifest: string;
  readonly tmp: string;
}

/**
 * `dir/name`, without tidying `dir`: error texts and ledger events quote paths as the caller
 * spelled them.
 */
export function under(dir: string, name: string): string {
  return dir === '' || dir.endsWith('/') ? `${dir}${name}` : `${dir}/${name}`;
}

/** The paths below `root`. */
export function storePaths(root: string): StorePaths {
  const indexDir = under(root, 'index');
  const migrations = under(root, 'migrations');
  return {
    root,
    segments: under(root, 'segments'),
    index: under(indexDir, 'offsets.jsonl'),
    indexDir,
    checkpoints: under(root, 'checkpoints'),
    migrations,
    ledger: under(migrations, 'ledger.jsonl'),
    manifest: under(root, 'manifest.json'),
    tmp: under(root, 'tmp'),
  };
}
