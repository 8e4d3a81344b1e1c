import type { Path } from '../../spec/lib/image.ts';
import {
  byteView,
  newWindow,
  piecesOf,
  type ByteView,
  type Piece,
  type RecordForm,
} from '../inspect/binary.ts';
import type { Inspector } from '../inspect/inspector.ts';
import { withFile } from '../inspect/tally.ts';
import { walk, type Entry, type ReadProblem } from '../inspect/walk.ts';
import { SalvageError, type LeftOut, type Reason } from './salvager.ts';

/** Reasons that every kind of records in binary files has. */
export const binaryReasons = {
  bad_frame: { says: 'bytes that are no frame, or fail their checksum' },
  unread: { says: 'bytes that could not be read, or were not looked through' },
  header_damaged: { says: 'a header that is none; the new one is made anew' },
  segment_name: { says: 'a file in another spelling than a store writes; rename it to salvage it' },
  set_aside: { says: 'a file that a store had put aside' },
  not_a_file: { says: 'a link, a directory or a device in the place of a file' },
} as const satisfies Readonly<Record<string, Reason>>;

type BinaryReason = keyof typeof binaryReasons;

/** The old store, seen from outside: nothing of it is written, no link is followed. */
export interface BinarySource {
  readonly entries: readonly Entry[];
  readonly leftOut: LeftOut[];
  /**
   * Looks through one file. Throws a `SalvageError` where it changed meanwhile; what cannot be
   * opened is left out.
   */
  readonly look: (entry: Entry, use: (view: ByteView) => void) => void;
}

/** Lists a store; what stands in place of its files is left out. */
export function listBinary(root: string, { roleOf }: Pick<Inspector, 'roleOf'>): BinarySource {
  const closed = (path: Path): boolean => roleOf(path) !== 'directory';
  const { entries, problems } = walk(root, { entries: 1_000_000, depth: 4, closed });
  const leftOut: LeftOut[] = [];
  const leave = (file: Path, reason: BinaryReason, to = 0, detail?: string): void => {
    leftOut.push({ file, from: 0, to, reason, ...(detail === undefined ? {} : { detail }) });
  };
  for (const { path, code, detail } of problems) leave(path, 'unread', 0, detail ?? code);
  for (const { path, is, size } of entries) {
    const role = roleOf(path);
    if (role === '') continue;
    if (role === 'directory' ? is !== 'dir' : is !== 'file') leave(path, 'not_a_file');
    else if (role === 'segment?') leave(path, 'segment_name', size);
    else if (role === 'extra') leave(path, 'set_aside', size);
  }
  const window = newWindow();
  const look: BinarySource['look'] = (entry, use) => {
    const met: ReadProblem[] = [];
    withFile({ root, problems: met }, entry, (file) => use(byteView(file, window)));
    const [problem] = met;
    if (problem?.code === 'changed_while_read') {
      throw new SalvageError('source_changed', `${entry.path} changed while it was read`);
    }
    if (problem !== undefined) leave(entry.path, 'unread', entry.size, problem.code);
  };
  return { entries, leftOut, look };
}

/** How much of a file is looked through for records behind one that does not verify. */
const searched = { bytes: 1 << 30, late: () => false };

/** How much of a sparse file is read at least; a hole of a terabyte is not. */
const holeBytes = 256 * 1024 * 1024;

/**
 * The records of a file behind its header, in order; what is none is left out.
 */
export function* recordsOf(
  view: ByteView,
  { path, allocatedBytes }: Entry,
  { form, headerBytes }: { readonly form: RecordForm; readonly headerBytes: number },
  leftOut: LeftOut[],
): Generator<Piece, void> {
  // A file system that compresses still keeps a sixteenth of what it was given.
  const to = Math.min(view.size, Math.max(holeBytes, allocatedBytes * 16));
  for (const piece of piecesOf(view, { from: headerBytes, to }, form, searched)) {
    if (piece.is === 'record') yield piece;
    else {
      const reason = piece.is === 'bad' ? 'bad_frame' : 'unread';
      leftOut.push({ file: path, from: piece.from, to: piece.to, reason });
    }
  }
  if (to < view.size) leftOut.push({ file: path, from: to, to: view.size, reason: 'unread' });
}
