import type { Image, Path } from '../../lib/image.ts';
import type { CodeName } from '../codes.ts';
import type { FileNode } from '../frames.ts';
import type { Frame } from '../ops.ts';
import type { Fact } from './rows.ts';
import type { RuleId } from './rules.ts';

/** An error of the original. */
export class Fault extends Error {
  readonly code: string;

  constructor(code: CodeName | Errno) {
    super(code);
    this.name = 'Fault';
    this.code = code;
  }
}

/** What file calls fail with, as a code. */
export type Errno =
  'io-enoent' | 'io-eisdir' | 'io-enotdir' | 'io-enxio' | 'io-eloop' | 'io-eexist' | 'abort';

/** The manager with its open segment. */
export interface Handle {
  /** The key of the open file in the image; links were followed when it was opened. */
  readonly path: Path;
  readonly segment: bigint;
  readonly instance: bigint;
  readonly maxBytes: bigint;
  readonly maxAgeMicros: bigint;
  /** Microseconds since 1970. */
  readonly openedAt: bigint;
  readonly force: boolean;
  /** What the header of a segment that it creates holds, hex. */
  readonly prev: string;
  /** What its running hash has gone over: the file when it was opened, and all that it added. */
  readonly hashed: FileNode;
}

/** A disk and the one handle on the log in its root. */
export interface World {
  readonly image: Image;
  /** Absolute path of the log's directory, to resolve links that stay inside. */
  readonly root: string;
  readonly handle: Handle | null;
}

/** One operation while it runs. */
export interface Run {
  readonly root: string;
  readonly at: string;
  image: Image;
  handle: Handle | null;
  /** Frames that a replay has applied, also where it fails later. */
  readonly applied: Frame[];
  /** Answers a decision, counts it, and inverts it in a spec mutant. */
  rule(id: RuleId, condition: boolean): boolean;
  /** Which of `count` ways the world goes where the original's is not determined. */
  choose(count: number): number;
  /** Notes what decision rows are recognised by. */
  saw(fact: Fact): void;
}

/** The world of a log in a directory that nobody has opened. */
export function start(image: Image, root = '/store'): World {
  return { image, root, handle: null };
}
