import { join } from 'node:path';
import type { Files } from './files.ts';
import { segmentName, segmentNumber, storePaths } from './paths.ts';
import type { StorePaths } from './paths.ts';

/** Why a writing open refuses: a stable code and where it shows. */
export interface Refusal {
  readonly code: string;
  readonly file: string;
  readonly detail: string;
}

/** Every path that the safe store uses; the last three are extras of its own. */
export interface SafePaths extends StorePaths {
  readonly quarantine: string;
  readonly intent: string;
}

export function safePaths(root: string): SafePaths {
  return {
    ...storePaths(root),
    quarantine: join(root, 'quarantine'),
    intent: join(root, 'tmp', 'rollback.intent.json'),
  };
}

/** A file of `segments/` that is, by its name, a segment. */
export interface SegmentFile {
  readonly name: string;
  readonly seq: bigint;
}

/** The numbers that the names in `segments/` speak of. */
export interface Numbers {
  /** The largest number of any name, set aside or not; 0 where there is none. */
  readonly highest: bigint;
  /** The largest number of a name that is not a plain `.seg`. */
  readonly aside: bigint;
}

/** What the names of a store say before a byte is read. */
export interface Tree {
  /** Directories that are to be made, parents first. */
  readonly missing: readonly string[];
  /** Plain segments in order, up to the first one that cannot be one. */
  readonly segments: readonly SegmentFile[];
  readonly numbers: Numbers;
  readonly refusal: Refusal | null;
}

const dirNames = ['segments', 'index', 'checkpoints', 'migrations', 'tmp'] as const;

/** Reads the names of a store; `root` itself may be a link, nothing below it may. */
export function readTree(files: Files, paths: SafePaths): Tree {
  const none: Tree = { missing: [], segments: [], numbers: numbersOf([]), refusal: null };
  const root = files.look(paths.root);
  if (root === null) {
    const missing = [paths.root, ...dirNames.map((name) => join(paths.root, name))];
    return { ...none, missing };
  }
  if (!files.fs.statSync(paths.root).isDirectory()) {
    return { ...none, refusal: { code: 'not_a_directory', file: '.', detail: 'the root' } };
  }
  const missing: string[] = [];
  const strange = [...dirNames, 'quarantine'].flatMap(
    (name) => checkDir(files, paths.root, name, missing) ?? [],
  );
  const listed = files.kind(paths.segments) === 'dir' ? files.fs.readdirSync(paths.segments) : [];
  const numbers = numbersOf(listed);
  const { segments, refusal } = findSegments(files, paths, listed);
  const first = strange[0] ?? refusal ?? refuseLinks(files, paths);
  return { missing, numbers, segments, refusal: first };
}

function checkDir(files: Files, root: string, name: string, missing: string[]): Refusal | null {
  const kind = files.kind(join(root, name));
  if (kind === 'none' && name !== 'quarantine') missing.push(join(root, name));
  if (kind === 'none' || kind === 'dir') return null;
  const code = kind === 'link' ? 'symlink_refused' : 'not_a_directory';
  return { code, file: name, detail: `a ${kind} where a directory belongs` };
}

function findSegments(
  files: Files,
  paths: SafePaths,
  listed: readonly string[],
): { segments: SegmentFile[]; refusal: Refusal | null } {
  const found: SegmentFile[] = [];
  for (const name of listed) {
    const seq = segmentNumber(name);
    if (seq !== null) found.push({ name, seq });
  }
  found.sort(byNumber);
  for (const { name, seq } of found) {
    const refusal = checkSegment(files, paths, name, seq);
    if (refusal !== null) return { segments: found.filter((one) => one.seq < seq), refusal };
  }
  return { segments: found, refusal: null };
}

function byNumber(a: SegmentFile, b: SegmentFile): number {
  if (a.seq !== b.seq) return a.seq < b.seq ? -1 : 1;
  return Number(b.name === segmentName(b.seq)) - Number(a.name === segmentName(a.seq));
}

function checkSegment(files: Files, paths: SafePaths, name: string, seq: bigint): Refusal | null {
  const file = `segments/${name}`;
  const kind = files.kind(join(paths.segments, name));
  if (kind === 'link') return { code: 'symlink_refused', file, detail: 'a link' };
  if (seq < 1n || name !== segmentName(seq)) {
    return { code: 'segment_name', file, detail: `segment ${seq} is not spelled so` };
  }
  return kind === 'file' ? null : { code: 'not_a_file', file, detail: `a ${kind}` };
}

/** Files that are replaced or appended to must be regular files, or absent. */
function refuseLinks(files: Files, paths: SafePaths): Refusal | null {
  for (const [file, path] of [
    ['tmp/rollback.intent.json', paths.intent],
    ['index/offsets.jsonl', paths.index],
    ['migrations/ledger.jsonl', paths.ledger],
    ['manifest.json', paths.manifest],
  ] as const) {
    const kind = files.kind(path);
    if (kind === 'link') return { code: 'symlink_refused', file, detail: 'a link' };
    if (kind === 'dir' || kind === 'other')
      return { code: 'not_a_file', file, detail: `a ${kind}` };
  }
  return null;
}

const numbered = /^(\d+)\.seg(\..*)?$/s;
const u64Max = 18_446_744_073_709_551_615n;

/** The largest numbers in a listing of `segments/`. */
export function numbersOf(listed: readonly string[]): Numbers {
  let highest = 0n;
  let aside = 0n;
  for (const name of listed) {
    const match = numbered.exec(name);
    if (match === null || match[1] === undefined || match[1].length > 255) continue;
    const seq = BigInt(match[1]);
    if (seq > u64Max) continue;
    if (seq > highest) highest = seq;
    if (match[2] !== undefined && seq > aside) aside = seq;
  }
  return { highest, aside };
}
