import { join } from 'node:path';
import { Blake3 } from '../lib/blake3.ts';
import type { Files } from './files.ts';
import { decodeHeader, headerBytes, noHash, payloadTypes } from './format.ts';
import type { Header } from './format.ts';
import { Frames } from './frames.ts';
import { hasFrameBehind, isZeros } from './search.ts';
import { problemAt, readTree } from './tree.ts';
import type { Problem, SegmentFile, Tree } from './tree.ts';
import type { Frame, Notice } from './types.ts';
import { Window } from './window.ts';

/** What a scan is to leave out; all of it is looked at where nothing is said. */
export interface ScanOptions {
  /** The longest range that a repair copies aside; a longer one is `tail_too_large`. */
  readonly fragmentBytes?: number;
  /** False: headers are not compared with the segment before, and nothing is hashed. */
  readonly chain?: boolean;
  /** True: frames of a type that no replay applies are passed over. */
  readonly skipsUnknown?: boolean;
  /** This segment alone: neither the chain nor sequences and types are judged. */
  readonly only?: bigint;
}

/** The longest fragment that is copied aside where nothing else is said: 1 GiB. */
export const fragmentBytesMost = 1_073_741_824;

/** A segment that was gone over: bytes [0, end) have verified, and `hash` is theirs. */
export interface Scanned extends SegmentFile {
  readonly prev: string;
  readonly hash: string;
  readonly end: number;
  readonly size: number;
  readonly ino: number;
  readonly dev: number;
}

/** The segment that is being read. */
interface Place {
  readonly file: SegmentFile;
  readonly fd: number;
  readonly stats: { readonly size: number; readonly ino: number; readonly dev: number };
  readonly frames: Frames;
  /** Null where the file is shorter than one. */
  readonly header: Header | null;
  readonly fold: Blake3 | null;
  /** Bytes [0, folded) are in the fold. */
  folded: number;
}

/**
 * Goes over the frames of a log, segment by segment, and never shows one behind the first problem.
 * Memory is that of one frame and a MiB. Nothing is written.
 */
export class Scan {
  readonly tree: Tree;
  /** The segments so far, the one included at which a problem ended the scan. */
  readonly scanned: Scanned[] = [];
  readonly notices: Notice[] = [];
  problem: Problem | null;
  /** The highest commit sequence so far. */
  lastSeq = 0n;
  /** Over the bytes of the last segment that have verified; null where nothing is hashed. */
  fold: Blake3 | null = null;
  readonly #files: Files;
  readonly #dir: string;
  readonly #options: ScanOptions;
  #index = -1;
  #place: Place | null = null;

  constructor(files: Files, dir: string, options: ScanOptions = {}) {
    this.#files = files;
    this.#dir = dir;
    this.#options = options;
    this.tree = readTree(files, dir);
    this.problem = this.tree.problem;
  }

