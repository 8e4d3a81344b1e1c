import { countedFixedBytes, frameLengthMost } from './layout.ts';
import { lengthBytes, look, slice, type FileNode } from './frames.ts';

/** Payload types that a replay applies. */
export const payloadTypes: readonly number[] = [1, 2, 4];

/**
 * What a search may go over, frame by frame, before it gives up: so many times the bytes that it
 * looks through, and so many besides.
 */
const workTimes = 64;
const workBesides = 1 << 20;

const found = new WeakMap<FileNode, Map<string, ReturnType<typeof searchBehind>>>();

/**
 * Whether a frame that verifies begins behind `from`, at any byte: of a known type, with a sequence
 * above `last`. `unknown` where telling would take too long.
 */
export function frameBehind(
  file: FileNode,
  from: number,
  last: bigint,
): { readonly is: 'found'; readonly at: number } | { readonly is: 'none' | 'unknown' } {
  let known = found.get(file);
  if (known === undefined) found.set(file, (known = new Map()));
  const name = `${from} ${last}`;
  let answer = known.get(name);
  if (answer === undefined) known.set(name, (answer = searchBehind(file, from, last)));
  return answer;
}

function searchBehind(file: FileNode, from: number, last: bigint): ReturnType<typeof frameBehind> {
  let work = workTimes * (file.size - from) + workBesides;
  // Zeros of a sparse tail are the length of no frame, so none begins in there.
  const end = Math.min(file.bytes.length, file.size - lengthBytes - countedFixedBytes + 1);
  const fixed = lengthBytes + 17;
  const there = slice(file, 0, Math.min(file.size, file.bytes.length + fixed));
  const view = new DataView(there.buffer, there.byteOffset, there.byteLength);
  for (let at = from + 1; at < end; at++) {
    if (there[at]! > 4) continue;
    const length = view.getUint32(at);
    if (length < countedFixedBytes || length > frameLengthMost) continue;
    if (at + lengthBytes + length > file.size) continue;
    if (!payloadTypes.includes(there[at + 20]!) || view.getBigUint64(at + 4) <= last) continue;
    work -= length + lengthBytes;
    if (work < 0) return { is: 'unknown' };
    if (look(file, at).sumRight) return { is: 'found', at };
  }
  return { is: 'none' };
}

/** True where a frame is known to stand behind `from`. */
export const holdsFrameBehind = (file: FileNode, from: number, last: bigint): boolean =>
  frameBehind(file, from, last).is === 'found';
