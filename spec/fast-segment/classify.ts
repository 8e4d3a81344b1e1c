import type { Image, Path } from '../lib/image.ts';
import type { Class, Legal } from '../lib/judge.ts';
import type { Owed } from '../lib/promises-open.ts';
import { keyOf } from './bytes.ts';
import { headerBytes, pathOf } from './layout.ts';
import { segmentsIn, survey, type Found, type Survey } from './survey.ts';

/**
 * The session that is judged by what it shows: histories, walks and the ledger follow this one.
 * What is done to others is held to the machine alone.
 */
export const judgedId = 7;

/** What the bytes of one segment allow `safe`. */
export interface Verdict {
  /** Frames that are committed, or would be once the torn length is set right. */
  readonly committed: readonly Found[];
  /** Codes of which a writing open refuses with one; none where it succeeds. */
  readonly refusals: readonly string[];
  readonly classes: readonly Class[];
}

/** Judges one segment. */
export function verdict(file: Path, found: Survey): Verdict {
  const { size, header } = found;
  const at = (is: Class['is'], why: string, from: number, to: number): Class => ({
    is, file, from, to, why,
  }); // prettier-ignore
  const refuse = (why: string, from: number, to: number): Verdict => ({
    committed: [],
    refusals: [why],
    classes: [at('corrupt', why, from, to)],
  });
  if (header.is === 'torn') {
    return { committed: [], refusals: [], classes: [at('torn', 'torn_header', 0, size)] };
  }
  if (header.is === 'damaged') return refuse('header_damaged', 0, Math.min(size, headerBytes));
  const { frames, soundEnd } = found;
  const { committed } = header;
  if (committed > BigInt(size)) return refuse('committed_beyond_end', 8, 16);
  const length = Number(committed);
  if (length === headerBytes || frames.some(({ to }) => to === length)) {
    const tail = length < size ? [at('torn', 'uncommitted_tail', length, size)] : [];
    return { committed: frames.filter(({ to }) => to <= length), refusals: [], classes: tail };
  }
  // Nothing is published before it is durable: a length that was torn was to be this end.
  if (soundEnd === size && mixes(committed, size, [headerBytes, ...frames.map(({ to }) => to)])) {
    return {
      committed: frames,
      refusals: [],
      classes: [at('torn', 'torn_committed_length', 8, 16)],
    };
  }
  if (soundEnd < length) return refuse('corrupt_frame', soundEnd, size);
  return refuse('committed_misplaced', 8, 16);
}

/** True where each byte of a length stands in the aim too, or else in one of the lengths before. */
function mixes(length: bigint, aim: number, before: readonly number[]): boolean {
  const byteOf = (value: bigint | number, i: number): bigint =>
    (BigInt(value) >> BigInt(8 * i)) & 255n;
  const foreign = [0, 1, 2, 3, 4, 5, 6, 7].filter((i) => byteOf(length, i) !== byteOf(aim, i));
  return before.some((old) => foreign.every((i) => byteOf(length, i) === byteOf(old, i)));
}

/** What the bytes of a store are: of every segment in it. */
export function classify(image: Image): readonly Class[] {
  return segmentsIn(image).flatMap(([path, node]) => verdict(path, survey(node)).classes);
}

/** What may be seen when `safe` opens the judged session of this image, and what it owes to say. */
export interface Assessment {
  readonly legals: readonly Legal[];
  readonly owed: Owed;
}

const none: Owed = { repairs: [], notices: [] };
const assessed = new WeakMap<Image, Assessment>();

/** Judges an image as `safe` must. */
export function assess(image: Image): Assessment {
  let found = assessed.get(image);
  if (found === undefined) assessed.set(image, (found = judged(image)));
  return found;
}

function judged(image: Image): Assessment {
  const refused = (code: string): Assessment => ({
    legals: [{ open: 'refused', codes: [code], readable: [] }],
    owed: none,
  });
  const dir = image.get('sessions');
  if (dir?.is === 'link') return refused('symlink_refused');
  if (dir !== undefined && dir.is !== 'dir') return refused('not_a_file');
  const file = pathOf(judgedId);
  const node = image.get(file);
  if (node === undefined) return { legals: [{ open: 'ok', keys: [] }], owed: none };
  if (node.is === 'link') return refused('symlink_refused');
  if (node.is !== 'file') return refused('not_a_file');
  const { committed, refusals, classes } = verdict(file, survey(node));
  const [code] = refusals;
  if (code !== undefined) return refused(code);
  const isOdd = committed.some(({ canonical }) => !canonical);
  return {
    legals: [{ open: 'ok', keys: committed.map(({ entry }) => keyOf(entry)) }],
    owed: {
      repairs: classes.map(({ why }) => ({
        did: [why === 'uncommitted_tail' ? 'cut' : 'rebuilt'],
        file,
        why,
      })),
      notices: isOdd ? [{ code: 'non_canonical', file }] : [],
    },
  };
}