  /** Goes to the next frame; false behind the last one, and where a `problem` ends the log. */
  next(): boolean {
    while (this.problem === null) {
      const place = this.#place ?? this.#begin();
      if (place === null) {
        if (this.#index >= this.tree.segments.length) return false;
      } else if (!place.frames.next()) {
        const { frames, file } = place;
        endFold(place, frames.end);
        const isWhole = frames.end === place.stats.size;
        this.#endSegment(place, isWhole ? null : this.#holeProblem(file, frames));
      } else if (this.#isInOrder(place)) return true;
    }
    return false;
  }

  /** The frame that `next` came to. */
  frame(): Frame {
    if (this.#place === null) throw new TypeError('the scan stands at no frame');
    return this.#place.frames.frame();
  }

  /** Lets go of the file that is being read, for those who stop before the end. */
  close(): void {
    const place = this.#place;
    this.#place = null;
    if (place !== null) this.#files.fs.closeSync(place.fd);
  }

  /** Opens the next segment and judges its header; null where it is not to be read. */
  #begin(): Place | null {
    const file = this.tree.segments[++this.#index];
    const { only, chain } = this.#options;
    if (file === undefined || (only !== undefined && file.seq !== only)) return null;
    if (file.refusal !== null) {
      this.problem = problemAt(file.name, file.refusal);
      return null;
    }
    const fd = this.#files.openRead(join(this.#dir, file.name));
    const fold = chain === false || only !== undefined ? null : new Blake3();
    const place = this.#readHeader({ file, fd, fold });
    this.#place = place;
    const code = this.#wrongInHeader(place);
    if (code === null) {
      // Whatever the frames have gone past has verified.
      place.frames.window.onMove = (position) => foldTo(place, position);
      return place;
    }
    this.#endSegment(place, this.#headerProblem(place, code));
    return null;
  }

  #readHeader(opened: Pick<Place, 'file' | 'fd' | 'fold'>): Place {
    const { fd } = opened;
    try {
      const stats = this.#files.fs.fstatSync(fd);
      const window = new Window(this.#files, fd, stats.size);
      const at = window.hold(0, headerBytes);
      const header = at < 0 ? null : decodeHeader(window.bytes.subarray(at, at + headerBytes));
      const frames = new Frames(window, headerBytes);
      return { ...opened, stats, header, frames, folded: 0 };
    } catch (error) {
      this.#files.fs.closeSync(fd);
      throw error;
    }
  }

  /** The code of what is wrong with a header, or null. */
  #wrongInHeader({ header, file, fold, stats }: Place): string | null {
    if (header === null) return stats.size === 0 ? 'no_header' : 'header_damaged';
    if (!header.isMagic) return 'header_damaged';
    if (header.version !== 1) return isBare(header) ? 'header_damaged' : 'unsupported_version';
    if (header.seq !== file.seq) return 'segment_misplaced';
    if (fold !== null && header.prev !== this.#dueHash()) {
      if (header.prev !== noHash) return 'chain_mismatch';
      this.notices.push({ code: 'chain_restart', file: file.name });
    }
    if (header.reserved !== 0) this.notices.push({ code: 'non_canonical', file: file.name });
    return null;
  }

  /** What the header of the segment behind those scanned should hold. */
  #dueHash(): string {
    return this.scanned.at(-1)?.hash ?? noHash;
  }

  /** A header that never came to be is torn, where nothing proves that there was one. */
  #headerProblem({ file, stats, frames, header }: Place, code: string): Problem {
    const range = { file: file.name, from: 0, to: stats.size };
    const corrupt = {
      is: 'corrupt',
      code: code === 'no_header' ? 'header_damaged' : code,
    } as const;
    if (!this.#isLast()) return { ...corrupt, ...range };
    const isWhole = code === 'chain_mismatch' && !isBegun(header?.prev ?? '', this.#dueHash());
    if (code === 'unsupported_version' || isWhole) return { ...corrupt, ...range };
    if (this.#isTooLong(stats.size)) return { is: 'corrupt', code: 'tail_too_large', ...range };
    if (hasFrameBehind(frames.window, headerBytes, this.lastSeq)) return { ...corrupt, ...range };
    return { is: 'torn', code: code === 'no_header' ? code : 'torn_header', ...range };
  }

  /** A frame that verifies is a problem too where no replay would apply it. */
  #isInOrder(place: Place): boolean {
    const { frames } = place;
    const { at, end, seq, type } = frames;
    if (seq === 0n && this.#options.only === undefined) {
      // Every replay begins above 0, so that no one ever sees this frame.
      this.notices.push({ code: 'non_canonical', file: place.file.name });
      return false;
    }
    const isAbove = seq > this.lastSeq;
    const isKnown = this.#options.only !== undefined || payloadTypes.includes(type);
    const isSkipped = isAbove && !isKnown && this.#options.skipsUnknown === true;
    if (this.#options.only === undefined && !(isAbove && (isKnown || isSkipped))) {
      const code = isAbove ? 'unknown_payload_type' : 'non_monotonic';
      frames.end = at;
      endFold(place, at);
      this.#endSegment(place, { is: 'corrupt', code, file: place.file.name, from: at, to: end });
      return false;
    }
    if (isAbove) this.lastSeq = seq;
    return !isSkipped;
  }

  /** What it means that the bytes behind the last frame are none. */
  #holeProblem({ name }: SegmentFile, { end, window }: Frames): Problem {
    const range = { file: name, from: end, to: window.size };
    if (!this.#isLast()) return { is: 'corrupt', code: 'frame_corrupt', ...range };
    if (this.#isTooLong(window.size - end)) {
      return { is: 'corrupt', code: 'tail_too_large', ...range };
    }
    if (hasFrameBehind(window, end + 1, this.lastSeq)) {
      return { is: 'ambiguous', code: 'ambiguous_gap', ...range };
    }
    return { is: 'torn', code: isZeros(window, end) ? 'nul_tail' : 'torn_tail', ...range };
  }

  #endSegment({ file, stats, frames, header, fold }: Place, problem: Problem | null): void {
    const { size, ino, dev } = stats;
    const end = problem === null || problem.from > 0 ? frames.end : 0;
    const hash = fold?.hex() ?? noHash;
    this.scanned.push({ ...file, prev: header?.prev ?? noHash, hash, end, size, ino, dev });
    this.fold = fold;
    this.problem = problem;
    this.close();
  }

  #isLast(): boolean {
    return this.#index === this.tree.segments.length - 1;
  }

  #isTooLong(bytes: number): boolean {
    return bytes > (this.#options.fragmentBytes ?? fragmentBytesMost);
  }
}

/** True for a header of which no more than magic number and version came to be. */
function isBare(header: Header): boolean {
  const { reserved, instance, seq, createdAtMicros, prev } = header;
  return reserved === 0 && instance + seq + createdAtMicros === 0n && prev === noHash;
}

/** Hashes up to byte `to`; what is not yet hashed is still held by the window. */
function foldTo(place: Place, to: number): void {
  const { window } = place.frames;
  const at = window.hold(place.folded, to - place.folded);
  if (at >= 0) place.fold?.update(window.bytes.subarray(at, at + to - place.folded));
  place.folded = to;
}

/** The same for the last time: what the window holds afterwards is looked at for other reasons. */
function endFold(place: Place, to: number): void {
  foldTo(place, to);
  place.frames.window.onMove = null;
}

/** True for the beginning of the hash that is due, with zeros behind it: a write that was cut. */
function isBegun(prev: string, due: string): boolean {
  for (let at = 0; at < prev.length; at += 2) {
    if (!due.startsWith(prev.slice(at, at + 2), at)) return /^0+$/.test(prev.slice(at));
  }
  return true;
}
